from pathlib import Path

import pandas as pd
import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.runner import SequentialRunner
from pydantic import ValidationError

from tesserec.pipelines.simulation import create_pipeline
from tesserec.pipelines.simulation.nodes import compose_items, draw_people, simulate_behaviour
from tesserec.pipelines.simulation.options import SimulationOptions

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "data" / "01_raw" / "sample"
TABLES = ("interactions", "items", "pairs", "relations", "texts", "users")


def configuration(**runtime_params) -> OmegaConfigLoader:
    return OmegaConfigLoader(
        str(ROOT / "conf"),
        base_env="base",
        default_run_env="base",
        runtime_params=runtime_params,
        config_patterns={
            "catalog": ["catalog/09_simulation.yml"],
            "parameters": ["parameters/simulation.yml"],
        },
    )


def simulate(folder: Path, file_format: str = "csv", people: int | None = None, **changes) -> None:
    config = configuration(simulation_dir=str(folder), simulation_format=file_format)
    values = config["parameters"]["simulation"] | changes
    if people:
        values["people"] = values["people"] | {"count": people}
    catalog = DataCatalog.from_config(config["catalog"])
    catalog["params:simulation"] = SimulationOptions(**values)
    SequentialRunner().run(create_pipeline(), catalog)


@pytest.fixture(scope="module")
def options() -> SimulationOptions:
    return SimulationOptions(**configuration()["parameters"]["simulation"])


@pytest.fixture(scope="module")
def simulated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("simulation") / "data"
    simulate(folder)
    return folder


@pytest.mark.parametrize("table", TABLES)
def test_the_defaults_make_the_sample_again_byte_by_byte(simulated, table):
    assert (simulated / f"{table}.csv").read_bytes() == (SAMPLE / f"{table}.csv").read_bytes()


def test_the_sample_is_what_was_promised():
    assert {file.name for file in SAMPLE.iterdir()} == {f"{table}.csv" for table in TABLES}
    assert sum(file.stat().st_size for file in SAMPLE.iterdir()) < 3_000_000
    assert len(pd.read_csv(SAMPLE / "items.csv")) >= 320
    assert len(pd.read_csv(SAMPLE / "users.csv")) >= 640
    assert 12_000 <= len(pd.read_csv(SAMPLE / "interactions.csv")) <= 16_000
    assert len(pd.read_csv(SAMPLE / "pairs.csv")) >= 300


def test_the_planted_answers_stay_out_of_the_tables(simulated):
    columns = {column for table in TABLES for column in pd.read_csv(simulated / f"{table}.csv", nrows=0)}
    assert not [
        column for column in columns if column.startswith(("taste", "theme", "quality", "popularity"))
    ]
    truth = simulated.with_name("data_truth")
    assert {file.name for file in truth.iterdir()} == {"items.parquet", "people.parquet"}
    assert {"theme", "quality"} <= set(pd.read_parquet(truth / "items.parquet"))


def test_the_sample_is_not_overwritten_by_default():
    paths = [entry["filepath"] for entry in configuration()["catalog"].values()]
    assert not [path for path in paths if path.startswith("data/01_raw/sample")]


def test_chunks_in_parquet_are_the_same_data_as_in_csv(tmp_path):
    for file_format in ("csv", "parquet"):
        simulate(tmp_path / file_format, file_format, people=90, people_per_chunk=40)
    for table in TABLES:
        text = pd.read_csv(tmp_path / "csv" / f"{table}.csv")
        binary = pd.read_parquet(tmp_path / "parquet" / f"{table}.parquet")
        pd.testing.assert_frame_equal(text, binary, check_dtype=False)
        assert len(text)


def test_chunks_hold_all_people_and_pairs(options):
    few = options.model_copy(update={
        "people_per_chunk": 40, "people": options.people.model_copy(update={"count": 90}),
        "behaviour": options.behaviour.model_copy(update={"pairs": 10}),
    })  # fmt: skip
    people, items = draw_people(few), compose_items(few)
    chunks = list(simulate_behaviour(people, items, few))
    assert [(chunk.number, chunk.total) for _, _, chunk in chunks] == [(0, 3), (1, 3), (2, 3)]
    assert sum(len(pairs.content) for _, _, pairs in chunks) == 10
    met = pd.concat(interactions.content for interactions, _, _ in chunks)["user_id"]
    assert set(met) == set(people[people["encounters"] > 0]["user_id"])


@pytest.mark.parametrize(("group", "key", "value"), [
    ("people", "chinese_share", 0.95),
    ("people", "count", 0),
    ("items", "cold_share", 1.0),
    ("behaviour", "stay", 0.95),
    ("behaviour", "start_date", "last year"),
    ("people", "friend_per_person", 3),
])  # fmt: skip
def test_impossible_parameters_are_refused(options, group, key, value):
    values = options.model_dump()
    values[group][key] = value
    with pytest.raises(ValidationError, match=key.split("_")[0]):
        SimulationOptions(**values)
