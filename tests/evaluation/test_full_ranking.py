import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from tesserec import metrics
from tesserec.evaluation import Background, compare, full_ranking, rank_all
from tesserec.evaluation.held_out import HeldOut
from tesserec.recommenders import Fusion, Recommender, parallel
from tesserec.recommenders.support import Support
from tesserec.reranking import Exclusions, ReRanking

from ..recommenders.blends import blends_of
from ..recommenders.planted import people, training


class Fixed:
    """Scores by the name of a user."""

    def __init__(self, scores: dict[str, list[float]]):
        self.scores = {user: np.array(row, np.float32) for user, row in scores.items()}

    def prepare(self) -> None:
        pass

    score_pairs = Recommender.score_pairs

    def score(self, profiles, among=None) -> np.ndarray:
        rows = [self.scores[user] for user in profiles.user_ids]
        return np.array(rows).reshape(len(profiles), profiles.n_items)


# Three people, five items. What they have is left out of their ranking:
# u0 has item 0 and looks for 3: ranked 4 1 3 2, found at rank 3.
# u1 has nothing and looks for 0 and 2: ranked 0 1 2 3 4, found at ranks 1 and 3.
# u2 has 1 and 2 and looks for 4: ranked 0 3 4, found at rank 3.
SCORES = {"u0": [9, 3, 1, 2, 4], "u1": [5, 4, 3, 2, 1], "u2": [3, 9, 9, 2, 1]}
PROFILES = people([[0], [], [1, 2]], 5)
TARGETS = sp.csr_array(np.array([[0, 0, 0, 1, 0], [1, 0, 1, 0, 0], [0, 0, 0, 0, 1]], np.float32))
TASK = HeldOut(PROFILES, TARGETS, np.arange(5))
AT_3 = 1 / np.log2(4)
NOTHING = ReRanking(depth=1)


def alone(name: str, model, n_items: int = 5) -> Fusion:
    return Fusion({name: model}, blends_of({name: 1.0}), Support.of(training(people([[]], n_items))))


def ranked(task: HeldOut = TASK, ks=(1, 3), reranking: ReRanking = NOTHING, **models):
    models = models or {"fixed": Fixed(SCORES)}
    name = next(iter(models))
    return rank_all(models, alone(name, models[name], task.profiles.n_items), task, ks, reranking)


def column(result, metric: str, recommender: str = "fixed") -> list[float]:
    table = result.user_metrics
    return table.loc[table["recommender"] == recommender, metric].tolist()


