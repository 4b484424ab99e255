import numpy as np
import pytest

from tesserec.errors import ConfigError

from .shop import USERS, data, visitors


def test_attributes_of_a_known_person_give_the_block_that_the_person_has():
    known = data()
    people = visitors(known)
    for place, person in USERS.iloc[:9].iterrows():
        made = people.profile([], {"trade": person["trade"], "age": str(person["age"])})
        expected = known.profiles.blocks["demographics"][[place]].toarray()
        assert np.array_equal(made.blocks["demographics"].toarray(), expected)


def test_likes_are_the_history():
    profile = visitors(data()).profile(["i3", "i0"], {"age": "45"})
    assert profile.items.tolist() == [3, 0]
    assert profile.blocks["demographics"].toarray().tolist() == [[0, 0, 0, 1, 0]]


def test_data_without_attributes_knows_none():
    known = data()
    known.profiles.blocks.pop("demographics")
    with pytest.raises(ConfigError, match="'age' does not exist"):
        visitors(known).profile([], {"age": "45"})
