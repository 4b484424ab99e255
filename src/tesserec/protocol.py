"""The evaluation protocol as data: what makes two results comparable, in words, numbers and one hash."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Literal

import pandas as pd

from tesserec.errors import ConfigError
from tesserec.hashing import digest_rows, hash_numbers, hash_strings, mix
from tesserec.splits.methods import METHOD_OPTIONS
from tesserec.splits.stages import STAGES, TARGET_SPLIT, candidate_items, targets

RelevanceRule = Literal["auto"] | float
COLD_ITEMS = "cold_items"
RULES_VERSION = 1  # raise it when the meaning of a method, of targets or of relevance changes

TIE_RULE = (
    "A user's events are ordered by timestamp; events of equal or unknown time keep their order of rows."
)
TARGET_RULE = "Targets of a split are its (user, item) pairs that occur in no earlier split of that user."
SCORE_RULE = "Items of equal score are ranked in an order that is fixed but arbitrary."
SEEN_RULE = "Items of a user's history in the stage are left out of that user's ranking."


def describe_protocol(
    split_interactions: pd.DataFrame,
    candidates: Collection[str],
    *,
    method: str,
    options: Mapping[str, Any],
    relevance: RelevanceRule,
) -> dict[str, Any]:
    """Describe how models are judged on these interactions.

    Args:
        split_interactions: events with user_id, item_id, event, value, timestamp, weight and split.
        candidates: ids of the only items to recommend; empty: all.
        method: the resolved split method.
        options: the options that were asked for: `method` and what `split_interactions` takes.
        relevance: "auto" or the least value of a relevant target; see `relevance_threshold`.

    Returns:
        A dictionary for JSON. Results may be compared if, and only if, their `protocol_hash` is the same.
    """
    threshold = relevance_threshold(split_interactions, relevance)
    rows = _hash_rows(split_interactions)
    identity = {
        "version": RULES_VERSION,
        "method": method,
        "threshold": threshold,
        "events": digest_rows(mix(rows, hash_strings(split_interactions["split"]))),
        "candidates": digest_rows(hash_strings(pd.Series(sorted(set(candidates)), dtype="str"))),
    }
    return {
        "split": {
            "requested": options["method"],
            "method": method,
            # To state the options that this method ignores would suggest that they matter.
            **{name: options[name] for name in METHOD_OPTIONS[method]},
        },
        "ties": TIE_RULE,
        "targets": TARGET_RULE,
        "relevance": {"requested": relevance, "threshold": threshold, "rule": _relevance_words(threshold)},
        "seen": SEEN_RULE,
        "equal_scores": SCORE_RULE,
        "candidates": _describe_candidates(split_interactions, candidates, method),
        "counts": _counts(split_interactions),
        "data_hash": digest_rows(rows),
        "protocol_hash": hashlib.blake2b(json.dumps(identity).encode(), digest_size=16).hexdigest(),
    }


def relevance_threshold(interactions: pd.DataFrame, rule: RelevanceRule) -> float | None:
    """Resolve the relevance rule on all interactions, so that no stage decides it by its own few targets.

    Args:
        interactions: events or targets with a column `value`, NaN where none.
        rule: the least relevant value; or "auto": 1 where all values are 0 or 1, nothing otherwise.

    Returns:
        The least value of a relevant target; None if every target is relevant.

    Raises:
        ConfigError: if the rule is another word.
    """
    if rule == "auto":
        values = interactions["value"].dropna()
        return 1.0 if len(values) and values.isin([0, 1]).all() else None
    if isinstance(rule, str):
        raise ConfigError(f"There is no relevance rule '{rule}'; write auto or the least liked value.")
    return float(rule)


def ranks_new_items(protocol: Mapping[str, Any]) -> bool:
    """Tell whether models are judged on items that nobody has yet, as new arrivals are."""
    return bool(protocol["split"]["method"] == COLD_ITEMS)


def relevant_targets(targets: pd.DataFrame, rule: RelevanceRule | None) -> pd.DataFrame:
    """Select the targets that a good ranking puts first.

    Args:
        targets: pairs with a column `value`, NaN where nothing was rated.
        rule: a relevance rule, or the threshold of a protocol (None: every target is relevant).

    Returns:
        The relevant rows with a fresh index. Without a value nothing speaks against a target: it is relevant.
    """
    threshold = None if rule is None else relevance_threshold(targets, rule)
    if threshold is None:
        return targets.reset_index(drop=True)
    return targets[~(targets["value"] < threshold)].reset_index(drop=True)


def _hash_rows(interactions: pd.DataFrame) -> Any:
    return mix(
        *(hash_strings(interactions[name]) for name in ("user_id", "item_id", "event")),
        *(hash_numbers(interactions[name]) for name in ("value", "timestamp")),
    )


def _relevance_words(threshold: float | None) -> str:
    if threshold is None:
        return "Every target is relevant."
    return f"A target is relevant if its value is at least {threshold:g}, or if it has none."


def _describe_candidates(
    split_interactions: pd.DataFrame, candidates: Collection[str], method: str
) -> dict[str, Any]:
    cold = method == COLD_ITEMS
    listed = len(set(candidates))
    rule = (
        "The held-out items of each stage are ranked"
        if cold
        else "All items are ranked in tuning and testing"
    )
    serving = "the listed candidates in serving" if listed else "all items in serving"
    described: dict[str, Any] = {"rule": f"{rule}, {serving}.", "listed": listed}
    if cold:
        items = split_interactions["item_id"].unique()
        for stage in ("tuning", "testing"):
            described[stage] = len(candidate_items(split_interactions, items, candidates, stage, method))
    return described


def _counts(split_interactions: pd.DataFrame) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "users": int(split_interactions["user_id"].nunique()),
        "items": int(split_interactions["item_id"].nunique()),
        "events": len(split_interactions),
        "events_by_split": {
            split: int((split_interactions["split"] == split).sum()) for split in ("train", "valid", "test")
        },
        "targets": {},
    }
    for stage in STAGES:
        split = TARGET_SPLIT[stage]
        if split is not None:
            pairs = targets(split_interactions, stage)
            counts["targets"][split] = {"pairs": len(pairs), "users": int(pairs["user_id"].nunique())}
    return counts
