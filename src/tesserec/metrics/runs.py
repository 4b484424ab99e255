"""Whether one finished run recommends better than another, by the same people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError, DataError
from tesserec.metrics.significance import bootstrap_interval, holm, paired_difference


@dataclass(frozen=True)
class Run:
    """What a finished run measured.

    Args:
        name: What tables and messages call it, such as its folder.
        metrics: The content of metrics.json: `protocol_hash`, `data_hash` and `recommenders`.
        user_metrics: recommender, user_id and a column per metric.
    """

    name: str
    metrics: Mapping[str, Any]
    user_metrics: pd.DataFrame


def compare_runs(
    runs: Sequence[Run],
    recommender: str,
    metric: str,
    generator: np.random.Generator,
    rounds: int = 1000,
) -> pd.DataFrame:
    """Compare one recommender of several runs with that of the first, user by user.

    Args:
        runs: At least one, judged by the same protocol on the same people.
        recommender: Its name, the same in all runs.
        metric: One that is measured for each person, such as `ndcg@10`.
        generator: Source of the draws.
        rounds: Rounds of the bootstrap.

    Returns:
        A row per run: run, users (with a value), value, low, high (mean and 95 % interval); difference (this
        run minus the first), difference_low, difference_high, p_value (randomisation test) and p_holm
        (corrected for the number of runs), which are NaN for the first.

    Raises:
        ConfigError: If a run did not measure the recommender or the metric.
        DataError: If protocols or people differ, or a run's two files are not of the same run.
    """
    first, *others = runs
    for other in others:
        _check_protocol(first, other)
    values = [_values(run, recommender, metric) for run in runs]
    for other, theirs in zip(others, values[1:], strict=True):
        _check_people(first, other, values[0].index, theirs.index)
    table = np.column_stack([found.reindex(values[0].index) for found in values])  # (users, runs)
    interval = bootstrap_interval(table, generator, rounds)
    reference = np.repeat(table[:, :1], len(runs), axis=1)
    reference[:, 0] = np.nan  # the first run is not compared with itself
    gap = paired_difference(table, reference, generator, rounds)
    return pd.DataFrame(
        {
            "run": [run.name for run in runs],
            "users": (~np.isnan(table)).sum(axis=0),
            **interval._asdict(),
            "difference": gap.value,
            "difference_low": gap.low,
            "difference_high": gap.high,
            "p_value": gap.p_value,
            "p_holm": holm(np.asarray(gap.p_value)),
        }
    )


def _check_protocol(first: Run, other: Run) -> None:
    ours, theirs = (run.metrics["protocol_hash"] for run in (first, other))
    if ours == theirs:
        return
    same_data = first.metrics["data_hash"] == other.metrics["data_hash"]
    reason = (
        "their interactions are the same, but not the split, the candidates or what counts as relevant"
        if same_data
        else "their interactions differ"
    )
    raise DataError(
        f"The runs {first.name} (protocol {ours}) and {other.name} (protocol {theirs}) cannot be compared: "
        f"{reason}."
    )


def _check_people(first: Run, other: Run, ours: pd.Index, theirs: pd.Index) -> None:
    lost, new = len(ours.difference(theirs)), len(theirs.difference(ours))
    if lost or new:
        raise DataError(
            f"The runs {first.name} and {other.name} cannot be compared: {lost} people were judged in the "
            f"first only and {new} in the second only; give both the same evaluation.people and "
            "evaluation.seed."
        )


def _values(run: Run, recommender: str, metric: str) -> pd.Series:
    """Return the metric of each person, by user_id, after a look at whether it is of the run at all."""
    measured = run.user_metrics.drop(columns=["recommender", "user_id"]).columns
    _check_measured(run, "recommender", recommender, run.user_metrics["recommender"].unique())
    _check_measured(run, "metric of each person", metric, measured)
    rows = run.user_metrics[run.user_metrics["recommender"] == recommender]
    values = rows.set_index("user_id")[metric].astype(float)
    known = run.metrics["recommenders"].get(recommender, {}).get(metric, {}).get("value")
    if not np.isclose(values.mean(), np.nan if known is None else known, rtol=1e-9, equal_nan=True):
        raise DataError(
            f"In the run {run.name} the metrics of each person are not those behind metrics.json: it was "
            "stopped or run in parts; run 'kedro run' again with its output_dir."
        )
    return values


def _check_measured(run: Run, kind: str, name: str, measured: Sequence[str]) -> None:
    if name not in measured:
        raise ConfigError(f"The run {run.name} has no {kind} {name!r}; it has {', '.join(measured)}.")
