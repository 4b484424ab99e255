from dataclasses import replace

import pandas as pd
import pytest

from tesserec.report import Results, findings

from .conftest import comparison_of


def test_recommenders_stand_from_best_to_worst(results):
    assert results.recommenders == ["fusion", "ease", "text_kernel", "popularity"]
    assert results.singles[0] == "ease"


def test_variants_of_the_fusion_are_no_single_recommenders(results):
    best = comparison_of({"fusion, diverse": 0.07})
    changed = replace(results, comparison=pd.concat([results.comparison, best]))
    assert changed.recommenders[:2] == ["fusion", "fusion, diverse"]
    assert changed.singles == ["ease", "text_kernel", "popularity"]
    assert "diverse" not in " ".join(findings.gaps_in_words(changed))


def test_text_recommenders_that_were_not_run_are_ignored(results):
    assert results.text == ["text_kernel"]
    assert results.text_free == ["ease", "popularity"]


def test_estimates_and_gaps(results):
    assert results.estimate("fusion") == pytest.approx((0.08, 0.076, 0.084))
    assert results.estimate("fusion", "hit_rate@10").value == pytest.approx(0.16)
    assert results.estimate("fusion", "unknown@10") is None
    assert results.gap("ease").is_ahead
    assert results.gap("fusion") is None


def test_weights_are_summed(results):
    assert results.weight(["text_kernel", "popularity", "unknown"]) == pytest.approx(0.3)


def test_nothing_measured(results):
    empty = replace(
        results,
        comparison=results.comparison[:0],
        differences=results.differences[:0],
        fusion_weights=results.fusion_weights[:0],
    )
    assert isinstance(empty, Results)
    assert empty.recommenders == empty.text == []
    assert empty.users == 0
    assert empty.weight(["ease"]) is None
