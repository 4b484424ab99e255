"""The domains that were planted in the sample come back as topics, English and Chinese items together.

What tells them is the category, which is part of every item's text: without it they do not come back. Words
alone find them within a language, the encoder links the languages.
"""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.semantics.topics import Topics, find_topics
from tesserec.simulation.catalogue import PUBLIC_COLUMNS, load_catalogue
from tesserec.text.views import item_text_views

ROLES = {"category": "category", "tags": "multi_category", "creator": "category"}


@pytest.fixture(scope="module")
def catalogue() -> pd.DataFrame:
    return load_catalogue()


@pytest.fixture(scope="module")
def views(catalogue) -> pd.DataFrame:
    return item_text_views(catalogue[PUBLIC_COLUMNS], ROLES)


@pytest.fixture(scope="module")
def vectors(views) -> np.ndarray:
    return TransformerEncoder("all-MiniLM-L6-v2", device="cpu").encode(views["contextual"].tolist())


def found(views: pd.DataFrame, vectors: np.ndarray, seed: int) -> tuple[Topics, np.ndarray]:
    texts, languages = views["lexical"].tolist(), views["language"].to_numpy(dtype=object)
    topics = find_topics(texts, vectors, languages, fewest=2, most=40, minimum_texts=2, seed=seed)
    return topics, topics.assign(texts, vectors, languages)


@pytest.mark.parametrize("seed", [0, 1])
def test_domains_and_their_number_come_back(catalogue, views, vectors, seed):
    topics, labels = found(views, vectors, seed)
    assert topics.count == catalogue["domain"].nunique()
    assert adjusted_rand_score(catalogue["domain"], labels) >= 0.8
    for _, part in catalogue.assign(topic=labels).groupby("language"):
        assert adjusted_rand_score(part["domain"], part["topic"]) >= 0.7
