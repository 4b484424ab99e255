import numpy as np
import pytest

from tesserec.semantics.aspects import find_aspects, judge_aspects, phrases
from tesserec.semantics.lexicon import lexicon_score

REVIEWS = [
    "The plot is brilliant, but the acting was awful.",
    "A wonderful plot and the acting is wooden.",
    "It explains the plot beautifully. The acting of Ann Smith is superb!",
    "This plot is dull. I hate the acting.",
    "It explains the river, and the train to London was blue.",
    "It explains the lovely rain, and the train to London was blue.",
] * 3
CHINESE = ["演员很棒，但是剧情太无聊了。", "剧情精彩，演员也不错。", "剧情很差"] * 3


def test_what_is_praised_and_complained_of_is_found_without_a_list():
    assert set(find_aspects(REVIEWS + CHINESE, ["en"] * 18 + ["zh"] * 9, fewest=5, most=20)) == {
        "plot",
        "acting",
        "剧情",
        "演员",
    }


@pytest.mark.parametrize(("fewest", "most", "count"), [(19, 20, 0), (5, 1, 1)])
def test_limits_hold(fewest, most, count):
    assert len(find_aspects(REVIEWS, ["en"] * 18, fewest=fewest, most=most)) == count


def test_each_aspect_is_judged_by_its_own_clause():
    def judge(texts, languages):
        return np.array([lexicon_score(*pair) for pair in zip(texts, languages, strict=True)])

    texts = ["Nothing here", REVIEWS[0], CHINESE[0]]
    found = judge_aspects(texts, ["en", "en", "zh"], ["plot", "acting", "演员", "剧情"], judge)
    assert [(one.text, one.aspect, one.phrase, one.positive > 0) for one in found] == [
        (1, "plot", "The plot is brilliant", True),
        (1, "acting", "but the acting was awful", False),
        (2, "演员", "演员很棒", True),
        (2, "剧情", "但是剧情太无聊了", False),
    ]


def test_short_pieces_join_what_stands_before_them():
    text = "A fine blend of action, humour, and suspense. The end."
    assert phrases(text, "en") == ["A fine blend of action, humour, and suspense", "The end"]
    assert all(phrase in text for phrase in phrases(text, "en"))
    assert phrases("", "en") == []


def test_no_texts_have_no_aspects():
    assert find_aspects([], [], fewest=1, most=5) == []
    assert judge_aspects([], [], [], lambda texts, languages: np.zeros(0)) == []
