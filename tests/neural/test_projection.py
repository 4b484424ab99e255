import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.neural.people import PeopleFeatures
from tesserec.neural.projection import Projection

EVERY = np.arange(50)


def squashed(rows: np.ndarray) -> np.ndarray:
    return rows / np.sqrt(1 + np.square(rows).sum(axis=1, keepdims=True))


class TestProjection:
    def test_half_whitening_by_hand(self):
        """Standard deviations 4 and 1/4 become 2 and 1/2: `4 / sqrt(4)` and so on."""
        block = np.array([[4, 0.25], [-4, 0.25], [4, -0.25], [-4, -0.25]], dtype=np.float32) + 7
        rows = np.abs(Projection.fit(block, np.arange(4), 2, seed=0).apply(block))
        np.testing.assert_allclose(rows, squashed(np.tile([2, 0.5], (4, 1))), rtol=1e-4)

    def test_leading_directions_come_first_and_noise_is_left_out(self):
        generator = np.random.default_rng(0)
        block = generator.normal(size=(50, 3)) * [1, 5, 0]
        projection = Projection.fit(block.astype(np.float32), EVERY, 3, seed=0)
        assert projection.directions.shape == (3, 2)
        assert np.abs(projection.directions[1, 0]) > np.abs(projection.directions[0, 0])

    def test_only_known_rows_are_learned_from_and_new_rows_go_the_same_way(self):
        generator = np.random.default_rng(0)
        block = generator.normal(size=(50, 4)).astype(np.float32)
        projection = Projection.fit(block, np.arange(30), 4, seed=0)
        other = np.concatenate([block[:30], block[30:] * 100])
        again = Projection.fit(other, np.arange(30), 4, seed=0)
        np.testing.assert_array_equal(projection.directions, again.directions)
        np.testing.assert_allclose(projection.apply(block[40:]), projection.apply(block)[40:], rtol=1e-5)

    @pytest.mark.parametrize("make", [np.asarray, sp.csr_array])
    def test_a_missing_row_stays_zero(self, make):
        block = np.eye(4, 3, dtype=np.float32)
        rows = Projection.fit(make(block), np.arange(4), 8, seed=0).apply(make(block))
        assert not rows[3].any()
        assert rows[:3].any(axis=1).all()

    @pytest.mark.parametrize("columns", [2, 30])
    def test_categories_stay_apart(self, columns):
        block = sp.csr_array(np.eye(columns, dtype=np.float32)[np.arange(50) % columns])
        rows = Projection.fit(block, EVERY, 8, seed=0).apply(block)
        assert rows.shape[1] <= 8
        distances = np.linalg.norm(rows[0] - rows, axis=1)
        assert distances[columns] < 1e-5 < distances[1]

    @pytest.mark.parametrize("known", [[], [0]])
    def test_next_to_nothing_to_learn_from(self, known):
        for block in (np.ones((3, 4), np.float32), sp.csr_array(np.ones((3, 4), np.float32))):
            assert np.isfinite(Projection.fit(block, np.array(known, int), 2, seed=0).apply(block)).all()


def test_people_features_come_back_from_arrays_in_their_order():
    generator = np.random.default_rng(0)
    blocks = {
        "text": generator.normal(size=(9, 5)).astype(np.float32),
        "age/group": np.eye(9, dtype=np.float32),
    }
    fitted = PeopleFeatures.fit(blocks, np.arange(9), 4, seed=0)
    features = fitted.apply(blocks, 9)
    assert features.shape == (9, 8)
    again = PeopleFeatures.from_arrays({**fitted.arrays(), "vectors": np.ones(3)})
    np.testing.assert_array_equal(again.apply(blocks, 9), features)
    assert PeopleFeatures.from_arrays({}).apply({}, 3).shape == (3, 0)
