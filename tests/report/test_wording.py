import math

import pytest

from tesserec.report import wording


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("ndcg@10", 0.07371, "0.0737"),
        ("hit_rate@10", 0.1234, "12.3\u202f%"),
        ("novelty@5", 9.876, "9.88"),
        ("auc", math.nan, "–"),
        ("coverage@10", None, "–"),
    ],
)
def test_metric_values(name, value, written):
    assert wording.metric_value(name, value) == written


def test_differences_carry_their_sign():
    assert wording.signed(0.01) == "+0.0100"
    assert wording.signed(-0.01) == "\u22120.0100"
    assert wording.signed(math.nan) == "–"


def test_p_values_promise_no_more_than_was_measured():
    assert "≤" in wording.p_value(1 / 1001)
    assert wording.p_value(0.0421) == "p\u202f=\u202f0.042"
    assert wording.p_value(math.nan) == "–"


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "none"), (True, "yes"), (12345, "12,345"), (0.123456, "0.1235"), (2e9, "2,000,000,000"),
     (["a", 1], "a, 1"), ("auto", "auto")],
)  # fmt: skip
def test_settings(value, written):
    assert wording.setting(value) == written
