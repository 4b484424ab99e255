"""A small shop whose right answers are known, and its asker."""

from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.ask import Asker, Reader, Visitors
from tesserec.encoders.compression import Compression
from tesserec.recommenders import Fusion, ItemKnn, Popularity, TrainingData
from tesserec.recommenders.regression import FeatureRegression
from tesserec.recommenders.support import Support

from ..encoders.planted import LetterEncoder
from ..recommenders.blends import blends_of
from ..recommenders.planted import people, training

TITLES = ["Night Train", "Quiet Train", "Garden Rake", "Rake Handle", "夜车故事", "Hot Sauce"]
WORDS = ["night train", "quiet train", "garden rake", "rake handle", "夜车 故事 安静", "hot sauce"]
# The letters a, b and c of the encoder: 0 and 1 are about a, 2 and 3 about b, 5 about c.
VECTORS = np.array([[1, 0, 0], [1, 0.2, 0], [0, 1, 0], [0, 1, 0.2], [0, 0, 0], [0, 0, 1]], np.float32)
HISTORIES = [[0, 1], [0, 1], [0, 1], [2, 3], [2, 3], [5], [5], [5], [5], []]
# The last has no history, and nothing is learned from it.
USERS = pd.DataFrame(
    {
        "user_id": [f"u{place}" for place in range(10)],
        "trade": ["guard"] * 3 + ["gardener"] * 2 + ["cook"] * 4 + ["pilot"],
        "age": [30.0, 31, 32, 60, 61, 45, 46, 47, 48, 100],
    }
)
USER_ROLES = {"trade": "category", "age": "number"}
ITEMS = pd.DataFrame(
    {
        "item_id": [f"i{place}" for place in range(6)],
        "title": TITLES,
        "description": "",
        "category": ["Rail", "Rail", "Garden", "Garden", "Rail", "Kitchen"],
        "price": [10.0, 12.0, 20.0, 5.0, np.nan, 3.0],
    }
)
ROLES = {"category": "category", "price": "number"}


def data(vectors: np.ndarray = VECTORS) -> TrainingData:
    trades = pd.get_dummies(USERS["trade"])[["cook", "gardener", "guard"]].to_numpy(np.float32)
    ages = np.eye(2, dtype=np.float32)[(USERS["age"] >= 46).astype(int)]
    blocks = {"demographics": sp.csr_array(np.hstack([trades, ages]))}
    return training(people(HISTORIES, 6, **blocks), text=vectors)


def visitors(known: TrainingData) -> Visitors:
    return Visitors(USERS, USER_ROLES, known, number_ranges=2)


def asker(offered: np.ndarray | None = None, vectors: np.ndarray = VECTORS, **columns: list[Any]) -> Asker:
    """Return the asker, whose items may have other columns, of numbers."""
    known = data(vectors)
    models = {
        "popularity": Popularity(),
        "item_knn": ItemKnn(),
        "demographics": FeatureRegression(block="demographics"),
    }
    blends = blends_of({"popularity": 0.1, "item_knn": 1.0}, {"popularity": 0.1, "demographics": 1.0})
    texts = pd.DataFrame({"item_id": ITEMS["item_id"], "language": "en", "lexical": WORDS})
    texts.loc[4, "language"] = "zh"
    return Asker(
        ITEMS.assign(**columns),
        ROLES | dict.fromkeys(columns, "number"),
        TITLES,
        texts.sample(frac=1, random_state=0),
        known,
        Fusion({name: model.fit(known) for name, model in models.items()}, blends, Support.of(known)),
        Reader(LetterEncoder(), "contextual", Compression.none(3)),
        visitors(known),
        np.ones(6, dtype=bool) if offered is None else offered,
    )
