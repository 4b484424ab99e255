import numpy as np
import pytest

from tesserec.encoders import Embeddings
from tesserec.state import load_state, save_state


@pytest.fixture
def embeddings() -> Embeddings:
    ids = np.array(["b", "书 1", "a\nb"], dtype=object)
    return Embeddings(ids=ids, vectors=np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32))


def test_rows_come_in_the_order_asked_and_unknown_ids_get_zeros(embeddings):
    rows = embeddings.rows(["书 1", "nobody", "b", "b"])
    np.testing.assert_array_equal(rows, np.array([[0, 1], [0, 0], [1, 0], [1, 0]], dtype=np.float32))
    assert rows.dtype == np.float32
    assert embeddings.rows([]).shape == (0, 2)


@pytest.mark.parametrize("count", [0, 3])
def test_state_survives_the_disk(embeddings, tmp_path, count):
    kept = Embeddings(ids=embeddings.ids[:count], vectors=embeddings.vectors[:count])
    save_state(kept, tmp_path / "embeddings")
    back = load_state(Embeddings, tmp_path / "embeddings")
    assert list(back.ids) == list(kept.ids)
    np.testing.assert_array_equal(back.vectors, kept.vectors)


def test_repeated_ids_are_refused():
    with pytest.raises(ValueError, match="'a' has more than one vector"):
        Embeddings(ids=np.array(["a", "b", "a"]), vectors=np.zeros((3, 2), dtype=np.float32))


def test_ids_and_rows_must_match():
    with pytest.raises(ValueError, match="2 ids"):
        Embeddings(ids=np.array(["a", "b"]), vectors=np.zeros((3, 2), dtype=np.float32))
