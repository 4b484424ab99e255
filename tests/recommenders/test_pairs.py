import numpy as np
import pytest

from tesserec.recommenders.pairs import PAIR_BYTES, co_occurrences, successions

from .planted import people, world


class TestCoOccurrences:
    def test_counts_the_people_who_have_both(self):
        histories = world().profiles.liked().matrix().toarray()
        counted = co_occurrences(world().profiles.liked(), 1.0)
        np.testing.assert_array_equal(counted.toarray(), histories.T @ histories)

    @pytest.mark.parametrize(("pairs", "longest"), [(29, 4), (28, 3), (22, 3), (21, 2), (0, 1)])
    def test_long_histories_are_cut_to_their_last_items_where_pairs_do_not_fit(self, pairs, longest):
        """Three histories of 4, 3 and 2 items have 16 + 9 + 4 pairs, and 9 + 9 + 4 if cut to 3."""
        profiles = people([[0, 1, 2, 3], [4, 5, 6], [], [0, 6]], 7)
        cut = people([[0, 1, 2, 3][-longest:], [4, 5, 6][-longest:], [], [0, 6][-longest:]], 7).matrix()
        counted = co_occurrences(profiles, pairs * PAIR_BYTES / 2**30)
        np.testing.assert_array_equal(counted.toarray(), (cut.T @ cut).toarray())


class TestSuccessions:
    @pytest.mark.parametrize(("source", "target"), [(2.0, 1.0), (1.0, 1.0), (0.7, 3.0)])
    def test_equal_products_over_all_prefixes(self, source, target):
        profiles = people([[0, 1, 2, 3, 1 + 3], [3, 0], [2], [], [4, 2, 0]], 6)
        s, t = [], []
        for user in range(len(profiles)):
            history = profiles.items[profiles.indptr[user] : profiles.indptr[user + 1]]
            for cut in range(1, len(history)):
                past, future = np.zeros(6), np.zeros(6)
                past[history[:cut]] = 0.5 ** (np.arange(cut)[::-1] / source)
                future[history[cut:]] = 0.5 ** (np.arange(len(history) - cut) / target)
                s.append(past)
                t.append(future)
        both, follow = successions(profiles, source, target)
        np.testing.assert_allclose(both.toarray(), np.array(s).T @ np.array(s), atol=2e-3)
        np.testing.assert_allclose(follow.toarray(), np.array(s).T @ np.array(t), atol=2e-3)

    def test_of_histories_without_a_second_item_nothing_follows(self):
        both, follow = successions(people([[0], [], [1]], 2), 2.0, 1.0)
        assert both.nnz == 0
        assert follow.nnz == 0
