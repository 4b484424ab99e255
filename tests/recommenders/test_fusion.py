import numpy as np
import pandas as pd
import pytest

from tesserec.recommenders import Ease, Fusion, ItemKnn, LinearSequence, Popularity
from tesserec.recommenders.fusion import size_of, weighted_fusion
from tesserec.state import load_state, save_state

from .planted import world


@pytest.fixture
def data():
    return world()


@pytest.fixture
def models(data) -> dict:
    unfitted = {"popular": Popularity(), "knn": ItemKnn(shrinkage=1), "ease": Ease(regularization=2)}
    return {name: model.fit(data) for name, model in unfitted.items()}


@pytest.fixture
def fusion(models) -> Fusion:
    return Fusion(models, {"history": {"knn": 0.75, "ease": 0.25}, "no_history": {"popular": 1.0}})


def normalised(scores: np.ndarray) -> np.ndarray:
    length = np.sqrt((scores.astype(float) ** 2).mean(axis=1, keepdims=True))
    return scores / np.where(length > 0, length, 1)


class TestFusion:
    def test_people_with_a_history_get_the_weighted_sum(self, fusion, models, data):
        warm = data.profiles.with_history()
        expected = 0.75 * normalised(models["knn"].score(warm)) + 0.25 * normalised(
            models["ease"].score(warm)
        )
        np.testing.assert_allclose(fusion.score(warm), expected, rtol=1e-4, atol=1e-5)

    def test_people_who_like_nothing_get_the_weights_for_those_without_history(self, fusion, models, data):
        """Person 1 has no history, person 3 dislikes all of it."""
        cold = data.profiles.take(np.array([1, 3]))
        np.testing.assert_allclose(fusion.score(cold), normalised(models["popular"].score(cold)), rtol=1e-5)

    def test_factors_give_back_the_fused_score(self, fusion, data):
        raw = {name: model.score(data.profiles) for name, model in fusion.recommenders.items()}
        parts = [fusion.factors(name, scores, data.profiles) * scores for name, scores in raw.items()]
        np.testing.assert_allclose(sum(parts), fusion.score(data.profiles), rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(fusion.combine(raw, data.profiles), fusion.score(data.profiles))

    def test_blocks_of_people_score_like_all_at_once(self, fusion, data):
        parts = [fusion.score(block) for _, block in data.profiles.in_blocks(7)]
        np.testing.assert_allclose(np.concatenate(parts), fusion.score(data.profiles), rtol=1e-4, atol=1e-5)

    def test_recommenders_without_a_weight_are_left_out(self, models):
        weights = {"history": {"knn": 1.0, "ease": 0.0}, "no_history": {"ease": 0.0}}
        assert list(Fusion(models, weights).recommenders) == ["knn"]

    def test_a_folder_gives_it_back(self, fusion, data, tmp_path):
        save_state(fusion, tmp_path / "fusion")
        loaded = load_state(Fusion, tmp_path / "fusion")
        assert loaded.weights == fusion.weights
        assert {name: type(model) for name, model in loaded.recommenders.items()} == {
            "popular": Popularity,
            "knn": ItemKnn,
            "ease": Ease,
        }
        np.testing.assert_array_equal(loaded.score(data.profiles), fusion.score(data.profiles))

    def test_one_without_recommenders_scores_zero(self, models, data):
        nothing = Fusion(models, {"history": {}, "no_history": {}})
        assert not nothing.score(data.profiles).any()


def test_weighted_fusion_reads_the_table_and_passes_over_what_it_does_not_name(models):
    table = pd.DataFrame(
        {"recommender": ["ease", "popular"], "weight": [1.0, 0.0], "weight_without_history": [0.2, 0.8]}
    )
    fusion = weighted_fusion({**models, "sequence": LinearSequence()}, table)
    assert set(fusion.recommenders) == {"ease", "popular"}
    assert fusion.weights["history"] == {"ease": 1.0, "popular": 0.0}
    assert fusion.weights["no_history"] == {"ease": 0.2, "popular": 0.8}


def test_size_is_the_root_mean_square_and_one_for_zeros():
    scores = np.array([[3, 4, 0, 0], [0, 0, 0, 0]], np.float32)
    np.testing.assert_allclose(size_of(scores), [[2.5], [1]])
