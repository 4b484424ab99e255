import logging

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from tesserec.errors import ConfigError
from tesserec.pipelines.download import create_pipeline, nodes
from tesserec.pipelines.download.options import DownloadOptions


def run(options):
    SequentialRunner().run(create_pipeline(), DataCatalog({"params:download": MemoryDataset(options)}))


def test_parameters_keep_their_name_and_nothing_else_goes_in_or_out():
    pipeline = create_pipeline()
    assert pipeline.inputs() == {"params:download"}
    assert pipeline.outputs() == set()
    assert [node.name for node in pipeline.nodes] == ["download.download_source"]


def test_node_fetches_what_the_parameters_name_and_says_how_to_go_on(tmp_path, monkeypatch, caplog):
    fetched = []

    def note(publication, folder):
        fetched.append((publication.name, folder))
        return folder / publication.folder

    monkeypatch.setattr(nodes, "download", note)
    with caplog.at_level(logging.INFO):
        run(DownloadOptions(source="movielens-100k", folder=str(tmp_path)))
    assert fetched == [("movielens-100k", tmp_path)]
    assert f"kedro run --env movielens --params data_dir={tmp_path}/movielens/movielens-100k" in caplog.text


def test_unknown_source_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no known data set"):
        run(DownloadOptions(source="movielens", folder=str(tmp_path)))
    assert list(tmp_path.iterdir()) == []
