import numpy as np
import pandas as pd

from tesserec.simulation.friends import link_friends, relations_table
from tesserec.simulation.people import TASTE_COLUMNS


def test_friends_share_tastes_more_than_strangers_do(world):
    tastes = world.people[TASTE_COLUMNS].to_numpy()
    strangers = np.random.default_rng(0).permutation(world.links[:, 1])
    shared = (tastes[world.links[:, 0]] * tastes[world.links[:, 1]]).sum(axis=1).mean()
    by_chance = (tastes[world.links[:, 0]] * tastes[strangers]).sum(axis=1).mean()
    assert shared > 2 * by_chance


def test_without_homophily_friends_are_strangers(world):
    favourite = world.people[TASTE_COLUMNS].to_numpy().argmax(axis=1)
    for homophily, least, most in ((0.0, 0.05, 0.2), (1.0, 1.0, 1.0)):
        links = link_friends(world.people, 4.0, homophily, seed=0)
        alike = (favourite[links[:, 0]] == favourite[links[:, 1]]).mean()
        assert least <= alike <= most


def test_each_friendship_is_there_once_and_nobody_befriends_themselves(world):
    assert (world.links[:, 0] < world.links[:, 1]).all()
    assert len(np.unique(world.links, axis=0)) == len(world.links)
    assert 3 < 2 * len(world.links) / len(world.people) < 5


def test_relations_are_mutual_and_name_creators():
    people = pd.DataFrame({"user_id": ["a", "b", "c"]})
    items = pd.DataFrame({"item_id": ["x"], "creator": ["Maker"]})
    table = relations_table(people, np.array([[0, 2], [1, 2]]), items)
    assert table.to_numpy().tolist() == [
        ["user", "a", "friend", "user", "c"],
        ["user", "b", "friend", "user", "c"],
        ["user", "c", "friend", "user", "a"],
        ["user", "c", "friend", "user", "b"],
        ["item", "x", "made_by", "creator", "Maker"],
    ]
