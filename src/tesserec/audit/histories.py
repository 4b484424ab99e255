"""Whether histories, and what is counted in them, come from the events of the stage alone."""

import numpy as np
import pandas as pd

from tesserec.audit.allowed import PAIR, Allowed
from tesserec.audit.check import Check, leak
from tesserec.recommenders.profiles import Profiles

TOLERANCE = 1e-5


def check_histories(profiles: Profiles, item_ids: np.ndarray, allowed: Allowed) -> Check:
    """Check every entry of every history against a count of the events.

    Args:
        profiles: Histories of a stage.
        item_ids: (items,) ids by position.
        allowed: What the stage may know.

    Raises:
        LeakError: If a pair, a weight, a kind of event or a recency tells of other events.
    """
    found = pd.DataFrame(
        {
            "user_id": profiles.user_ids[profiles.rows],
            "item_id": item_ids[profiles.items],
            "weight": profiles.weights,
            "recency": profiles.recency,
            "kinds": profiles.kinds,
        }
    )
    both = found.merge(
        _counted(allowed.events, profiles.event_kinds), on=PAIR, how="left", suffixes=("", "_seen")
    )
    unseen = both["weight_seen"].isna()
    place, mend = f"{allowed.stage}_data", "tesserec.recommenders.histories"
    if unseen.any():
        first = both[unseen].iloc[0]
        why = allowed.why(first["user_id"], first["item_id"])
        finding = f"the history of user {first['user_id']} holds item {first['item_id']}, {why}"
        leak(place, finding, int(unseen.sum()), mend)
    for column in ("weight", "recency", "kinds"):
        is_, must = both[column].to_numpy(), both[f"{column}_seen"].to_numpy()
        wrong = is_ != must if column == "kinds" else ~np.isclose(is_, must, TOLERANCE, TOLERANCE)
        if wrong.any():
            first = both[wrong].iloc[0]
            finding = (
                f"the {column} of item {first['item_id']} in the history of user {first['user_id']} is "
                f"{first[column]:g}, but the events that the stage may see give {first[f'{column}_seen']:g}"
            )
            leak(place, finding, int(wrong.sum()), mend)
    return Check(allowed.stage, "histories", "pairs, weights, kinds and recency with the events", len(found))


def _counted(events: pd.DataFrame, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return weight, recency and kinds of each pair of the events."""
    strongest = events.groupby([*PAIR, "event"], sort=False, observed=True)["weight"].max().reset_index()
    bits = {kind: 1 << place for place, kind in enumerate(kinds)}
    strongest["kinds"] = strongest["event"].map(bits).fillna(0).astype(np.int64)
    pairs = strongest.groupby(PAIR, sort=False)[["weight", "kinds"]].sum()
    last = events.groupby(PAIR, sort=False)["timestamp"].max()
    times = np.sort(events["timestamp"].to_numpy(float))
    until = np.searchsorted(times, last.to_numpy(float), side="right")
    pairs["recency"] = 1 - until / len(times) if events["timestamp"].notna().all() else 0.0
    return pairs.reset_index()


def check_popularity(popularity: np.ndarray, item_ids: np.ndarray, allowed: Allowed) -> Check:
    """Check popularity against a count of the people who have an item and do not dislike it.

    Args:
        popularity: (items,) what the recommender `Popularity` learned from the stage's data.
        item_ids: (items,) ids by position.
        allowed: What the stage may know.

    Raises:
        LeakError: If it counted other events.
    """
    liked = allowed.events[allowed.events["weight"] > 0].drop_duplicates(PAIR)
    people = liked["item_id"].value_counts().reindex(item_ids, fill_value=0).to_numpy()
    expected = np.log1p(people) / max(np.log1p(people.max(initial=0)), 1e-9)
    wrong = np.flatnonzero(~np.isclose(popularity, expected, TOLERANCE, TOLERANCE))
    if len(wrong):
        # The item that was counted too often shows best where it gained most.
        worst = wrong[np.abs(popularity - expected)[wrong].argmax()]
        finding = (
            f"item {item_ids[worst]} counts {popularity[worst]:.3f}, but the {people[worst]:,} people who "
            f"have it in events that the stage may see make {expected[worst]:.3f}"
        )
        leak(f"popularity from {allowed.stage}_data", finding, len(wrong), "tesserec.recommenders.popularity")
    return Check(allowed.stage, "popularity", "scores with the people who have an item", len(item_ids))
