"""Whether topics, interests and opinions were learned from the training split alone."""

import numpy as np
import pandas as pd

from tesserec.audit.allowed import Allowed
from tesserec.audit.check import Check, described, leak

MEND = "tesserec.pipelines.semantic_mining"


def check_groups(item_groups: pd.DataFrame, kind: str, allowed: Allowed) -> Check:
    """Check from which items, and from whose choices of them, topics or interests were learned.

    Args:
        item_groups: item_id, learned_from: the number of people whose choice of the item was learned from, as
            the function that learned counted them; NaN where not even its text was.
        kind: topic or interest.
        allowed: What tuning may know.

    Raises:
        LeakError: If an item or a choice was that only held-out events tell of.
    """
    taught = item_groups[item_groups["learned_from"].notna()]
    item_ids, told = taught["item_id"].to_numpy(object), taught["learned_from"].to_numpy()
    place, mend = f"item_{kind}s", f"{MEND}.nodes"
    unknown = np.delete(item_ids, allowed.known_items(item_ids))
    if len(unknown):
        finding = f"{kind}s were learned from item {unknown[0]}, which no training event is about"
        leak(place, finding, len(unknown), mend)
    people = allowed.people_per_item(item_ids)
    more = np.flatnonzero(told > people)
    if len(more):
        row = more[0]
        finding = (
            f"{kind}s were learned from {told[row]:.0f} people who chose item {item_ids[row]}, but "
            f"{people[row]:.0f} did in the training split"
        )
        leak(place, finding, len(more), mend)
    return Check(
        "tuning", f"{kind}s", "the items and choices learned from with the training split", len(taught)
    )


def check_opinions(opinions: pd.DataFrame, allowed: Allowed) -> Check:
    """Check from which texts the reading of opinions was learned.

    Args:
        opinions: user_id, item_id, timestamp, taught: whether anything was learned from the text.
        allowed: What tuning may know.

    Raises:
        LeakError: If a text about a held-out pair, or one written after the cut, was learned from.
    """
    wrong = opinions[opinions["taught"].to_numpy(bool) & allowed.forbidden(opinions)]
    if len(wrong):
        text = described(wrong.iloc[0])
        finding = (
            f"opinions were learned from the text {text}, which must not be read before {allowed.begins}"
        )
        leak("opinions", finding, len(wrong), f"{MEND}.opinions")
    return Check(
        "tuning", "opinions", "the texts learned from with those known before", int(opinions["taught"].sum())
    )
