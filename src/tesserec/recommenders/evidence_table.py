"""The evidence behind lists, as a table for machines."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from tesserec.recommenders.reasons import Evidence

COLUMNS = ("user_id", "item_id", "rank", "source", "kind", "cited", "share", "named")
ITEM, FEATURE, REST = "item", "feature", "rest"


def tabulate_evidence(
    lists: pd.DataFrame, evidence: Sequence[Evidence], item_ids: np.ndarray
) -> pd.DataFrame:
    """Return one row per piece of evidence; the shares of a recommendation sum to 1.

    Args:
        lists: user_id, item_id, rank.
        evidence: One per row of `lists`.
        item_ids: (items,) ids.

    Returns:
        user_id, item_id, rank, source, kind (`item` of the history, `feature`: a word, a text or an
        attribute, or `rest` of the source), cited (item id, name of the feature, beginning of the text, or
        empty), share of the score, and whether the reason names it. A recommendation that nothing raised has
        no row.
    """
    pieces = [(row, *piece) for row, one in enumerate(evidence) for piece in _pieces(one, item_ids)]
    rows = np.array([piece[0] for piece in pieces], dtype=np.int64)
    told = pd.DataFrame([piece[1:] for piece in pieces], columns=list(COLUMNS[3:]))
    told = told.astype({"source": "str", "kind": "str", "cited": "str", "share": "float64", "named": "bool"})
    listed = lists[list(COLUMNS[:3])].iloc[rows].reset_index(drop=True)
    return pd.concat([listed, told], axis=1)


def _pieces(evidence: Evidence, item_ids: np.ndarray) -> Iterator[tuple[str, str, str, float, bool]]:
    told = evidence.told
    for source, share in sorted(evidence.shares.items(), key=lambda pair: -pair[1]):
        named = source in told
        if features := evidence.features.get(source):
            cited = [(FEATURE, name, part) for name, part in features.items()]
        else:
            items = evidence.history.get(source, {})
            cited = [(ITEM, str(item_ids[item]), part) for item, part in items.items()]
        for kind, name, part in cited:
            yield source, kind, name, part, named
        rest = share - sum(part for _, _, part in cited)
        yield source, REST, "", max(rest, 0.0), named and not cited
