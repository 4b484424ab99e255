"""Do reasons hold? Without the evidence that they cite the score must fall, and without other evidence not.

What is scored again is the whole weighted sum of the fusion, for the profile as it would be without what was
deleted: the recommenders' scores, their sizes over all items, and the gates, which look at the length of the
history. The correction by trees is left out, because it looks at places in lists, and popularity cannot move.
"""

from typing import Any

import numpy as np
import pandas as pd

from tesserec.evaluation.deletion import Pieces, columns_named, delete, draw_others, pieces_of, quotes_named
from tesserec.features.blocks import positions
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.evidence_table import FEATURE, ITEM
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.parallel import work_in_blocks
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.reasons import OF_PERSON

KEY = ["user_id", "item_id", "rank"]


def compare_deletions(
    fusion: Fusion, data: TrainingData, evidence: pd.DataFrame, people: int, seed: int
) -> pd.DataFrame:
    """Delete what reasons name, or as many other pieces of the same person, and score the items again.

    One recommendation of each person is looked at, drawn among those whose reasons name items of the history,
    words, texts or attributes of which the person has as many others. Takes three lists' time for each
    person.

    Args:
        fusion: The fitted fusion that made the lists.
        data: The people's profiles and the items.
        evidence: As `tesserec.recommenders.evidence_table` makes it.
        people: Largest number of people.
        seed: Of the draw of people and of the other pieces.

    Returns:
        user_id, item_id, rank, pieces (how many were deleted), score, and what it fell by: fall_cited and
        fall_other.
    """
    generator = np.random.default_rng(seed)
    drawn, cited, others = _draw(data, evidence, people, generator)
    users = positions(data.profiles.user_ids, drawn["user_id"])
    items = positions(data.items.ids, drawn["item_id"])
    profiles = data.profiles.take(users)
    score = _score(fusion, profiles, items)
    return drawn.assign(
        pieces=[len(pieces) for pieces in cited],
        score=score,
        fall_cited=score - _score(fusion, delete(profiles, cited), items),
        fall_other=score - _score(fusion, delete(profiles, others), items),
    )


def summarise_deletions(
    deletions: pd.DataFrame, evidence: pd.DataFrame, rounds: int, seed: int
) -> dict[str, Any]:
    """Sum up how far scores move without the cited evidence and without other evidence.

    Args:
        deletions: As `compare_deletions` returns them.
        evidence: As `tesserec.recommenders.evidence_table` makes it.
        rounds: Resampled sets of people behind the intervals.
        seed: Of the resampling.

    Returns:
        people; deletable (share of all recommendations whose reasons name something that can be deleted);
        score, fall_cited, fall_other (means); ratio (mean movement, up or down, without the cited evidence
        over that without other evidence), ratio_low and ratio_high (95 % bootstrap interval); and
        mattered_more (share of people with whom the cited evidence moved the score more). None where nobody
        was drawn.
    """
    named = _deletable(evidence)
    rows = len(evidence[KEY].drop_duplicates())
    summary = {
        "people": len(deletions),
        "deletable": len(named[KEY].drop_duplicates()) / rows if rows else None,
    }
    means = ("score", "fall_cited", "fall_other")
    if deletions.empty:
        return summary | dict.fromkeys((*means, "ratio", "ratio_low", "ratio_high", "mattered_more"))
    moved = deletions[["fall_cited", "fall_other"]].abs().to_numpy(float)
    low, high = _ratio_interval(moved, rounds, np.random.default_rng(seed))
    cited, other = moved.mean(axis=0)
    return summary | {
        **{name: float(deletions[name].mean()) for name in means},
        "ratio": float(cited / max(other, 1e-12)),
        "ratio_low": low,
        "ratio_high": high,
        "mattered_more": float((moved[:, 0] > moved[:, 1]).mean()),
    }


def _deletable(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return what reasons name and profiles hold: items of the history, and features of the person.

    The kinds of items that a person often chooses are no column of theirs.
    """
    own = (evidence["kind"] == FEATURE) & evidence["source"].isin(OF_PERSON)
    return evidence[evidence["named"] & (own | (evidence["kind"] == ITEM))]


def _draw(
    data: TrainingData, evidence: pd.DataFrame, people: int, generator: np.random.Generator
) -> tuple[pd.DataFrame, list[Pieces], list[Pieces]]:
    """Return one recommendation of each person, what its reason cites, and as many other pieces."""
    named = _deletable(evidence)
    by_person = {user: rows for user, rows in named.groupby("user_id", sort=True)}
    rows: list[tuple[str, str, int]] = []
    cited: list[Pieces] = []
    others: list[Pieces] = []
    for user in generator.permutation(np.array(list(by_person), dtype=object)):
        found = _draw_row(data, by_person[user], generator)
        if found is not None:
            rows.append(found[0])
            cited.append(found[1])
            others.append(found[2])
        if len(rows) == people:
            break
    return pd.DataFrame(rows, columns=KEY), cited, others


def _draw_row(
    data: TrainingData, named: pd.DataFrame, generator: np.random.Generator
) -> tuple[tuple[str, str, int], Pieces, Pieces] | None:
    """Draw one of a person's recommendations that leaves enough other pieces; None if none does."""
    person = data.profiles.take(positions(data.profiles.user_ids, named["user_id"].iloc[:1]))
    own = pieces_of(person)
    recommended = list(named.groupby(KEY, sort=True))
    for place in generator.permutation(len(recommended)):
        key, rows = recommended[place]
        items = positions(data.items.ids, rows.loc[rows["kind"] == ITEM, "cited"].unique())
        names = set(rows.loc[rows["kind"] == FEATURE, "cited"])
        cited = Pieces(items, columns_named(person, own, names), quotes_named(person, own, names))
        other = draw_others(own, cited, generator) if len(cited) else None
        if other is not None:
            return key, cited, other
    return None


def _score(fusion: Fusion, profiles: Profiles, items: np.ndarray) -> np.ndarray:
    """Return the weighted sum of one item for each profile, (users,)."""

    def score_of(place: slice, block: Profiles) -> np.ndarray:
        return fusion.score_pairs(block, np.arange(len(block)), items[place])

    parts = work_in_blocks(score_of, fusion.recommenders, profiles, "Checking reasons")
    return np.concatenate([np.zeros(0), *parts])


def _ratio_interval(moved: np.ndarray, rounds: int, generator: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the ratio of two means, (people, 2)."""
    drawn = generator.integers(0, len(moved), (rounds, len(moved)))
    means = moved[drawn].mean(axis=1)  # (rounds, 2)
    low, high = np.quantile(means[:, 0] / np.maximum(means[:, 1], 1e-12), (0.025, 0.975))
    return float(low), float(high)
