import time

import numpy as np
import pandas as pd
import pytest

from tesserec.errors import DataError
from tesserec.tables.reading import read_table

ITEMS = "item_id,title\n007,Dr. No\n7,Goldfinger\n"


def read(folder, name, content, suffix="csv", encoding="utf-8"):
    data = content if isinstance(content, bytes) else content.encode(encoding)
    (folder / f"{name}.{suffix}").write_bytes(data)
    return read_table(folder, name)


def test_ids_stay_as_written(tmp_path):
    items = read(tmp_path, "items", "item_id,title,code\n007,1984,01\n7,NA,\n1e3,x,2\n")

    assert items["item_id"].tolist() == ["007", "7", "1e3"]
    assert items["title"].tolist() == ["1984", "NA", "x"]
    assert items["code"].isna().tolist() == [False, True, False]


def test_parquet_integers_become_strings_without_a_point(tmp_path):
    tags = [["a|b", "c"], None]
    items = pd.DataFrame({"item_id": [7, 8], "title": [1984, 2001], "tags": tags, "price": [1.5, 2.0]})
    items.to_parquet(tmp_path / "items.parquet")
    pd.DataFrame(
        {"user_id": ["1", "2"], "text": ["x", "y"], "item_id": [12345678901234.0, np.nan]}
    ).to_parquet(tmp_path / "texts.parquet")

    items, texts = read_table(tmp_path, "items"), read_table(tmp_path, "texts")

    assert items["item_id"].tolist() == ["7", "8"]
    assert items["title"].tolist() == ["1984", "2001"]
    assert items["tags"].tolist()[0] == "a/b|c"
    assert items["price"].tolist() == [1.5, 2.0]
    assert texts["item_id"].tolist()[0] == "12345678901234"
    assert pd.isna(texts["item_id"][1])


def test_parquet_parts_and_dates(tmp_path):
    for folder in ("interactions.parquet", "interactions"):
        home = tmp_path / folder / folder
        home.mkdir(parents=True)
        for part in range(2):
            frame = pd.DataFrame(
                {"user_id": [part], "item_id": ["a"], "timestamp": pd.to_datetime(["2020-01-02"])}
            )
            frame.to_parquet(home / f"part-{part}.parquet")

        interactions = read_table(home.parent, "interactions")

        assert interactions["user_id"].tolist() == ["0", "1"]
        assert interactions["timestamp"].str.startswith("2020-01-02").all()


def test_byte_order_mark_windows_lines_and_quoted_breaks(tmp_path):
    items = read(tmp_path, "items", '\ufeffitem_id,title\r\n1,"two\r\nlines"\r\n\r\n2,"say ""hi"""\r\n')

    assert items.columns.tolist() == ["item_id", "title"]
    assert items["title"].tolist() == ["two\r\nlines", 'say "hi"']


def test_carriage_return_inside_an_unquoted_field_is_a_space(tmp_path):
    texts = read(tmp_path, "texts", "user_id,text,kind\nu,first\rsecond,review\nv,third,tag\n")

    assert texts["text"].tolist() == ["first second", "third"]


def test_an_inch_mark_opens_no_quote(tmp_path):
    assert read(tmp_path, "items", 'item_id,title\n1,5" pipe\n')["title"].tolist() == ['5" pipe']


