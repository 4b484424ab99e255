import numpy as np
import pytest

from tesserec.semantics.coherence import coherence, diversity

TEXTS = ["oven bread", "oven bread salt", "oven", "star salt", ""]


def test_coherence_by_hand():
    # p(oven) = 3/5, p(bread) = 2/5, together 2/5; star and bread never meet.
    pair = np.log(0.4 / (0.6 * 0.4)) / -np.log(0.4)
    # p(salt) = 2/5; with oven and with bread in one text of five.
    salt_oven = np.log(0.2 / (0.4 * 0.6)) / -np.log(0.2)
    salt_bread = np.log(0.2 / (0.4 * 0.4)) / -np.log(0.2)
    found = coherence([["oven", "bread"], ["oven", "bread", "salt"], ["star", "bread"]], TEXTS)
    np.testing.assert_allclose(found, [pair, (pair + salt_oven + salt_bread) / 3, -1])


def test_words_that_never_part_are_as_coherent_as_can_be():
    assert coherence([["a", "b"]], ["a b", "a b c", "c"]) == pytest.approx([1])
    assert coherence([["a", "b"]], ["a b", "b a"]) == pytest.approx([1])


def test_words_drawn_independently_have_no_coherence():
    generator = np.random.default_rng(0)
    drawn = generator.random((20_000, 4)) < 0.3
    texts = [" ".join(np.array(list("abcd"))[row]) for row in drawn]
    assert coherence([list("abcd")], texts) == pytest.approx([0], abs=0.01)


def test_fewer_than_two_words_have_no_coherence():
    assert np.isnan(coherence([[], ["oven"]], TEXTS)).all()
    assert coherence([["oven", "bread"]], []) == [-1], "words that never meet"
    assert len(coherence([], TEXTS)) == 0


def test_diversity_counts_different_words():
    assert diversity([["a", "b"], ["b", "c"]]) == 3 / 4
    assert np.isnan(diversity([[]]))
