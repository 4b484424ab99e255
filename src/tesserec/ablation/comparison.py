"""How good the arms of the bench are, and by how much the full system is better."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tesserec.ablation.bench import Arm
from tesserec.ablation.settings import CONTROLS, FULL
from tesserec.evaluation.held_out import HeldOut
from tesserec.metrics import (
    Slice,
    bootstrap_interval,
    holm,
    paired_difference,
    ranking_metrics,
    slice_metrics,
)

TEXT_VALUE = [
    *("control", "slicing", "slice", "users", "targets", "metric"),
    *("value", "low", "high", "p_value", "p_holm"),
]
# Sign flips behind each of many p-values.
FLIPS = 10_000


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
        randomisation test) and p_holm (corrected for the arms of the same kind); NaN for the full system.
    """
    values = user_metrics.pivot(index="user_id", columns="arm", values=metric)[arms["arm"]].to_numpy()
    is_full = (arms["arm"] == FULL).to_numpy()
    value, low, high = bootstrap_interval(values, np.random.default_rng(seed))
    table = arms.assign(metric=metric, users=len(values), value=value, low=low, high=high)
    difference = paired_difference(
        np.repeat(values[:, is_full], len(arms), axis=1), values, np.random.default_rng(seed)
    )
    ends = {"difference": difference.value, "difference_low": difference.low}
    ends |= {"difference_high": difference.high, "p_value": difference.p_value}
    table = table.assign(**{name: np.where(is_full, np.nan, column) for name, column in ends.items()})
    table["p_holm"] = table.groupby("kind")["p_value"].transform(lambda p_values: holm(p_values.to_numpy()))
    return table


def value_of_text(
    lists: Mapping[str, np.ndarray], task: HeldOut, slices: Sequence[Slice], k: int, seed: int
) -> pd.DataFrame:
    """Say what the text is worth, for whom and for what: the full system against each control of the text.

    Args:
        lists: (users, length) item positions by arm.
        task: The held-out people, in the order of the lists.
        slices: Of these people and of the items; everybody is added in front.
        k: Length of the lists.
        seed: Of resampling and sign flips.

    Returns:
        control, slicing, slice, users (with a target in the slice), targets, metric, value (mean of the full
        system's metric less that of the control), low, high (95 % interval), p_value and p_holm (corrected
        for all slices and controls); empty where there are no controls.
    """
    people, items = task.targets.shape
    everybody = Slice("all", "everybody", np.ones(people, dtype=bool), np.ones(items, dtype=bool))
    controls = [name for name in CONTROLS if name in lists]
    metric, rows = f"ndcg@{k}", []
    for part in [everybody, *slices] if controls else []:
        full, *others = (
            slice_metrics(lists[name], task.targets, part, k)[metric] for name in (FULL, *controls)
        )
        known = {
            "slicing": part.slicing,
            "slice": part.name,
            "metric": metric,
            "users": int((~np.isnan(full)).sum()),
            "targets": part.inside(task.targets).nnz,
        }
        for control, other in zip(controls, others, strict=True):
            difference = paired_difference(full, other, np.random.default_rng(seed), flips=FLIPS)
            rows.append({"control": control, **known, **difference._asdict()})
    table = pd.DataFrame(rows, columns=None if rows else TEXT_VALUE)
    return table.assign(p_holm=holm(table["p_value"].to_numpy(float)))[TEXT_VALUE]


def describe_arms(arms: Sequence[Arm]) -> pd.DataFrame:
    """Return arm, kind, form (how it blends) and recommenders (how many have any influence)."""
    rows = [(arm.name, arm.kind, arm.form, len(arm.blends.used)) for arm in arms]
    return pd.DataFrame(rows, columns=["arm", "kind", "form", "recommenders"])
