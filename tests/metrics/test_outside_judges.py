"""Every metric against a library, or a formula, that shares nothing with the package, list by list.

Rankings are judged by trec_eval and, for MRR, by MS MARCO's evaluation, both through ir-measures. Two things
are defined otherwise there: a person without a relevant item counts as 0, where the package leaves that
person out; and MRR knows no length in trec_eval. Recall and MAP agree because both divide by all relevant
items: libraries that divide by the length of the list, where it is shorter, give more.
"""

import math

import ir_measures
import numpy as np
import pytest
import scipy.sparse as sp
from ir_measures import AP, RR, P, R, Success, nDCG
from scipy.spatial.distance import pdist
from sklearn.metrics import (
    brier_score_loss,
    mean_absolute_error,
    roc_auc_score,
    root_mean_squared_error,
)

from tesserec.metrics import (
    auc,
    classification_metrics,
    coverage,
    diversity,
    gini_exposure,
    mae,
    novelty,
    ranking_metrics,
    rmse,
)
from tesserec.recommenders.candidates import list_items
from tesserec.recommenders.ranking import Eligible, tie_order

USERS, ITEMS = 1000, 80
KS = [1, 5, 10, 50]  # the last is longer than most lists
JUDGES = {"ndcg": nDCG, "recall": R, "precision": P, "hit_rate": Success, "mrr": RR, "map": AP}
CLOSE = 1e-9


def drawn_market(levels, seed):
    """Scores of so many levels, who may be recommended what (some little, some nothing), and the targets."""
    generator = np.random.default_rng(seed)
    scores = generator.integers(0, levels, (USERS, ITEMS)).astype(np.float32)
    had = generator.random((USERS, ITEMS)) < generator.choice([0, 0.5, 0.95, 1], (USERS, 1))
    relevant = generator.random((USERS, ITEMS)) < generator.choice([0, 0.05, 0.3, 0.9], (USERS, 1))
    eligible = Eligible(np.arange(ITEMS) % 7 != 3, sp.csr_array(had.astype(np.float32)))
    return scores, eligible, sp.csr_array(relevant.astype(np.float32))


def sorted_lists(scores, eligible):
    """Sort each person's items with Python's own sort, ties in their fixed order."""
    turn, allowed = tie_order(ITEMS), eligible.dense()
    return [
        sorted(np.flatnonzero(free), key=lambda item, row=row: (-row[item], turn[item]))
        for row, free in zip(scores, allowed, strict=True)
    ]


def judged(lists, relevant):
    """Return each metric of each person as the judges see it, `{name@k: (users,)}`."""
    run = {str(user): {str(item): -place for place, item in enumerate(row)} for user, row in enumerate(lists)}
    truth = {
        str(user): {str(item): int(row[item]) for item in range(ITEMS)} for user, row in enumerate(relevant)
    }
    names = {judge @ k: f"{name}@{k}" for name, judge in JUDGES.items() for k in KS}
    values = {name: np.full(len(lists), np.nan) for name in names.values()}
    for found in ir_measures.iter_calc(list(names), truth, run):
        values[names[found.measure]][int(found.query_id)] = found.value
    return values


class TestRankings:
    @pytest.mark.parametrize("form", ["dense", "sparse"])
    @pytest.mark.parametrize("levels", [1, 3, 1000])
    def test_every_list_is_judged_alike(self, levels, form):
        scores, eligible, targets = drawn_market(levels, seed=levels)
        scores += form == "sparse"  # what has no entry in sparse scores is not listed
        given = sp.csr_array(scores) if form == "sparse" else scores
        ours = ranking_metrics(list_items({"a": given}, eligible, max(KS))["a"], targets, KS)
        lists, relevant = sorted_lists(scores, eligible), targets.toarray() > 0
        theirs = judged(lists, relevant)
        assert set(ours) == set(theirs)
        nobody = ~relevant.any(axis=1)
        for name, values in theirs.items():
            np.testing.assert_array_equal(np.isnan(ours[name]), nobody, name)
            assert not values[nobody].any(), name
            assert np.abs(ours[name] - values)[~nobody].max() < CLOSE, name

    def test_the_hard_cases_are_among_them(self):
        _, eligible, targets = drawn_market(3, seed=3)
        lengths, found = eligible.dense().sum(axis=1), np.diff(targets.indptr)
        assert (lengths == 0).sum() > 100 and ((lengths > 0) & (lengths < 10)).sum() > 100
        assert (found == 0).sum() > 100 and (found > 10).sum() > 100
        assert ((lengths == 0) & (found > 0)).sum() > 100
        assert (lengths < max(KS)).sum() > 100 and (lengths > max(KS)).sum() > 100


