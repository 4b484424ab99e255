"""Which items of a history, and which words and attributes, gave most to a score."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from tesserec.recommenders.base import Recommender
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.named import Names, named_parts
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.sparsity import row_blocks

# Items of the history that are cited for a shown item, and names of features of one source.
CITED = 2
# What gave less than this share of what its source gave through all of its kind is not worth a mention.
CITED_SHARE = 0.1


def cite_history(
    recommenders: Mapping[str, Recommender],
    sources: Mapping[str, str],
    profiles: Profiles,
    shown: Candidates,
    worth: Mapping[str, np.ndarray],
    shares: Mapping[str, np.ndarray],
) -> dict[str, list[dict[int, float]]]:
    """Return by source, for each shown item, the items of the history that gave most.

    Those that gave most through all sources together are cited, each for the sources through which it gave
    much: without them the score falls furthest.

    Args:
        recommenders: Fitted recommenders by name.
        sources: The source of each.
        profiles: A block of profiles.
        shown: The recommended items of each person.
        worth: What a unit of each recommender's score is worth in shares of the fused score, (rows,).
        shares: Share of the fused score by source, (rows,).
    """
    splits = {name: split for name, one in recommenders.items() if (split := one.split(profiles))}
    cited: dict[str, list[dict[int, float]]] = {sources[name]: [] for name in splits}
    if not splits:
        return {}
    users = shown.users
    lengths = profiles.lengths[users]
    for block in row_blocks(lengths):
        rows = np.repeat(np.arange(block.start, block.stop), lengths[block])
        starts = profiles.indptr[users[block]] - np.cumsum(lengths[block]) + lengths[block]
        entries = np.arange(len(rows)) + np.repeat(starts, lengths[block])
        given = {source: np.zeros(len(rows), dtype=np.float32) for source in cited}
        for name, split in splits.items():
            some = np.flatnonzero(worth[name][rows] > 0)
            row, entry = rows[some], entries[some]
            gave = split(entry, shown.items[row]) * worth[name][row]
            given[sources[name]][some] += gave
        leading = _leading(np.sum(list(given.values()), axis=0), lengths[block])
        for source, part in given.items():
            cited[source] += _cited_of(
                part, leading, profiles.items[entries], rows - block.start, shares[source][block]
            )
    return cited


def _leading(gave: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the pairs that gave most to each row, row by row, the strongest first.

    Args:
        gave: (pairs,) what each item gave through all sources.
        lengths: (rows,) pairs of each row, which stand together.
    """
    rows = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((-gave, rows))
    place = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return order[place < CITED]


def _cited_of(
    gave: np.ndarray, leading: np.ndarray, items: np.ndarray, rows: np.ndarray, limit: np.ndarray
) -> list[dict[int, float]]:
    """Return the leading items that gave much through one source, the strongest first, with what they gave.

    Args:
        gave: (pairs,) what each item gave through the source.
        leading: Positions of the pairs that may be cited.
        items: (pairs,) item positions.
        rows: (pairs,) row of each pair.
        limit: (rows,) what the items of a row may have given together.
    """
    positive = np.maximum(gave, 0)
    total = np.bincount(rows, positive, minlength=len(limit))
    scale = np.minimum(limit / np.maximum(total, 1e-12), 1)
    best = leading[positive[leading] > CITED_SHARE * total[rows[leading]]]
    best = best[np.lexsort((-positive[best], rows[best]))]
    shares = positive[best] * scale[rows[best]]
    cited: list[dict[int, float]] = [{} for _ in limit]
    for row, item, share in zip(rows[best].tolist(), items[best].tolist(), shares.tolist(), strict=True):
        cited[row][item] = share
    return cited


def cite_features(
    recommenders: Mapping[str, Recommender],
    sources: Mapping[str, str],
    profiles: Profiles,
    shown: Candidates,
    worth: Mapping[str, np.ndarray],
    item_names: Names,
) -> dict[str, list[dict[str, float]]]:
    """Return by source, for each shown item, the names of the features that gave most through it.

    Args:
        recommenders: Fitted recommenders by name.
        sources: The source of each.
        profiles: A block of profiles.
        shown: The recommended items of each person.
        worth: As in `cite_history`.
        item_names: Names of the columns of item blocks.
    """
    cited: dict[str, list[dict[str, float]]] = {}
    for name, recommender in recommenders.items():
        asked = np.flatnonzero(worth[name] > 0)
        found = named_parts(recommender, profiles, item_names, shown.users[asked], shown.items[asked])
        if found is None:
            continue
        of_source = cited.setdefault(sources[name], [{} for _ in shown.items])
        for row, names in zip(asked.tolist(), _strongest_names(*found), strict=True):
            for one, part in names.items():
                of_source[row][one] = of_source[row].get(one, 0) + part * float(worth[name][row])
    return {
        source: [dict(sorted(names.items(), key=lambda pair: -pair[1])[:CITED]) for names in of_source]
        for source, of_source in cited.items()
    }


def _strongest_names(parts: sp.csr_array, names: Sequence[str]) -> list[dict[str, float]]:
    """Return the names that gave most to each row, the strongest first, with what they gave.

    Args:
        parts: (rows, columns).
        names: (columns,), at most one of them empty: that of what cannot be cited.
    """
    found: list[dict[str, float]] = []
    for row in range(parts.shape[0]):
        span = slice(parts.indptr[row], parts.indptr[row + 1])
        gave, columns = np.maximum(parts.data[span], 0), parts.indices[span]
        total = max(float(gave.sum()), 1e-12)
        # What others lowered is not theirs to have given.
        gave = gave * (max(float(parts.data[span].sum()), 0) / total)
        order = [place for place in np.argsort(-gave, kind="stable")[: CITED + 1] if names[columns[place]]]
        kept = [place for place in order[:CITED] if gave[place] > CITED_SHARE * gave.sum()]
        found.append({names[columns[place]]: float(gave[place]) for place in kept})
    return found
