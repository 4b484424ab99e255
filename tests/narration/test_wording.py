import re
from dataclasses import replace
from itertools import product

import pytest

from tesserec.narration.checks import find_fault
from tesserec.narration.prompts import field_values
from tesserec.narration.wording import word_description

from .planted import TENT, shipped

ABSENT = {"category": "", "interest": "", "keywords": (), "interests": (), "likes": (), "evidence": ""}
FOREIGN = {"en": "zh", "zh": "en"}
STOPS = {"en": ".", "zh": "。"}
# A part that was forgotten shows as brackets around nothing, or as marks and spaces that meet.
GAP = re.compile(r"\(\)|（）|“”|《》| {2}| [.,:;?]|[:：][.。]|[，、, ][。.]|^ | $|\{|\}|None|nan")


def combinations(*states):
    """Facts of which each part is here, missing, or in the other language, in every combination."""
    for language, kept in product(TENT, product(states, repeat=len(ABSENT))):
        whole, other = TENT[language], TENT[FOREIGN[language]]
        changed = {}
        for field, state in zip(ABSENT, kept, strict=True):
            if state == "missing":
                changed[field] = ABSENT[field]
            elif state == "foreign" and field != "evidence":
                changed[field] = getattr(other, field)
        yield replace(whole, **changed)


def test_whatever_is_missing_the_sentences_are_whole():
    for facts in combinations("here", "missing", "foreign"):
        text = word_description(facts)
        assert facts.title in text
        assert text.endswith(STOPS[facts.language])
        assert not GAP.search(text), text


def test_what_is_written_by_rule_passes_the_checks_for_models():
    templates = {language: shipped(language) for language in TENT}
    for facts in combinations("here", "missing"):
        fault = find_fault(
            word_description(facts), facts.language, field_values(facts, 400, []), templates[facts.language]
        )
        assert not fault, (fault, word_description(facts))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "“Grebe Two-Person Tent” (Outdoor Gear) belongs to a subject you also choose (camping, "
            "hiking) and has something in common with what you chose: tent and mesh. "
            "Why this one? Close in content to “Marmot Headlamp”.",
        ),
        (
            "zh",
            "《双人帐篷》（户外装备）属于您也选过的一类（露营、徒步），与您选过的内容还有共同之处：帐篷和纱网。"
            "推荐理由：内容与《土拨鼠头灯》相近。",
        ),
    ],
)
def test_all_that_is_known_is_said(language, said):
    assert word_description(TENT[language]) == said


def test_the_main_interest_is_told_from_others():
    facts = TENT["en"]
    assert "the subject you choose most (camping, hiking)" in word_description(
        replace(facts, interests=("camping, hiking", "hills, walking"))
    )
    assert "subject" not in word_description(replace(facts, interests=("hills, walking",)))


def test_words_of_another_language_are_left_out_but_titles_are_not():
    mixed = {"category": "Outdoor Gear, 帐篷", "interest": "camping, 露营", "interests": ("camping, 露营",)}
    words = {"keywords": ("tent", "帐篷"), "likes": ("tent", "帐篷"), "title": "Grebe"}
    assert word_description(replace(TENT["zh"], **mixed, **words)).startswith(
        "《Grebe》（帐篷）属于您选得最多的一类（露营），与您选过的内容还有共同之处：帐篷。"
    )
    assert word_description(replace(TENT["en"], **mixed, **words | {"title": "帐篷"})).startswith(
        "“帐篷” (Outdoor Gear) belongs to the subject you choose most (camping) and has something in common "
        "with what you chose: tent."
    )


def test_a_category_goes_before_words_that_nobody_chose():
    facts = replace(TENT["en"], interests=(), likes=(), evidence="")
    assert word_description(facts) == "Something for you: “Grebe Two-Person Tent” (Outdoor Gear)."
    assert word_description(replace(facts, category="")) == (
        "Something for you: “Grebe Two-Person Tent”. It is described by these words: "
        "tent, mesh and two-person."
    )
