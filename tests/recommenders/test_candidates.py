import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import ContentKernel, ItemKnn, Popularity, Recommender, sparsity
from tesserec.recommenders.candidates import Candidates, list_items, size_of, unite_lists
from tesserec.recommenders.ranking import eligible_items, tie_order, top_items
from tesserec.recommenders.support import Support

from .planted import people, training, world

DATA = world()
SCORES = {
    "knn": ItemKnn(shrinkage=1).fit(DATA).score(DATA.profiles),
    "popular": Popularity().fit(DATA).score(DATA.profiles),
}


def models(names) -> dict[str, Recommender]:
    """Recommenders that say of a pair what their scores do."""
    return {name: Popularity() for name in names}


def unite(scores, data, depth: int, candidates=None) -> Candidates:
    lists = list_items(scores, eligible_items(data.profiles, candidates), depth)
    return unite_lists(list(scores), models(scores), lists, scores, data.profiles, Support.of(data))


def gather(scores=SCORES, depth: int = 4) -> Candidates:
    return unite(scores, DATA, depth)


class TestGather:
    def test_lists_by_hand(self):
        """Of three items that the person lacks, one recommender puts 3 and 1 first, the other 2 and 3."""
        data = training(people([[0]], 4))
        scores = {"a": np.array([[9.0, 2, 1, 3]], np.float32), "b": np.array([[9.0, 1, 8, 4]], np.float32)}
        found = unite(scores, data, depth=2)
        assert sorted(found.items) == [1, 2, 3]
        rows = {item: row for row, item in enumerate(found.items)}
        places = {item: np.expm1(found.places[row]).round().tolist() for item, row in rows.items()}
        assert places == {3: [0, 1], 1: [1, 2], 2: [2, 0]}
        rms = np.sqrt(np.array([95, 162]) / 4)
        np.testing.assert_allclose(found.scores[rows[2]], [1, 8] / rms, rtol=1e-6)

    def test_the_place_of_an_item_without_a_score_says_nothing(self):
        """Items 1 to 3 tie at zero, and their order would tell them apart."""
        data = training(people([[]], 4))
        scores = {"a": np.array([[1.0, 0, 0, 0]], np.float32)}
        found = unite(scores, data, depth=4)
        assert sorted(np.expm1(found.places[:, 0]).round().tolist()) == [0, 4, 4, 4]

    @pytest.mark.parametrize("depth", [1, 4, 20])
    def test_are_the_union_of_the_lists_in_the_order_of_ties(self, depth):
        found = gather(depth=depth)
        eligible = eligible_items(DATA.profiles, None)
        lists = [top_items(raw, eligible, depth) for raw in SCORES.values()]
        for user in range(30):
            expected = {int(item) for listed in lists for item in listed[user] if item >= 0}
            items = found.items[found.indptr[user] : found.indptr[user + 1]]
            assert items.tolist() == sorted(expected, key=lambda item: tie_order(16)[item])

    def test_sparse_scores_say_the_same(self):
        dense = {"knn": np.maximum(np.asarray(SCORES["knn"]), 0)}
        sparse = {"knn": sp.csr_array(dense["knn"])}
        found, other = gather(sparse), gather(dense)
        # Dense lists go on with items that have no score; sparse ones end.
        kept = other.take_rows(np.flatnonzero(other.scores[:, 0] > 0))
        np.testing.assert_array_equal(found.items, kept.items)
        np.testing.assert_allclose(found.scores, kept.scores, rtol=1e-6)
        np.testing.assert_allclose(found.places, kept.places)

    def test_blocks_of_people_join_to_all(self):
        parts = []
        for place, block in DATA.profiles.in_blocks(7):
            scores = {name: raw[place] for name, raw in SCORES.items()}
            lists = list_items(scores, eligible_items(block, None), 4)
            parts.append(unite_lists(list(scores), models(scores), lists, scores, block, Support.of(DATA)))
        joined, whole = Candidates.join(parts), gather()
        for name in ("indptr", "items", "scores", "places", "support"):
            np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name))

    def test_nobody_has_candidates_where_nothing_competes(self):
        found = unite(SCORES, DATA, depth=4, candidates=np.zeros(0, int))
        assert found.indptr.tolist() == [0] * 31
        assert found.scores.shape == (0, 2)

    def test_a_column_without_a_recommender_says_nothing(self):
        lists = list_items(SCORES, eligible_items(DATA.profiles, None), 4)
        columns = ["knn", "popular"]
        found = unite_lists(columns, models(["knn"]), lists, SCORES, DATA.profiles, Support.of(DATA))
        np.testing.assert_allclose(found.places[:, 1], np.log(5), rtol=1e-6)
        assert not found.scores[:, 1].any()
        alone = unite({"knn": SCORES["knn"]}, DATA, depth=4)
        np.testing.assert_array_equal(found.items, alone.items)
        np.testing.assert_array_equal(found.places[:, 0], alone.places[:, 0])

    def test_sparse_scores_leave_open_what_a_recommender_says_of_the_lists_of_others(self):
        """The kernel lists one item of each person, and scores all that popularity lists."""
        kernel = ContentKernel(dimensions=3, neighbours=1, max_memory_gb=0).fit(DATA)
        whole = ContentKernel(dimensions=3).fit(DATA).score(DATA.profiles)
        own = sparsity.keep_largest(kernel.score(DATA.profiles), 1)
        scores = {"kernel": own, "popular": SCORES["popular"]}
        lists = list_items(scores, eligible_items(DATA.profiles, None), 4)
        both = {"kernel": kernel, "popular": Popularity()}
        found = unite_lists(list(both), both, lists, scores, DATA.profiles, Support.of(DATA))
        expected = whole[found.users, found.items] / size_of(own)[found.users]
        np.testing.assert_allclose(found.scores[:, 0], expected, rtol=1e-4, atol=1e-5)
        assert (found.scores[:, 0] > 0).sum() > own.nnz


class TestLists:
    def test_best_and_at_are_inverse(self):
        found = gather()
        scores = np.random.default_rng(0).random(len(found.items))
        lists, values = found.best(scores, 3)
        shown = found.at(lists)
        assert shown.items.tolist() == lists[lists >= 0].tolist()
        assert shown.indptr.tolist() == np.concatenate([[0], np.cumsum((lists >= 0).sum(axis=1))]).tolist()
        for user in range(30):
            rows = np.arange(found.indptr[user], found.indptr[user + 1])
            best = rows[np.argsort(-scores[rows])][:3]
            assert lists[user][: len(best)].tolist() == found.items[best].tolist()
            np.testing.assert_allclose(values[user][: len(best)], scores[best], rtol=1e-6)
            np.testing.assert_array_equal(
                shown.scores[shown.indptr[user] : shown.indptr[user + 1]], found.scores[best]
            )

    def test_take_keeps_the_rows_of_people(self):
        found = gather()
        part = found.take(np.array([4, 2]))
        assert part.users.tolist() == [0] * np.diff(found.indptr)[4] + [1] * np.diff(found.indptr)[2]
        np.testing.assert_array_equal(part.items[part.users == 1], found.items[found.users == 2])


def test_size_is_the_root_mean_square_and_one_for_zeros():
    scores = np.array([[3, 4, 0, 0], [0, 0, 0, 0]], np.float32)
    np.testing.assert_allclose(size_of(scores), [2.5, 1])
    np.testing.assert_allclose(size_of(sp.csr_array(scores)), [2.5, 1])
    np.testing.assert_allclose(size_of(np.broadcast_to(scores[0], (3, 4))), [2.5] * 3)
