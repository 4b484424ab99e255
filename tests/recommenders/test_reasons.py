import copy
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.features.fusion import fuse_rows
from tesserec.recommenders import (
    ContentKernel,
    FeatureRegression,
    Fusion,
    ItemKnn,
    Popularity,
    TextMatch,
    UserKnn,
)
from tesserec.recommenders.candidates import list_items
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.reasons import Evidence, find_evidence, source_of
from tesserec.recommenders.support import Support

from .blends import blends_of
from .planted import people, training, world
from .test_contract import MODELS

SOURCES = {
    "popularity": "popularity",
    "recent popularity": "popularity",
    "item kNN": "behaviour",
    "user kNN": "people",
    "user kNN by features": "profile",
    "user kNN by words": "profile",
    "EASE": "behaviour",
    "sparse EASE": "behaviour",
    "linear sequence": "behaviour",
    "sparse linear sequence": "behaviour",
    "text kernel": "content",
    "text kernel of the whole history": "content",
    "word kernel": "content",
    "text taste": "content",
    "word taste": "content",
    "text match": "words",
    "word match": "words",
    "feature regression": "profile",
    "content regression": "content",
    "content sequence": "content",
    "content popularity": "popularity",
    "ALS": "people",
    "neural sequence": "profile",
}


def propose(fusion: Fusion, profiles, eligible):
    scores = fusion.raw_scores(profiles)
    return fusion.propose(list_items(scores, eligible, fusion.blends.depth), scores, profiles)


def best(fusion: Fusion, profiles, count: int) -> np.ndarray:
    """The fusion's lists, and candidates that reach as far as the whole catalogue."""
    candidates = propose(fusion, profiles, eligible_items(profiles, None))
    return candidates.best(fusion.score(candidates, profiles), count)[0]


def evidence_for(fusion: Fusion, profiles, lists) -> list[list[Evidence]]:
    """The evidence of each person's listed items."""
    scores = fusion.raw_scores(profiles)
    anything = eligible_items(profiles, None, repeats=True)
    shown = propose(fusion, profiles, anything).at(np.asarray(lists))
    found = find_evidence(fusion, profiles, shown, scores)
    return [found[start:end] for start, end in pairwise(shown.indptr)]


def cited(evidence: Evidence) -> dict[str, list[int]]:
    """The items of the history that are cited of each source."""
    return {source: list(items) for source, items in evidence.history.items()}


def fuse(data, **weights: tuple) -> Fusion:
    models = {name: model.fit(data) for name, (model, _) in weights.items()}
    shares = {name: weight for name, (_, weight) in weights.items()}
    return Fusion(models, blends_of(shares), Support.of(data))


@pytest.mark.parametrize("name", MODELS)
def test_every_recommender_has_a_source(name):
    assert source_of(MODELS[name]) == SOURCES[name]


@pytest.fixture(scope="module")
def fusion() -> Fusion:
    return fuse(world(), **{name: (copy.deepcopy(model), 1.0) for name, model in MODELS.items()})


