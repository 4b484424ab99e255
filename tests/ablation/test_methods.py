import numpy as np
import pytest

from tesserec.ablation.methods import CHOSEN, EQUAL_WEIGHTS, METHODS, learn_all, reciprocal_ranks
from tesserec.recommenders.blend_learning import BlendLearner
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.support import SUPPORTS

from ..recommenders.blends import planted

LEARNER = BlendLearner(["r0", "r1"], "r0", 1e-3, 0)


def learned(method, mixture):
    groups = {group: planted(mixture) for group in ("history", "no_history")}
    return learn_all(method, LEARNER, groups, depth=30).history


def test_reciprocal_ranks_by_hand():
    """First in one list and not in the other; third and second; in no list."""
    places = np.log1p(np.array([[0, 5], [2, 1], [5, 5]], dtype=np.float32))
    nothing = np.zeros((3, 2), np.float32)
    rows = Candidates(
        np.array([0, 3]), np.arange(3), nothing, places, np.zeros((3, len(SUPPORTS)), np.float32)
    )
    expected = [1 / 61, 1 / 63 + 1 / 62, 0]
    np.testing.assert_allclose(reciprocal_ranks(rows, depth=5), expected, rtol=1e-6)


def test_equal_weights_do_not_listen_to_the_people():
    for mixture in ([3.0, 0.1], [0.1, 3.0]):
        weights = learned(EQUAL_WEIGHTS, mixture).weights[:, 0]
        assert weights[0] == pytest.approx(weights[1], rel=0.01)


def test_the_best_alone_is_who_knows_best():
    by_name = {method.name: method for method in METHODS}
    assert learned(by_name["best alone"], [0.2, 3.0]).form.alone == "r1"
    assert learned(by_name["best alone"], [3.0, 0.2]).form.alone == "r0"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("weighted sum", "weighted sum"),
        ("weighted sum, trees", "weighted sum and trees"),
        ("gated sum", "weighted sum with gates"),
        ("gated sum, trees", "weighted sum with gates and trees"),
    ],
)
def test_each_method_learns_what_it_says(name, form):
    by_name = {method.name: method for method in METHODS}
    assert str(learned(by_name[name], [1.0, 2.0]).form) == form


def test_the_chosen_one_is_what_the_fusion_chooses():
    assert learned(CHOSEN, [1.0, 2.0]).form == LEARNER.choose(planted([1.0, 2.0])).form
