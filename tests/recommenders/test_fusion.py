import numpy as np
import pytest

from tesserec.recommenders import Ease, Fusion, ItemKnn, LinearSequence, Popularity
from tesserec.recommenders.blend import Blend, Blends, Form
from tesserec.recommenders.candidates import list_items
from tesserec.recommenders.gates import GATES
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.support import Support
from tesserec.recommenders.trees import learn_trees
from tesserec.state import load_state, save_state

from .blends import blend_of, blends_of
from .planted import world


@pytest.fixture
def data():
    return world()


@pytest.fixture
def models(data) -> dict:
    unfitted = {"popular": Popularity(), "knn": ItemKnn(shrinkage=1), "ease": Ease(regularization=2)}
    return {name: model.fit(data) for name, model in unfitted.items()}


@pytest.fixture
def fusion(models, data) -> Fusion:
    blends = blends_of({"knn": 0.75, "ease": 0.25, "popular": 0}, {"popular": 1.0})
    return Fusion(models, blends, Support.of(data))


def normalised(scores: np.ndarray) -> np.ndarray:
    length = np.sqrt((scores.astype(float) ** 2).mean(axis=1, keepdims=True))
    return scores / np.where(length > 0, length, 1)


def ranked(fusion: Fusion, profiles):
    scores = fusion.raw_scores(profiles)
    lists = list_items(scores, eligible_items(profiles, None), fusion.blends.depth)
    candidates = fusion.propose(lists, scores, profiles)
    return candidates, fusion.score(candidates, profiles)


class TestFusion:
    def test_people_with_a_history_get_the_weighted_sum(self, fusion, models, data):
        warm = data.profiles.with_history()
        expected = 0.75 * normalised(models["knn"].score(warm)) + 0.25 * normalised(
            models["ease"].score(warm)
        )
        candidates, scores = ranked(fusion, warm)
        np.testing.assert_allclose(scores, expected[candidates.users, candidates.items], rtol=1e-4, atol=1e-5)

    def test_people_who_like_nothing_get_the_blend_for_those_without_history(self, fusion, models, data):
        """Person 1 has no history, person 3 dislikes all of it."""
        cold = data.profiles.take(np.array([1, 3]))
        expected = normalised(models["popular"].score(cold))
        candidates, scores = ranked(fusion, cold)
        np.testing.assert_allclose(scores, expected[candidates.users, candidates.items], rtol=1e-5)

    def test_with_lists_as_long_as_the_catalogue_everything_is_a_candidate(self, fusion, data):
        candidates, _ = ranked(fusion, data.profiles)
        free = 16 - np.diff(data.profiles.seen().indptr)
        assert np.diff(candidates.indptr).tolist() == free.tolist()

    def test_contributions_sum_to_the_score(self, fusion, data):
        candidates, scores = ranked(fusion, data.profiles)
        parts = fusion.contributions(candidates, data.profiles)
        assert parts.shape == (len(scores), 4)
        np.testing.assert_allclose(parts.sum(axis=1), scores, rtol=1e-5, atol=1e-6)

    def test_pairs_are_scored_as_in_a_list(self, fusion, data):
        candidates, scores = ranked(fusion, data.profiles)
        pairs = fusion.score_pairs(data.profiles, candidates.users, candidates.items)
        np.testing.assert_allclose(pairs, scores, rtol=1e-5, atol=1e-6)

    def test_recommenders_without_influence_are_left_out(self, models, data):
        fusion = Fusion(models, blends_of({"knn": 1.0, "ease": 0.0}), Support.of(data))
        assert list(fusion.recommenders) == ["knn"]

    def test_fit_leaves_out_what_is_not_used_and_what_sits_out(self):
        """Without an order of the histories the sequence model sits out; its column stays empty."""
        data = world(ordered=False)
        unfitted = {"knn": ItemKnn(), "sequence": LinearSequence(), "popular": Popularity()}
        blends = blends_of({"sequence": 1.0, "knn": 1.0, "popular": 0.0})
        fusion = Fusion.fit(unfitted, blends, data)
        assert list(fusion.recommenders) == ["knn"]
        candidates, scores = ranked(fusion, data.profiles)
        assert not candidates.scores[:, 0].any()
        assert np.isfinite(scores).all()
        assert not unfitted["popular"].learned

    def test_a_folder_gives_it_back(self, models, data, tmp_path):
        """Gates and trees included."""
        names = list(models)
        start = Fusion(models, blends_of(dict.fromkeys(names, 1.0)), Support.of(data))
        candidates, scores = ranked(start, data.profiles)
        relevant = np.random.default_rng(0).random(len(scores)) < 0.2
        trees = learn_trees(candidates, relevant, scores, seed=0)
        weights = np.random.default_rng(1).random((3, GATES))
        rich = Blends(Blend(names, weights, Form(GATES, True), trees), blend_of({"popular": 1.0}, names), 5)
        fusion = Fusion(models, rich, Support.of(data))
        save_state(fusion, tmp_path / "fusion")
        loaded = load_state(Fusion, tmp_path / "fusion")
        assert loaded.blends.history.form == Form(GATES, True)
        assert {name: type(model) for name, model in loaded.recommenders.items()} == {
            "popular": Popularity,
            "knn": ItemKnn,
            "ease": Ease,
        }
        for found, kept in zip(ranked(loaded, data.profiles), ranked(fusion, data.profiles), strict=True):
            np.testing.assert_array_equal(getattr(found, "items", found), getattr(kept, "items", kept))

    def test_blends_must_name_the_same_recommenders(self):
        with pytest.raises(ValueError, match="same recommenders in the same order"):
            Blends(blend_of({}, ["a", "b"]), blend_of({}, ["b", "a"]), 10)
