from pathlib import Path

import pandas as pd
import pytest
import yaml
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog, DatasetError, MemoryDataset
from kedro.runner import SequentialRunner
from pydantic import ValidationError

from tesserec.pipelines.preprocessing import create_pipeline
from tesserec.pipelines.preprocessing.options import PreprocessingOptions
from tesserec.tables.contract import CONTRACTS

CONF = Path(__file__).parents[3] / "conf"
PARAMETERS = CONF / "base/parameters/preprocessing.yml"


@pytest.fixture
def parameters():
    return yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))["preprocessing"]


def run(raw, parameters, folder):
    """Run the pipeline on CSV files, through the project's own catalog entries and their validators."""
    for name, table in raw.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    places = {"data_dir": str(folder), "output_dir": str(folder / "out")}
    loader = OmegaConfigLoader(str(CONF), base_env="base", default_run_env="base", runtime_params=places)
    pipeline = create_pipeline()
    entries = {name: entry for name, entry in loader["catalog"].items() if name in pipeline.datasets()}
    catalog = DataCatalog.from_config(entries)
    catalog["params:preprocessing"] = MemoryDataset(PreprocessingOptions.model_validate(parameters))
    SequentialRunner().run(pipeline, catalog)
    return catalog


@pytest.fixture
def raw():
    items = pd.DataFrame({
        "item_id": list("abcde"),
        "title": ["Red shoes", "花椒之味", "Blue shirt", "Green hat", "Old coat"],
        "category": ["Shop > Shoes", "Film", "Shop > Shirts", "Shop > Hats", "Shop > Coats"],
    })  # fmt: skip
    events = [(user, item, str(time)) for user in "uvw" for time, item in enumerate("abcd")]
    return {
        "items": items,
        "interactions": pd.DataFrame(events, columns=["user_id", "item_id", "timestamp"], dtype="str"),
        "texts": pd.DataFrame({"user_id": ["u"], "text": ["很好看的电影"], "item_id": ["b"]}),
    }


def test_the_whole_pipeline(raw, parameters, tmp_path):
    catalog = run(raw, parameters, tmp_path)

    split = catalog.load("split_interactions")
    assert split.groupby("user_id")["item_id"].last().eq("d").all()
    assert split["split"].value_counts().to_dict() == {"train": 6, "valid": 3, "test": 3}
    assert catalog.load("protocol")["split"]["method"] == "leave_last_out"
    texts = catalog.load("item_texts@table").set_index("item_id")
    assert texts.loc["b", "language"] == "zh"
    assert "Shirts" in texts.loc["c", "contextual"]
    assert catalog.load("user_texts@table")["language"].tolist() == ["zh"]
    assert catalog.load("data_quality")["tables"]["interactions"]["rows_kept"] == 12
    assert (tmp_path / "out/02_intermediate/interactions.parquet").exists()
    assert (tmp_path / "out/03_primary/protocol.json").exists()
    assert catalog.load("column_roles") == {"items": {"category": "category"}, "users": {}}


@pytest.mark.parametrize("columns", [["item_id"], ["item_id", "user_id"]])
def test_exclusions_are_read_and_kept(raw, parameters, tmp_path, columns):
    given = pd.DataFrame({"item_id": ["a", "b"], "user_id": ["u", None]})
    catalog = run(raw | {"exclusions": given[columns]}, parameters, tmp_path)

    table = catalog.load("exclusions")
    assert table["item_id"].tolist() == ["a", "b"]
    assert table["user_id"].notna().tolist() == ["user_id" in columns, False]


def test_an_exclusion_without_an_item_is_refused(raw, parameters, tmp_path):
    raw["exclusions"] = pd.DataFrame({"item_id": ["a", None], "user_id": ["u", "v"]})

    with pytest.raises(DatasetError, match=r"exclusions\.csv: column item_id has no id in 1 of 2 rows"):
        run(raw, parameters, tmp_path)


def test_a_bad_table_ends_the_run_before_anything_is_written(raw, parameters, tmp_path):
    raw["pairs"] = pd.DataFrame({"user_id": ["u"], "item": ["a"]})

    with pytest.raises(DatasetError, match="item_id is missing"):
        run(raw, parameters, tmp_path)

    assert not (tmp_path / "out").exists()


def test_one_node_reads_all_raw_tables_so_nothing_is_written_before():
    readers = [
        node for node in create_pipeline().nodes if any(name.startswith("raw_") for name in node.inputs)
    ]

    assert len(readers) == 1
    assert {f"raw_{name}" for name in CONTRACTS} < set(readers[0].inputs)


def test_names_are_flat():
    pipeline = create_pipeline()

    assert pipeline.inputs() == {f"raw_{name}" for name in CONTRACTS} | {"params:preprocessing"}
    assert {node.name for node in pipeline.nodes} >= {"preprocessing.clean_raw_tables"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("value_weighting", "squared"),
        ("limits", {"age": [120, 0]}),
        ("rating_scale", "stars"),
        ("event_weights", {"view": -1}),
        ("minimum_user_events", -1),
        ("latest_date", "yesterday"),
        ("unknown", 1),
    ],
)
def test_bad_parameters_are_refused(parameters, path, value):
    with pytest.raises(ValidationError):
        PreprocessingOptions.model_validate(parameters | {path: value})
