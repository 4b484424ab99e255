import pytest

from tesserec.recommenders.phrases import word_reason
from tesserec.recommenders.reasons import Evidence

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
    evidence = Evidence({source: 1.0}, {source: [0, 1]})
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
    sentence = word_reason(Evidence({"content": 1.0}, {"content": [2]}), TITLES, "en")
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
            {"content": [1, 0], "behaviour": [0, 1]},
            "Close in content to “三体” and “Salt & Smoke”; also often chosen together with them.",
            "内容与《三体》和《Salt & Smoke》相近，并且常与它们一起被选择。",
        ),
        (
            {"content": [0], "behaviour": [0]},
            "Close in content to “Salt & Smoke”; also often chosen together with it.",
            "内容与《Salt & Smoke》相近，并且常与它一起被选择。",
        ),
        (
            {"content": [0], "behaviour": [1]},
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
    sources = ["content", "behaviour", "people", "profile", "words", "popularity"]
    for first in sources:
        for second in set(sources) - {first}:
            sentence = word_reason(
                Evidence({first: 0.6, second: 0.4}, {"content": [0], "behaviour": [0]}), TITLES, language
            )
            assert sentence[-1] in ".。"
            assert sentence.count(".") + sentence.count("。") == 1
            assert "{" not in sentence
