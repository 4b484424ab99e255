import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from tesserec.recommenders.examples import Examples
from tesserec.recommenders.gates import ALWAYS, GATES, contributions, learn_weights, open_gates

from .blends import candidates_of, planted

PENALTY = 1e-3


def learn(examples: Examples, penalty: float = PENALTY, gates: int = ALWAYS) -> np.ndarray:
    return learn_weights(examples.candidates, examples.relevant, gates, penalty)


def ragged() -> Examples:
    """Lists of several lengths, with several held-out items and several supports."""
    generator = np.random.default_rng(1)
    lengths = generator.integers(4, 13, 60)
    rows = int(lengths.sum())
    candidates = candidates_of(generator.normal(size=(rows, 3)), lengths, generator.random((rows, 4)))
    relevant = generator.random(rows) < 0.3
    relevant[candidates.indptr[:-1]] = True
    return Examples(candidates, relevant, np.add.reduceat(relevant, candidates.indptr[:-1]))


def naive_loss(examples: Examples, weights: np.ndarray, penalty: float) -> float:
    """The mean surprise at held-out items, one person and one item at a time, plus the penalty."""
    candidates = examples.candidates
    scale = np.sqrt((candidates.scores.astype(float) ** 2).mean(axis=0))
    gates = open_gates(candidates.support, weights.shape[1])
    total = 0.0
    for start, end in zip(candidates.indptr[:-1], candidates.indptr[1:], strict=True):
        logits = [candidates.scores[row].astype(float) @ weights @ gates[row] for row in range(start, end)]
        log_total = np.log(np.exp(logits).sum())
        total += np.mean(
            [log_total - logits[place] for place in np.flatnonzero(examples.relevant[start:end])]
        )
    people = len(candidates.indptr) - 1
    return total / people + penalty * np.sum((weights * scale[:, None]) ** 2)


class TestLearnWeights:
    def test_finds_the_planted_mixture_and_leaves_noise_out(self):
        np.testing.assert_allclose(learn(planted([2.0, 1.0, 0.0], people=3000))[:, 0], [2, 1, 0], atol=0.15)

    def test_a_harmful_recommender_gets_nothing(self):
        assert learn(planted([1.5, -1.0]))[1, 0] == 0

    def test_finds_out_whom_to_believe_when(self):
        """The first recommender is right for people with long histories, the second for the others."""
        examples = planted([4.0, 4.0], people=3000, gated=True)
        weights = learn(examples, 1e-4, GATES)
        for known, expected in ((0.1, [0.4, 3.6]), (0.9, [3.6, 0.4])):
            support = np.array([[known, 0, 0, 0]], np.float32)
            np.testing.assert_allclose(weights @ open_gates(support, GATES)[0], expected, atol=0.4)

    @pytest.mark.parametrize("gates", [ALWAYS, GATES])
    @pytest.mark.parametrize("penalty", [0.01, 1.0])
    def test_no_direction_improves_the_solution(self, penalty, gates):
        """First-order conditions by finite differences of a loss written down independently."""
        examples = ragged()
        found = learn(examples, penalty, gates)
        gradient = approx_fprime(
            found.ravel(), lambda flat: naive_loss(examples, flat.reshape(found.shape), penalty), 1e-6
        ).reshape(found.shape)
        assert found.max() > 0.01
        np.testing.assert_allclose(gradient[found > 0], 0, atol=1e-2)
        assert (gradient[found == 0] > -1e-2).all()

    def test_agrees_with_a_generic_optimiser(self):
        examples = ragged()
        found = learn(examples, 0.01)
        generic = minimize(
            lambda logs: naive_loss(examples, np.exp(logs)[:, None], 0.01), np.zeros(3), method="Nelder-Mead",
            options={"maxiter": 400, "xatol": 1e-4, "fatol": 1e-9},
        )  # fmt: skip
        assert naive_loss(examples, found, 0.01) <= generic.fun + 1e-4

    def test_weights_undo_the_size_of_scores(self):
        examples = planted([1.0, 1.0])
        larger = planted([1.0, 1.0])
        larger.candidates.scores[:, 0] *= 10
        np.testing.assert_allclose(learn(larger)[:, 0] * [10, 1], learn(examples)[:, 0], rtol=0.02)

    def test_more_penalty_gives_smaller_weights(self):
        examples = planted([2.0, 1.0])
        assert learn(examples, 1.0).sum() < learn(examples, 0.01).sum() / 2

    def test_a_recommender_without_scores_does_not_disturb(self):
        examples = planted([1.0, 0.0])
        examples.candidates.scores[:, 1] = 0
        assert np.isfinite(learn(examples)).all()


class TestGates:
    def test_open_by_what_is_known_and_by_what_is_not(self):
        gates = open_gates(np.array([[0.25, 1, 0, 0.5]], np.float32), GATES)
        assert gates.tolist() == [[1, 0.25, 1, 0, 0.5, 0.75, 0, 1, 0.5]]
        assert open_gates(np.zeros((2, 4), np.float32), ALWAYS).tolist() == [[1], [1]]

    def test_contributions_by_hand(self):
        """Weight 2, and 4 more in proportion to the first support."""
        candidates = candidates_of(np.array([[3.0], [1.0]]), [2], np.array([[0.5, 0, 0, 0], [0, 0, 0, 0]]))
        weights = np.zeros((1, GATES))
        weights[0, :2] = 2, 4
        assert contributions(candidates, weights).tolist() == [[12], [2]]
