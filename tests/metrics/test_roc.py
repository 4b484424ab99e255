import numpy as np
import pytest
from sklearn.metrics import auc, roc_auc_score, roc_curve

from tesserec.metrics.outcomes import Outcomes
from tesserec.metrics.roc import roc_points


def planted(pairs):
    generator = np.random.default_rng(0)
    probabilities = generator.random(pairs)
    return Outcomes(np.arange(pairs), generator.random(pairs) < probabilities, np.ones(pairs)), probabilities


class TestRoc:
    def test_agrees_with_sklearn(self):
        outcomes, probabilities = planted(60)
        weights = np.where(outcomes.liked, 1.0, 9.0)
        points = roc_points(Outcomes(outcomes.users, outcomes.liked, weights), probabilities)
        x, y, _ = roc_curve(outcomes.liked, probabilities, sample_weight=weights)
        np.testing.assert_allclose(points[["x", "y"]].to_numpy().T, [x, y])

    def test_it_is_thinned_and_keeps_its_ends_and_its_area(self):
        outcomes, probabilities = planted(5000)
        points = roc_points(outcomes, probabilities)
        assert len(points) == 200
        assert points[["x", "y"]].iloc[[0, -1]].to_numpy().tolist() == [[0, 0], [1, 1]]
        area = roc_auc_score(outcomes.liked, probabilities)
        assert auc(points["x"], points["y"]) == pytest.approx(area, abs=0.002)

    @pytest.mark.parametrize("outcome", [True, False])
    def test_one_outcome_has_no_curve(self, outcome):
        outcomes = Outcomes(np.arange(3), np.full(3, outcome), np.ones(3))
        assert roc_points(outcomes, np.array([0.1, 0.2, 0.3])).empty
