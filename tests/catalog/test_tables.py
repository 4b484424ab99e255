import json
from pathlib import Path

import pandas as pd
import pytest
from kedro.io import DataCatalog, DatasetError
from kedro.validation.exceptions import DataValidationError
from pandera.errors import SchemaErrors

from tesserec.catalog import ContractTableDataset, TableDataset
from tesserec.errors import DataError


def causes(error):
    while error is not None:
        yield error
        error = error.__cause__


@pytest.fixture
def table():
    return pd.DataFrame({"item_id": ["007", None], "score": [0.5, 1.0], "rank": [1, 2], "reason": ["", "é"]})


def test_contract_table_is_read_and_never_written(tmp_path):
    (tmp_path / "items.csv").write_text("item_id,title\n007,Dr. No\n")
    dataset = ContractTableDataset(path=str(tmp_path), table="items")

    assert dataset.exists()
    assert dataset.load()["item_id"].tolist() == ["007"]
    assert not ContractTableDataset(path=str(tmp_path), table="users").exists()
    with pytest.raises(DatasetError, match="never written"):
        dataset.save(dataset.load())


def test_data_errors_are_in_the_chain(tmp_path):
    catalog = DataCatalog.from_config({
        "raw_items": {
            "type": "tesserec.catalog.ContractTableDataset",
            "path": str(tmp_path),
            "table": "items",
            "validator": "tesserec.schemas.RawItems",
        }
    })  # fmt: skip

    with pytest.raises(DatasetError) as caught:
        catalog.load("raw_items")

    assert any(isinstance(error, DataError) for error in causes(caught.value))


def test_validators_stop_a_bad_table_before_it_is_written(tmp_path):
    path = tmp_path / "candidates.parquet"
    catalog = DataCatalog.from_config({
        "candidates": {
            "type": "tesserec.catalog.TableDataset",
            "filepath": str(path),
            "validator": "tesserec.schemas.Candidates",
        }
    })  # fmt: skip

    with pytest.raises(DataValidationError) as caught:
        catalog.save("candidates", pd.DataFrame({"item_id": [None]}, dtype="str"))

    assert any(isinstance(error, SchemaErrors) for error in causes(caught.value))
    assert not path.exists()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_table_comes_back_as_it_was(tmp_path, table, suffix):
    dataset = TableDataset(filepath=str(tmp_path / "new" / f"table.{suffix}"))
    dataset.save(table)

    loaded = dataset.load()

    assert loaded["item_id"].tolist()[0] == "007"
    assert loaded["item_id"].isna().tolist() == [False, True]
    assert loaded.dtypes.equals(table.dtypes)
    assert loaded["score"].tolist() == table["score"].tolist()


def test_a_failed_save_leaves_the_previous_table(tmp_path, table, monkeypatch):
    dataset = TableDataset(filepath=str(tmp_path / "table.csv"))
    dataset.save(table)
    before = (tmp_path / "table.csv").read_bytes()

    def write_half(self, path, **options):
        Path(path).write_text("item_")
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_csv", write_half)
    with pytest.raises(DatasetError):
        dataset.save(table)

    assert (tmp_path / "table.csv").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_missing_file_and_unknown_table_or_suffix(tmp_path):
    with pytest.raises(DatasetError, match="run the pipeline that writes it"):
        TableDataset(filepath=str(tmp_path / "no.csv")).load()
    with pytest.raises(DatasetError, match=r"must end in \.csv"):
        TableDataset(filepath="table.xlsx")
    with pytest.raises(DatasetError, match="no table 'films'"):
        ContractTableDataset(path=str(tmp_path), table="films")


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_preview_is_the_first_rows_as_json_holds_them(tmp_path, suffix):
    columns = {"item_id": ["007", None], "score": [0.123456, float("nan")], "reason": ["é" * 81, "short"]}
    dataset = TableDataset(filepath=str(tmp_path / f"table.{suffix}"))
    dataset.save(pd.concat([pd.DataFrame(columns)] * 1000, ignore_index=True))

    shown = dataset.preview(nrows=2)

    assert json.loads(json.dumps(shown)) == {
        "index": [0, 1],
        "columns": ["item_id", "score", "reason"],
        "data": [["007", 0.1235, "é" * 80 + "…"], [None, None, "short"]],
    }
    assert len(dataset.preview()["data"]) == 30


def test_a_preview_shows_lists_and_times_as_text(tmp_path):
    dataset = TableDataset(filepath=str(tmp_path / "table.parquet"))
    dataset.save(pd.DataFrame({"words": [["sea", "night"]], "day": [pd.Timestamp("2024-02-29")]}))
    ((words, day),) = dataset.preview()["data"]
    assert words == "sea, night"
    assert day.startswith("2024-02-29")


def test_a_preview_of_an_empty_table_has_its_columns(tmp_path):
    dataset = TableDataset(filepath=str(tmp_path / "table.parquet"))
    dataset.save(pd.DataFrame({"item_id": pd.Series(dtype="str")}))
    assert dataset.preview() == {"columns": ["item_id"], "index": [], "data": []}


def test_a_preview_of_what_is_not_there_says_so(tmp_path):
    with pytest.raises(DatasetError, match="run the pipeline that writes it"):
        TableDataset(filepath=str(tmp_path / "table.csv"), optional=True).preview()
