import copy

import numpy as np
import pytest

from tesserec.recommenders import FeatureRegression, TextMatch
from tesserec.recommenders.named import named_parts

from .planted import world
from .test_contract import MODELS

WORDS = {"lexical": [f"word {column}" for column in range(9)]}


def parts_of(model):
    data = world()
    data.profiles.names["demographics"] = ["taste: one", "taste: other"]
    model.fit(data)
    users, items = np.repeat(np.arange(30), 3), np.tile([0, 8, 14], 30)
    scores = model.score(data.profiles)[users, items]
    return named_parts(model, data.profiles, WORDS, users, items), scores


@pytest.mark.parametrize("name", ["word match", "word taste", "feature regression"])
def test_the_parts_of_named_features_sum_to_the_score(name):
    (parts, names), scores = parts_of(copy.deepcopy(MODELS[name]))
    assert parts.shape == (90, len(names))
    np.testing.assert_allclose(np.asarray(parts.sum(axis=1)).ravel(), scores, atol=1e-6)


@pytest.mark.parametrize(
    "model", [TextMatch(dimensions=3), MODELS["text kernel"], FeatureRegression("fused")]
)
def test_directions_of_an_embedding_have_no_names(model):
    assert parts_of(copy.deepcopy(model))[0] is None
