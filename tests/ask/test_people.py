from dataclasses import replace

import numpy as np
import pytest

from tesserec.errors import ConfigError
from tesserec.features.blocks import FeatureBlocks
from tesserec.features.fusion import learn_fusing, with_fused
from tesserec.recommenders import UserKnn

from .shop import USERS, data, visitors


def test_attributes_of_a_known_person_give_the_block_that_the_person_has():
    known = data()
    people = visitors(known)
    for place, person in USERS.iloc[:9].iterrows():
        made = people.profile([], {"trade": person["trade"], "age": str(person["age"])})
        expected = known.profiles.blocks["demographics"][[place]].toarray()
        assert np.array_equal(made.blocks["demographics"].toarray(), expected)


def test_attributes_reach_those_who_compare_people():
    """An asker is fused like a newcomer of whom nothing but the same attributes is known."""
    known = data()
    users = FeatureBlocks(known.profiles.user_ids, known.profiles.blocks, {})
    fusing = learn_fusing(users, {"demographics": 0.5}, np.arange(9), 3, seed=0)
    fused = with_fused(users, fusing).blocks
    known = replace(known, profiles=replace(known.profiles, blocks=fused, fusing=fusing))
    made = visitors(known).profile([], {"trade": "cook", "age": "47"})
    np.testing.assert_allclose(made.blocks["fused"], fused["fused"][[7]], atol=1e-6)
    similar = UserKnn(block="fused", neighbours=4).fit(known)
    assert similar.score(made).argmax() == 5, "what the cooks have"
    assert not similar.score(visitors(known).profile([], {})).any()


def test_likes_are_the_history():
    profile = visitors(data()).profile(["i3", "i0"], {"age": "45"})
    assert profile.items.tolist() == [3, 0]
    assert profile.blocks["demographics"].toarray().tolist() == [[0, 0, 0, 1, 0]]


def test_data_without_attributes_knows_none():
    known = data()
    known.profiles.blocks.pop("demographics")
    with pytest.raises(ConfigError, match="'age' does not exist"):
        visitors(known).profile([], {"age": "45"})
