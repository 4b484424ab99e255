import pandas as pd
import pytest

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
