import pandas as pd
import pytest

from tesserec.errors import DataError
from tesserec.tables.batches import TableBatches

TABLE = pd.DataFrame(
    {"item_id": [f"i{n}" for n in range(10)], "text": [f"text {n}" for n in range(10)], "more": 1}
)


def batches_of(table: TableBatches, rows: int) -> list[pd.DataFrame]:
    return list(table.batches(["item_id", "text"], rows))


@pytest.mark.parametrize("rows", [1, 3, 5, 10, 99])
def test_batches_have_the_rows_asked_for_wherever_the_files_end(tmp_path, rows):
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, part in enumerate((TABLE[:4], TABLE[4:4], TABLE[4:5], TABLE[5:])):
        part.to_parquet(folder / f"part-{number}.parquet", row_group_size=2, index=False)
    found = TableBatches.in_files(folder)
    assert len(found) == 10
    frames = batches_of(found, rows)
    assert [len(frame) for frame in frames[:-1]] == [rows] * (len(frames) - 1)
    expected = TABLE[["item_id", "text"]]
    pd.testing.assert_frame_equal(pd.concat(frames, ignore_index=True), expected, check_dtype=False)


def test_a_file_and_a_table_in_memory_are_read_alike(tmp_path):
    TABLE.to_parquet(tmp_path / "texts.parquet", index=False)
    for source in (TableBatches.in_files(tmp_path / "texts.parquet"), TableBatches.of(TABLE)):
        assert [list(frame["item_id"]) for frame in batches_of(source, 6)] == [
            ["i0", "i1", "i2", "i3", "i4", "i5"],
            ["i6", "i7", "i8", "i9"],
        ]


def test_a_table_without_rows_is_one_empty_batch():
    (frame,) = batches_of(TableBatches.of(TABLE[:0]), 4)
    assert (len(frame), list(frame.columns)) == (0, ["item_id", "text"])


class TestBadInput:
    def test_numbers_become_strings_and_missing_texts_empty(self, tmp_path):
        pd.DataFrame({"item_id": [1, 2], "text": [None, None]}).to_parquet(tmp_path / "a.parquet")
        pd.DataFrame({"item_id": ["x"], "text": ["a text"]}).to_parquet(tmp_path / "b.parquet")
        frame = pd.concat(batches_of(TableBatches.in_files(tmp_path), 2))
        assert frame["item_id"].tolist() == ["1", "2", "x"]
        assert frame["text"].tolist() == ["", "", "a text"]

    def test_hidden_files_are_passed_over(self, tmp_path):
        for place in (".ipynb_checkpoints", "_temporary", "."):
            (tmp_path / place).mkdir(exist_ok=True)
            TABLE[:1].to_parquet(tmp_path / place / "a.parquet")
        assert len(TableBatches.in_files(tmp_path)) == 1

    def test_a_file_without_the_column_is_named(self, tmp_path):
        TABLE.to_parquet(tmp_path / "a.parquet")
        TABLE.drop(columns="text").to_parquet(tmp_path / "b.parquet")
        with pytest.raises(DataError, match=r"b\.parquet has no column 'text', only item_id, more: rename"):
            batches_of(TableBatches.in_files(tmp_path), 4)

    def test_a_row_without_an_id_is_named(self, tmp_path):
        ids = [f"i{number}" if number != 7 else None for number in range(10)]
        TABLE.assign(item_id=ids).to_parquet(tmp_path / "a.parquet")
        with pytest.raises(DataError, match=r"a\.parquet, row 8: item_id is missing: fill it in"):
            batches_of(TableBatches.in_files(tmp_path), 3)

    def test_an_empty_folder_and_a_broken_file_are_named(self, tmp_path):
        with pytest.raises(DataError, match="holds no Parquet file: put the texts there"):
            TableBatches.in_files(tmp_path)
        (tmp_path / "a.parquet").write_bytes(b"")
        with pytest.raises(DataError, match=r"a\.parquet is no Parquet file .*: remove it"):
            TableBatches.in_files(tmp_path)