def test_the_area_of_every_user_agrees_with_sklearn():
    """With many relevant items and few, on both sides of the switch from counting to sorting."""
    compared = 0
    for levels in (1, 3, 1000):
        scores, eligible, targets = drawn_market(levels, seed=levels)
        valid, relevant = eligible.dense(), targets.toarray() > 0
        areas = auc(scores, targets, valid)
        for user in range(USERS):
            truth = relevant[user, valid[user]]
            if truth.any() and not truth.all():
                compared += 1
                assert abs(areas[user] - roc_auc_score(truth, scores[user, valid[user]])) < CLOSE
            else:
                assert np.isnan(areas[user])
    assert compared > 1000


def test_errors_of_ratings_agree_with_sklearn():
    generator = np.random.default_rng(1)
    for size in (1, 2, 17, 1000):
        ratings, predictions = generator.integers(1, 6, size).astype(float), generator.normal(3, 2, size)
        assert abs(rmse(ratings, predictions) - root_mean_squared_error(ratings, predictions)) < CLOSE
        assert abs(mae(ratings, predictions) - mean_absolute_error(ratings, predictions)) < CLOSE


def test_probabilities_agree_with_sklearn_and_with_counting():
    """The package takes all but the Brier score from sklearn, so the others are counted here."""
    generator = np.random.default_rng(2)
    for _ in range(50):
        liked, probabilities = generator.random(40) < 0.4, generator.integers(1, 10, 40) / 10
        said, wins = probabilities >= 0.5, np.subtract.outer(probabilities[liked], probabilities[~liked])
        hits = (said & liked).sum()
        expected = {
            "auc": ((wins > 0) + (wins == 0) / 2).mean(),
            "log_loss": -np.log(np.where(liked, probabilities, 1 - probabilities)).mean(),
            "brier": brier_score_loss(liked, probabilities),
            "precision": hits / said.sum(),
            "recall": hits / liked.sum(),
            "f1": 2 * hits / (said.sum() + liked.sum()),
        }
        measured = classification_metrics(liked, probabilities)
        assert measured == pytest.approx(expected, abs=CLOSE, rel=0)


class TestLists:
    """What lists are like apart from being right, against the formulas written out."""

    LISTS = list_items({"a": drawn_market(3, 5)[0]}, drawn_market(3, 5)[1], 10)["a"]

    @pytest.mark.parametrize("people", [1, 7, USERS])
    def test_coverage_and_gini(self, people):
        lists, candidates = self.LISTS[-people:], np.arange(2, ITEMS)
        shown = [item for row in lists.tolist() for item in row if item in set(candidates.tolist())]
        assert coverage(lists, candidates) == pytest.approx(len(set(shown)) / len(candidates), abs=CLOSE)
        exposure = np.array([shown.count(item) for item in candidates])
        apart = np.abs(np.subtract.outer(exposure, exposure)).mean()  # Gini's mean difference
        expected = apart / (2 * exposure.mean()) if shown else math.nan
        assert gini_exposure(lists, candidates) == pytest.approx(expected, abs=CLOSE, nan_ok=True)

    def test_novelty_of_every_list(self):
        holders = np.random.default_rng(6).integers(0, 4, ITEMS) * 20
        bits = [math.log2(80 / count) if count else math.log2(81) for count in holders]
        for row, value in zip(self.LISTS, novelty(self.LISTS, holders, 80), strict=True):
            listed = [bits[item] for item in row if item >= 0]
            assert value == pytest.approx(
                sum(listed) / len(listed) if listed else math.nan, abs=CLOSE, nan_ok=True
            )

    def test_diversity_of_every_list(self):
        vectors = np.random.default_rng(7).normal(size=(ITEMS, 6))
        for row, value in zip(self.LISTS, diversity(self.LISTS, vectors), strict=True):
            apart = pdist(vectors[row[row >= 0]], "cosine")
            assert value == pytest.approx(apart.mean() if len(apart) else math.nan, abs=CLOSE, nan_ok=True)
