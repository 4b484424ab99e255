"""One table that compares all recommenders on all metrics."""

import numpy as np
import pandas as pd

from tesserec.evaluation.background import Background
from tesserec.evaluation.full_ranking import Ranked
from tesserec.metrics import interval_table

_COLUMNS = ["recommender", "metric", "value", "low", "high", "users"]


def compare(ranked: Ranked, background: Background, k: int, seed: int) -> pd.DataFrame:
    """Summarise per-user metrics with intervals, and add what concerns lists and catalogue.

    Args:
        ranked: Lists and per-user metrics.
        background: What the lists are set against.
        k: Length of the lists for what they are like apart from hits.
        seed: Of the bootstrap.

    Returns:
        recommender, metric, value, low, high (95 % bootstrap interval over users, NaN where none), users.
        Metrics that a recommender has for nobody are left out.
    """
    parts = []
    for name, table in ranked.user_metrics.groupby("recommender", sort=True):
        lists = ranked.lists[name][:, :k]
        measured = table.drop(columns=["recommender", "user_id"]).assign(**background.of_lists(lists))
        measured = measured.dropna(axis="columns", how="all").rename_axis(columns="metric")
        overall = pd.DataFrame(background.of_catalogue(lists).items(), columns=["metric", "value"])
        means = interval_table(measured, np.random.default_rng(seed))
        parts.append(pd.concat([means, overall.assign(users=len(lists))]).assign(recommender=name))
    return pd.concat(parts, ignore_index=True)[_COLUMNS]
