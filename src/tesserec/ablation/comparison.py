"""How good the arms of the bench are, and by how much the full system is better."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tesserec.ablation.bench import Arm
from tesserec.ablation.settings import FULL
from tesserec.evaluation.held_out import HeldOut
from tesserec.metrics import bootstrap_interval, paired_difference, ranking_metrics


def judge_lists(lists: Mapping[str, np.ndarray], task: HeldOut, ks: Sequence[int]) -> pd.DataFrame:
    """Measure the list of every arm for every held-out person.

    Args:
        lists: (users, length) item positions by arm.
        task: The held-out people, in the order of the lists.
        ks: Lengths at which to measure.

    Returns:
        arm, user_id, and the metrics of `tesserec.metrics.ranking_metrics`.
    """
    frames = [
        pd.DataFrame(
            {"arm": name, "user_id": task.profiles.user_ids, **ranking_metrics(best, task.targets, ks)}
        )
        for name, best in lists.items()
    ]
    return pd.concat(frames, ignore_index=True)


def compare_arms(user_metrics: pd.DataFrame, arms: pd.DataFrame, metric: str, seed: int) -> pd.DataFrame:
    """Compare the full system with every other arm, person by person.

    Args:
        user_metrics: As of `judge_lists`.
        arms: As of `describe_arms`.
        metric: A column of `user_metrics`.
        seed: Of resampling and sign flips.

    Returns:
        The arms with metric, users, value, low, high (95 % bootstrap interval over people), and by how much
        the full system is better: difference, difference_low, difference_high, p_value (paired
        randomisation test), NaN for the full system itself.
    """
    values = user_metrics.pivot(index="user_id", columns="arm", values=metric)[arms["arm"]].to_numpy()
    full = values[:, [arms["arm"].tolist().index(FULL)]]
    value, low, high = bootstrap_interval(values, np.random.default_rng(seed))
    difference = paired_difference(np.repeat(full, len(arms), axis=1), values, np.random.default_rng(seed))
    table = arms.assign(metric=metric, users=len(values), value=value, low=low, high=high)
    differences = pd.DataFrame(difference._asdict()).rename(
        columns={"value": "difference", "low": "difference_low", "high": "difference_high"}
    )
    differences[arms["arm"].to_numpy() == FULL] = np.nan
    return pd.concat([table, differences], axis=1)


def describe_arms(arms: Sequence[Arm]) -> pd.DataFrame:
    """Return arm, kind, form (how it blends) and recommenders (how many have any influence)."""
    rows = [(arm.name, arm.kind, arm.form, len(arm.blends.used)) for arm in arms]
    return pd.DataFrame(rows, columns=["arm", "kind", "form", "recommenders"])
