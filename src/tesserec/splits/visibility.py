"""What a stage may read: a review of a test item is label information, and so is a link to it."""

import numpy as np
import pandas as pd

from tesserec.splits.stages import HISTORY_SPLITS, PAIR, Stage


def visible_texts(user_texts: pd.DataFrame, split_interactions: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """Select the texts that were known before what a stage has to predict.

    A text goes if its (user, item) pair is held out, or if it was written at or after the first held-out
    event of its user. Where the split cuts time for everybody, that moment holds for everybody. A text about
    an item of the history stays as long as that history reaches past it: under random splits and equal times
    its event is known, so the text is. Texts without a time are judged by their pair alone; those without
    both stay.

    Args:
        user_texts: texts with user_id, item_id (or None) and timestamp (NaN if unknown).
        split_interactions: events with user_id, item_id, timestamp and split.
        stage: tuning, testing or serving (which reads everything).

    Returns:
        The rows that remain, in the same order, with a fresh index.
    """
    known = split_interactions["split"].isin(HISTORY_SPLITS[stage])
    past, held_out = split_interactions[known], split_interactions[~known]
    pair = pd.MultiIndex.from_frame(user_texts[PAIR])
    in_past = pair.isin(pd.MultiIndex.from_frame(past[PAIR]))
    is_target = pair.isin(pd.MultiIndex.from_frame(held_out[PAIR])) & ~in_past
    time = user_texts["timestamp"].to_numpy(dtype=np.float64)
    # Comparisons with NaN are false: without a time, a user or a cut nothing is late.
    late = time >= _cuts(user_texts["user_id"], past, held_out)
    reached = time <= _by_user(user_texts["user_id"], past.groupby("user_id")["timestamp"].max())
    return user_texts[~is_target & ~(late & ~(in_past & reached))].reset_index(drop=True)


def _cuts(users: pd.Series, past: pd.DataFrame, held_out: pd.DataFrame) -> np.ndarray:
    """Return for each text its user's first held-out time, or everybody's if all the past is before that."""
    first = held_out["timestamp"].min()
    if past["timestamp"].max() < first:
        return np.full(len(users), first)
    return _by_user(users, held_out.groupby("user_id")["timestamp"].min())


def _by_user(users: pd.Series, values: pd.Series) -> np.ndarray:
    return users.map(values).to_numpy(dtype=np.float64)


def visible_relations(
    relations: pd.DataFrame, split_interactions: pd.DataFrame, stage: Stage
) -> pd.DataFrame:
    """Leave out the links of a person to an item that a stage has to predict: a bookmark tells of it.

    Args:
        relations: head_type, head_id, relation, tail_type, tail_id.
        split_interactions: events with user_id, item_id and split.
        stage: tuning, testing or serving (which reads everything).

    Returns:
        The rows that remain, in the same order, with a fresh index.
    """
    known = split_interactions["split"].isin(HISTORY_SPLITS[stage])
    past, held_out = (
        pd.MultiIndex.from_frame(split_interactions.loc[rows, PAIR]) for rows in (known, ~known)
    )
    is_target = np.zeros(len(relations), dtype=bool)
    for user, item in (("head", "tail"), ("tail", "head")):
        linked = (relations[f"{user}_type"] == "user") & (relations[f"{item}_type"] == "item")
        pair = pd.MultiIndex.from_arrays([relations[f"{user}_id"], relations[f"{item}_id"]])
        is_target |= linked & pair.isin(held_out) & ~pair.isin(past)
    return relations[~is_target].reset_index(drop=True)
