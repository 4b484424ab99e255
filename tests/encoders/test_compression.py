import numpy as np
import pytest

from tesserec.encoders.compression import Compression, VectorFormat
from tesserec.errors import ConfigError
from tesserec.state import load_state, save_state

FORMATS = [
    VectorFormat(codes, dimensions, whitening)
    for codes in ("float32", "float16", "int8", "binary")
    for dimensions, whitening in ((None, 0.0), (5, 0.0), (None, 1.0), (5, 0.5))
]


@pytest.fixture
def vectors() -> np.ndarray:
    """Unit rows, spread unevenly around a point that is not 0; every tenth says nothing."""
    generator = np.random.default_rng(3)
    rows = generator.normal(size=(400, 12)) * np.linspace(3, 0.2, 12) + 0.5
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[::10] = 0
    return rows.astype(np.float32)


@pytest.mark.parametrize("form", FORMATS, ids=str)
class TestEveryFormat:
    def test_zero_rows_stay_zero_and_others_have_length_one(self, vectors, form):
        compression = Compression.fit(vectors, form)
        found = compression.decompress(compression.compress(vectors))
        assert found.dtype == np.float32
        assert found.shape == (400, compression.size)
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), vectors.any(axis=1), atol=1e-6)

    def test_size_is_what_it_says(self, vectors, form):
        compression = Compression.fit(vectors, form)
        assert compression.size == (form.dimensions or 12)
        assert compression.compress(vectors).nbytes == 400 * compression.bytes_per_vector

    def test_each_vector_has_its_code_whatever_stands_beside_it(self, vectors, form):
        compression = Compression.fit(vectors, form)
        some = np.array([7, 0, 123])
        np.testing.assert_array_equal(
            compression.decompress(compression.compress(vectors)[some]),
            compression.decompress(compression.compress(vectors[some])),
        )

    def test_survives_writing_and_reading(self, vectors, form, tmp_path):
        compression = Compression.fit(vectors, form)
        save_state(compression, tmp_path / "compression")
        again = load_state(Compression, tmp_path / "compression")
        assert (again.form, again.bytes_per_vector) == (form, compression.bytes_per_vector)
        codes = again.compress(vectors)
        np.testing.assert_array_equal(codes, compression.compress(vectors))
        np.testing.assert_array_equal(again.decompress(codes), compression.decompress(codes))

    def test_input_is_left_alone(self, vectors, form):
        before = vectors.copy()
        compression = Compression.fit(vectors, form)
        codes = compression.compress(vectors)
        kept = codes.copy()
        compression.decompress(codes)
        np.testing.assert_array_equal(vectors, before)
        np.testing.assert_array_equal(codes, kept)

    @pytest.mark.parametrize(
        "sample",
        [np.zeros((0, 12)), np.zeros((9, 12)), np.full((9, 12), 12**-0.5)],
        ids=["none", "0", "same"],
    )
    def test_a_sample_that_teaches_nothing(self, vectors, form, sample):
        compression = Compression.fit(sample.astype(np.float32), form)
        found = compression.decompress(compression.compress(vectors))
        assert found.shape == (400, form.dimensions or 12)
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), vectors.any(axis=1), atol=1e-6)


class TestFloats:
    def test_float32_leaves_every_bit(self, vectors):
        compression = Compression.fit(vectors, VectorFormat())
        np.testing.assert_array_equal(compression.decompress(compression.compress(vectors)), vectors)

    def test_float16_has_eleven_significant_bits(self, vectors):
        codes = Compression.fit(vectors, VectorFormat("float16")).compress(vectors)
        assert codes.dtype == np.float16
        np.testing.assert_allclose(codes.astype(np.float32), vectors, rtol=2**-11, atol=2**-25)


