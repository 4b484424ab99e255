import pytest

from tesserec.ask.wording import word_answer

FOUND = ["night", "train", "quiet", "read"]
TASTE = {"en": "Popular with everyone.", "zh": "大家都喜欢。"}


@pytest.mark.parametrize(
    ("words", "meaning", "taste", "language", "expected"),
    [
        (3, 2, 0.1, "en", "Mentions “night”, “train”, “quiet”; also close in meaning to what you asked for."),
        (0, 2, 1, "en", "Close in meaning to what you asked for. Popular with everyone."),
        (1, 0, 3, "en", "Popular with everyone. Mentions “night”, “train”, “quiet”."),
        (0, 0, 0, "en", "Popular with everyone."),
        (0, 0, -1, "en", "Popular with everyone."),
        (2, 3, -5, "zh", "含义与您的要求相近，并且提到了“night”、“train”、“quiet”。"),
        (2, 0, 2, "zh", "提到了“night”、“train”、“quiet”。大家都喜欢。"),
    ],
)
def test_the_strongest_comes_first_and_the_weak_is_not_told(words, meaning, taste, language, expected):
    shares = {"words": float(words), "meaning": float(meaning), "taste": float(taste)}
    assert word_answer(shares, FOUND, TASTE[language], "", language) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "Close in meaning to “Heat”."), ("zh", "含义与《Heat》相近。")]
)
def test_an_item_that_was_asked_for_is_named(language, expected):
    assert word_answer({"meaning": 1.0}, [], TASTE[language], "Heat", language) == expected
