import copy
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from pydantic import ValidationError

from tesserec.catalog import EmbeddingsDataset, VectorStoreDataset
from tesserec.encoders.compression import Compression
from tesserec.encoders.static import StaticEncoder
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError, DataError
from tesserec.pipelines.token_encoding import create_pipeline, nodes
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.state import load_state
from tesserec.tables.batches import TableBatches

PARAMETERS = Path(__file__).parents[3] / "conf" / "base" / "parameters" / "token_encoding.yml"


@pytest.fixture(scope="module")
def values() -> dict:
    values = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))["token_encoding"]
    return values | {"precision": "fp32", "ray": values["ray"] | {"staging": "staging"}}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    oven, bake, film = "A bread oven.", "an oven to bake bread in", "a film about the stars"
    items = {
        "item_id": ["b", "a", "书"],
        "contextual": [oven, "", oven],
        "lexical": ["bread oven", "", "bread oven"],
    }
    texts = {
        "text_id": ["t1", "t2"],
        "contextual": [bake, film],
        "lexical": ["oven bake bread", "film stars"],
    }
    return {"item_texts": pd.DataFrame(items), "user_texts": pd.DataFrame(texts)}


SPLIT = pd.DataFrame({"item_id": ["b", "a", "书"], "split": ["train", "train", "test"]})


def run(folder: Path, tables: dict[str, pd.DataFrame], values: dict) -> dict:
    """The pipeline's outputs, with stores and embeddings in `folder`."""
    store = str(folder / "text_vectors")
    entries = {
        "vectors_before": VectorStoreDataset(filepath=store),
        "text_vectors": VectorStoreDataset(filepath=store),
        "item_embeddings": EmbeddingsDataset(filepath=str(folder / "items")),
        "user_text_embeddings": EmbeddingsDataset(filepath=str(folder / "texts")),
        "split_interactions": MemoryDataset(SPLIT),
        "token_statistics": MemoryDataset(),
        "params:token_encoding": MemoryDataset(TokenEncodingOptions(**values)),
    }
    entries |= {
        f"{name}@batches": MemoryDataset(TableBatches.of(table), copy_mode="assign")
        for name, table in tables.items()
    }
    before = copy.deepcopy(tables)
    catalog = DataCatalog(entries)
    SequentialRunner().run(create_pipeline(), catalog)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    return {
        name: catalog.load(name) for name in ("item_embeddings", "user_text_embeddings", "token_statistics")
    }


def test_embeddings_are_keyed_by_id(tmp_path, tables, values):
    results = run(tmp_path, tables, values)
    items, texts = results["item_embeddings"], results["user_text_embeddings"]
    assert list(items.ids) == ["b", "a", "书"]
    assert list(texts.ids) == ["t1", "t2"]
    np.testing.assert_array_equal(items.rows(["b"]), items.rows(["书"]))
    assert not items.rows(["a"]).any()
    similarity = texts.rows(["t1", "t2"]) @ items.rows(["b"])[0]
    assert similarity[0] > similarity[1] + 0.3


def test_statistics_tell_what_was_read_and_how(tmp_path, tables, values):
    statistics = run(tmp_path, tables, values)["token_statistics"]
    assert statistics["encoder"]["pooling"] == "mean"
    assert statistics["encoder"]["model"] == "all-MiniLM-L6-v2"
    counts = statistics["item_texts"]
    assert (counts["texts"], counts["empty_texts"], counts["unique_texts"], counts["windows"]) == (3, 1, 1, 1)
    assert counts["truncated_tokens"] == 0
    assert statistics["user_texts"]["texts"] == 2
    assert statistics["this_run"]["texts"] == 3
    assert statistics["this_run"]["tokens"] == counts["tokens"] + statistics["user_texts"]["tokens"]
    assert statistics["this_run"]["tokens_per_second"] > 0


def test_a_second_run_reads_only_what_is_new(tmp_path, tables, values, monkeypatch):
    first = run(tmp_path, tables, values)
    read = []
    monkeypatch.setattr(TransformerEncoder, "prepare", record(TransformerEncoder.prepare, read), raising=True)
    again = run(tmp_path, tables, values)
    assert read == []
    assert again["token_statistics"]["item_texts"] == first["token_statistics"]["item_texts"]
    assert again["token_statistics"]["this_run"]["tokens"] == 0
    tables["item_texts"].loc[1, "contextual"] = "A toaster."
    changed = run(tmp_path, tables, values)
    assert list(chain.from_iterable(read)) == ["A toaster."]
    assert changed["item_embeddings"].rows(["a"]).any()
    np.testing.assert_array_equal(
        changed["item_embeddings"].rows(["b"]), first["item_embeddings"].rows(["b"])
    )


def record(method, texts: list):
    def recording(self, given):
        texts.append(given)
        return method(self, given)

    return recording


def test_another_encoder_does_not_take_the_vectors_of_the_first(tmp_path, tables, values):
    run(tmp_path, tables, values)
    other = run(tmp_path, tables, values | {"encoder": "static"})
    expected = StaticEncoder("all-MiniLM-L6-v2", sif=values["sif"]).encode(["A bread oven."])
    np.testing.assert_array_equal(other["item_embeddings"].rows(["b", "书"]), np.repeat(expected, 2, axis=0))
    assert other["token_statistics"]["encoder"]["encoder"] == "static"
    even = run(tmp_path, tables, values | {"encoder": "static", "sif": 10.0})
    assert np.abs(even["item_embeddings"].rows(["b"]) - expected).max() > 0.01


