"""A tiny market of two tastes, as the tables that the pipelines after encoding take."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from tesserec.encoders import Embeddings
from tesserec.pipelines.ablation.options import AblationOptions
from tesserec.pipelines.evaluation.options import EvaluationOptions
from tesserec.pipelines.feature_fusion.options import FeatureFusionOptions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.recommendation.options import RecommendationOptions
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.protocol import describe_protocol
from tesserec.splits import split_interactions

PARAMETERS = Path(__file__).parents[2] / "conf" / "base" / "parameters"
PROMPTS = PARAMETERS.parent / "prompts"
MODELS = {
    "ablation": AblationOptions,
    "feature_fusion": FeatureFusionOptions,
    "model_training": ModelTrainingOptions,
    "evaluation": EvaluationOptions,
    "recommendation": RecommendationOptions,
    "reporting": ReportingOptions,
}
PEOPLE, ITEMS = 40, 20
NEWCOMERS = ("cook40", "pilot41")
NEW_ITEMS = ("oven18", "plane19")
SPLIT = {"test_ratio": 0.2, "valid_ratio": 0.2, "folds": 5, "fold": 0, "seed": 0}


def options(pipeline: str, **changed: Any) -> Any:
    """The project's own parameters of a pipeline, checked, with some changed."""
    values = yaml.safe_load((PARAMETERS / f"{pipeline}.yml").read_text(encoding="utf-8"))[pipeline]
    return MODELS[pipeline](**(values | changed))


def reranking(**changed: Any) -> dict[str, Any]:
    """The project's own parameters of the steps after ranking, with some changed."""
    values = yaml.safe_load((PARAMETERS / "recommendation.yml").read_text(encoding="utf-8"))
    return values["recommendation"]["reranking"] | changed


def few_recommenders() -> ModelTrainingOptions:
    """Enough recommenders for every kind of evidence; the project's other ones take time here."""
    values = yaml.safe_load((PARAMETERS / "model_training.yml").read_text(encoding="utf-8"))["model_training"]
    names = ("popularity", "item_knn", "sequence", "text_taste", "similar_people", "demographics")
    values["recommenders"] = {name: values["recommenders"][name] for name in names}
    return ModelTrainingOptions(**values)


def market(method: str = "leave_last_out", candidates: tuple[str, ...] = (), *, timed: bool = True) -> dict:
    """Tables by dataset name.

    Cooks use ovens and pilots use planes, each in the order of the numbers from a place of their own; even
    numbers are cooks and ovens. Two people and two items are in no interaction.
    """
    generator = np.random.default_rng(7)
    trades = np.where(np.arange(PEOPLE + 2) % 2 == 0, "cook", "pilot")
    users = [f"{trade}{place}" for place, trade in enumerate(trades)]
    kinds = np.where(np.arange(ITEMS) % 2 == 0, "oven", "plane")
    items = [f"{kind}{place}" for place, kind in enumerate(kinds)]
    rows = []
    for person in range(PEOPLE):
        first = generator.integers(9)
        for step in range(generator.integers(3, 7)):
            item = 2 * ((first + step) % 9) + person % 2
            rows.append((users[person], items[item], "purchase", np.nan, 100.0 * step + person, 1.0))
    columns = ["user_id", "item_id", "event", "value", "timestamp", "weight"]
    log = pd.DataFrame(rows, columns=columns).sort_values(["user_id", "timestamp"], ignore_index=True)
    if not timed:
        log["timestamp"] = np.nan
    chosen = pd.DataFrame({"item_id": pd.Series(list(candidates), dtype="str")})
    divided = split_interactions(log, method=method, candidates=list(candidates), **SPLIT)
    vectors = np.eye(6)[np.arange(ITEMS) % 2] + generator.normal(scale=0.2, size=(ITEMS, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    written = pd.DataFrame(
        {
            "text_id": ["t0", "t1"],
            "user_id": ["cook40", "cook0"],
            "item_id": pd.Series([None, "oven0"], dtype=object),
            "kind": "search",
            "timestamp": np.nan,
            "language": "en",
            "contextual": ["An oven, please", "Hot"],
            "lexical": ["oven please", "hot"],
        }
    )
    return {
        "split_interactions": divided,
        "items": pd.DataFrame({"item_id": items, "title": [name.title() for name in items], "description": "",
                               "kind": kinds}),
        "users": pd.DataFrame({"user_id": users, "trade": trades}),
        "relations": pd.DataFrame(
            columns=["head_type", "head_id", "relation", "tail_type", "tail_id"], dtype="str"
        ),
        "column_roles": {"items": {"kind": "category"}, "users": {"trade": "category"}},
        "item_texts@table": pd.DataFrame(
            {"item_id": items, "language": "en", "contextual": items, "lexical": kinds}
        ),
        "user_texts@table": written,
        "item_embeddings": Embeddings(np.array(items, dtype=object), vectors.astype(np.float32)),
        "user_text_embeddings": Embeddings(
            np.array(["t0", "t1"], dtype=object), vectors[[0, 2]].astype(np.float32)
        ),
        "item_interests": pd.DataFrame(
            {"item_id": items, "interest": np.arange(ITEMS) % 2, "learned_from": np.nan}
        ),
        "item_topics": pd.DataFrame({"item_id": items, "learned_from": np.nan}),
        "opinions": written[["user_id", "item_id", "timestamp"]].assign(taught=False),
        "item_cards": pd.DataFrame(
            {"item_id": items, "language": "en", "interest": np.arange(ITEMS) % 2, "interest_name": kinds,
             "keywords": kinds}
        ),
        "user_profiles": pd.DataFrame(
            {"user_id": users, "interest_names": np.where(trades == "cook", "oven", "plane"), "keywords": ""}
        ),
        "description_prompt_en": (PROMPTS / "description_prompt_en.txt").read_text(encoding="utf-8"),
        "description_prompt_zh": (PROMPTS / "description_prompt_zh.txt").read_text(encoding="utf-8"),
        "candidates": chosen,
        "exclusions": pd.DataFrame(columns=["item_id", "user_id"], dtype="str"),
        "pairs": pd.DataFrame({"user_id": ["cook0", "pilot41"], "item_id": ["oven18", "plane1"]}),
        "protocol": describe_protocol(
            divided, list(candidates), method=method, options={"method": method, **SPLIT}, relevance="auto"
        ),
    }  # fmt: skip
