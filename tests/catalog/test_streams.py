import pandas as pd
import pytest
from kedro.io import DatasetError

from tesserec.catalog.streams import Chunk, StreamedTableDataset


@pytest.fixture
def tables() -> list[pd.DataFrame]:
    return [
        pd.DataFrame({"user_id": ["a", "b"], "text": ["é", "多"], "value": [1.0, None]}),
        pd.DataFrame({"user_id": ["c"], "text": [None], "value": [None]}),
    ]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_chunks_become_one_table(tmp_path, tables, suffix):
    dataset = StreamedTableDataset(filepath=str(tmp_path / "new" / f"texts.{suffix}"))
    for number, table in enumerate(tables):
        assert not dataset.exists()
        dataset.save(Chunk(table, number, 2))
    expected = pd.concat([tables[0], tables[1].astype(tables[0].dtypes)], ignore_index=True)
    pd.testing.assert_frame_equal(dataset.load(), expected, check_dtype=False)
    assert [file.name for file in (tmp_path / "new").iterdir()] == [f"texts.{suffix}"]


def test_csv_bytes_do_not_depend_on_the_machine(tmp_path, tables):
    dataset = StreamedTableDataset(filepath=str(tmp_path / "texts.csv"))
    for number, table in enumerate(tables):
        dataset.save(Chunk(table, number, 2))
    assert (tmp_path / "texts.csv").read_bytes() == "user_id,text,value\na,é,1.0\nb,多,\nc,,\n".encode()


def test_an_unfinished_stream_leaves_the_previous_table(tmp_path, tables):
    dataset = StreamedTableDataset(filepath=str(tmp_path / "texts.csv"))
    dataset.save(Chunk(tables[0], 0, 1))
    before = (tmp_path / "texts.csv").read_bytes()
    dataset.save(Chunk(tables[1], 0, 2))
    dataset.release()
    assert (tmp_path / "texts.csv").read_bytes() == before


def test_a_new_stream_starts_over(tmp_path, tables):
    dataset = StreamedTableDataset(filepath=str(tmp_path / "texts.parquet"))
    dataset.save(Chunk(tables[0], 0, 2))
    dataset.save(Chunk(tables[0], 0, 1))
    assert len(dataset.load()) == 2


def test_a_missing_chunk_is_an_error(tmp_path, tables):
    dataset = StreamedTableDataset(filepath=str(tmp_path / "texts.csv"))
    with pytest.raises(DatasetError, match="chunk 1 came where chunk 0 was due"):
        dataset.save(Chunk(tables[1], 1, 2))


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"\.csv or \.parquet"):
        StreamedTableDataset(filepath=str(tmp_path / "texts.xlsx"))
