"""From the catalog of a finished run to answers, with the lexical encoder."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from kedro.io import DataCatalog, MemoryDataset

from tesserec.commands.loading import DATASETS, load_asker
from tesserec.encoders import Embeddings
from tesserec.encoders.compression import Compression
from tesserec.encoders.lexical import LexicalEncoder
from tesserec.errors import ConfigError, DataError
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.recommenders import Fusion

from ..pipelines.market import PARAMETERS, few_recommenders, market, options, reranking
from ..recommenders.blends import blends_of

LEXICAL = {"dimensions": 4, "min_texts": 1, "max_words": 100, "seed": 0}


def finished_run(
    encoder: str = "lexical", rules: Mapping[str, Any] = {}, **tables: pd.DataFrame
) -> DataCatalog:
    """What the pipelines would have left of the market."""
    made = market() | tables
    made["item_texts@table"]["lexical"] = [f"{item[:-1]} {item}" for item in made["items"]["item_id"]]
    texts = made["item_texts@table"]
    trained = made["split_interactions"].query("split == 'train'")["item_id"]
    reader = LexicalEncoder.fit(texts.loc[texts["item_id"].isin(trained), "lexical"], **LEXICAL)
    ids = texts["item_id"].to_numpy(object)
    made["item_embeddings"] = Embeddings(ids, reader.encode(texts["lexical"].tolist()))
    made["user_text_embeddings"] = Embeddings(
        np.array(["t0", "t1"], dtype=object), np.ones((2, 4), np.float32)
    )
    data = training_data_builder("serving")(*(made[name] for name in INPUTS), options("feature_fusion"))
    blends = blends_of({"popularity": 0.1, "item_knn": 1.0}, {"popularity": 0.1, "demographics": 1.0})
    description = asdict(reader.description) | {"encoder": encoder}
    reading = yaml.safe_load((PARAMETERS / "token_encoding.yml").read_text(encoding="utf-8"))[
        "token_encoding"
    ]
    reading["ray"]["staging"] = "nowhere"
    made |= {
        "serving_data": data,
        "recommender": Fusion.fit(few_recommenders().build(), blends, data),
        "encoding_run": {"encoder": description, "digest": "of another day", "column": "lexical"},
        "compression": Compression.none(4),
        "params:token_encoding": reading | {"encoder": "lexical", "lexical": LEXICAL},
        "params:feature_fusion": options("feature_fusion"),
        "params:recommendation": options("recommendation", reranking=reranking(**rules)),
    }
    return DataCatalog({name: MemoryDataset(thing, copy_mode="assign") for name, thing in made.items()})


def test_words_likes_and_attributes_are_answered():
    asker = load_asker(finished_run())
    assert asker.ask("plane7", count=1)["item_id"].tolist() == ["plane7"]
    assert set(asker.ask("an oven", likes=["oven0"])["item_id"][:5].str[:4]) == {"oven"}
    assert set(asker.ask(attributes={"trade": "pilot"})["item_id"][:5].str[:5]) == {"plane"}
    assert set(asker.similar("plane3", where=["kind!=this"])["item_id"].str[:4]) == {"oven"}


def test_candidates_and_exclusions_hold():
    few = pd.DataFrame({"item_id": ["oven0", "oven2", "plane1"]})
    barred = pd.DataFrame({"item_id": ["oven2", "plane1"], "user_id": [None, "cook0"]})
    asker = load_asker(finished_run(candidates=few, exclusions=barred))
    assert set(asker.ask("oven")["item_id"]) == {"oven0", "plane1"}


def test_filters_and_excluded_items_of_the_parameters_hold():
    rules = {"filters": [{"column": "kind", "not_in": ["oven"]}], "exclude": ["plane1"]}
    listed = set(load_asker(finished_run(rules=rules)).ask("oven plane1", count=100)["item_id"])
    items = market()["items"]
    assert listed == set(items.loc[items["kind"] != "oven", "item_id"]) - {"plane1"}


def test_another_encoder_than_that_of_the_run_is_told():
    with pytest.raises(
        ConfigError, match=r"read by the transformer encoder 'TF-IDF'.*the --params of the run"
    ):
        load_asker(finished_run(encoder="transformer"))


def test_other_settings_of_the_same_encoder_are_told():
    catalog = finished_run(encoder="transformer")
    catalog["params:token_encoding"] = MemoryDataset(
        catalog.load("params:token_encoding") | {"encoder": "transformer"}
    )
    with pytest.raises(ConfigError, match=r"describe the transformer encoder .* or other settings of it"):
        load_asker(catalog)


@pytest.mark.parametrize("table", ["items", "users"])
def test_tables_of_a_later_run_that_did_not_end_are_told(table):
    catalog = finished_run()
    catalog[table] = MemoryDataset(catalog.load(table).iloc[::-1])
    with pytest.raises(DataError, match=f"fitted on other {table} than the last run read"):
        load_asker(catalog)


@pytest.mark.parametrize("name", ["recommender", "items"])
def test_what_is_missing_is_told(name):
    catalog = finished_run()
    assert name in DATASETS
    catalog[name] = MemoryDataset()
    with pytest.raises(DataError, match=f"'{name}' has not been made; run 'kedro run'"):
        load_asker(catalog)