class TestRankAll:
    def test_three_people_by_hand(self):
        result = ranked()
        assert result.lists["fixed"].tolist() == [[4, 1, 3], [0, 1, 2], [0, 3, 4]]
        assert column(result, "ndcg@1") == [0, 1, 0]
        ideal = 1 + 1 / np.log2(3)
        assert column(result, "ndcg@3") == pytest.approx([AT_3, (1 + AT_3) / ideal, AT_3])
        assert column(result, "recall@3") == [1, 1, 1]
        assert column(result, "mrr@3") == pytest.approx([1 / 3, 1, 1 / 3])
        # Of the pairs of a target and another item that competes, the share in the right order.
        assert column(result, "auc") == pytest.approx([1 / 3, (3 + 2) / 6, 0])

    def test_a_fusion_of_one_ranks_like_that_one(self):
        result = ranked()
        np.testing.assert_array_equal(result.lists["fusion"], result.lists["fixed"])
        for metric in ("ndcg@3", "auc"):
            assert column(result, metric, "fusion") == column(result, metric)

    def test_items_that_nobody_proposes_tie_behind_the_candidates(self):
        """It ranks one candidate per person: u1's first target is above two others, the second ties."""
        fusion = alone("fixed", Fixed(SCORES))
        short = Fusion(fusion.recommenders, blends_of({"fixed": 1.0}, depth=1), fusion.support)
        result = rank_all(fusion.recommenders, short, TASK, (3,), NOTHING)
        assert result.lists["fusion"].tolist() == [[4, -1, -1], [0, -1, -1], [0, -1, -1]]
        assert column(result, "auc", "fusion") == pytest.approx([1 / 3, (3 + 1.5) / 6, 1 / 4])

    @pytest.mark.parametrize("dense_items", [5, 4])
    def test_sparse_scores_are_judged_like_dense_ones(self, monkeypatch, dense_items):
        """Also where there are too many items to make the scores of everybody dense at once."""
        monkeypatch.setattr(full_ranking, "DENSE_ITEMS", dense_items)
        monkeypatch.setattr(full_ranking, "DENSE_USERS", 2)
        monkeypatch.setattr(parallel, "AT_ONCE", 1)
        sizes: list[int] = []

        def auc(scores, *arguments):
            sizes.append(len(scores))
            return metrics.auc(scores, *arguments)

        monkeypatch.setattr(full_ranking, "auc", auc)

        class Sparse(Fixed):
            def score(self, profiles, among=None):
                return sp.csr_array(super().score(profiles))

        result = ranked(fixed=Fixed(SCORES), sparse=Sparse(SCORES))
        for metric in ("ndcg@3", "auc"):
            assert column(result, metric, "sparse") == pytest.approx(column(result, metric))
        assert max(sizes) == (3 if dense_items == 5 else 2)

    def test_the_examples_hold_the_targets(self):
        examples = ranked().examples
        assert examples.held_out.tolist() == [1, 2, 1]
        found = list(zip(examples.candidates.users, examples.candidates.items, strict=True))
        hits = {found[row] for row in np.flatnonzero(examples.relevant)}
        assert hits == {(0, 3), (1, 0), (1, 2), (2, 4)}

    def test_a_row_per_recommender_and_person(self):
        result = ranked(fixed=Fixed(SCORES), other=Fixed(SCORES))
        table = result.user_metrics
        assert table["recommender"].tolist() == ["fixed"] * 3 + ["fusion"] * 3 + ["other"] * 3
        assert table["user_id"].tolist() == ["u0", "u1", "u2"] * 3

    def test_only_candidates_compete(self):
        task = HeldOut(PROFILES, TARGETS, np.array([2, 3, 4]))
        result = ranked(task, ks=(2,))
        assert result.lists["fixed"].tolist() == [[4, 3], [2, 3], [3, 4]]

    def test_lists_longer_than_the_catalogue_are_measured(self):
        result = ranked(ks=(3, 50))
        assert result.lists["fixed"].shape == (3, 50)
        assert column(result, "recall@50") == [1, 1, 1]
        assert column(result, "precision@50") == pytest.approx([1 / 50, 2 / 50, 1 / 50])

    def test_blocks_of_people_do_not_show(self, monkeypatch):
        whole = ranked()
        monkeypatch.setattr(parallel, "block_size", lambda items: 1)
        parts = ranked()
        pd.testing.assert_frame_equal(parts.user_metrics, whole.user_metrics)
        np.testing.assert_array_equal(parts.lists["fixed"], whole.lists["fixed"])

    def test_an_oracle_is_perfect(self):
        oracle = dict(zip(PROFILES.user_ids, TARGETS.toarray().tolist(), strict=True))
        result = ranked(fixed=Fixed(oracle))
        for metric in ("ndcg@3", "recall@3", "hit_rate@3", "mrr@3", "map@3", "auc"):
            assert column(result, metric) == [1, 1, 1], metric

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10_000))
    def test_no_owned_item_is_ever_listed(self, seed):
        generator = np.random.default_rng(seed)
        owned = generator.random((6, 8)) < 0.5
        profiles = people([np.flatnonzero(row) for row in owned], 8)
        scores = {f"u{user}": generator.integers(0, 3, 8) for user in range(6)}
        targets = sp.csr_array((generator.random((6, 8)) < 0.5) & ~owned)
        result = ranked(HeldOut(profiles, targets, np.arange(8)), fixed=Fixed(scores))
        listed = result.lists["fixed"]
        assert not any(owned[user, item] for user in range(6) for item in listed[user] if item >= 0)


