"""One table that compares all recommenders on all metrics."""

import numpy as np
import pandas as pd

from tesserec.evaluation.full_ranking import Ranked
from tesserec.metrics import bootstrap_interval, coverage, diversity, gini_exposure, novelty


def compare(
    ranked: Ranked,
    candidates: np.ndarray,
    holders: np.ndarray,
    training_users: int,
    vectors: np.ndarray | None,
    k: int,
    seed: int,
) -> pd.DataFrame:
    """Summarise per-user metrics with intervals, and add what concerns lists and catalogue.

    Args:
        ranked: Lists and per-user metrics.
        candidates: Positions of the items that competed.
        holders: (items,) number of training users who have each item.
        training_users: Number of training users.
        vectors: (items, dimensions) embeddings for the diversity of lists; None: it is left out.
        k: Length of the lists for coverage, novelty, diversity and exposure.
        seed: Of the bootstrap.

    Returns:
        recommender, metric, value, low, high (95 % bootstrap interval over users, NaN where none), users.
        Metrics that a recommender has for nobody are left out.
    """
    rows = []
    for name, table in ranked.user_metrics.groupby("recommender", sort=True):
        metrics = table.drop(columns=["recommender", "user_id"]).dropna(axis="columns", how="all")
        lists = ranked.lists[name][:, :k]
        metrics[f"novelty@{k}"] = novelty(lists, holders, training_users)
        if vectors is not None:
            metrics[f"diversity@{k}"] = diversity(lists, vectors)
        interval = bootstrap_interval(metrics.to_numpy(), np.random.default_rng(seed))
        value, low, high = (np.asarray(end) for end in interval)
        for column, metric in enumerate(metrics):
            users = int(metrics[metric].notna().sum())
            rows.append((name, metric, value[column], low[column], high[column], users))
        for metric, overall in (
            (f"coverage@{k}", coverage(lists, candidates)),
            (f"gini@{k}", gini_exposure(lists, candidates)),
        ):
            rows.append((name, metric, overall, np.nan, np.nan, len(lists)))
    return pd.DataFrame(rows, columns=["recommender", "metric", "value", "low", "high", "users"])
