import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from pydantic import ValidationError

from tesserec.encoders.static import StaticEncoder
from tesserec.pipelines.token_encoding import create_pipeline
from tesserec.pipelines.token_encoding.nodes import encode_item_texts, encode_user_texts
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions

PARAMETERS = Path(__file__).parents[3] / "conf" / "base" / "parameters" / "token_encoding.yml"
OUTPUTS = ("item_embeddings", "user_text_embeddings", "token_statistics")


@pytest.fixture(scope="module")
def values() -> dict:
    return yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))["token_encoding"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    items = {"item_id": ["b", "a", "书"], "contextual": ["A bread oven.", "", "A bread oven."]}
    texts = {"text_id": ["t1", "t2"], "contextual": ["an oven to bake bread in", "a film about the stars"]}
    return {"item_texts": pd.DataFrame(items), "user_texts": pd.DataFrame(texts)}


@pytest.fixture(scope="module")
def results(values, tables) -> dict:
    options = TokenEncodingOptions(**values | {"precision": "fp32"})
    given = tables | {"params:token_encoding": options}
    before = copy.deepcopy(tables)
    kept = {name: MemoryDataset() for name in OUTPUTS}
    catalog = DataCatalog(kept | {name: MemoryDataset(thing) for name, thing in given.items()})
    SequentialRunner().run(create_pipeline(), catalog)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    return {name: dataset.load() for name, dataset in kept.items()}


def test_embeddings_are_keyed_by_id(results):
    items, texts = results["item_embeddings"], results["user_text_embeddings"]
    assert list(items.ids) == ["b", "a", "书"]
    assert list(texts.ids) == ["t1", "t2"]
    np.testing.assert_array_equal(items.rows(["b"]), items.rows(["书"]))
    assert not items.rows(["a"]).any()
    similarity = texts.vectors @ items.rows(["b"])[0]
    assert similarity[0] > similarity[1] + 0.3


def test_statistics_tell_what_was_read_and_how(results):
    statistics = results["token_statistics"]
    assert statistics["encoder"]["pooling"] == "mean"
    assert statistics["encoder"]["model"] == "all-MiniLM-L6-v2"
    counts = statistics["item_texts"]
    assert (counts["texts"], counts["empty_texts"], counts["unique_texts"], counts["windows"]) == (3, 1, 1, 1)
    assert counts["tokens_per_second"] > 0
    assert statistics["user_texts"]["texts"] == 2


def test_no_user_texts_make_an_empty_table_of_the_same_size(values, tables):
    none = tables["user_texts"].iloc[:0]
    embeddings, statistics = encode_user_texts(none, TokenEncodingOptions(**values))
    assert embeddings.vectors.shape == (0, 384)
    assert statistics["encoding"]["texts"] == 0


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


def test_the_static_encoder_is_a_parameter(values, tables):
    options = TokenEncodingOptions(**values | {"encoder": "static"})
    items, statistics = encode_item_texts(tables["item_texts"], options)
    expected = StaticEncoder("all-MiniLM-L6-v2", sif=values["sif"]).encode(["A bread oven."])
    np.testing.assert_array_equal(items.rows(["b", "书"]), np.repeat(expected, 2, axis=0))
    assert statistics["encoder"]["encoder"] == "static"
    assert (statistics["encoding"]["texts"], statistics["encoding"]["empty_texts"]) == (3, 1)
    even, _ = encode_item_texts(tables["item_texts"], options.model_copy(update={"sif": 10.0}))
    assert np.abs(even.vectors - items.vectors).max() > 0.01