class TestInt8:
    def test_by_hand(self):
        """Steps of 0.6 / 127 and 1 / 127: 0.6 is the code 127, 0.31 lies at 65.6, 1 is beyond the largest."""
        sample = np.array([[0.6, 0.8], [0, -1], [0, 0]], dtype=np.float32)
        compression = Compression.fit(sample, VectorFormat("int8"))
        codes = compression.compress(np.array([[0.6, 0.8], [-0.31, 0.95], [1, 0]], dtype=np.float32))
        assert codes.dtype == np.int8
        assert codes.tolist() == [[127, 102], [-66, 121], [127, 0]]
        read = np.array([-66 * 0.6, 121])
        np.testing.assert_allclose(
            compression.decompress(codes)[1:], [read / np.linalg.norm(read), [1, 0]], rtol=1e-6
        )

    @pytest.mark.parametrize(("dimensions", "whitening"), [(None, 0.0), (5, 1.0)])
    def test_is_off_by_half_a_step_at_most(self, vectors, dimensions, whitening):
        exact = Compression.fit(vectors, VectorFormat("float32", dimensions, whitening)).compress(vectors)
        steps = np.abs(exact).max(axis=0) / 127
        read = Compression.fit(vectors, VectorFormat("int8", dimensions, whitening)).compress(vectors) * steps
        assert (np.abs(read - exact) <= steps * 0.5001).all()
        assert (np.abs(read - exact).max(axis=0) > steps * 0.4).all()

    def test_a_dimension_unknown_to_the_sample_is_not_lost(self):
        compression = Compression.fit(np.array([[1, 0]], dtype=np.float32), VectorFormat("int8"))
        assert compression.compress(np.array([[0.6, -0.8]], dtype=np.float32)).tolist() == [[76, -102]]


class TestBinary:
    def test_by_hand(self):
        rows = np.zeros((4, 10), dtype=np.float32)
        rows[0, [0, 2, 9]], rows[0, 1] = 0.5, -0.5
        rows[1, 8] = 1
        rows[3] = -0.5, -0.1, *[-0.3] * 8
        codes = Compression.fit(rows, VectorFormat("binary")).compress(rows)
        assert codes.dtype == np.uint8
        # A row without a positive value takes its largest one; no bit at all is a row of zeros.
        assert codes.tolist() == [[0b10100000, 0b01000000], [0, 0b10000000], [0, 0], [0b01000000, 0]]
        signs = Compression.fit(rows, VectorFormat("binary")).decompress(codes) * np.sqrt(10)
        np.testing.assert_allclose(signs[0], [1, -1, 1, *[-1] * 6, 1], rtol=1e-6)
        assert not signs[2].any()


class TestDirections:
    def test_agree_with_an_eigendecomposition(self, vectors):
        sample = vectors[:200]
        present = sample[sample.any(axis=1)].astype(float)
        centred = present - present.mean(axis=0)
        variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
        for whitening in (0.0, 0.5, 1.0):
            scaled = directions[:, ::-1][:, :5] * variances[::-1][:5] ** (-whitening / 2)
            expected = (vectors - present.mean(axis=0)) @ scaled
            expected /= np.linalg.norm(expected, axis=1, keepdims=True)
            expected[::10] = 0
            compression = Compression.fit(sample, VectorFormat("float32", 5, whitening))
            found = compression.decompress(compression.compress(vectors))
            # The sign of a direction is anybody's choice; inner products do not depend on it.
            np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-5)
            np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-5)

    def test_are_learned_from_the_sample_only(self, vectors):
        form = VectorFormat("int8", 4, 1.0)
        first = Compression.fit(vectors[:100], form)
        again = Compression.fit(vectors[:100].copy(), form)
        other = Compression.fit(vectors[100:], form)
        np.testing.assert_array_equal(first.compress(vectors), again.compress(vectors))
        assert (first.compress(vectors) != other.compress(vectors)).any()

    def test_a_small_sample_decides_on_fewer(self, vectors):
        assert Compression.fit(vectors[1:7], VectorFormat("float32", 8)).size == 3


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"codes": "int4"}, "codes is 'int4'"),
        ({"dimensions": 0}, "dimensions is 0"),
        ({"whitening": 1.5}, "whitening is 1.5"),
        ({"dimensions": 13}, "dimensions is 13, but the vectors have 12"),
    ],
)
def test_wrong_formats_are_named(vectors, options, named):
    with pytest.raises(ConfigError, match=named):
        Compression.fit(vectors, VectorFormat(**options))


def test_vectors_of_another_size_are_refused(vectors):
    with pytest.raises(ValueError, match="8 dimensions do not fit 12"):
        Compression.fit(vectors, VectorFormat()).compress(vectors[:, :8])
