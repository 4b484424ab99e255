from pathlib import Path

import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog, DatasetError

from tesserec.catalog import sources
from tesserec.catalog.sources import SourceTableDataset

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture
def published(tmp_path):
    folder = tmp_path / "ml-latest-small"
    folder.mkdir()
    (folder / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n")
    (folder / "movies.csv").write_text("movieId,title,genres\n31,Dangerous Minds (1995),Drama\n")
    return tmp_path


@pytest.fixture
def conversions(monkeypatch):
    """Folders read so far."""
    seen = []
    read = sources.read_source
    monkeypatch.setattr(
        sources, "read_source", lambda name, folder: seen.append(folder) or read(name, folder)
    )
    return seen


def dataset(folder, table):
    return SourceTableDataset(source="movielens", path=str(folder), table=table)


def test_one_conversion_serves_all_tables_once(published, conversions):
    loaded = {name: dataset(published, name).load() for name in ("interactions", "items", "users", "texts")}
    assert len(conversions) == 1
    assert loaded["items"]["title"].tolist() == ["Dangerous Minds (1995)"]
    assert sources._conversion._tables == {}
    assert dataset(published, "items").load().equals(loaded["items"])
    assert len(conversions) == 2


def test_changed_files_are_read_again(published, conversions):
    dataset(published, "interactions").load()
    (published / "ml-latest-small" / "movies.csv").write_text("movieId,title,genres\n31,Changed,Drama\n")
    assert dataset(published, "items").load()["title"].tolist() == ["Changed"]
    assert len(conversions) == 2


def test_published_files_are_never_written(published):
    with pytest.raises(DatasetError, match="never written"):
        dataset(published, "items").save("something")


def test_unknown_source(published):
    with pytest.raises(DatasetError, match="There is no source 'netflix'; there are amazon, movielens"):
        SourceTableDataset(source="netflix", path=str(published), table="items")


@pytest.mark.parametrize(("env", "converted"), [("movielens", 4), ("amazon", 3)])
def test_environment_swaps_the_raw_tables_and_nothing_else(env, converted):
    def catalogs(name):
        loader = OmegaConfigLoader(
            str(CONF), base_env="base", default_run_env=name, runtime_params={"data_dir": "here"}
        )
        return loader["catalog"]

    base, changed = catalogs("local"), catalogs(env)
    differing = {name for name in changed if changed[name] != base.get(name)}
    assert len(differing) == converted
    assert all(name.removeprefix("raw_") == changed[name]["table"] for name in differing)
    catalog = DataCatalog.from_config({name: changed[name] for name in differing})
    assert {catalog[name]._describe()["path"] for name in differing} == {"here"}


@pytest.mark.parametrize("env", ["movielens", "amazon"])
def test_environment_reads_where_the_download_puts_it(env):
    loader = OmegaConfigLoader(str(CONF), base_env="base", default_run_env=env)
    assert loader["catalog"]["raw_items"]["path"] == f"data/01_raw/{env}"
    assert loader["parameters"]["download"]["folder"] == "data/01_raw"