def test_absent_optional_table_is_empty_with_its_columns(tmp_path):
    texts = read_table(tmp_path, "texts")

    assert texts.columns.tolist() == ["user_id", "text", "item_id", "kind", "timestamp"]
    assert texts.empty
    assert (texts.dtypes == "str").all()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["items.csv is empty"]),
        ("item_id,title\n", ["items.csv", "no rows"]),
        ("Item ID,title\n1,x\n", ["item_id is missing", "Item ID, title", "rename 'Item ID' to item_id"]),
        ("item_id;title\n1;x\n", ["items.csv", "semicolons"]),
        ("item_id,title,title\n1,x,y\n", ["items.csv", "title twice"]),
        ("item_id,title,\n1,x,y\n", ["items.csv", "column 3", "no name"]),
        ("item_id,title\n1,x\n\n2,y,z\n", ["items.csv", "line 4 has 3 fields", "the header has 2"]),
        ('item_id,title\n1,x\n2,"y\n3,z\n', ["items.csv", "starts on line 3", "quote that is not closed"]),
        ("item_id,title\n1,x\n,y\n nan ,z\n", ["item_id has no id in 2 of 3 rows", "lines 3 and 4"]),
        ('item_id,title\n1,"a\nb"\n2,y\n1,z\n', ["items.csv", "'1' more than once", "lines 2 and 5"]),
        ("item_id,title\n1,x\n1,x\n", ["'1' more than once", "lines 2 and 3"]),
        ("item_id,title\n1,x\x00\n", ["items.csv is not CSV", "line 2 holds a NUL byte"]),
        (b"PK\x03\x04rest\xff", ["items.csv is a zip archive or an Excel workbook"]),
        ("item_id,title\n1,x\n2,卧虎藏龙\n".encode("gb18030"), ["not UTF-8", "line 3", "iconv -f gb18030"]),
        ("item_id,title\n1,Amélie\n".encode("cp1252"), ["not UTF-8", "line 2", "0xe9", "iconv -f cp1252"]),
        ("item_id,title\n1,x\n".encode("utf-16"), ["not UTF-8", "iconv -f utf-16"]),
    ],
)  # fmt: skip
def test_bad_files_are_explained_in_one_sentence(tmp_path, content, words):
    with pytest.raises(DataError) as caught:
        read(tmp_path, "items", content)

    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_late_encoding_error_names_its_line(tmp_path):
    lines = ["item_id,title"] + [f"{n},plain" for n in range(50_000)]
    content = "\n".join(lines).encode() + b"\nlast,caf\xe9\n"

    with pytest.raises(DataError, match="line 50002"):
        read(tmp_path, "items", content)


def test_many_missing_ids_name_the_first_rows(tmp_path):
    rows = "".join(",i\n" if n % 2 else "u,i\n" for n in range(100))

    with pytest.raises(DataError, match=r"50 of 100 rows .lines 3, 5, 7 and 47 more"):
        read(tmp_path, "interactions", "user_id,item_id\n" + rows)


def test_mixed_times_name_both_rows(tmp_path):
    content = "user_id,item_id,timestamp\nu,1,100\nu,2,200\nu,3,2020-05-01\n"

    with pytest.raises(DataError, match=r"'2020-05-01' in line 4.*'100' in line 2"):
        read(tmp_path, "interactions", content)


def test_tables_that_are_missing_or_there_twice(tmp_path):
    with pytest.raises(DataError, match=r"does not exist.*data_dir"):
        read_table(tmp_path / "nowhere", "items")
    (tmp_path / "films.csv").write_text(ITEMS)
    with pytest.raises(DataError, match=r"required table items is missing.*holds films\.csv"):
        read_table(tmp_path, "items")
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "items.parquet").write_bytes(b"")
    with pytest.raises(DataError, match=r"twice, as items\.csv and items\.parquet"):
        read_table(tmp_path, "items")


def test_parquet_that_is_none_and_fractional_ids(tmp_path):
    (tmp_path / "items.parquet").write_bytes(b"nonsense")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_table(tmp_path, "items")
    pd.DataFrame({"item_id": [1.0, 2.5], "title": ["x", "y"]}).to_parquet(tmp_path / "items.parquet")
    with pytest.raises(DataError, match=r"item_id holds numbers with a fraction, such as 2.5 in row 2"):
        read_table(tmp_path, "items")


def test_empty_texts_are_no_usable_rows(tmp_path):
    with pytest.raises(DataError, match="no usable row"):
        read(tmp_path, "texts", "user_id,text\nu,\nv,\n")


def test_large_tables_read_in_seconds(tmp_path):
    rng = np.random.default_rng(0)
    rows = 300_000
    pd.DataFrame(
        {"user_id": rng.integers(0, 50_000, rows), "item_id": rng.integers(0, 20_000, rows), "value": 1}
    ).to_csv(tmp_path / "interactions.csv", index=False)

    start = time.perf_counter()
    interactions = read_table(tmp_path, "interactions")

    assert len(interactions) == rows
    # A million rows take 2 s; the bound leaves room for a busy machine.
    assert time.perf_counter() - start < 10
