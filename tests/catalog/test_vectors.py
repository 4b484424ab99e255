import numpy as np
import pandas as pd
import pytest
from kedro.io import DatasetError

from tesserec.catalog import EmbeddingsDataset, TableBatchesDataset, VectorStoreDataset
from tesserec.catalog.streams import Chunk
from tesserec.encoders import Embeddings
from tesserec.encoders.keys import content_keys
from tesserec.encoders.store import StoredChunk

from ..encoders.planted import LetterEncoder


def part(*ids: str) -> Embeddings:
    return Embeddings(np.array(ids, dtype=object), np.eye(len(ids), 4, dtype=np.float32))


class TestEmbeddings:
    def test_parts_appear_together(self, tmp_path):
        dataset = EmbeddingsDataset(filepath=str(tmp_path / "new" / "items"))
        for number, some in enumerate((part("a", "b"), part("c"))):
            assert not dataset.exists()
            dataset.save(Chunk(some, number, 2))
        assert list(dataset.load().ids) == ["a", "b", "c"]
        np.testing.assert_array_equal(dataset.load().rows(["c", "b"]), np.eye(2, 4))
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["items"]

    def test_an_unfinished_stream_leaves_the_previous_embeddings(self, tmp_path):
        dataset = EmbeddingsDataset(filepath=str(tmp_path / "items"))
        dataset.save(Chunk(part("a"), 0, 1))
        dataset.save(Chunk(part("b"), 0, 3))
        dataset.save(Chunk(part("c"), 1, 3))
        assert list(dataset.load().ids) == ["a"]
        dataset.save(Chunk(part("d"), 0, 1))
        assert list(dataset.load().ids) == ["d"]

    def test_nothing_there_is_said(self, tmp_path):
        with pytest.raises(DatasetError, match="run the pipeline that writes it"):
            EmbeddingsDataset(filepath=str(tmp_path / "items")).load()


class TestVectorStore:
    def test_chunks_are_there_at_once_under_another_entry(self, tmp_path):
        before, after = (VectorStoreDataset(filepath=str(tmp_path / "store")) for _ in range(2))
        encoder = LetterEncoder()
        place = (encoder.description.digest, 3)
        assert len(before.load().vectors_of(*place)) == 0
        made = encoder.read(["ab", "c"])
        after.save(StoredChunk(encoder.description, content_keys(["ab", "c"]), made))
        assert len(before.load().vectors_of(*place)) == 2


class TestBatches:
    def test_rows_are_read_from_a_file_that_another_entry_writes(self, tmp_path):
        dataset = TableBatchesDataset(filepath=str(tmp_path / "texts.parquet"))
        with pytest.raises(DatasetError, match="run the pipeline that writes it"):
            dataset.load()
        pd.DataFrame({"item_id": ["a", "b", "c"]}).to_parquet(tmp_path / "texts.parquet")
        assert [len(frame) for frame in dataset.load().batches(["item_id"], 2)] == [2, 1]
        with pytest.raises(DatasetError, match="written as one table"):
            dataset.save(pd.DataFrame())
