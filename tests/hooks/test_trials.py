import shutil
from datetime import datetime, timedelta

import mlflow
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution

from tesserec.hooks import TrackingHooks
from tesserec.tuning import Trial

START = datetime(2026, 3, 1, 12)
SPACE = {"regularization": FloatDistribution(1, 100), "half_life": CategoricalDistribution([None, 2])}


@pytest.fixture
def client(tmp_path, tracking_database):
    shutil.copy(tracking_database, tmp_path)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/{tracking_database.name}")
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(before)


def trial(number: int, state: str, **attributes: float) -> Trial:
    made = optuna.trial.create_trial(
        state=optuna.trial.TrialState[state], value=0.25, user_attrs=attributes, distributions=SPACE,
        params={"regularization": 10.0 + number, "half_life": None},
    )  # fmt: skip
    made.number = number
    made.datetime_start, made.datetime_complete = START, START + timedelta(seconds=2.5)
    return Trial("ease-12ab", made)


def test_every_trial_is_a_run_below_the_one_that_made_it(client):
    hooks = TrackingHooks()
    with mlflow.start_run(experiment_id="0") as parent:
        hooks.after_dataset_saved("studies", trial(0, "COMPLETE", standard_error=0.01, gain_error=0.0))
        hooks.after_dataset_saved("studies", trial(1, "PRUNED"))
        assert mlflow.active_run().info.run_id == parent.info.run_id
    below = f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    second, first = client.search_runs([parent.info.experiment_id], below, order_by=["tags.trial DESC"])
    assert first.data.params == {"regularization": "10.0", "half_life": "None"}
    assert first.data.metrics == {"value": 0.25, "standard_error": 0.01, "gain_error": 0.0, "seconds": 2.5}
    assert {name: first.data.tags[name] for name in ("study", "trial", "state")} == {
        "study": "ease-12ab", "trial": "0", "state": "COMPLETE",
    }  # fmt: skip
    assert (first.info.status, first.info.end_time - first.info.start_time) == ("FINISHED", 2500)
    assert (second.data.tags["state"], second.data.metrics) == ("PRUNED", {"value": 0.25, "seconds": 2.5})


def test_without_an_open_run_nothing_is_logged(client):
    TrackingHooks().after_dataset_saved("studies", trial(0, "COMPLETE"))
    assert client.search_runs(["0"]) == []
