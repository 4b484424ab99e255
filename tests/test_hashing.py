import hashlib

import numpy as np
import pandas as pd

from tesserec.hashing import digest_rows, hash_file, hash_numbers, hash_strings, mix


def test_strings_hash_alike_in_every_dtype() -> None:
    texts = ["a", None, "你好", "a"]
    hashes = [hash_strings(pd.Series(texts, dtype=dtype)) for dtype in (object, "str", "category")]
    for other in hashes[1:]:
        np.testing.assert_array_equal(hashes[0], other)
    assert hashes[0][0] == int.from_bytes(hashlib.blake2b(b"a", digest_size=8).digest())
    assert len(set(hashes[0].tolist())) == 3
    assert hash_strings(pd.Series([None, None], dtype=object)).tolist() == [0, 0]
    assert len(hash_strings(pd.Series([], dtype="str"))) == 0


def test_numbers_hash_by_value() -> None:
    hashes = hash_numbers(pd.Series([0.0, -0.0, 1.0, np.nan, -np.nan]))
    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[3] == hashes[4]
    np.testing.assert_array_equal(hash_numbers(pd.Series([1, 2])), hash_numbers(pd.Series([1.0, 2.0])))


def test_mix_minds_the_position_and_spreads() -> None:
    left, right = np.arange(10_000, dtype=np.uint64), np.zeros(10_000, dtype=np.uint64)
    assert (mix(left, right)[1:] != mix(right, left)[1:]).all()
    bits = np.unpackbits(mix(left).view(np.uint8)).reshape(10_000, 64)
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 0.025
    assert left[1] == 1


def test_digest_ignores_the_order_and_counts_repetitions() -> None:
    rows = np.array([3, 1, 2], dtype=np.uint64)
    assert (
        digest_rows(rows) == digest_rows(rows[::-1]) != digest_rows(np.array([1, 2, 3, 3], dtype=np.uint64))
    )


def test_a_file_is_hashed_anew_when_it_was_written_anew(tmp_path) -> None:
    file = tmp_path / "weights"
    for content in (b"one", b"two", b"three"):
        file.write_bytes(content)
        assert hash_file(file) == hash_file(file) == hashlib.sha256(content).hexdigest()
