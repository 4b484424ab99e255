import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError
from tesserec.reranking import collect_exclusions

ITEMS = np.array(["i0", "i1", "i2", "i3"], dtype=object)
TABLE = pd.DataFrame(
    {"item_id": ["i1", "i2", "i3", "gone", "i2"], "user_id": [None, "u1", "u2", "u1", "u2"]}, dtype="str"
)


def test_lists_of_parameters_and_table_are_joined():
    found = collect_exclusions(ITEMS, ["i0"], TABLE, "p")
    np.testing.assert_array_equal(found.everyone, [0, 1])
    own = found.of(np.array(["u2", "stranger", "u1"], dtype=object)).toarray()
    np.testing.assert_array_equal(own, [[0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 1, 0]])


def test_nothing_excluded_is_an_empty_list_for_everyone():
    found = collect_exclusions(ITEMS, [], TABLE.iloc[:0], "p")
    assert not len(found.everyone)
    assert not found.of(np.array(["u1"], dtype=object)).nnz


def test_an_unknown_item_in_the_parameters_is_an_error():
    with pytest.raises(ConfigError, match=r"Parameter p names the item 'i 3', .* did you mean i3\?"):
        collect_exclusions(ITEMS, ["i1", "i 3"], TABLE, "p")
