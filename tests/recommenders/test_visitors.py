import numpy as np
import pytest

from tesserec.recommenders import ItemKnn
from tesserec.recommenders.visitors import profile_of

from .planted import people, world


def test_a_list_of_items_scores_like_that_history():
    data = world()
    model = ItemKnn(shrinkage=1, half_life=1).fit(data)
    visitor = profile_of(["i3", "i1", "i3"], data)
    assert visitor.items.tolist() == [1, 3]
    np.testing.assert_array_equal(model.score(visitor), model.score(people([[1, 3]], 16)))


def test_nothing_is_known_of_the_visitor_but_the_items():
    data = world()
    visitor = profile_of([], data)
    assert visitor.lengths.tolist() == [0]
    assert set(visitor.blocks) == set(data.profiles.blocks)
    assert not any((block != 0).sum() for block in visitor.blocks.values())


def test_an_unknown_item_is_named():
    with pytest.raises(ValueError, match="the item 'i99' is unknown"):
        profile_of(["i1", "i99"], world())
