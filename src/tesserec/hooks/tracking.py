"""What MLflow is told of a run.

One MLflow run for each `kedro run`: parameters one by one, the metrics of every recommender, what identifies
data, code and libraries, the report, time and memory. Whatever was saved before a failure stays in the run.
"""

import logging
import math
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.pipeline import Pipeline
from kedro_mlflow.framework.hooks.mlflow_hook import MlflowHook
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NAME
from mlflow.utils.validation import MAX_PARAM_VAL_LENGTH, MAX_TAG_VAL_LENGTH
from pydantic import BaseModel

from tesserec.costs import peak_memory
from tesserec.hooks.trials import log_trial
from tesserec.preflight import flatten

logger = logging.getLogger(__name__)
# kedro-mlflow raises its own level when it is imported, which is after conf/logging.yml was read.
logging.getLogger("kedro_mlflow").setLevel(logging.WARNING)

PACKAGES = (
    "kedro",
    "mlflow",
    "numpy",
    "pandas",
    "scikit-learn",
    "scipy",
    "tesserec",
    "torch",
    "transformers",
)
ARTIFACTS = (
    "ablation",
    "comparison",
    "differences",
    "metrics",
    "model_card",
    "report",
    "slices",
    "text_value",
    "tuned_parameters",
)
FUSION = "fusion"  # as in tesserec.evaluation.full_ranking, which would load much into every command
NAMED_CHANGES = 3
NOT_IN_NAMES = re.compile(r"[^\w\-. :/]")


class QuietMlflowHook(MlflowHook):
    """kedro-mlflow's hook, which opens and closes the run, without its own logging of parameters.

    It would log each group of parameters as one long string; `TrackingHooks` logs their values instead.
    """

    def _log_param(self, name: str, value: Any) -> None:
        """Leave the parameter to `TrackingHooks`."""


class TrackingHooks:
    """Logs parameters, metrics, identity, artefacts, time and memory to the open MLflow run, if any."""

    def __init__(self) -> None:
        self._project_path = Path()
        self._parameters: Mapping[str, Any] = {}
        self._paths: dict[str, Path] = {}
        self._start = 0.0

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Remember where the project lies."""
        self._project_path = context.project_path

    @hook_impl
    def after_catalog_created(self, conf_catalog: dict[str, Any], parameters: dict[str, Any]) -> None:
        """Remember the parameters and the paths of the artefacts."""
        self._parameters = parameters["parameters"]
        self._paths = {
            name: Path(conf_catalog[name]["filepath"]) for name in ARTIFACTS if name in conf_catalog
        }

    @hook_impl(trylast=True)
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline) -> None:
        """Log the parameters that this pipeline uses, and what identifies code and libraries."""
        self._start = time.perf_counter()
        active = mlflow.active_run()
        if not active:
            return
        names = run_params["pipeline_names"] or ["__default__"]
        if active.info.run_name == "+".join(names):  # not if mlflow.yml gives another
            mlflow.set_tag(MLFLOW_RUN_NAME, run_name(run_params))
        mlflow.set_tags(
            {
                "pipeline": "+".join(in_order(names)),
                "git_commit": git_commit(self._project_path) or "unknown",
                "version.python": sys.version.partition(" ")[0],
                **{f"version.{package}": version(package) for package in PACKAGES},
            }
        )
        groups = {name.partition(":")[2].partition(".")[0] for name in pipeline.inputs()}
        used = {
            name: value
            for name, value in self._parameters.items()
            if name in groups or not isinstance(value, Mapping | BaseModel)
        }
        mlflow.log_params(dict(flat_parameters(used)))

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Log metrics, the identity of the data, trials and artefacts as soon as they exist."""
        if not mlflow.active_run():
            return
        if dataset_name == "metrics":
            mlflow.log_metrics(flat_metrics(data))
        if dataset_name == "protocol":
            mlflow.set_tags(identity(data))
        if dataset_name == "studies":
            log_trial(data)
        if dataset_name == "training_curves":
            for name, value, step in curve_points(data):
                mlflow.log_metric(name, value, step=step)
        if dataset_name in self._paths and self._paths[dataset_name].is_file():
            mlflow.log_artifact(str(self._paths[dataset_name]))

    @hook_impl
    def after_dataset_loaded(self, dataset_name: str, data: Any) -> None:
        """Log the identity of data that an earlier run prepared."""
        if dataset_name == "protocol" and mlflow.active_run():
            mlflow.set_tags(identity(data))

    @hook_impl(tryfirst=True)
    def after_pipeline_run(self) -> None:
        """Log and say how long the run took and how much memory it needed."""
        self._log_resources()

    @hook_impl(tryfirst=True)
    def on_pipeline_error(self, error: Exception) -> None:
        """Log why the run failed; kedro-mlflow then closes it as FAILED."""
        self._log_resources()
        if mlflow.active_run():
            mlflow.set_tag("error", str(error)[:MAX_TAG_VAL_LENGTH])

    def _log_resources(self) -> None:
        seconds, memory = time.perf_counter() - self._start, peak_memory()
        logger.info("The run took %.0f seconds and at most %.2f GiB of memory.", seconds, memory)
        if mlflow.active_run():
            mlflow.log_metrics({"duration_seconds": seconds, "peak_memory_gib": memory})


