"""Whether a link between a person and an item tells of a held-out pair."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tesserec.audit.allowed import Allowed
from tesserec.audit.check import Check, leak
from tesserec.features.blocks import FeatureBlocks

OTHER = {"user": "item", "item": "user"}


def check_links(blocks: Mapping[str, FeatureBlocks], relations: pd.DataFrame, allowed: Allowed) -> Check:
    """Check that the blocks `relations` link nobody to an item that they are to be judged on.

    Args:
        blocks: Features of a stage, of `user`s and of `item`s.
        relations: head_type, head_id, relation, tail_type, tail_id.
        allowed: What the stage may know.

    Raises:
        LeakError: If they do.
    """
    both = relations["head_type"].map(OTHER) == relations["tail_type"]
    first = relations["head_type"] == "user"
    ends = {
        "user": relations["head_id"].where(first, relations["tail_id"])[both],
        "item": relations["tail_id"].where(first, relations["head_id"])[both],
    }
    pairs = allowed.log.pairs(ends["user"], ends["item"])
    seen = np.isin(pairs, allowed.log.pair[allowed.seen])
    held_out = np.isin(pairs, allowed.log.pair[~allowed.seen]) & ~seen
    for kind, found in blocks.items():
        names = relations["relation"][both] + f": {OTHER[kind]} " + ends[OTHER[kind]]
        rows = pd.Index(found.ids).get_indexer(ends[kind])
        columns = pd.Index(found.names.get("relations", []), dtype=object).get_indexer(names)
        there = np.flatnonzero(held_out & (rows >= 0) & (columns >= 0))
        block = found.blocks.get("relations")
        told = [row for row in there if block is not None and block[rows[row], columns[row]]]
        if told:
            user, item = (ends[end].iloc[told[0]] for end in ("user", "item"))
            finding = f"user {user} is linked to item {item}, {allowed.why(pairs[told[0]])}"
            leak(
                f"{allowed.stage}_data, {kind} block 'relations'",
                finding,
                len(told),
                "tesserec.splits.visibility",
            )
    return Check(allowed.stage, "links", "links of people to items with held-out pairs", len(pairs))
