"""A market whose people write of everything they do, at any time, so that there is something to leak."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import yaml

from tesserec.encoders import Embeddings
from tesserec.pipelines.feature_fusion.leakage import check_leakage
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import CHECKED, INPUTS
from tesserec.pipelines.semantic_mining.nodes import group_miner
from tesserec.pipelines.semantic_mining.opinions import judge_user_texts
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.protocol import describe_protocol
from tesserec.recommenders import TrainingData
from tesserec.splits import split_interactions

from .market import PARAMETERS, SPLIT, options

PEOPLE, ITEMS, TASTES, STEPS, DIMENSIONS = 60, 40, 4, 8, 6
UNMET = [f"i{ITEMS - 2}", f"i{ITEMS - 1}"]
MINED = {
    "topic": ("topics", "item_topics", "text_topics"),
    "interest": ("interests", "item_interests", "text_interests"),
}


def parameters(pipeline: str, model: type) -> Any:
    return model(**yaml.safe_load((PARAMETERS / f"{pipeline}.yml").read_text(encoding="utf-8"))[pipeline])


def gossip(method: str) -> dict[str, Any]:
    """Tables by dataset name, without what is learned from them.

    Each person meets items of one taste in two ways, one of them twice, gives stars, reviews each half a
    step later, or at no known time, and writes of nothing in between. The last person and the last two items
    are in no event.
    """
    generator = np.random.default_rng(3)
    people, items = [f"u{n}" for n in range(PEOPLE)], [f"i{n}" for n in range(ITEMS)]
    rows = []
    for person in range(PEOPLE - 1):
        mine = generator.permutation(np.arange(person % TASTES, ITEMS - 2, TASTES))[:STEPS]
        for step, item in enumerate([*mine, mine[1]]):
            time = 100.0 * step + person
            stars = 5.0 if item // TASTES % 2 == person % 2 else 1.0 + step % 3
            rows.append((people[person], items[item], "view", np.nan, time, 1.0))
            rows.append((people[person], items[item], "rating", stars, time + 1, 3.0 if step else 0.0))
    log = pd.DataFrame(rows, columns=["user_id", "item_id", "event", "value", "timestamp", "weight"])
    log = log.sort_values(["user_id", "timestamp"], ignore_index=True)
    divided = split_interactions(log, method=method, candidates=[], **SPLIT)
    vectors = generator.normal(size=(ITEMS, DIMENSIONS)) + 3 * np.eye(DIMENSIONS)[np.arange(ITEMS) % TASTES]
    words = [f"{'oven' if n % 2 else 'plane'} model{n // 4} series{n // 8}" for n in range(ITEMS)]
    kinds = [f"series{n // 8} > model{n // 4}" for n in range(ITEMS)]
    towns = [f"town{n % 7}" for n in range(PEOPLE)]
    friends = {"head_id": people[1:], "relation": "friend", "tail_type": "user", "tail_id": people[:-1]}
    roles = {"items": {"price": "number", "kind": "category"}, "users": {"age": "number", "town": "category"}}
    return {
        "split_interactions": divided,
        "items": pd.DataFrame(
            {"item_id": items, "title": items, "price": 1.0 + np.arange(ITEMS) ** 2, "kind": kinds}
        ),
        "users": pd.DataFrame({"user_id": people, "age": 20.0 + np.arange(PEOPLE), "town": towns}),
        "relations": pd.concat([pd.DataFrame({"head_type": "user", **friends}), _saved(log)]),
        "column_roles": roles,
        "item_texts@table": pd.DataFrame(
            {"item_id": items, "language": "en", "contextual": words, "lexical": words}
        ),
        "item_embeddings": Embeddings(np.array(items, dtype=object), vectors.astype(np.float32)),
        **_written(divided, generator),
        "protocol": describe_protocol(
            divided, [], method=method, options={"method": method, **SPLIT}, relevance="auto"
        ),
    }  # fmt: skip


def _saved(log: pd.DataFrame) -> pd.DataFrame:
    """Links of people to items that they met, or are to meet."""
    pairs = log[["user_id", "item_id"]].drop_duplicates()[::5]
    links = {
        "head_id": pairs["user_id"],
        "relation": "saved",
        "tail_type": "item",
        "tail_id": pairs["item_id"],
    }
    return pd.DataFrame({"head_type": "user", **links})


def _written(events: pd.DataFrame, generator: np.random.Generator) -> dict[str, Any]:
    rated = events[events["event"] == "rating"]
    said = np.where(rated["value"] > 3, "The plot was superb", "The plot was dreadful")
    reviews = pd.DataFrame(
        {"user_id": rated["user_id"], "item_id": rated["item_id"], "kind": "review", "contextual": said}
    ).assign(timestamp=rated["timestamp"] + 50)
    posts = reviews.assign(
        item_id=None, kind="post", contextual="The oven is superb, model2", timestamp=rated["timestamp"] + 60
    )
    texts = pd.concat([reviews, posts.iloc[::3]], ignore_index=True).assign(language="en")
    # Of some only what they are about tells that they must not be read.
    texts["timestamp"] = texts["timestamp"].mask((texts.index % 7 == 0) & texts["item_id"].notna())
    texts.insert(0, "text_id", [f"t{n}" for n in range(len(texts))])
    texts["contextual"] += [f" word{n % 17}" for n in range(len(texts))]
    texts["lexical"] = texts["contextual"].str.lower().str.replace(",", "")
    vectors = generator.normal(size=(len(texts), DIMENSIONS)).astype(np.float32)
    return {
        "user_texts@table": texts,
        "user_text_embeddings": Embeddings(texts["text_id"].to_numpy(object), vectors),
    }


def mine(tables: dict[str, Any], kind: str) -> dict[str, pd.DataFrame]:
    """Learn topics or interests: `kind`s, those of items and those of texts, by dataset name."""
    given = (
        "item_texts@table",
        "item_embeddings",
        "user_texts@table",
        "user_text_embeddings",
        "split_interactions",
    )
    found = group_miner(kind)(
        *(tables[name] for name in given), parameters("semantic_mining", SemanticMiningOptions)
    )
    return dict(zip(MINED[kind], found, strict=True))


def judge(tables: dict[str, Any]) -> dict[str, Any]:
    """Learn to read opinions: what is said of each text and of each aspect."""
    opinions, aspects, _ = judge_user_texts(
        tables["user_texts@table"],
        tables["user_text_embeddings"],
        tables["split_interactions"],
        parameters("token_encoding", TokenEncodingOptions),
        parameters("semantic_mining", SemanticMiningOptions),
    )
    return {"opinions": opinions, "aspect_opinions": aspects}


def learned(tables: dict[str, Any]) -> dict[str, Any]:
    """The same tables with what semantic mining learns of them."""
    return tables | mine(tables, "topic") | mine(tables, "interest") | judge(tables)


def build(tables: dict[str, Any], stage: str) -> TrainingData:
    return training_data_builder(stage)(*(tables[name] for name in INPUTS), options("feature_fusion"))


def check(tables: dict[str, Any], **replaced: Callable[[TrainingData], TrainingData]) -> list[dict[str, Any]]:
    """Build the training data of both stages, change what is to be changed, and check it."""
    data = {f"{stage}_features": build(tables, stage) for stage in ("tuning", "testing")}
    data = {name: replaced.get(name, lambda same: same)(one) for name, one in data.items()}
    return check_leakage(*((tables | data)[name] for name in CHECKED), options("feature_fusion"))[2]