class TestReRanking:
    def test_without_steps_there_are_no_further_rows(self):
        assert set(ranked().lists) == {"fixed", "fusion"}

    def test_steps_alone_and_together_by_hand(self):
        """u0 is ranked 4 1 3 2. Without item 4, 3 is found at rank 2; damped, item 1 falls behind it."""
        damping = np.array([0, 2, 0, 0, 0], np.float32)
        steps = ReRanking(depth=5, passing=np.arange(5) != 4, damping=damping)
        result = ranked(ks=(3,), reranking=steps)
        assert result.lists["fusion, filtered"].tolist() == [[1, 3, 2], [0, 1, 2], [0, 3, -1]]
        assert result.lists["fusion, damped"].tolist() == [[4, 3, 2], [0, 2, 3], [0, 3, 4]]
        assert result.lists["fusion, re-ranked"].tolist() == [[3, 2, 1], [0, 2, 3], [0, 3, -1]]
        assert column(result, "mrr@3", "fusion, filtered") == pytest.approx([1 / 2, 1, 0])
        assert column(result, "ndcg@3", "fusion, re-ranked") == pytest.approx([1, 1, 0])
        assert np.isnan(column(result, "auc", "fusion, damped")).all()

    def test_an_exclusion_is_for_its_person(self):
        lists = sp.csr_array(np.array([[0, 0, 0, 0, 1]], np.float32))
        steps = ReRanking(5, exclusions=Exclusions(np.array([3]), np.array(["u0"], object), lists))
        result = ranked(ks=(3,), reranking=steps)
        assert result.lists["fusion, excluded"].tolist() == [[1, 2, -1], [0, 1, 2], [0, 4, -1]]
        assert result.lists["fusion"].tolist() == ranked(ks=(3,)).lists["fusion"].tolist()

    def test_blocks_of_people_do_not_show(self, monkeypatch):
        steps = ReRanking(5, damping=np.array([1, 0, 0.5, 0, 0], np.float32))
        whole = ranked(reranking=steps)
        monkeypatch.setattr(parallel, "block_size", lambda items: 1)
        pd.testing.assert_frame_equal(ranked(reranking=steps).user_metrics, whole.user_metrics)


class TestCompare:
    def table(self, k: int = 3, **blocks: np.ndarray) -> pd.DataFrame:
        background = Background.of(TASK, training(PROFILES, **blocks), None, None)
        return compare(ranked(), background, k, seed=0).set_index(["recommender", "metric"])

    def test_a_long_table_with_intervals(self):
        table = self.table()
        assert list(table.columns) == ["value", "low", "high", "users"]
        ndcg = table.loc[("fixed", "ndcg@3")]
        expected = np.mean([AT_3, (1 + AT_3) / (1 + 1 / np.log2(3)), AT_3])
        assert ndcg["value"] == pytest.approx(expected)
        assert ndcg["low"] <= ndcg["value"] <= ndcg["high"]
        assert ndcg["users"] == 3

    def test_what_concerns_lists_and_catalogue(self):
        table = self.table()
        assert table.loc[("fixed", "coverage@3"), "value"] == 1
        assert np.isnan(table.loc[("fixed", "coverage@3"), "low"])
        # Items 0 to 2 are held by one of two people (one bit), items 3 and 4 count as held by one of three.
        rare = np.log2(3)
        expected = np.mean([(2 * rare + 1) / 3, 1, (2 * rare + 1) / 3])
        assert table.loc[("fixed", "novelty@3"), "value"] == pytest.approx(expected)
        assert ("fixed", "diversity@3") not in table.index
        assert ("fixed", "gini@3") in table.index

    def test_only_the_first_k_of_a_list_count(self):
        assert self.table(k=1).loc[("fixed", "coverage@1"), "value"] == 2 / 5

    def test_diversity_of_vectors(self):
        assert self.table(text=np.eye(5)).loc[("fixed", "diversity@3"), "value"] == pytest.approx(1)
        assert self.table(text=np.ones((5, 2))).loc[("fixed", "diversity@3"), "value"] == pytest.approx(0)

    def test_people_without_irrelevant_items_have_no_auc(self):
        task = HeldOut(PROFILES.take(np.array([0])), TARGETS[[0]], np.array([3]))
        background = Background.of(task, training(PROFILES), None, None)
        table = compare(ranked(task), background, 3, seed=0)
        assert "auc" not in set(table["metric"])
        assert table["value"].notna().all()

    def test_the_seed_decides(self):
        pd.testing.assert_frame_equal(self.table(), self.table())
