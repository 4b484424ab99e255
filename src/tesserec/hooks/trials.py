"""Each trial of a search as a run of its own in MLflow, below the run that made it."""

from datetime import datetime

import mlflow
from mlflow.entities import Metric, Param, RunTag
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from tesserec.tuning import Trial, trial_row

MEASURES = ("value", "standard_error", "gain_error", "seconds")
IDENTITY = ("study", "trial", "state")


def log_trial(trial: Trial) -> None:
    """Log a finished trial below the open run, if any: its options, what was measured, and when it was made.

    The search is a generator, and Kedro tells hooks of each of its trials as soon as that is saved. So nodes
    need not know of MLflow, and of a run that is killed at most the last trial is missing here.
    """
    parent = mlflow.active_run()
    if parent is None:
        return
    client = mlflow.MlflowClient()
    row = trial_row(trial.study, trial.trial)
    made = client.create_run(
        parent.info.experiment_id,
        start_time=_milliseconds(trial.trial.datetime_start),
        tags={MLFLOW_PARENT_RUN_ID: parent.info.run_id},
        run_name=f"{trial.study} {trial.trial.number}",
    )
    end = _milliseconds(trial.trial.datetime_complete)
    measured = {name: row[name] for name in MEASURES if row[name] is not None}
    client.log_batch(
        made.info.run_id,
        metrics=[Metric(name, value, end, 0) for name, value in measured.items()],
        params=[Param(name, str(value)) for name, value in trial.trial.params.items()],
        tags=[RunTag(name, str(row[name])) for name in IDENTITY],
    )
    client.set_terminated(made.info.run_id, end_time=end)


def _milliseconds(moment: datetime | None) -> int:
    assert moment is not None  # the trial is finished
    return int(moment.timestamp() * 1000)
