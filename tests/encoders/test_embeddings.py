import numpy as np
import pandas as pd
import pytest

from tesserec.encoders import Embeddings
from tesserec.encoders.embeddings import read_parts, write_part


@pytest.fixture
def embeddings() -> Embeddings:
    ids = np.array(["b", "书 1", "a\nb"], dtype=object)
    return Embeddings(ids=ids, codes=np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32))


def test_rows_come_in_the_order_asked_and_unknown_ids_get_zeros(embeddings):
    rows = embeddings.rows(["书 1", "nobody", "b", "b"])
    np.testing.assert_array_equal(rows, np.array([[0, 1], [0, 0], [1, 0], [1, 0]], dtype=np.float32))
    assert rows.dtype == np.float32
    assert embeddings.rows([]).shape == (0, 2)


@pytest.mark.parametrize("cuts", [[], [1], [0, 2, 2]])
def test_parts_on_disk_are_one(embeddings, tmp_path, cuts):
    paths = []
    for start, end in zip([0, *cuts], [*cuts, 3], strict=True):
        paths.append(tmp_path / f"{len(paths)}.arrow")
        write_part(Embeddings(embeddings.ids[start:end], embeddings.codes[start:end]), paths[-1])
    back = read_parts(paths)
    assert list(back.ids) == list(embeddings.ids)
    np.testing.assert_array_equal(back.rows(embeddings.ids[::-1]), embeddings.codes[::-1])
    assert back.size == 2


def test_other_libraries_read_a_part(embeddings, tmp_path):
    write_part(embeddings, tmp_path / "part.arrow")
    table = pd.read_feather(tmp_path / "part.arrow")
    assert table["id"].tolist() == list(embeddings.ids)
    np.testing.assert_array_equal(np.stack(table["vector"]), embeddings.codes)


def test_repeated_ids_are_refused():
    with pytest.raises(ValueError, match="'a' has more than one vector"):
        Embeddings(ids=np.array(["a", "b", "a"]), codes=np.zeros((3, 2), dtype=np.float32))


def test_ids_and_rows_must_match():
    with pytest.raises(ValueError, match="2 ids"):
        Embeddings(ids=np.array(["a", "b"]), codes=np.zeros((3, 2), dtype=np.float32))


def test_the_nearest_point_most_nearly_the_same_way(embeddings):
    """By hand: the vectors are (1, 0), (0, 1) and (0.6, 0.8), the last three times as long."""
    lengthened = Embeddings(embeddings.ids, embeddings.codes * np.float32([[1], [1], [3]]))
    nearest = lengthened.nearest("b", 5)
    assert nearest.index.tolist() == ["a\nb", "书 1"]
    np.testing.assert_allclose(nearest, [0.6, 0], atol=1e-6)
    assert nearest.name == "cosine"
    assert lengthened.nearest("书 1", 1).index.tolist() == ["a\nb"]


def test_an_equal_vector_is_near_and_one_of_zeros_is_not():
    vectors = np.array([[1, 1], [1, 1], [0, 0], [-1, 0]], dtype=np.float32)
    nearest = Embeddings(np.array(list("abcd"), dtype=object), vectors).nearest("a", 3)
    assert nearest.index.tolist() == ["b", "c", "d"]
    np.testing.assert_allclose(nearest, [1, 0, -np.sqrt(0.5)], rtol=1e-6)


def test_what_has_no_vector_has_no_nearest(embeddings):
    with pytest.raises(ValueError, match="'nobody' has no vector"):
        embeddings.nearest("nobody", 2)
