"""What `kedro ask` needs of a finished run, out of the catalog."""

from typing import Any

import numpy as np
import pandas as pd
from kedro.io import DataCatalog

from tesserec.ask import Asker, Reader, Visitors
from tesserec.encoders.protocol import Encoder
from tesserec.errors import ConfigError, DataError
from tesserec.features.blocks import positions
from tesserec.pipelines.feature_fusion.options import FeatureFusionOptions
from tesserec.pipelines.recommendation.options import RecommendationOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import eligible_items
from tesserec.reranking import ReRanking
from tesserec.tables.names import name_items

DATASETS = (
    "items",
    "users",
    "column_roles",
    "candidates",
    "exclusions",
    "item_texts@table",
    "split_interactions",
    "encoding_run",
    "compression",
    "serving_data",
    "recommender",
)
PARAMETERS = ("params:token_encoding", "params:feature_fusion", "params:recommendation")


def load_asker(catalog: DataCatalog) -> Asker:
    """Load the fitted recommender, the items and the encoder; nothing is fitted or encoded anew.

    Args:
        catalog: Of the project, with its parameters, such as `catalog` in a notebook.

    Raises:
        DataError: If no run has made what is needed yet, or the last one ended before it fitted anything.
        ConfigError: If the parameters name another encoder than that of the run, or a rule after ranking does
            not fit the tables.
    """
    missing = [name for name in DATASETS if not catalog.exists(name)]
    if missing:
        raise DataError(
            f"There is nothing to ask yet: the dataset {missing[0]!r} has not been made; run "
            f"'kedro run' first, or name the output_dir of a run in --params."
        )
    data, items, users = (catalog.load(name) for name in ("serving_data", "items", "users"))
    _check_fitted("items", items["item_id"], data.items.ids)
    _check_fitted("users", users["user_id"], data.profiles.user_ids)
    item_texts, roles = catalog.load("item_texts@table"), catalog.load("column_roles")
    ranges = FeatureFusionOptions.model_validate(catalog.load("params:feature_fusion")).number_ranges
    reranking = RecommendationOptions.model_validate(catalog.load("params:recommendation")).reranking
    rules = reranking.steps_of_tables(items, roles["items"], catalog.load("exclusions"))
    run = catalog.load("encoding_run")
    return Asker(
        items,
        roles["items"],
        name_items(items),
        item_texts,
        data,
        catalog.load("recommender"),
        Reader(_encoder(catalog, item_texts, run), run["column"], catalog.load("compression")),
        Visitors(users, roles["users"], data, ranges),
        _offered(data.profiles, positions(data.items.ids, catalog.load("candidates")["item_id"]), rules),
    )


def _check_fitted(table: str, ids: pd.Series, fitted: np.ndarray) -> None:
    """Check that a table is the one that the recommender was fitted on, row by row."""
    if not np.array_equal(ids.to_numpy(object), fitted):
        raise DataError(
            f"The recommender was fitted on other {table} than the last run read, which did not end: run "
            "'kedro run' again, or name the output_dir of a run that ended."
        )


def _encoder(catalog: DataCatalog, item_texts: pd.DataFrame, run: dict[str, Any]) -> Encoder:
    options = TokenEncodingOptions.model_validate(catalog.load("params:token_encoding"))
    corpus: list[str] = []
    if options.encoder == "lexical":
        splits = catalog.load("split_interactions")
        trained = splits.loc[splits["split"] == "train", "item_id"]
        corpus = item_texts.loc[item_texts["item_id"].isin(trained), "lexical"].tolist()
    encoder = options.encoders(corpus)[0]
    made, asked = run["encoder"], encoder.description
    # Rounding may give a lexical encoder that was fitted again another digest.
    if asked.digest != run["digest"] and not asked.encoder == made["encoder"] == "lexical":
        raise ConfigError(
            f"The items were read by the {made['encoder']} encoder {made['model']!r}, but the parameters "
            f"describe the {asked.encoder} encoder {asked.model!r} or other settings of it: give the --env "
            "and the --params of the run, or run again."
        )
    return encoder


def _offered(profiles: Profiles, candidates: np.ndarray, rules: ReRanking) -> np.ndarray:
    """Tell for each item whether it may be recommended to anybody, as lists are restricted, (items,) bool."""
    nobody = profiles.take(np.zeros(0, dtype=np.int64))
    eligible = eligible_items(nobody, candidates if len(candidates) else None)
    return rules.restrict(eligible, nobody.user_ids).competing
