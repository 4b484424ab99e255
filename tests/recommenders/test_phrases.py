import pytest

from tesserec.recommenders.phrases import word_reason
from tesserec.recommenders.reasons import OF_HISTORY, Evidence

TITLES = ["Salt & Smoke", "三体", "A {curly} %s “quoted” 'book'", "i3"]


@pytest.mark.parametrize(
    ("source", "english", "chinese"),
    [
        (
            "content",
            "Close in content to “Salt & Smoke” and “三体”.",
            "内容与《Salt & Smoke》和《三体》相近。",
        ),
        (
            "behaviour",
            "Often chosen together with “Salt & Smoke” and “三体”.",
            "常与《Salt & Smoke》和《三体》一起被选择。",
        ),
        ("people", "Chosen by people whose history is like yours.", "与您历史相似的人也选择了它。"),
        ("profile", "Chosen by people like you.", "与您情况相似的人选择了它。"),
        ("words", "Close to what you wrote.", "与您写过的内容相近。"),
        ("popularity", "Popular with everyone.", "大家都喜欢。"),
    ],
)
def test_one_sentence_per_source(source, english, chinese):
    cited = {source: {0: 0.6, 1: 0.3}} if source in OF_HISTORY else {}
    evidence = Evidence({source: 1.0}, cited)
    assert word_reason(evidence, TITLES, "en") == english
    assert word_reason(evidence, TITLES, "zh") == chinese


def test_a_strong_second_source_is_mentioned_and_a_weak_one_is_not():
    strong = word_reason(Evidence({"people": 0.3, "words": 0.7}, {}), TITLES, "en")
    assert strong == "Close to what you wrote; also chosen by people whose history is like yours."
    assert (
        word_reason(Evidence({"people": 0.2, "words": 0.8}, {}), TITLES, "en") == "Close to what you wrote."
    )
    chinese = word_reason(Evidence({"people": 0.3, "words": 0.7}, {}), TITLES, "zh")
    assert chinese == "与您写过的内容相近，并且与您历史相似的人也选择了它。"


def test_a_title_may_hold_anything():
    sentence = word_reason(Evidence({"content": 1.0}, {"content": {2: 0.9}}), TITLES, "en")
    assert sentence == "Close in content to “A {curly} %s “quoted” 'book'”."


def test_a_sentence_about_a_history_needs_an_item_to_name():
    assert (
        word_reason(Evidence({"content": 0.6, "words": 0.4}, {}), TITLES, "en") == "Close to what you wrote."
    )
    assert word_reason(Evidence({"behaviour": 1.0}, {}), TITLES, "en") == "Popular with everyone."


def test_without_any_evidence_it_is_popular():
    assert word_reason(Evidence({}, {}), TITLES, "zh") == "大家都喜欢。"


@pytest.mark.parametrize(
    ("history", "english", "chinese"),
    [
        (
            {"content": {1: 0.3, 0: 0.2}, "behaviour": {0: 0.2, 1: 0.1}},
            "Close in content to “三体” and “Salt & Smoke”; also often chosen together with them.",
            "内容与《三体》和《Salt & Smoke》相近，并且常与它们一起被选择。",
        ),
        (
            {"content": {0: 0.3}, "behaviour": {0: 0.2}},
            "Close in content to “Salt & Smoke”; also often chosen together with it.",
            "内容与《Salt & Smoke》相近，并且常与它一起被选择。",
        ),
        (
            {"content": {0: 0.3}, "behaviour": {1: 0.2}},
            "Close in content to “Salt & Smoke”; also often chosen together with “三体”.",
            "内容与《Salt & Smoke》相近，并且常与《三体》一起被选择。",
        ),
    ],
)
def test_each_source_cites_its_own_items_once(history, english, chinese):
    evidence = Evidence({"content": 0.6, "behaviour": 0.4}, history)
    assert word_reason(evidence, TITLES, "en") == english
    assert word_reason(evidence, TITLES, "zh") == chinese


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_pair_of_sources_reads_as_one_sentence(language):
    sources = ["content", "behaviour", "people", "attributes", "profile", "words", "popularity"]
    for first in sources:
        for second in set(sources) - {first}:
            sentence = word_reason(
                Evidence({first: 0.6, second: 0.4}, {"content": {0: 0.3}, "behaviour": {0: 0.2}}),
                TITLES,
                language,
            )
            assert sentence[-1] in ".。"
            assert sentence.count(".") + sentence.count("。") == 1
            assert "{" not in sentence


@pytest.mark.parametrize(
    ("source", "names", "english", "chinese"),
    [
        (
            "words",
            ["noodles", "茶"],
            "Close to what you wrote: “noodles” and “茶”.",
            "与您写过的“noodles”和“茶”相近。",
        ),
        (
            "profile",
            ["city: Bern"],
            "Chosen by people like you (city: Bern).",
            "与您情况相似的人选择了它（city: Bern）。",
        ),
        (
            "attributes",
            ["genre: Drama", "genre: War"],
            "Of a kind that you often choose (genre: Drama, genre: War).",
            "属于您常选的类别（genre: Drama、genre: War）。",
        ),
    ],
)
def test_words_and_attributes_are_named(source, names, english, chinese):
    evidence = Evidence({source: 1.0}, {}, {source: dict.fromkeys(names, 0.3)})
    assert word_reason(evidence, TITLES, "en") == english
    assert word_reason(evidence, TITLES, "zh") == chinese


def test_people_who_share_a_taste_are_told_by_what_they_share():
    evidence = Evidence({"people": 1.0}, {"people": {0: 0.4}})
    assert word_reason(evidence, TITLES, "en") == "Chosen by people who share your taste for “Salt & Smoke”."
    assert word_reason(evidence, TITLES, "zh") == "同样喜欢《Salt & Smoke》的人也选择了它。"


def test_what_items_have_in_common_is_named_with_their_likeness_only():
    both = Evidence({"content": 1.0}, {"content": {0: 0.4}})
    assert word_reason(both, TITLES, "en", ["salt", "fish"]) == (
        "Close in content to “Salt & Smoke” (both: salt, fish)."
    )
    assert word_reason(both, TITLES, "zh", ["salt"]) == "内容与《Salt & Smoke》相近（共同点：salt）。"
    assert word_reason(Evidence({"words": 1.0}, {}), TITLES, "en", ["salt"]) == "Close to what you wrote."
