"""Whether histories, and what is counted in them, come from the events of the stage alone."""

import numpy as np
import pandas as pd

from tesserec.audit.allowed import Allowed
from tesserec.audit.check import Check, leak
from tesserec.recommenders.profiles import Profiles

# What single precision may change in a number.
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
    user_ids, found_ids = profiles.user_ids[profiles.rows], item_ids[profiles.items]
    numbers = allowed.log.pairs(user_ids, found_ids)
    counted = _counted(allowed, profiles.event_kinds)
    place, mend = f"{allowed.stage}_data", "tesserec.recommenders.histories"
    unseen = np.flatnonzero(counted.index.get_indexer(numbers) < 0)
    if len(unseen):
        row = unseen[0]
        finding = (
            f"the history of user {user_ids[row]} holds item {found_ids[row]}, {allowed.why(numbers[row])}"
        )
        leak(place, finding, len(unseen), mend)
    expected = counted.loc[numbers]
    for part in ("weight", "recency", "kinds"):
        found, right = getattr(profiles, "weights" if part == "weight" else part), expected[part].to_numpy()
        same = found == right if part == "kinds" else np.isclose(found, right, TOLERANCE, TOLERANCE)
        wrong = np.flatnonzero(~same)
        if len(wrong):
            row = wrong[0]
            finding = (
                f"the {part} of item {found_ids[row]} in the history of user {user_ids[row]} is "
                f"{found[row]:g}, but the events that the stage may see give {right[row]:g}"
            )
            leak(place, finding, len(wrong), mend)
    return Check(
        allowed.stage, "histories", "pairs, weights, kinds and recency with the events", len(numbers)
    )


def _counted(allowed: Allowed, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return weight, recency and kinds of each pair of the events, by the number of the pair."""
    log, seen = allowed.log, allowed.seen
    bit = pd.Index(kinds, dtype=object).get_indexer(log.kind[seen])
    bits = np.where(bit < 0, 0, 1 << np.maximum(bit, 0).astype(np.int64))
    events = pd.DataFrame(
        {
            "pair": log.pair[seen],
            "event": pd.factorize(log.kind[seen])[0],
            "weight": log.weight[seen],
            "kinds": bits,
        }
    )
    strongest = events.groupby(["pair", "event"], sort=False).max()
    pairs = strongest.groupby(level="pair", sort=False).sum()
    times = np.sort(log.time[seen])
    last = pd.Series(log.time[seen]).groupby(events["pair"], sort=False).max().loc[pairs.index]
    until = np.searchsorted(times, last.to_numpy(), side="right")
    # Where a time is unknown, no order is.
    return pairs.assign(recency=0.0 if np.isnan(times).any() else 1 - until / len(times))


def check_popularity(popularity: np.ndarray, item_ids: np.ndarray, allowed: Allowed) -> Check:
    """Check popularity against a count of the people who have an item and do not dislike it.

    Args:
        popularity: (items,) what the recommender `Popularity` learned from the stage's data.
        item_ids: (items,) ids by position.
        allowed: What the stage may know.

    Raises:
        LeakError: If it counted other events.
    """
    people = allowed.people_per_item(item_ids)
    expected = np.log1p(people) / max(np.log1p(people.max(initial=0)), 1e-9)
    wrong = np.flatnonzero(~np.isclose(popularity, expected, TOLERANCE, TOLERANCE))
    if len(wrong):
        worst = wrong[np.abs(popularity - expected)[wrong].argmax()]
        finding = (
            f"item {item_ids[worst]} counts {popularity[worst]:.3f}, but the {people[worst]:,} people who "
            f"have it in events that the stage may see make {expected[worst]:.3f}"
        )
        leak(f"popularity from {allowed.stage}_data", finding, len(wrong), "tesserec.recommenders.popularity")
    return Check(allowed.stage, "popularity", "scores with the people who have an item", len(item_ids))
