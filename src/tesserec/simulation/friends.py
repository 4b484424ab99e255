"""Friendships with homophily, and the relations table they go into."""

import numpy as np
import pandas as pd

from tesserec.simulation.people import TASTE_COLUMNS
from tesserec.simulation.randomness import generator

COLUMNS = ["head_type", "head_id", "relation", "tail_type", "tail_id"]


def link_friends(people: pd.DataFrame, friends_per_person: float, homophily: float, seed: int) -> np.ndarray:
    """Choose who knows whom; most friends like the same theme best.

    Args:
        people: The people, with `TASTE_COLUMNS`.
        friends_per_person: Mean number of friends.
        homophily: Probability that a friend is sought among people with the same favourite theme.
        seed: The seed of the simulation.

    Returns:
        Row numbers of friends, shape (friendships, 2), first < second, each friendship once, sorted.
    """
    random = generator(seed, "friends")
    favourite = people[TASTE_COLUMNS].to_numpy().argmax(axis=1)
    asking = np.repeat(np.arange(len(people)), random.poisson(friends_per_person / 2, len(people)))
    by_favourite = np.argsort(favourite, kind="stable")
    sizes = np.bincount(favourite, minlength=len(TASTE_COLUMNS))
    starts = np.cumsum(sizes) - sizes
    group = favourite[asking]
    alike = by_favourite[starts[group] + (random.random(len(asking)) * sizes[group]).astype(np.int64)]
    anyone = (random.random(len(asking)) * len(people)).astype(np.int64)
    asked = np.where(random.random(len(asking)) < homophily, alike, anyone)
    links = np.sort(np.stack([asking, asked], axis=1)[asking != asked], axis=1)
    return np.unique(links, axis=0)


def relations_table(people: pd.DataFrame, links: np.ndarray, items: pd.DataFrame) -> pd.DataFrame:
    """Write friendships (both ways, as friendship is mutual) and the creator of each item as relations.

    Args:
        people: The people, with `user_id`.
        links: Row numbers of friends, shape (friendships, 2).
        items: The items, with `item_id` and `creator`.

    Returns:
        The `relations` table of the data contract.
    """
    ids = people["user_id"].to_numpy()
    both_ways = np.concatenate([links, links[:, ::-1]])
    both_ways = both_ways[np.lexsort((both_ways[:, 1], both_ways[:, 0]))]
    friends = pd.DataFrame({"head_type": "user", "head_id": ids[both_ways[:, 0]], "relation": "friend",
                            "tail_type": "user", "tail_id": ids[both_ways[:, 1]]})  # fmt: skip
    made_by = pd.DataFrame({"head_type": "item", "head_id": items["item_id"], "relation": "made_by",
                            "tail_type": "creator", "tail_id": items["creator"]})  # fmt: skip
    return pd.concat([friends, made_by], ignore_index=True)[COLUMNS]
