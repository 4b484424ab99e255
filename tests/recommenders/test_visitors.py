from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import ItemKnn, Popularity, TrainingData, UserKnn, build_profiles
from tesserec.recommenders.visitors import profile_of

from .planted import ITEMS, world

HISTORY = ["i3", "i0", "i5"]


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return world()


def test_it_is_the_profile_that_a_log_of_the_same_events_gives(data):
    log = pd.DataFrame({"user_id": "visitor", "item_id": HISTORY, "event": "view", "weight": 1.0})
    somebody = FeatureBlocks(np.array(["visitor"], dtype=object), {}, {})
    logged = build_profiles(log.assign(timestamp=range(len(log))), data.items.ids, somebody)
    visitor = profile_of(HISTORY, data)
    assert visitor.user_ids.tolist() == logged.user_ids.tolist()
    for name in ("indptr", "items", "weights", "ages"):
        np.testing.assert_array_equal(getattr(visitor, name), getattr(logged, name), err_msg=name)
        assert getattr(visitor, name).dtype == getattr(logged, name).dtype, name


def test_an_item_that_repeats_counts_at_its_last_place(data):
    assert data.items.ids[profile_of(["i3", "i0", "i3"], data).items].tolist() == ["i0", "i3"]


def test_a_known_person_who_comes_as_a_visitor_gets_the_same_scores_from_behaviour(data):
    model = ItemKnn(neighbours=4, half_life=2).fit(data)
    known = data.profiles.take(np.array([6]))
    assert (known.weights > 0).all()
    visitor = profile_of(data.items.ids[known.items].tolist(), data)
    even = replace(known, weights=np.ones_like(known.weights))
    np.testing.assert_allclose(model.score(visitor), model.score(even))


@pytest.mark.parametrize("block", ["fused", "lexical"])
def test_people_are_not_likened_to_a_visitor_by_features_that_are_unknown(data, block):
    scores = UserKnn(neighbours=5, block=block).fit(data).score(profile_of(HISTORY, data))
    assert scores.shape == (1, ITEMS)
    assert not scores.any()


def test_no_item_is_a_person_of_whom_nothing_is_known(data):
    stranger = profile_of([], data)
    assert stranger.lengths.tolist() == [0]
    assert Popularity().fit(data).score(stranger).any()


def test_an_unknown_item_is_named(data):
    with pytest.raises(ValueError, match="'i99' is unknown"):
        profile_of(["i1", "i99"], data)
