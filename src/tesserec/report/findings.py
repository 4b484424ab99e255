"""What the numbers say, in sentences for people who do not know the metrics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tesserec.metrics.names import metric_label, metric_meaning, recommender_label
from tesserec.report.results import Estimate, Gap, Results
from tesserec.report.wording import count, is_unknown, metric_value, p_value, share, signed, words

_FEW_USERS = 300
_MANY_DROPPED = 0.1
_NEXT_TO_NO_WEIGHT = 0.01


@dataclass(frozen=True)
class Number:
    """A headline number: what it is, its value, its interval ("" if none), and what it means."""

    label: str
    value: str
    interval: str
    meaning: str


def headline_numbers(results: Results) -> list[Number]:
    """Return the few numbers of the recommender that a busy reader should see."""
    names = [f"hit_rate@{results.k}", results.metric, f"coverage@{results.k}", f"novelty@{results.k}"]
    found = [(name, results.estimate(results.fused, name)) for name in dict.fromkeys(names)]
    return [
        Number(metric_label(name), metric_value(name, estimate.value), interval(name, estimate), meaning)
        for name, estimate in found
        if estimate is not None and (meaning := metric_meaning(name))
    ]


def interval(metric: str, estimate: Estimate) -> str:
    """Write an interval as `0.07 to 0.08`; empty if there is none."""
    if is_unknown(estimate.low):
        return ""
    return f"{metric_value(metric, estimate.low)} to {metric_value(metric, estimate.high)}"


def quality_in_words(results: Results) -> Iterator[str]:
    """Yield how often the recommender finds what was hidden."""
    hits = results.estimate(results.fused, f"hit_rate@{results.k}")
    if hits is None:
        return
    sentence = (
        f"To test this, choices of {count(results.users)} people were hidden, and all candidates competed "
        f"for a place in their lists. For {share(hits.value)} of them the first {results.k} places held at "
        "least one hidden choice"
    )
    simple = results.estimate(results.baseline, f"hit_rate@{results.k}")
    if simple is None or not simple.value:
        yield f"{sentence}."
        return
    yield (
        f"{sentence}. The simple baseline, {recommender_label(results.baseline)}, does that for "
        f"{share(simple.value)}: this is {hits.value / simple.value:.1f} times as often."
    )


def gaps_in_words(results: Results) -> Iterator[str]:
    """Yield how the fused recommender compares with the baseline and with the best single recommender."""
    rivals = [name for name in (results.baseline, *results.singles[:1]) if name in results.recommenders]
    for name in dict.fromkeys(rivals):
        role = "The simple baseline" if name == results.baseline else "The best single recommender"
        yield from _rival_in_words(results, role, name)


def text_in_words(results: Results) -> Iterator[str]:
    """Yield what is known about the use of text."""
    if not results.text:
        yield "No recommender that reads text was run on this data."
        return
    names = ", ".join(recommender_label(name) for name in results.text)
    label, best = metric_label(results.metric), results.estimate(results.text[0])
    assert best is not None
    yield f"Recommenders that read text: {names}. The best of them alone reaches {label} {best.value:.4f}."
    weight = results.weight(results.text)
    if weight is not None:
        yield (
            f"For people with a history the fusion gives them {share(weight)} of its weight, learned on "
            "validation data only."
        )
    for name in results.text_free[:1]:
        for sentence in _rival_in_words(results, "The best recommender that reads no text", name):
            yield f"{sentence} Part of a gain can come from fusing alone."


def cautions(results: Results, data_quality: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a careful reader should hold against the numbers."""
    if results.users < _FEW_USERS:
        yield f"Only {count(results.users)} people could be tested, so the intervals are wide."
    for name in dict.fromkeys([results.baseline, *results.singles[:1]]):
        gap = results.gap(name)
        if gap is not None and not gap.is_ahead:
            yield f"The fusion is not reliably better than {recommender_label(name)}."
    weight = results.weight(results.text)
    if results.text and weight is not None and weight < _NEXT_TO_NO_WEIGHT:
        yield "The fusion makes next to no use of the text."
    for name, table in data_quality.get("tables", {}).items():
        lost = table["rows_read"] - table["rows_kept"]
        if lost > _MANY_DROPPED * table["rows_read"]:
            yield f"{share(lost / table['rows_read'])} of the rows of {words(name)} were left out; see below."


def _rival_in_words(results: Results, role: str, rival: str) -> Iterator[str]:
    """Yield one sentence on the fusion and another recommender, if both were measured."""
    gap, theirs, ours = results.gap(rival), results.estimate(rival), results.estimate(results.fused)
    if gap is not None and theirs is not None and ours is not None:
        yield (
            f"{role}, {recommender_label(rival)}, reaches {metric_label(results.metric)} "
            f"{metric_value(results.metric, theirs.value)}; the fusion reaches "
            f"{metric_value(results.metric, ours.value)}. {_difference_in_words(gap)}"
        )


def _difference_in_words(gap: Gap) -> str:
    measured = (
        f"The difference of {signed(gap.value)} (95\u202f% interval {signed(gap.low)} to {signed(gap.high)}, "
        f"same people, {p_value(gap.p_holm)} corrected for the number of comparisons)"
    )
    if gap.is_ahead:
        return f"{measured} is beyond chance."
    if gap.is_behind:
        return f"{measured} is beyond chance, and speaks against the fusion."
    return f"{measured} may be chance."
