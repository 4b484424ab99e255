import pytest

from tesserec.semantics.candidate_phrases import candidate_phrases


def test_phrases_end_at_stop_words_and_punctuation():
    found = candidate_phrases("Cast-iron skillet, the old kitchen of Anna.", "en")
    assert found == ["cast-iron", "cast-iron skillet", "skillet", "old", "old kitchen", "kitchen", "anna"]


def test_phrases_have_three_words_at_most():
    found = candidate_phrases("quiet mountain lake photographs", "en")
    assert "quiet mountain lake" in found
    assert "mountain lake photographs" in found
    assert all(len(phrase.split()) <= 3 for phrase in found)


def test_chinese_phrases_are_joined_as_they_are():
    found = candidate_phrases("老巷里的路灯，户籍警。", "zh")
    assert "路灯" in found
    assert all(" " not in phrase and "，" not in phrase for phrase in found)


@pytest.mark.parametrize("text", ["", "the of and", "1080 500", "...", "not a"])
def test_texts_without_a_word_of_their_own_have_no_phrase(text):
    assert candidate_phrases(text, "en") == []
