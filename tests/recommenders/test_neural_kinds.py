from dataclasses import replace

import numpy as np
import pytest
import torch

from tesserec.neural.validation import ndcg_of
from tesserec.recommenders import Profiles, Recommender
from tesserec.recommenders.neural import NeuralSequence
from tesserec.state import load_state, save_state

from .planted import people, training
from .test_neural import RANDOM, cycle, text_of, tiny

GROUPS, OF_GROUP = 6, 5
PURCHASE, VIEW = 0b01, 0b10
SHOPPING = {"history_length": 8, "epochs": 8, "batch_tokens": 200}
SHOP = ("purchase", "view")


def shop(users: int, seed: int) -> tuple[Profiles, np.ndarray]:
    """People who purchase within one group of items and view anything, and what they purchase next.

    A history is three purchases and five views in random order.
    """
    generator = np.random.default_rng(seed)
    histories, kinds, nexts = [], [], []
    for group in generator.integers(GROUPS, size=users):
        own = OF_GROUP * group + generator.permutation(OF_GROUP)[:4]
        others = np.setdiff1d(np.arange(GROUPS * OF_GROUP), own)
        items = np.concatenate([own[:3], generator.choice(others, 5, replace=False)])
        order = generator.permutation(8)
        histories.append(items[order])
        kinds.append(np.where(order < 3, PURCHASE, VIEW))
        nexts.append(own[3])
    flat = np.concatenate(kinds)
    return people(histories, GROUPS * OF_GROUP, kinds=flat, event_kinds=SHOP), np.array(nexts)


def ndcg(model: NeuralSequence, profiles: Profiles, nexts: np.ndarray) -> float:
    scores = model.score(profiles)
    scores[profiles.rows, profiles.items] = -np.inf
    wanted = scores[np.arange(len(nexts)), nexts]
    return float(ndcg_of(torch.from_numpy((scores >= wanted[:, None]).sum(1))).mean())


@pytest.fixture(scope="module")
def bought() -> NeuralSequence:
    return tiny(**SHOPPING).fit(training(shop(500, 0)[0]))


def test_learns_which_kind_of_event_tells_what_comes_next(bought):
    erased = replace(shop(500, 0)[0], kinds=np.zeros(4000, np.int64), event_kinds=())
    asked, nexts = shop(300, 1)
    assert bought.kind_weights()["purchase"] > 3 * bought.kind_weights()["view"]
    assert ndcg(bought, asked, nexts) > ndcg(tiny(**SHOPPING).fit(training(erased)), asked, nexts) + 0.3


def test_kinds_are_known_by_their_names(bought):
    asked, _ = shop(20, 1)
    scores = bought.score(asked)
    other_set = replace(asked, kinds=asked.kinds << 1, event_kinds=("click", *SHOP))
    np.testing.assert_array_equal(bought.score(other_set), scores)
    swapped = replace(asked, event_kinds=SHOP[::-1])
    assert not np.allclose(bought.score(swapped), scores, atol=0.1)


def test_unknown_kinds_count_as_none(bought):
    asked, _ = shop(20, 1)
    unknown = replace(asked, event_kinds=("click", "share"))
    none = replace(asked, kinds=np.zeros(160, np.int64), event_kinds=())
    np.testing.assert_array_equal(bought.score(unknown), bought.score(none))


def test_a_folder_gives_kinds_back(bought, tmp_path):
    save_state(bought, tmp_path / "model")
    loaded = load_state(Recommender, tmp_path / "model")
    asked, _ = shop(20, 1)
    np.testing.assert_array_equal(loaded.score(asked), bought.score(asked))
    assert loaded.kind_weights() == bought.kind_weights()


def test_one_kind_is_as_good_as_none():
    data = cycle(text=text_of())
    kinds = np.full(len(data.profiles.items), 2)
    rated = replace(data.profiles, kinds=kinds, event_kinds=("other", "rating"))
    none, one = (tiny(**RANDOM).fit(replace(data, profiles=own)) for own in (data.profiles, rated))
    assert one.kind_weights() == {}
    assert none.learned.keys() == one.learned.keys()
    assert all(np.array_equal(array, one.learned[key]) for key, array in none.learned.items())