class TestEvidence:
    def test_shares_sum_to_one(self, fusion):
        profiles = world().profiles
        lists = best(fusion, profiles, 5)
        for of_user in evidence_for(fusion, profiles, lists):
            for one in of_user:
                assert sum(one.shares.values()) == pytest.approx(1)
                assert min(one.shares.values()) > 0

    def test_cited_items_are_liked_items_of_the_history(self, fusion):
        profiles = world().profiles
        lists = best(fusion, profiles, 5)
        for user, of_user in enumerate(evidence_for(fusion, profiles, lists)):
            span = slice(profiles.indptr[user], profiles.indptr[user + 1])
            liked = set(profiles.items[span][profiles.weights[span] > 0].tolist())
            assert all(set(items) <= liked for one in of_user for items in one.history.values())

    def test_there_is_one_piece_for_every_listed_item(self, fusion):
        profiles = world().profiles.take(np.array([0, 1]))
        assert [len(found) for found in evidence_for(fusion, profiles, [[3, 4, -1], [-1, -1, -1]])] == [2, 0]

    def test_shares_by_hand(self):
        """Two recommenders; the root mean squares of their scores are divided out, then the weights count."""
        data = training(people([[0, 1], [0, 1], [1, 2]], 3))
        fusion = fuse(data, knn=(ItemKnn(shrinkage=0), 3.0), popular=(Popularity(), 1.0))
        asked = people([[0]], 3)
        raw = {name: model.score(asked)[0].astype(float) for name, model in fusion.recommenders.items()}
        gave = {name: scores[1] / np.sqrt((scores**2).mean()) for name, scores in raw.items()}
        total = 3 * gave["knn"] + gave["popular"]
        (found,) = evidence_for(fusion, asked, [[1]])
        assert found[0].shares["behaviour"] == pytest.approx(3 * gave["knn"] / total, rel=1e-5)
        assert found[0].shares["popularity"] == pytest.approx(gave["popular"] / total, rel=1e-5)
        assert cited(found[0]) == {"behaviour": [0]}

    def test_the_item_that_gave_most_is_cited_first(self):
        """Item 4 reads like item 2 and a little like item 0; item 1 has nothing to do with it."""
        text = np.array([[0.5, 0.9, 0], [0, 0, 1], [0.95, 0.3, 0], [0, 1, 0], [1, 0, 0]], np.float32)
        data = training(people([[0, 1, 2]], 5), text=text)
        fusion = fuse(data, text=(ContentKernel(dimensions=None, power=1, half_life=None), 1.0))
        (found,) = evidence_for(fusion, data.profiles, [[4]])
        assert cited(found[0]) == {"content": [2, 0]}
        assert found[0].shares == {"content": pytest.approx(1)}

    @pytest.mark.parametrize(("weights", "expected"), [([1, 1], [1, 0]), ([4, 1], [0, 1]), ([20, 1], [0])])
    def test_age_and_strength_decide_between_equals(self, weights, expected):
        """Items 0 and 1 read alike; 0 is one step older, which halves it, and liked more or less strongly."""
        text = np.array([[1, 1], [1, 1], [1, 0]], np.float32)
        data = training(people([[0, 1]], 3, [weights]), text=text)
        fusion = fuse(data, text=(ContentKernel(dimensions=None, half_life=1), 1.0))
        (found,) = evidence_for(fusion, data.profiles, [[2]])
        assert cited(found[0]) == {"content": expected}

    def test_each_source_cites_what_it_took_from_the_history(self):
        """People had item 2 with item 0; its text is that of item 1."""
        text = np.array([[0, 1, 0], [1, 0, 0], [1, 0, 0]], np.float32)
        data = training(people([[0, 2], [0, 2], [1]], 3), text=text)
        content = ContentKernel(dimensions=None, power=1, half_life=None)
        fusion = fuse(data, knn=(ItemKnn(shrinkage=0), 1.0), text=(content, 1.0))
        (found,) = evidence_for(fusion, people([[0, 1]], 3), [[2]])
        assert cited(found[0]) == {"behaviour": [0], "content": [1]}

    def test_small_contributions_are_not_cited(self):
        text = np.array([[0.1, 1], [0.99, 0.1], [1, 0]], np.float32)
        data = training(people([[0, 1]], 3), text=text)
        fusion = fuse(data, text=(ContentKernel(dimensions=None, power=1, half_life=None), 1.0))
        (found,) = evidence_for(fusion, data.profiles, [[2]])
        assert cited(found[0]) == {"content": [1]}

    def test_without_the_cited_item_the_score_falls(self):
        data = world()
        fusion = fuse(
            data, knn=(ItemKnn(shrinkage=1), 1.0), text=(ContentKernel(dimensions=3, half_life=None), 1.0)
        )
        for user in range(6, 30):
            profile = data.profiles.take(np.array([user]))
            listed = best(fusion, profile, 3)
            for item, one in zip(listed[0], evidence_for(fusion, profile, listed)[0], strict=True):
                deleted = [item for items in one.history.values() for item in items]
                less = profile.keep(~np.isin(profile.items, deleted))
                assert deleted
                for name, model in fusion.recommenders.items():
                    assert model.score(less)[0, item] <= model.score(profile)[0, item] + 1e-6, name
                assert sum(model.score(less)[0, item] for model in fusion.recommenders.values()) < sum(
                    model.score(profile)[0, item] for model in fusion.recommenders.values()
                )

    def test_people_without_a_history_have_no_items_to_cite(self):
        data = world()
        fusion = fuse(data, people=(UserKnn(block="fused"), 1.0), words=(TextMatch(dimensions=None), 1.0))
        cold = data.profiles.without_history()
        for of_user in evidence_for(fusion, cold, best(fusion, cold, 1)):
            assert of_user[0].history == {}
            assert set(of_user[0].shares) <= {"profile", "words"}

    def test_what_several_recommenders_gave_for_one_reason_counts_together(self):
        """Cooks have item 0. Two recommenders of equal weight know the trade, and both say so."""
        trades = sp.csr_array(np.eye(2, dtype=np.float32)[[0, 0, 1, 1]])
        profiles = people([[0], [0], [1], [1]], 2, demographics=trades)
        profiles.names["demographics"] = ["cook", "pilot"]
        fusing = {"demographics": np.eye(2, dtype=np.float32)}
        blocks = {**profiles.blocks, "fused": fuse_rows(profiles.blocks, fusing)}
        data = training(replace(profiles, blocks=blocks, fusing=fusing))
        groups, alike = (FeatureRegression(regularization=1), 1.0), (UserKnn(block="fused"), 1.0)
        fusion = fuse(data, groups=groups, alike=alike)
        cold = data.profiles.without_history().take(np.array([0]))
        (found,) = evidence_for(fusion, cold, [[0]])
        assert found[0].shares == {"profile": pytest.approx(1)}
        assert found[0].features == {"profile": {"cook": pytest.approx(1)}}
