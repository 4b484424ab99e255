import numpy as np
import pytest

from tesserec.semantics.lexicon import clauses, lexicon_score, load_lexicon


@pytest.mark.parametrize(
    ("better", "worse", "language"),
    [
        ("A good film.", "A bad film.", "en"),
        ("A good film.", "Not a good film.", "en"),
        ("It isn't boring.", "It is boring.", "en"),
        ("A very good film.", "A good film.", "en"),
        ("Too long, but charming.", "Charming, but too boring.", "en"),
        ("Boring but brilliant.", "Brilliant but boring.", "en"),
        ("It charmed me.", "It bored me.", "en"),
        ("好看。", "不好看。", "zh"),
        ("非常喜欢", "喜欢", "zh"),
        ("剧情无聊，但是演员很棒", "演员很棒，但是剧情无聊", "zh"),
        ("一点都不无聊", "很无聊", "zh"),
    ],
)
def test_praise_scores_above_complaint(better, worse, language):
    assert lexicon_score(better, language) > lexicon_score(worse, language)


def test_negation_ends_with_its_clause():
    assert lexicon_score("No doubt, it is good", "en") > 0
    assert lexicon_score("No good", "en") < 0


def test_two_words_of_praise_and_one_of_complaint_weigh_by_hand():
    # praise 1 + 2, complaint 1: (3 - 1) / sqrt(4)
    assert lexicon_score("Charming and brilliant and boring", "en") == pytest.approx(1.0)


@pytest.mark.parametrize(("text", "language"), [("The 14th of May", "en"), ("", "zh"), ("gut", "other")])
def test_no_word_of_opinion_is_no_opinion(text, language):
    assert np.isnan(lexicon_score(text, language))


def test_clauses_stand_as_they_are_in_the_text():
    text = "It costs 3.50, which is fair; I liked it But hated the end!"
    found = clauses(text, "en")
    assert found == ["It costs 3.50", "which is fair", "I liked it", "But hated the end"]
    assert clauses("画面好看但是剧情差", "zh") == ["画面好看", "但是剧情差"]
    assert clauses("特效很好 看了 3 遍 很值得", "zh") == ["特效很好", "看了 3 遍", "很值得"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_word_praises_and_turns_at_once(language):
    lexicon = load_lexicon(language)
    assert len(lexicon.polarity) > 500
    assert not lexicon.negations & set(lexicon.polarity)
    assert not lexicon.empty & set(lexicon.polarity)
