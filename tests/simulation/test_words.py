import re

import numpy as np
import pytest

from tesserec.simulation.catalogue import DOMAINS, THEMES, load_catalogue
from tesserec.simulation.words import DRAWS, load_phrases, write_review, write_search

# Chosen by eye for this test, whatever list of the phrase book a sentence stands in.
PRAISE = re.compile(
    "love|wonderful|superb|recommend|enjoy|perfect|good|pleased|happy|well made|treat|best|marvel|praise|"
    "喜欢|推荐|惊喜|满意|值得|五星|不错|安利|用心|从来没|放心|收藏",
    re.IGNORECASE,
)
BLAME = re.compile(
    "disappoint|avoid|waste|regret|dreadful|refund|not for me|letdown|could not|gave up|one star|low point|"
    "never again|would not|失望|踩坑|后悔|退款|无语|放弃|失手|一星|不太适合|避雷|不会再|退了|没意思",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def items() -> list[dict]:
    return load_catalogue().to_dict("records")


def reviews(items, stars: int, language: str) -> list[str]:
    random = np.random.default_rng(stars)
    chosen = [item for item in items if item["language"] == language]
    return [write_review(item, stars, (item["theme"],), language, random.random(DRAWS)) for item in chosen]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reviews_say_what_the_stars_say(items, language):
    balance = {}
    for stars in range(1, 6):
        texts = reviews(items, stars, language)
        balance[stars] = np.mean([bool(PRAISE.search(text)) - bool(BLAME.search(text)) for text in texts])
    assert balance[5] > 0.4
    assert balance[4] > 0.4
    assert balance[2] < -0.3
    assert balance[1] < -0.3
    assert balance[2] < balance[3] < balance[4]


def test_three_stars_bring_praise_and_complaint(items):
    book = load_phrases("en")
    english = [item for item in items if item["language"] == "en"]
    for item, text in zip(english, reviews(items, 3, "en"), strict=True):
        for side in ("praise", "complaint"):
            assert any(sentence in text for sentence in book[side][item["domain"]])


def test_reviews_are_varied(items):
    texts = reviews(items, 5, "en") + reviews(items, 2, "zh")
    assert len(set(texts)) > 0.97 * len(texts)


def test_reviews_talk_about_their_item(items):
    english = [item for item in items if item["language"] == "en"]
    named = [
        any(words in text for words in [item["title"], item["creator"], *item["tags"].split("|")])
        for item, text in zip(english, reviews(items, 4, "en"), strict=True)
    ]
    assert np.mean(named) > 0.5


def test_nothing_stays_unfilled(items):
    random = np.random.default_rng(0)
    for item in items:
        for language in ("en", "zh"):
            for stars in range(1, 6):
                assert not re.search(
                    "[{}]", write_review(item, stars, THEMES, language, random.random(DRAWS))
                )
            assert not re.search("[{}]", write_search(item, language, random.random(DRAWS)))


def test_texts_of_chinese_readers_have_no_english_words_unless_names(items):
    english = next(item for item in items if item["language"] == "en")
    draws = np.random.default_rng(0).random((200, DRAWS))
    assert not any(tag in write_review(english, 5, (), "zh", numbers)
                   for numbers in draws for tag in english["tags"].split("|"))  # fmt: skip
    searches = {write_search(english | {"theme": "home"}, "zh", numbers) for numbers in draws}
    assert not any(re.search("[A-Za-z]", text) for text in searches)


def test_searches_use_words_of_the_theme_or_the_item(items):
    random = np.random.default_rng(1)
    for item in items:
        text = write_search(item, item["language"], random.random(DRAWS))
        phrases = load_phrases(item["language"])["search"][item["theme"]]
        assert any(words in text for words in [*phrases, *item["tags"].split("|"), item["creator"]])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_phrase_books_are_complete(language):
    book = load_phrases(language)
    assert set(book["opening"]) == set(book["closing"]) == set("12345")
    assert set(book["praise"]) == set(book["complaint"]) == set(book["search_item"]) == set(DOMAINS)
    assert set(book["taste"]) == set(book["search"]) == set(THEMES)
