import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import ItemKnn, Popularity
from tesserec.recommenders.examples import Examples, collect_examples
from tesserec.recommenders.ranking import eligible_items, tie_order
from tesserec.recommenders.support import Support
from tesserec.state import load_state, save_state

from .blends import candidates_of, planted
from .planted import people, training, world


def naive_ndcg(scores, relevant, held_out: int, k: int) -> float:
    listed = sorted(range(len(scores)), key=lambda place: -scores[place])[:k]
    gain = sum(1 / np.log2(rank + 2) for rank, place in enumerate(listed) if relevant[place])
    return gain / sum(1 / np.log2(rank + 2) for rank in range(min(k, held_out)))


class TestExamples:
    @pytest.mark.parametrize("k", [1, 3, 10])
    def test_ndcg_equals_a_naive_one(self, k):
        """Some held-out items are not among the candidates, and count as missed."""
        generator = np.random.default_rng(0)
        lengths = generator.integers(3, 13, 40)
        candidates = candidates_of(generator.normal(size=(lengths.sum(), 1)), lengths)
        relevant = generator.random(lengths.sum()) < 0.3
        held_out = np.add.reduceat(relevant, candidates.indptr[:-1]) + generator.integers(0, 3, 40) + 1
        examples = Examples(candidates, relevant, held_out)
        scores = generator.random(lengths.sum())
        for user, found in enumerate(examples.ndcg(scores, k)):
            rows = slice(candidates.indptr[user], candidates.indptr[user + 1])
            assert found == pytest.approx(naive_ndcg(scores[rows], relevant[rows], held_out[user], k))

    def test_ndcg_alone_is_that_of_the_recommenders_own_list(self):
        examples = planted([1.0, 0.5], people=50)
        for column in (0, 1):
            expected = examples.ndcg(examples.candidates.scores[:, column])
            np.testing.assert_allclose(examples.ndcg_alone(column), expected)

    def test_among_some_items_only_these_are_looked_for(self):
        candidates = candidates_of(np.zeros((6, 1)), [3, 3])
        examples = Examples(candidates, np.array([True, True, False, False, False, True]), np.array([4, 1]))
        part = examples.among(np.array([False, True, True]))
        assert part.candidates.items.tolist() == [1, 2, 1, 2]
        assert part.candidates.indptr.tolist() == [0, 2, 4]
        assert part.relevant.tolist() == [True, False, False, True]
        assert part.held_out.tolist() == [1, 1]

    def test_parts_join_to_all_and_a_folder_gives_them_back(self, tmp_path):
        whole = planted([1.0, 0.5], people=30)
        parts = [whole.take(np.arange(0, 12)), whole.take(np.arange(12, 30))]
        save_state(Examples.join(parts), tmp_path / "examples")
        found = load_state(Examples, tmp_path / "examples")
        np.testing.assert_array_equal(found.held_out, whole.held_out)
        np.testing.assert_array_equal(found.relevant, whole.relevant)
        for name in ("indptr", "items", "scores", "places", "support"):
            np.testing.assert_array_equal(getattr(found.candidates, name), getattr(whole.candidates, name))

    def test_findable_people_have_a_held_out_item_among_their_candidates(self):
        relevant = np.array([True, False, False, False, False, True])
        examples = Examples(candidates_of(np.zeros((6, 1)), [2, 3, 1]), relevant, np.array([1, 2, 1]))
        assert examples.findable.tolist() == [0, 2]
        assert examples.take(np.array([1, 2])).held_out.tolist() == [2, 1]
        assert examples.take(np.array([1, 2])).relevant.tolist() == [False, False, False, True]


class TestCollectExamples:
    def collect(self, models, data, profiles, targets, eligible=None, depth: int = 10) -> Examples:
        eligible = eligible_items(profiles, None) if eligible is None else eligible
        return collect_examples(models, Support.of(data), profiles, targets, eligible, depth)

    def test_one_recommenders_ndcg_is_that_of_its_full_ranking(self):
        data = world()
        model = ItemKnn(shrinkage=1).fit(data)
        asked = data.profiles.take(np.arange(6, 30))
        target = np.array([next(i for i in range(16) if not row[i]) for row in asked.seen().toarray()])
        held_out = sp.csr_array(np.eye(16, dtype=np.float32)[target])
        others = {"knn": model, "popular": Popularity().fit(data)}
        examples = self.collect(others, data, asked, held_out)
        scores = np.array(model.score(asked))
        scores[asked.rows, asked.items] = -np.inf
        order = np.lexsort((np.broadcast_to(tie_order(16), scores.shape), -scores))
        rank = (order == target[:, None]).argmax(axis=1)
        # What nothing speaks for has no place in the list.
        found = (rank < 10) & (scores[np.arange(24), target] > 0)
        expected = np.where(found, 1 / np.log2(rank + 2), 0)
        np.testing.assert_allclose(examples.ndcg_alone(0), expected, rtol=1e-6)

    def test_a_held_out_item_that_nobody_lists_is_missed(self):
        """Popularity puts 1 and 2 first; 4 was held out."""
        data = training(people([[0], [0, 1], [0, 1, 2], [0, 1, 2]], 5))
        held_out = sp.csr_array(np.array([[0, 0, 0, 0, 1]], np.float32))
        asked = data.profiles.take(np.array([0]))
        examples = self.collect({"popular": Popularity().fit(data)}, data, asked, held_out, depth=2)
        assert sorted(examples.candidates.items) == [1, 2]
        assert not examples.relevant.any()
        assert examples.held_out.tolist() == [1]
        assert examples.ndcg_alone(0).tolist() == [0]

    def test_items_that_a_hidden_history_holds_do_not_compete(self):
        """Whoever is judged without a history is still not offered what they have."""
        data = training(people([[0, 1], [0, 2]], 4))
        models = {"popularity": Popularity().fit(data)}
        hidden, targets = data.profiles.without_history(), sp.csr_array(np.array([[0, 0, 0, 1]] * 2))
        examples = self.collect(models, data, hidden, targets, eligible_items(data.profiles, None))
        assert np.diff(examples.candidates.indptr).tolist() == [2, 2]
        assert np.diff(self.collect(models, data, hidden, targets).candidates.indptr).tolist() == [4, 4]

    def test_only_candidates_are_listed(self):
        data = training(people([[0, 1], [0, 2]], 5))
        held_out = sp.csr_array(np.eye(5, dtype=np.float32)[[4, 4]])
        eligible = eligible_items(data.profiles, np.array([3, 4]))
        models = {"popular": Popularity().fit(data)}
        examples = self.collect(models, data, data.profiles, held_out, eligible)
        assert set(examples.candidates.items) == {3, 4}
