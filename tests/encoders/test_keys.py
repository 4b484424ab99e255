import hashlib

import numpy as np

from tesserec.encoders.keys import KeySet, content_keys, find


def test_keys_are_hashes_of_the_content():
    keys = content_keys(["a", "多", "a", ""])
    expected = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in ("a", "多", "a", "")]
    assert keys.tobytes() == b"".join(expected)


def test_find_tells_places_and_absence():
    among = np.sort(content_keys(["x", "y", "z"]))
    wanted = content_keys(["y", "nobody", "x"])
    places = find(wanted, among)
    assert places[1] == -1
    assert (among[places[[0, 2]]] == wanted[[0, 2]]).all()
    assert find(wanted, among[:0]).tolist() == [-1, -1, -1]


def test_a_growing_set_agrees_with_a_set():
    generator = np.random.default_rng(0)
    texts = [str(number) for number in generator.permutation(2000)]
    growing, plain = KeySet(np.sort(content_keys(texts[:100]))), set(texts[:100])
    for start in range(100, 2000, 70):
        some = texts[start : start + 70]
        growing.add(content_keys(some))
        plain.update(some)
        asked = [str(number) for number in generator.integers(0, 2500, 50)]
        assert growing.holds(content_keys(asked)).tolist() == [text in plain for text in asked]
    assert len(growing._runs) < 12, "runs are merged"


def test_hashes_that_end_in_zero_bytes_are_told_apart():
    keys = np.array([b"k" * 15 + b"\x00", b"k" * 15, b"k" * 14 + b"\x00\x01"], dtype="S16")
    growing = KeySet(keys[:0])
    growing.add(keys[:1])
    assert growing.holds(keys).tolist() == [True, True, False]
