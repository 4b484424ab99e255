from dataclasses import replace

import numpy as np
import pytest

from tesserec.recommenders.blend import Blend, Form
from tesserec.recommenders.blend_learning import BlendLearner, exceeds, shares
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.gates import ALWAYS, GATES

from .blends import blend_of, candidates_of, planted

PENALTY = 1e-3


def learner(count: int, seed: int = 0) -> BlendLearner:
    return BlendLearner([f"r{place}" for place in range(count)], "r0", PENALTY, seed)


def either_or(people: int = 500) -> Examples:
    """The held-out item is the one that exactly one of two recommenders likes."""
    scores = np.tile([[0.0, 0], [1, 1], [1, 0], [0, 0]], (people, 1))
    candidates = candidates_of(scores, [4] * people)
    candidates.places[:] = 0
    return Examples(candidates, np.tile([False, False, True, False], people), np.ones(people, int))


class TestChoose:
    def test_a_sum_is_enough_where_a_sum_is_the_truth(self):
        blend = learner(2).choose(planted([2.0, 2.0], people=600))
        assert blend.form == Form(ALWAYS)
        np.testing.assert_allclose(blend.weights[:, 0], [2, 2], atol=0.4)

    def test_gates_where_support_decides(self):
        assert learner(2).choose(planted([5.0, 5.0], people=1500, gated=True)).form.gates == GATES

    @pytest.mark.parametrize(("new_items", "gates"), [(False, GATES), (True, ALWAYS)])
    def test_what_comes_first_where_there_is_nothing_to_choose_by(self, new_items, gates):
        """Nothing is known of anything, so that gates are open alike everywhere and change no order."""
        examples = planted([2.0, 2.0], people=600)
        blind = replace(examples.candidates, support=np.zeros_like(examples.candidates.support))
        learns = BlendLearner(["r0", "r1"], "r0", PENALTY, 0, new_items)
        assert learns.choose(replace(examples, candidates=blind)).form == Form(gates)

    def test_trees_where_no_sum_will_do(self):
        examples = either_or()
        blend = learner(2).choose(examples)
        assert blend.form.corrected
        assert examples.ndcg(blend.score(examples.candidates)).mean() == 1

    def test_one_alone_where_there_is_too_little_to_learn_from(self):
        """With few people and much noise the learned sum does worse on others than one good recommender."""
        examples = planted([6.0, *[0.0] * 12], people=12, seed=5)
        blend = learner(13).choose(examples)
        assert blend.form.alone == "r0"
        assert blend.used == {"r0"}

    def test_nothing_to_learn_from_weighs_all_alike(self):
        examples = planted([1.0, 1.0], people=5)
        nothing = Examples(examples.candidates, np.zeros_like(examples.relevant), examples.held_out)
        weights = learner(2).choose(nothing).weights
        np.testing.assert_allclose(weights, 0.5, atol=1e-3)

    def test_what_is_known_by_heart_of_some_items_does_not_count_for_new_ones(self):
        """A recommender gives every item a number of its own; ten of sixty are what everybody looks for."""
        generator = np.random.default_rng(0)
        number, wanted = generator.random(60), np.zeros(60, bool)
        wanted[generator.permutation(60)[:10]] = True
        scores = np.stack([np.tile(number, 300), 3 * generator.random(18_000) + np.tile(wanted, 300)], axis=1)
        candidates = candidates_of(scores, [60] * 300)
        examples = Examples(candidates, np.tile(wanted, 300), np.full(300, 10))
        names = ["r0", "r1"]
        assert BlendLearner(names, "r0", PENALTY, 0).choose(examples).form.corrected
        assert not BlendLearner(names, "r0", PENALTY, 0, new_items=True).choose(examples).form.corrected

    def test_one_person_is_no_trouble(self):
        blend = learner(2).choose(planted([3.0, 0.0], people=1))
        assert np.isfinite(blend.weights).all()

    def test_the_seed_decides(self):
        examples = either_or(100)
        assert learner(2, 3).choose(examples).trees == learner(2, 3).choose(examples).trees


class TestLearn:
    @pytest.mark.parametrize("form", [Form(), Form(GATES), Form(corrected=True), Form(alone="r1")])
    def test_gives_the_form_that_was_asked_for(self, form):
        blend = learner(2).learn(form, planted([2.0, 1.0], people=200))
        assert blend.form == form
        assert bool(blend.trees) == form.corrected
        assert blend.weights.shape == (2, form.gates)

    def test_the_fallback_always_has_a_little_weight(self):
        """A recommender of the others' opinion, and a harmful fallback."""
        weights = learner(2).learn(Form(), planted([-1.0, 2.0])).weights[:, 0]
        assert 0 < weights[0] < 0.01 * weights[1]


def test_exceeds_asks_for_more_than_noise():
    assert exceeds(np.array([1.0, 0.8, 0.9]), np.zeros(3), by=1)
    assert not exceeds(np.array([1.0, -0.9, 0.1]), np.zeros(3), by=1)
    assert exceeds(np.array([1.0, -0.9, 0.1]), np.zeros(3), by=0)
    assert not exceeds(np.zeros(3), np.zeros(3), by=0)


def test_shares_by_hand():
    """Everyone's best item gets 3 from one recommender and 1 from the other."""
    candidates = candidates_of(np.tile([[1.0, 1.0]], (4, 1)), [1] * 4)
    examples = Examples(candidates, np.ones(4, bool), np.ones(4, int))
    np.testing.assert_allclose(shares(blend_of({"a": 3, "b": 1}, ["a", "b"]), examples), [0.75, 0.25])
    none = Blend(["a", "b"], np.zeros((2, 1)), Form())
    np.testing.assert_allclose(shares(none, examples), [0.5, 0.5])
