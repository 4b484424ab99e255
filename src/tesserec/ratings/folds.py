"""Pairs to learn from, each with the history that was known before them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tesserec.ratings.pairs import training_pairs
from tesserec.ratings.scale import RatingScale

PAIR = ["user_id", "item_id"]
FOLDS, WIDTH = 3, 0.1
# With a smaller share of events by people who were there before, people visit once and do not come back.
FEWEST_KNOWN = 2 / 3


@dataclass(frozen=True)
class Fold:
    """A history and the pairs to predict from it.

    Attributes:
        history: The log, in order of time: `user_id`, `item_id`, `value`, optional `event` and `weight`.
        pairs: What `training_pairs` gives: `user_id`, `item_id`, `value`, `liked`, `weight`; or no rows.
        ranking_scores: A recommender's score of each pair, (pairs,), NaN where unknown; None: no scores.
    """

    history: pd.DataFrame
    pairs: pd.DataFrame
    ranking_scores: np.ndarray | None = None

    def known(self, scale: RatingScale) -> pd.DataFrame:
        """Return the observations of the history less the pairs, none of which may see its own value."""
        observations = scale.observations(self.history)
        pairs = pd.MultiIndex.from_frame(self.pairs[PAIR])
        return observations[~pd.MultiIndex.from_frame(observations[PAIR]).isin(pairs)]


def rolling_folds(
    interactions: pd.DataFrame, item_ids: np.ndarray, scale: RatingScale, *, people: int, seed: int
) -> list[Fold]:
    """Cut a log of ratings at three moments and predict each tenth of the log from what lies before it.

    What is served is the future of everybody at once: many of its items are new, and what is known of an
    item or a person is as old as in serving. Held-out last items of each person show nothing of that
    (rolling origin; Tashman 2000).

    Args:
        interactions: The log, in order of time for each person, with `timestamp`.
        item_ids: Every item, (items,) str.
        scale: What the values mean.
        people: Most people per fold, drawn at random among those with a history before it.
        seed: Seed of the draw.

    Returns:
        The folds, the latest first. None without ratings, with unknown times, or where most events are of
        people who are new then: there, the held-out items of each person are the better likeness. Cost:
        linear in the log.
    """
    if not scale.graded or len(interactions) == 0 or interactions["timestamp"].isna().any():
        return []
    time = interactions["timestamp"].to_numpy(float)
    cuts = np.quantile(time, 1 - WIDTH * np.arange(1, FOLDS + 1), method="higher")
    folds, known_shares = [], []
    for start, end in zip(cuts, [np.inf, *cuts[:-1]], strict=True):
        past, future = interactions[time < start], interactions[(time >= start) & (time < end)]
        if len(future) == 0:
            continue
        of_known = future["user_id"].isin(past["user_id"].unique())
        known_shares.append(of_known.mean())
        known = np.sort(future.loc[of_known, "user_id"].unique())
        drawn = np.random.default_rng(seed).permutation(known)[:people]
        future = future[future["user_id"].isin(drawn)]
        folds.append(Fold(past, training_pairs(past, future, item_ids, scale, unseen_per_pair=1, seed=seed)))
    return folds if folds and np.mean(known_shares) >= FEWEST_KNOWN else []
