from dataclasses import replace

import numpy as np
import pytest

from tesserec.ask.taste import Taste
from tesserec.recommenders import Fusion, ItemKnn, Popularity
from tesserec.recommenders.support import Support
from tesserec.recommenders.trees import learn_trees

from ..recommenders.blends import blends_of, candidates_of
from .shop import TITLES, data, visitors


@pytest.fixture(scope="module")
def fusion():
    known = data()
    models = {"popularity": Popularity().fit(known), "item_knn": ItemKnn().fit(known)}
    return Fusion(models, blends_of({"popularity": 0.1, "item_knn": 1.0}), Support.of(known))


@pytest.mark.parametrize("likes", [["i0"], ["i2", "i5"], []])
def test_scores_are_the_weighted_sum_of_the_fusion(fusion, likes):
    profile = visitors(data()).profile(likes, {})
    expected = fusion.score_pairs(profile, np.zeros(6, int), np.arange(6))
    assert np.allclose(Taste(fusion, profile).scores(), expected)


@pytest.mark.parametrize("likes", [["i0"], []])
def test_trees_are_left_out(fusion, likes):
    scores = np.tile([[0.0, 0], [1, 1], [1, 0], [0, 0]], (600, 1))
    sought = np.tile([False, False, True, False], 600)
    trees = learn_trees(candidates_of(scores, [4] * 600), sought, np.zeros(len(scores)), seed=0)
    history, no_history = (
        replace(blend, trees=trees) for blend in (fusion.blends.history, fusion.blends.no_history)
    )
    blends = replace(fusion.blends, history=history, no_history=no_history)
    profile = visitors(data()).profile(likes, {})
    corrected = Taste(Fusion(fusion.recommenders, blends, fusion.support), profile)
    assert np.allclose(corrected.scores(), Taste(fusion, profile).scores())


def test_reasons_cite_what_is_liked(fusion):
    taste = Taste(fusion, visitors(data()).profile(["i0"], {}))
    close, popular = taste.reasons(np.array([1, 5]), TITLES, "en")
    assert close.startswith("Often chosen together with “Night Train”")
    assert popular == "Popular with everyone."
