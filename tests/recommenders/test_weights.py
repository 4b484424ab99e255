import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import approx_fprime, minimize

from tesserec.recommenders import ItemKnn, Popularity
from tesserec.recommenders.ranking import tie_order
from tesserec.recommenders.weights import Examples, choose_weights, collect_examples, learn_weights

from .planted import people, training, world

PENALTY = 1e-3


def planted(mixture: list[float], people: int = 800, candidates: int = 12, seed: int = 0) -> Examples:
    """Everybody picks one item by the odds that the mixture of the recommenders' scores gives."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(people, candidates, len(mixture))).astype(np.float32)
    noise = generator.gumbel(size=(people, candidates))
    relevant = np.zeros((people, candidates), bool)
    relevant[np.arange(people), (scores @ mixture + noise).argmax(axis=1)] = True
    return Examples(scores, relevant, np.ones_like(relevant), [f"r{r}" for r in range(len(mixture))])


def ragged() -> Examples:
    """Lists of several lengths, with several held-out items."""
    examples = planted([1.0, 0.5, 0.0], people=60)
    generator = np.random.default_rng(1)
    present = np.arange(12) < generator.integers(4, 13, (60, 1))
    relevant = (generator.random((60, 12)) < 0.3) & present
    relevant[:, 0] = True
    return Examples(np.where(present[:, :, None], examples.scores, 0), relevant, present, examples.names)


def naive_loss(examples: Examples, weights: np.ndarray, penalty: float) -> float:
    """The mean surprise at held-out items, one person and one item at a time, plus the penalty."""
    scale = np.sqrt((examples.scores.astype(float) ** 2).mean(axis=(0, 1)))
    total = 0.0
    for scores, relevant, present in zip(examples.scores, examples.relevant, examples.present, strict=True):
        logits = scores[present].astype(float) @ weights
        log_total = np.log(np.exp(logits).sum())
        surprises = [log_total - logits[place] for place in np.flatnonzero(relevant[present])]
        total += np.mean(surprises)
    return total / len(examples.scores) + penalty * np.sum((weights * scale) ** 2)


class TestLearnWeights:
    def test_finds_the_planted_mixture_and_leaves_noise_out(self):
        found = learn_weights(planted([2.0, 1.0, 0.0], people=3000), PENALTY)
        np.testing.assert_allclose(found, [2, 1, 0], atol=0.15)

    def test_a_harmful_recommender_gets_nothing(self):
        assert learn_weights(planted([1.5, -1.0]), PENALTY)[1] == 0

    @pytest.mark.parametrize("penalty", [0.01, 1.0])
    @pytest.mark.parametrize(
        "examples", [planted([1.0, 0.5, -0.5], people=80), ragged()], ids=["even", "ragged"]
    )
    def test_no_direction_improves_the_solution(self, examples, penalty):
        """First-order conditions by finite differences of a loss written down independently."""
        found = learn_weights(examples, penalty)
        gradient = approx_fprime(found, lambda weights: naive_loss(examples, weights, penalty), 1e-6)
        assert found.max() > 0.01
        np.testing.assert_allclose(gradient[found > 0], 0, atol=2e-3)
        assert (gradient[found == 0] > -2e-3).all()

    def test_agrees_with_a_generic_optimiser(self):
        examples = ragged()
        found = learn_weights(examples, 0.01)
        generic = minimize(
            lambda logs: naive_loss(examples, np.exp(logs), 0.01), np.zeros(3), method="Nelder-Mead",
            options={"maxiter": 400, "xatol": 1e-4, "fatol": 1e-9},
        )  # fmt: skip
        assert naive_loss(examples, found, 0.01) <= generic.fun + 1e-6

    def test_weights_undo_the_size_of_scores(self):
        examples = planted([1.0, 1.0])
        larger = Examples(
            examples.scores * np.array([10, 1], np.float32), examples.relevant, examples.present, ["a", "b"]
        )
        np.testing.assert_allclose(
            learn_weights(larger, PENALTY) * [10, 1], learn_weights(examples, PENALTY), rtol=0.02
        )

    def test_more_penalty_gives_smaller_weights(self):
        examples = planted([2.0, 1.0])
        assert learn_weights(examples, 1.0).sum() < learn_weights(examples, 0.01).sum() / 2

    def test_a_recommender_without_scores_does_not_disturb(self):
        examples = planted([1.0, 0.0])
        examples.scores[:, :, 1] = 0
        assert np.isfinite(learn_weights(examples, PENALTY)).all()


class TestChooseWeights:
    def test_a_useful_mixture_is_kept_and_sums_to_one(self):
        examples = planted([2.0, 2.0], people=600)
        weights, ndcg = choose_weights(examples, PENALTY, seed=0)
        assert ndcg == pytest.approx(examples.ndcg(weights).mean(), abs=0.01)
        assert weights.sum() == pytest.approx(1)
        np.testing.assert_allclose(weights, [0.5, 0.5], atol=0.1)

    def test_falls_back_to_the_single_best(self):
        """With few people and much noise the learned mixture does worse on others than the one good one."""
        examples = planted([6.0, *[0.0] * 12], people=12, seed=5)
        learned = learn_weights(examples, PENALTY)
        assert (learned > 0).sum() > 1
        weights, ndcg = choose_weights(examples, PENALTY, seed=0)
        np.testing.assert_array_equal(weights, np.eye(13)[0])
        assert ndcg == examples.ndcg(weights).mean()

    def test_one_person_is_too_few_to_learn_from(self):
        examples = planted([3.0, 0.0], people=1)
        assert sorted(choose_weights(examples, PENALTY, seed=0)[0]) == [0, 1]


class TestExamples:
    def naive_ndcg(self, scores, relevant, present, k: int) -> float:
        listed = sorted(np.flatnonzero(present), key=lambda place: -scores[place])[:k]
        gain = sum(1 / np.log2(rank + 2) for rank, place in enumerate(listed) if relevant[place])
        return gain / sum(1 / np.log2(rank + 2) for rank in range(min(k, relevant.sum())))

    @pytest.mark.parametrize("k", [1, 3, 10])
    def test_ndcg_equals_a_naive_one(self, k):
        examples = ragged()
        weights = np.array([0.7, 0.2, 0.1])
        expected = [
            self.naive_ndcg((scores @ weights.astype(np.float32)), relevant, present, k)
            for scores, relevant, present in zip(
                examples.scores, examples.relevant, examples.present, strict=True
            )
        ]
        np.testing.assert_allclose(examples.ndcg(weights, k), expected, rtol=1e-6)

    def test_take_and_only(self):
        examples = planted([1.0, 2.0, 3.0], people=5)
        part = examples.take(np.array([4, 0])).only(np.array([True, False, True]))
        assert part.names == ["r0", "r2"]
        np.testing.assert_array_equal(part.scores, examples.scores[[4, 0]][:, :, [0, 2]])


class TestCollectExamples:
    def test_lists_by_hand(self):
        """Popularity puts 0 before 1 before 2; the person has 0, and 4 was held out."""
        data = training(people([[0], [0, 1], [0, 1, 2], [0, 1, 2]], 5))
        popular = Popularity().fit(data)
        held_out = sp.csr_array(np.array([[0, 0, 0, 0, 1]], np.float32))
        asked = data.profiles.take(np.array([0]))
        examples = collect_examples({"popular": popular}, asked, held_out, None, depth=2)
        raw = popular.score(asked)[0]
        listed = sorted([1, 2, 4], key=lambda item: tie_order(5)[item])
        expected = raw[listed] / np.sqrt((raw**2).mean())
        np.testing.assert_allclose(examples.scores[0, :, 0], expected, rtol=1e-6)
        assert examples.relevant.tolist() == [[item == 4 for item in listed]]

    def test_short_lists_are_padded(self):
        data = training(people([[0, 1, 2], [0]], 4))
        held_out = sp.csr_array(np.eye(4, dtype=np.float32)[[3, 3]])
        examples = collect_examples(
            {"popular": Popularity().fit(data)}, data.profiles, held_out, None, depth=4
        )
        assert examples.present.tolist() == [[True, False, False], [True, True, True]]
        assert (examples.relevant & examples.present).sum(axis=1).tolist() == [1, 1]

    def test_only_candidates_are_listed(self):
        data = training(people([[0, 1], [0, 2]], 5))
        held_out = sp.csr_array(np.eye(5, dtype=np.float32)[[4, 4]])
        examples = collect_examples(
            {"popular": Popularity().fit(data)}, data.profiles, held_out, np.array([3, 4]), depth=5
        )
        assert examples.present.sum(axis=1).tolist() == [2, 2]

    def test_one_recommenders_ndcg_is_that_of_its_full_ranking(self):
        data = world()
        model = ItemKnn(shrinkage=1).fit(data)
        asked = data.profiles.take(np.arange(6, 30))
        target = np.array([next(i for i in range(16) if not row[i]) for row in asked.seen().toarray()])
        held_out = sp.csr_array(np.eye(16, dtype=np.float32)[target])
        others = {"knn": model, "popular": Popularity().fit(data)}
        examples = collect_examples(others, asked, held_out, None, depth=10)
        scores = model.score(asked)
        scores[asked.rows, asked.items] = -np.inf
        order = np.lexsort((np.broadcast_to(tie_order(16), scores.shape), -scores))
        rank = (order == target[:, None]).argmax(axis=1)
        expected = np.where(rank < 10, 1 / np.log2(rank + 2), 0)
        np.testing.assert_allclose(examples.ndcg(np.array([1.0, 0])), expected, rtol=1e-6)


def test_items_that_a_hidden_history_holds_do_not_compete():
    """Whoever is judged without a history is still not offered what they have."""
    data = training(people([[0, 1], [0, 2]], 4))
    models = {"popularity": Popularity().fit(data)}
    hidden, targets = data.profiles.without_history(), sp.csr_array(np.array([[0, 0, 0, 1], [0, 0, 0, 1]]))
    examples = collect_examples(models, hidden, targets, None, depth=4, owned=data.profiles)
    assert examples.present.sum(axis=1).tolist() == [2, 2]
    assert collect_examples(models, hidden, targets, None, depth=4).present.sum() == 8
