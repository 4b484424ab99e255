from dataclasses import replace

import pytest

from tesserec.report import findings


def with_gap(results, name, value, p_holm):
    rows = results.differences.copy()
    rows.loc[rows["recommender"] == name, ["value", "p_holm"]] = [value, p_holm]
    return replace(results, differences=rows)


def test_headline_numbers_are_those_of_the_fusion(results):
    hit_rate, ndcg, coverage, _ = findings.headline_numbers(results)
    assert (hit_rate.value, hit_rate.interval) == ("16.0\u202f%", "15.6\u202f% to 16.4\u202f%")
    assert (ndcg.label, ndcg.value) == ("NDCG@10", "0.0800")
    assert coverage.interval == ""


def test_hits_are_set_against_the_baseline(results):
    (sentence,) = findings.quality_in_words(results)
    assert "5,000 people" in sentence
    assert "16.0\u202f% of them" in sentence or "For 16.0\u202f%" in sentence
    assert "4.0 times as often" in sentence


@pytest.mark.parametrize(
    ("value", "p_holm", "verdict"),
    [
        (0.015, 0.05, "is beyond chance."),
        (0.015, 0.051, "may be chance."),
        (-0.015, 0.051, "may be chance."),
        (-0.015, 0.05, "speaks against the fusion."),
        (0.0, 1.0, "may be chance."),
    ],
)
def test_the_corrected_p_value_decides_the_verdict(results, value, p_holm, verdict):
    """Although the interval of this one comparison leaves 0 out."""
    _, sentence = findings.gaps_in_words(with_gap(results, "ease", value, p_holm))
    assert sentence.startswith(
        "The best single recommender, EASE, reaches NDCG@10 0.0600; the fusion reaches 0.0800."
    )
    assert sentence.endswith(verdict)


def test_text_is_judged_by_weight_and_against_what_reads_none(results):
    alone, weight, rival = findings.text_in_words(results)
    assert "Text kernel" in alone
    assert "0.0500" in alone
    assert "30.0\u202f%" in weight
    assert "reads no text, EASE" in rival


def test_no_text_recommender(results):
    (sentence,) = findings.text_in_words(replace(results, text_recommenders=[]))
    assert sentence.startswith("No recommender")


def test_a_sound_result_needs_no_caution(results):
    assert list(findings.cautions(results, {})) == []


def test_cautions(results):
    few = replace(results, comparison=results.comparison.assign(users=40))
    assert list(findings.cautions(few, {})) == ["Only 40 people could be tested, so the intervals are wide."]
    equal = with_gap(results, "popularity", 0.01, 0.2)
    assert list(findings.cautions(equal, {})) == ["The fusion is not reliably better than Popularity."]
    unused = replace(results, fusion_weights=results.fusion_weights.assign(weight=[1.0, 0.0, 0.0]))
    assert list(findings.cautions(unused, {})) == ["The fusion makes next to no use of the text."]
    lossy = {
        "tables": {"items": {"rows_read": 100, "rows_kept": 80}, "users": {"rows_read": 0, "rows_kept": 0}}
    }
    assert list(findings.cautions(results, lossy)) == [
        "20.0\u202f% of the rows of items were left out; see below."
    ]