def in_order(names: Iterable[str]) -> list[str]:
    """Return names of pipelines as they follow one another; Kedro gives them in any order."""
    known = list(pipelines)
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))


def run_name(run_params: Mapping[str, Any]) -> str:
    """Return what tells a run from others in a list: what was changed, then the environment and pipelines.

    Args:
        run_params: What Kedro tells hooks of a run; of it `runtime_params`, `env` and `pipeline_names`.

    Returns:
        Such as `als.embedding_size=64 (evaluation+reporting)`; `__default__` for a plain run. Of many changed
        parameters the first are named, each by the last two parts of its path.
    """
    changes = [
        f"{'.'.join(path.split('.')[-2:])}={value}"
        for path, value in flatten(run_params.get("runtime_params") or {})
    ]
    more = [f"{len(changes) - NAMED_CHANGES} more"] if len(changes) > NAMED_CHANGES else []
    named = ", ".join([*changes[:NAMED_CHANGES], *more])
    chosen = in_order(run_params["pipeline_names"] or [])
    place = " ".join(part for part in (run_params.get("env"), "+".join(chosen)) if part)
    if named and place:
        return f"{named} ({place})"
    return named or place or "__default__"


def flat_parameters(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each single value of nested parameters with its dotted path, as MLflow accepts them."""
    plain = {
        name: value.model_dump(mode="json") if isinstance(value, BaseModel) else value
        for name, value in parameters.items()
    }
    for path, value in flatten(plain):
        yield NOT_IN_NAMES.sub("_", path), str(value)[:MAX_PARAM_VAL_LENGTH]


def flat_metrics(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return `RECOMMENDER/METRIC` → value, with `ndcg@10` written `ndcg_at_10`, without those unmeasured.

    MLflow groups the charts of names that agree before the slash, and compares runs by what was logged first:
    the fusion.

    Args:
        metrics: The dataset `metrics`: `{"recommenders": {name: {metric: {"value", "low", "high"}}}}`, and
            maybe `"pairs": {predictor: the same}`, which become `pairs/PREDICTOR/METRIC`.
    """
    recommenders = sorted(metrics["recommenders"].items(), key=lambda judged: judged[0] != FUSION)
    pairs = {f"pairs/{name}": estimates for name, estimates in metrics.get("pairs", {}).items()}
    values = {
        NOT_IN_NAMES.sub("_", f"{judged}/{metric.replace('@', '_at_')}"): estimate["value"]
        for judged, estimates in [*recommenders, *pairs.items()]
        for metric, estimate in estimates.items()
    }
    return {
        name: float(value) for name, value in values.items() if value is not None and math.isfinite(value)
    }


def curve_points(curves: pd.DataFrame) -> Iterator[tuple[str, float, int]]:
    """Yield name, value and step of every point of the training curves.

    They are measured on validation data, and must not be taken for the metrics of the same names.

    Args:
        curves: The dataset `training_curves`: recommender, epoch, and a column for each measure.
    """
    for row in curves.to_dict("records"):
        for measure, value in row.items():
            if measure not in {"recommender", "epoch"} and math.isfinite(value):
                name = f"training/{row['recommender']}/{measure.replace('@', '_at_')}"
                yield NOT_IN_NAMES.sub("_", name), float(value), int(row["epoch"])


def identity(protocol: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags by which results are comparable: equal data and equal protocol."""
    return {name: str(protocol[name]) for name in ("data_hash", "protocol_hash")}


def git_commit(folder: Path) -> str | None:
    """Return the commit that is checked out, with `-dirty` for local changes; None if it cannot be known."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
