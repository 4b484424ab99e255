"""Whether topics, interests and opinions were learned from the training split alone."""

import numpy as np
import pandas as pd

from tesserec.audit.allowed import PAIR, Allowed
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
    chosen = allowed.events[allowed.events["weight"] > 0].drop_duplicates(PAIR)
    people = taught["item_id"].map(chosen["item_id"].value_counts()).fillna(0).to_numpy()
    place = f"item_{kind}s"
    unknown = taught.loc[~taught["item_id"].isin(allowed.events["item_id"]), "item_id"]
    if len(unknown):
        finding = f"{kind}s were learned from item {unknown.iloc[0]}, which no training event is about"
        leak(place, finding, len(unknown), f"{MEND}.nodes")
    more = np.flatnonzero(taught["learned_from"].to_numpy() > people)
    if len(more):
        first = taught.iloc[more[0]]
        finding = (
            f"{kind}s were learned from {first['learned_from']:.0f} people who chose item "
            f"{first['item_id']}, but {people[more[0]]:.0f} did in the training split"
        )
        leak(place, finding, len(more), f"{MEND}.nodes")
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
