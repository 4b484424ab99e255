import json

from tesserec.costs import Cost, add_cost
from tesserec.plots import cost_figure

STARTED = "2026-01-01T00:00:00+00:00"


def drawn(costs, texts_read=0):
    (bars,) = json.loads(cost_figure(costs, texts_read).to_json())["data"]
    return bars


def test_the_longest_is_on_top_and_memory_in_the_label():
    costs = {}
    for node, pipeline, seconds, peak in (
        ("token_encoding.encode", "token_encoding", 1200.0, 2.0),
        ("evaluation.judge", "evaluation", 30.0, 3.125),
        ("evaluation.again", "evaluation", 5.5, 0.5),
    ):
        costs = add_cost(costs, node, pipeline, "r1", Cost(STARTED, seconds, 2 * seconds, peak))
    bars = drawn(costs, 4321)
    assert bars["y"] == ["evaluation", "token encoding<br>4,321 new texts"]
    assert bars["x"] == [35.5, 1200.0]
    assert bars["text"] == ["35.5 s, 3.12 GiB", "1,200.0 s, 2.00 GiB"]
    assert bars["customdata"] == [[71.0, STARTED], [2400.0, STARTED]]


def test_nothing_measured():
    assert "No run was measured" in cost_figure({}, 0).to_json()