def test_no_user_texts_make_an_empty_table_of_the_same_size(tmp_path, tables, values):
    results = run(tmp_path, tables | {"user_texts": tables["user_texts"].iloc[:0]}, values)
    assert results["user_text_embeddings"].rows([]).shape == (0, 384)
    assert results["token_statistics"]["user_texts"]["texts"] == 0


def test_embeddings_come_in_parts(tmp_path, tables, values, monkeypatch):
    monkeypatch.setattr(nodes, "PART_ROWS", 2)
    monkeypatch.setattr(nodes, "TEXTS_AT_ONCE", 1)
    parts = run(tmp_path, tables, values)["item_embeddings"]
    assert [path.name for path in sorted((tmp_path / "items").glob("*.arrow"))] == [
        "part-00000.arrow",
        "part-00001.arrow",
    ]
    monkeypatch.undo()
    whole = run(tmp_path, tables, values)["item_embeddings"]
    assert list(parts.ids) == list(whole.ids) == ["b", "a", "书"]
    np.testing.assert_array_equal(parts.rows(parts.ids), whole.rows(whole.ids))


def test_a_text_that_was_never_encoded_is_named(tmp_path, tables, values):
    run(tmp_path, tables, values)
    options = TokenEncodingOptions(**values)
    encoder = options.encoders([])[0].description
    store = VectorStoreDataset(filepath=str(tmp_path / "text_vectors")).load()
    described = {"digest": encoder.digest, "encoder": {"size": encoder.size}, "column": "contextual"}
    tables["item_texts"].loc[0, "contextual"] = "Something new."
    with pytest.raises(DataError, match=r"1 texts have no vector yet, the first is that of 'b': encode them"):
        given = (TableBatches.of(tables["item_texts"]), store, described, Compression.none(384))
        list(nodes.gather_item_embeddings(*given))


@pytest.mark.parametrize(
    "wrong",
    [
        {"pooling": "sum"},
        {"batch_tokens": 0},
        {"max_length": "long"},
        {"model": ""},
        {"speed": 3},
        {"sif": 0},
        {"encoder": "tiny"},
    ],
)
def test_wrong_parameters_are_refused(values, wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        TokenEncodingOptions(**values | wrong)


@pytest.mark.parametrize(
    ("form", "size", "dtype", "close"),
    [({"codes": "int8"}, 384, np.int8, 0.999), ({"codes": "float16"}, 384, np.float16, 0.99999)],
)
def test_embeddings_are_kept_as_the_parameters_say(tmp_path, tables, values, form, size, dtype, close):
    exact = run(tmp_path / "exact", tables, values)["item_embeddings"]
    compression = values["compression"] | form
    kept = run(tmp_path / "kept", tables, values | {"compression": compression})["item_embeddings"]
    assert kept.size == size
    assert kept.codes[np.array([0])].dtype == dtype
    cosine = (kept.rows(["b", "书"]) * exact.rows(["b", "书"])).sum(axis=1)
    assert close < cosine.min()
    assert not kept.rows(["a"]).any()


def test_compression_learns_from_training_items_only(tmp_path, tables, values):
    """The item of the test split is another text, twice as long along every axis as any step was made for."""
    int8 = values | {"compression": values["compression"] | {"codes": "int8"}}
    tables["item_texts"].loc[2, "contextual"] = "A film about the stars."
    run(tmp_path / "one", tables, int8)
    tables["item_texts"].loc[2, "contextual"] = "Something else in the test split."
    run(tmp_path / "other", tables, int8)
    one, other = (
        load_state(Compression, tmp_path / name / "items" / "compression") for name in ("one", "other")
    )
    np.testing.assert_array_equal(one.learned["steps"], other.learned["steps"])


def test_the_lexical_encoder_reads_words_and_learns_from_training_items(tmp_path, tables, values):
    lexical = values | {
        "encoder": "lexical",
        "lexical": values["lexical"] | {"min_texts": 1, "dimensions": 2},
    }
    tables["item_texts"].loc[1, ["contextual", "lexical"]] = ["A silver film.", "silver film"]
    results = run(tmp_path, tables, lexical)
    items, texts = results["item_embeddings"], results["user_text_embeddings"]
    likeness = texts.rows(["t1", "t2"]) @ items.rows(["b", "a"]).T
    np.testing.assert_allclose(likeness, [[1, 0], [0, 1]], atol=1e-5)
    assert results["token_statistics"]["encoder"]["model"] == "TF-IDF"
    assert results["token_statistics"]["user_texts"]["tokens"] == 3, "bake and stars are in no training item"


def test_devices_of_different_precision_do_not_share_the_work(values):
    with pytest.raises(ConfigError, match=r"precision auto is .* on the devices cpu,meta: choose one"):
        TokenEncodingOptions(**values | {"precision": "auto", "device": "cpu,meta"}).encoders([])
