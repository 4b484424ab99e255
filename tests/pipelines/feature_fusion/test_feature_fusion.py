import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from pydantic import ValidationError

from tesserec.features.blocks import positions
from tesserec.features.fusion import fuse_rows
from tesserec.pipelines.feature_fusion import create_pipeline
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.recommenders import TrainingData
from tesserec.splits.stages import STAGES

from ..market import market, options


def build(tables: dict, stage: str) -> TrainingData:
    return training_data_builder(stage)(*(tables[name] for name in INPUTS), options("feature_fusion"))


@pytest.fixture(scope="module")
def tables() -> dict:
    return market()


def test_histories_grow_from_stage_to_stage(tables):
    sizes = [len(build(tables, stage).profiles.items) for stage in STAGES]
    events = tables["split_interactions"]
    assert sizes == [
        (events["split"] == "train").sum(), (events["split"] != "test").sum(), len(events)
    ]  # fmt: skip


def test_rows_follow_the_tables(tables):
    data = build(tables, "tuning")
    assert data.items.ids.tolist() == tables["items"]["item_id"].tolist()
    assert data.profiles.user_ids.tolist() == tables["users"]["user_id"].tolist()
    assert {"text", "lexical", "interests", "categories", "fused"} <= set(data.items.blocks)
    assert {"text", "lexical", "demographics", "fused"} <= set(data.profiles.blocks)
    again = fuse_rows(data.profiles.blocks, data.profiles.fusing)
    np.testing.assert_allclose(again, data.profiles.blocks["fused"], atol=1e-5)


def test_a_stage_learns_nothing_from_what_comes_after_it():
    """Everything that only the later splits know is changed; the training data of tuning must not move."""
    tables, changed = market("cold_items"), market("cold_items")
    events = changed["split_interactions"]
    later = events["split"] != "train"
    unseen_items = sorted(set(events["item_id"]) - set(events.loc[~later, "item_id"]))
    events.loc[later, "weight"] = 9.0
    place = positions(changed["items"]["item_id"].to_numpy(), unseen_items)
    changed["items"].loc[place, "kind"] = "unheard"
    changed["item_texts@table"].loc[place, "lexical"] = "oven plane unheard"
    changed["item_embeddings"].codes[place] = 0
    one, other = build(tables, "tuning"), build(changed, "tuning")
    kept = np.setdiff1d(np.arange(len(one.items)), place)
    for name, block in one.items.blocks.items():
        rows = [sp.csr_array(blocks).toarray()[kept] for blocks in (block, other.items.blocks[name])]
        np.testing.assert_allclose(rows[1], rows[0], atol=1e-5, err_msg=name)
    for name in ("items", "weights", "indptr", "recency"):
        np.testing.assert_array_equal(getattr(one.profiles, name), getattr(other.profiles, name))


def test_a_text_about_a_held_out_pair_reaches_no_feature():
    tables = market()
    events = tables["split_interactions"]
    mine = events[events["user_id"] == "cook0"].set_index("split")["item_id"]
    tables["user_texts@table"].loc[1, "item_id"] = mine["test"]
    place = positions(tables["items"]["item_id"].to_numpy(), [mine["test"]])[0]
    person = positions(tables["users"]["user_id"].to_numpy(), ["cook0"])[0]
    for stage, visible in (("tuning", False), ("testing", False), ("serving", True)):
        data = build(tables, stage)
        reviews = data.items.blocks.get("reviews")
        assert (reviews is not None and reviews[place].any()) == visible
        assert data.profiles.blocks["text"][person].any() == visible


def test_inputs_stay_as_they_are(tables):
    before = market()
    build(tables, "serving")
    for name in ("split_interactions", "items", "users", "item_texts@table", "user_texts@table"):
        pd.testing.assert_frame_equal(tables[name], before[name])


def test_without_optional_tables():
    tables = market()
    tables["user_texts@table"] = tables["user_texts@table"].iloc[:0]
    tables["users"] = tables["users"][["user_id"]]
    tables["column_roles"] = {"items": {"kind": "category"}, "users": {}}
    assert dict(build(tables, "serving").profiles.blocks) == {}


def test_one_node_per_stage_and_one_that_checks():
    pipeline = create_pipeline()
    assert {node.name for node in pipeline.nodes} == {
        "feature_fusion.check_leakage", *(f"feature_fusion.build_{stage}_data" for stage in STAGES)
    }  # fmt: skip
    assert pipeline.outputs() == {"leakage_checks", *(f"{stage}_data" for stage in STAGES)}


def test_unknown_and_impossible_parameters_are_refused():
    with pytest.raises(ValidationError, match="seeds"):
        options("feature_fusion", seeds=1)
    with pytest.raises(ValidationError, match="embedding_size"):
        options("feature_fusion", embedding_size=0)
    with pytest.raises(ValidationError, match=r"item_weights\.text"):
        options("feature_fusion", item_weights={"text": -1})
