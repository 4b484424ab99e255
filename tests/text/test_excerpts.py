import pytest

from tesserec.text.excerpts import shorten


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        (18, "one two three four"),
        (17, "one two three …"),
        (9, "one two …"),
        (7, "one two …"),
        (6, "one tw …"),
    ],
)
def test_a_text_is_cut_between_words_unless_little_would_be_left(characters, expected):
    assert shorten("one two three four", characters) == expected


def test_chinese_is_cut_between_any_two_characters():
    assert shorten("四分钟搭好的帐篷", 5) == "四分钟搭好 …"
