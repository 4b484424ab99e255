"""For whom and for what the recommenders work: slices of a task, and a table of what was reached in each."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.evaluation.groups import Groups
from tesserec.evaluation.held_out import HeldOut
from tesserec.metrics import Slice, interval_table, slice_metrics

METRICS = ("ndcg", "hit_rate", "recall")
REST = "all others"
# Of all events: what the warm items hold together.
WARM_SHARE = 0.8
MOST_GROUPS = 8
_COLUMNS = ["recommender", "slicing", "slice", "users", "targets", "metric", "value", "low", "high"]


def find_slices(task: HeldOut, holders: np.ndarray, groups: Mapping[str, Groups]) -> list[Slice]:
    """Slice a task by what is known of items and people, and by the groups of the items.

    | slicing | slice | holds |
    |---|---|---|
    | `items` | `warm` | targets among the most popular items that hold four fifths of the events |
    | | `tail` | less popular targets that anybody has |
    | | `cold` | targets that nobody has in the stage's training history |
    | `users` | `new` | people without a history in the stage |
    | | `light`, `heavy` | people with a history of at most, or more than, the median length of these |
    | a name of `groups` | a group | targets in it: the 8 groups with most targets, then `all others` |

    Warm items are the short head that holds 80 % of the ratings in Abdollahpouri et al. 2019 ("Managing
    popularity bias in recommender systems with personalized re-ranking"); items with as many people as the
    last of them are warm too, so no order decides. The median is that of the task's people, since data sets
    differ too much in length for one bound. `items` and `users` each part all targets; a target in several
    groups counts in each. Groups without any target are left out, the other slices stay, empty or not.

    Args:
        task: People, their histories and their targets.
        holders: (items,) number of people who have each item in the stage's training history.
        groups: Groups of the items, such as `language` and `category`.
    """
    everybody, everything = np.ones(len(task.profiles), dtype=bool), np.ones(len(holders), dtype=bool)
    by_items = ((name, everybody, items) for name, items in _by_popularity(holders))
    by_users = ((name, users, everything) for name, users in _by_length(task.profiles.lengths))
    slices = [Slice("items", *part) for part in by_items] + [Slice("users", *part) for part in by_users]
    sought = np.asarray((task.targets != 0).sum(axis=0)).ravel()
    for slicing, grouped in groups.items():
        slices += [Slice(slicing, name, everybody, items) for name, items in _by_group(grouped, sought)]
    return slices


def compare_slices(
    lists: Mapping[str, np.ndarray], targets: sp.csr_array, slices: list[Slice], k: int, seed: int
) -> pd.DataFrame:
    """Summarise what each recommender reaches in each slice, with intervals.

    Args:
        lists: By recommender, (users, K) item positions, best first, -1 where there is no item.
        targets: (users, items) relevance; every non-zero entry is a relevant item.
        slices: At least one, of the same users and items.
        k: List length, between 1 and K.
        seed: Of the bootstrap.

    Returns:
        recommender, slicing, slice, users (those with a target in the slice), targets, metric (NDCG, hit
        rate and recall), value, low, high (95 % bootstrap interval over these users; NaN without any).
    """
    parts = []
    for part in slices:
        values = pd.concat(
            {name: _values(lists[name], targets, part, k) for name in sorted(lists)},
            axis="columns",
            names=["recommender", "metric"],
        )
        rows = interval_table(values.dropna(), np.random.default_rng(seed))
        known = {"slicing": part.slicing, "slice": part.name, "targets": part.inside(targets).nnz}
        parts.append(rows.assign(**known))
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def _values(top_items: np.ndarray, targets: sp.csr_array, part: Slice, k: int) -> pd.DataFrame:
    return pd.DataFrame(slice_metrics(top_items, targets, part, k))[[f"{metric}@{k}" for metric in METRICS]]


def _by_popularity(holders: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    descending = np.sort(holders)[::-1]
    reached = np.cumsum(descending) >= WARM_SHARE * holders.sum()
    fewest = max(descending[np.argmax(reached)], 1) if len(holders) else 1
    yield "warm", holders >= fewest
    yield "tail", (holders > 0) & (holders < fewest)
    yield "cold", holders == 0


def _by_length(lengths: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    known = lengths[lengths > 0]
    median = np.median(known) if len(known) else 0
    yield "new", lengths == 0
    yield "light", (lengths > 0) & (lengths <= median)
    yield "heavy", lengths > median


def _by_group(groups: Groups, sought: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the groups that most is sought in, then the items in none of these; `sought` (items,)."""
    targets = groups.members.T @ sought
    largest = [group for group in np.argsort(-targets, kind="stable")[:MOST_GROUPS] if targets[group]]
    rest = np.ones(len(sought), dtype=bool)
    for group in largest:
        items = groups.members[:, [group]].toarray().ravel() > 0
        rest &= ~items
        yield str(groups.names[group]), items
    if sought[rest].any():
        yield REST, rest
