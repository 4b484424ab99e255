import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.features.blocks import FeatureBlocks, pack_matrices, positions, unit_rows, unpack_matrices
from tesserec.state import load_state, save_state

DENSE = np.array([[3, 4], [0, 0], [1, 0]], np.float32)


@pytest.fixture
def blocks() -> FeatureBlocks:
    ids = np.array(["a", "b", "c"], dtype=object)
    matrices = {
        "dense": DENSE,
        "sparse": sp.csr_array(DENSE),
        "zeros": sp.csr_array((3, 2), dtype=np.float32),
        "none": np.zeros((3, 0), np.float32),
    }
    return FeatureBlocks(ids, matrices, {"sparse": ["x", "y"], "zeros": ["p", "q"]})


@pytest.mark.parametrize("form", [np.array, sp.csr_array], ids=["dense", "sparse"])
def test_unit_rows(form):
    unit = unit_rows(form(DENSE))
    np.testing.assert_allclose(sp.csr_array(unit).toarray(), [[0.6, 0.8], [0, 0], [1, 0]], rtol=1e-6)
    assert unit.dtype == np.float32


def test_without_empty_drops_zeros_and_their_names(blocks):
    filled = blocks.without_empty()
    assert set(filled.blocks) == {"dense", "sparse"}
    assert filled.names == {"sparse": ["x", "y"]}


def test_select_passes_over_what_is_not_there(blocks):
    assert list(blocks.select(["sparse", "unknown"])) == ["sparse"]


def test_a_folder_gives_them_back(blocks, tmp_path):
    save_state(blocks, tmp_path / "blocks")
    loaded = load_state(FeatureBlocks, tmp_path / "blocks")
    assert loaded.ids.tolist() == ["a", "b", "c"]
    assert loaded.names == blocks.names
    for name, block in blocks.blocks.items():
        assert type(loaded.blocks[name]) is type(block)
        assert loaded.blocks[name].shape == block.shape
        np.testing.assert_array_equal(
            sp.csr_array(loaded.blocks[name]).toarray(), sp.csr_array(block).toarray()
        )


def test_packing_keeps_dense_and_sparse_apart():
    arrays, shapes = pack_matrices({"x": DENSE, "y": sp.csr_array(DENSE)})
    assert set(arrays) == {"x", "y.data", "y.indices", "y.indptr"}
    back = unpack_matrices(arrays, shapes)
    np.testing.assert_array_equal(back["y"].toarray(), back["x"])


def test_positions():
    ids = np.array(["b", "a", "c"], dtype=object)
    assert positions(ids, ["a", "z", "b", "a"]).tolist() == [1, -1, 0, 1]
    assert positions(ids, []).tolist() == []
