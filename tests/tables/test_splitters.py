import pytest

from tesserec.tables.splitters import LITERAL, Splitter, find_splitter


@pytest.mark.parametrize(
    ("separator", "cell", "values"),
    [
        ("|", "Drama| Comedy||Drama", ["Drama", "Comedy"]),
        ("/", "剧情/悬疑", ["剧情", "悬疑"]),
        (
            LITERAL,
            "{'https://movie/1': '奥逊·威尔斯', 'https://movie/2': '约瑟夫'}",
            ["奥逊·威尔斯", "约瑟夫"],
        ),
        (LITERAL, "[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': 'Comedy'}]", ["Animation", "Comedy"]),
        (LITERAL, '["a|b", null, "c"]', ["a/b", "c"]),
        (LITERAL, "['unclosed", ["['unclosed"]),
    ],
)
def test_split(separator, cell, values):
    assert Splitter(separator).split(cell) == values


def test_literal_code_is_not_run():
    assert find_splitter(["[__import__('os')]", "[1].append(2)"]) is None


def test_commas_of_sentences_and_slashes_of_dates_separate_nothing():
    sentences = [
        "Long ago, in a country far away from here and now, a king lived",
        "Then, suddenly, silence fell",
    ]
    assert find_splitter(sentences) is None
    assert find_splitter(["12/05/2020", "12/06/2020", "12/05/2021"]) is None
