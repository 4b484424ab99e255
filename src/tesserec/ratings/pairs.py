"""The labelled pairs that the prediction of likes is learned on."""

import numpy as np
import pandas as pd

from tesserec.ratings.scale import RatingScale


def training_pairs(
    history: pd.DataFrame,
    held_out: pd.DataFrame,
    item_ids: np.ndarray,
    scale: RatingScale,
    *,
    unseen_per_pair: int,
    seed: int,
    people: int | None = None,
) -> pd.DataFrame:
    """Label held-out pairs; where a log has no ratings, add pairs that did not occur.

    The added pairs are drawn uniformly from all that the users of either table have not touched. Each stands
    for `weight` pairs of its kind, so a model that knows the weight can correct its probability to
    that of a pair drawn from everything unseen (King and Zeng 2001, prior correction).

    Args:
        history: The log that features will be computed from.
        held_out: Later rows of the log, in the same columns.
        item_ids: Every item that could be touched, (items,) str.
        scale: What the values mean.
        unseen_per_pair: Pairs drawn for each held-out pair where the log has no ratings.
        seed: Seed of the draw.
        people: Most people whose held-out pairs are labelled, drawn at random; None: all.

    Returns:
        `user_id`, `item_id`, `value`, `liked` (bool), `weight` (pairs that the row stands for). Cost:
        O(history + held_out × unseen_per_pair).
    """
    observed = scale.observations(held_out)
    users = observed["user_id"].unique()
    chosen = np.random.default_rng(seed).permutation(users)[:people]
    table = observed[observed["user_id"].isin(chosen)].reset_index(drop=True)
    table["liked"] = scale.likes(table["value"].to_numpy(float))
    # Whoever was drawn stands for others too, since pairs that did not occur are drawn from everybody's.
    table["weight"] = 1.0 if scale.graded else len(users) / max(len(chosen), 1)
    if scale.graded or table.empty:
        return table
    seen = pd.concat([scale.observations(history), observed], ignore_index=True)
    drawn = _draw_unseen(seen, item_ids, len(table) * unseen_per_pair, seed)
    return pd.concat([table, drawn], ignore_index=True)


def _draw_unseen(seen: pd.DataFrame, item_ids: np.ndarray, draws: int, seed: int) -> pd.DataFrame:
    users = seen["user_id"].unique()
    seen = seen[seen["item_id"].isin(item_ids)]
    seen = seen[["user_id", "item_id"]].drop_duplicates()
    generator = np.random.default_rng(seed)
    # Users are drawn alike, not as often as they are active: only then does one weight hold for all of them.
    drawn = pd.DataFrame({
        "user_id": generator.choice(users, draws),
        "item_id": generator.choice(item_ids, draws),
    }).drop_duplicates()  # fmt: skip
    known = pd.MultiIndex.from_frame(drawn).isin(pd.MultiIndex.from_frame(seen))
    drawn = drawn[~known]
    unseen = len(users) * len(item_ids) - len(seen)
    return drawn.assign(value=0.0, liked=False, weight=unseen / max(len(drawn), 1))
