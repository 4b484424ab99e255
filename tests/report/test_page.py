import base64
import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from plotly.offline import get_plotlyjs

from tesserec.plots import weights_figure
from tesserec.report import FusionBench

from .conftest import bench_tables, comparison_of, whole_page

WEIGHTS = ["recommender", "weight", "weight_without_history"]
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Collects tags, attributes and text, and fails where elements are not closed in order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.attributes, self.scripts, self.text = [], [], [], {}, []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        tag, name = self.open[-1] if self.open else ("", None)
        if tag == "script":
            self.scripts[name] = self.scripts.get(name, "") + data
        elif tag != "style":
            self.text.append(data)

    def words(self):
        return " ".join(" ".join(self.text).split())


def test_it_loads_nothing_from_anywhere(page):
    parsed = Page(page)
    addresses = [value for name, value in parsed.attributes if name in {"src", "href", "srcset", "action"}]
    assert addresses
    assert all(value.startswith("#") or value == "data:," for value in addresses)
    assert not re.search(r"@import|url\(|fetch\(|https?://", page)


def test_it_answers_the_questions_in_order(page):
    sections = [value for name, value in Page(page).attributes if name == "id" and value in page]
    wanted = ["quality", "baseline", "text", "trust", "examples", "cost", "reproduce"]
    assert [name for name in sections if name in wanted] == wanted


def test_numbers_stand_where_people_look(page):
    words = Page(page).words()
    assert "5,000 people each got up to 10 recommendations" in words
    assert "4.0 times as often" in words
    assert "9a0b1" in words
    assert "the row is there twice" in words
    assert "kedro run" in words


def test_the_best_value_of_accuracy_is_marked_and_that_of_coverage_is_not(page):
    best = re.findall(r'<td class="n best">\s*([\d.]+)', page)
    assert best[:3] == ["0.0800", "16.0", "0.2400"]
    assert "0.3200" not in best


def test_what_comes_from_data_is_escaped(page):
    parsed = Page(page)
    assert "<script>alert" not in page
    assert "</script><script>alert(1)</script>" in parsed.words()
    assert 'Salt & Stone <i>"2"</i>' in parsed.words()
    assert "u<1>" in parsed.words()
    assert "B07 <b>" in parsed.words()
    assert "i" not in parsed.tags


def test_chinese_is_written_as_such(page):
    assert "红楼梦" in page
    assert '<meta charset="utf-8">' in page


def test_what_people_wrote_is_not_shown(page):
    assert "my private words" not in page


def test_figures_are_whole_and_their_titles_are_headings(page, parts):
    parsed = Page(page)
    assert gzip.decompress(base64.b64decode(parsed.scripts["plotly"])).decode() == get_plotlyjs()
    for name, figure in parts["figures"].items():
        document = json.loads(parsed.scripts[name])
        assert document["data"] == json.loads(figure.to_json())["data"]
        assert "text" not in document["layout"].get("title", {})
        assert figure.layout.title.text in parsed.words()


def test_a_figure_cannot_close_its_script(results, parts):
    trap = weights_figure(pd.DataFrame([("</script><script>alert(2)", 1.0, 0.0)], columns=WEIGHTS))
    page = whole_page(results, parts | {"figures": parts["figures"] | {"weights_figure": trap}})
    assert "alert(2)" in Page(page).scripts["weights_figure"]


def test_what_is_done_after_ranking_stands_beside_its_price(results, parts, page):
    assert "After ranking" not in Page(page).words()
    row = ("fusion, diverse", 0.012, 0.01, 0.014, 0.000999)
    priced = replace(
        results,
        comparison=pd.concat([results.comparison, comparison_of({"fusion, diverse": 0.068})]),
        differences=pd.DataFrame(
            [*results.differences.itertuples(index=False), row], columns=results.differences.columns
        ),
    )
    steps = {"diverse": "unlikeness counts for <30%>"}
    changed = whole_page(priced, parts | {"reranking": steps})
    words = Page(changed).words()
    assert "After ranking" in words
    assert "unlikeness counts for <30%>" in words
    row = re.search(r"<tr>\s*<th scope=\"row\">\s*Fusion, diverse.*?</tr>", changed, re.DOTALL)[0]
    assert "0.0680" in row
    assert "+0.0120" in row


def test_it_is_small(page):
    assert len(page.encode()) < 3_000_000


def test_the_same_results_give_the_same_page(results, parts, page):
    assert whole_page(results, parts) == page


@pytest.mark.parametrize("users", [0, 3])
def test_hardly_anything_was_measured(results, parts, users):
    nothing = replace(
        results,
        comparison=results.comparison[:users],
        differences=results.differences[:0],
        fusion_weights=results.fusion_weights[:0],
    )
    page = whole_page(nothing, parts | {"examples": [], "data_quality": {}, "token_statistics": {}})
    assert "No recommendations were made." in Page(page).words()
    assert "nan" not in Page(page).words().lower().split()


def test_a_card_tells_what_is_known(page):
    words = Page(page).words()
    assert "music, <b>songs</b> 62.5 % rising" in words
    assert "茶, 水 25.0 % Topics: books & films (87.5 %)" in words
    assert "Keywords of their choices: 古琴, pour-over & tea" in words
    assert "Wrote 3 texts, favourable to 75.0 %" in words


def test_what_people_wrote_is_shown_only_if_it_may_be(results, parts):
    (_, example) = parts["examples"]
    open_card = replace(example.card, likes=["tea: my own words"], attributes=["age: 30"])
    shown = Page(
        whole_page(results, parts | {"private": True, "examples": [replace(example, card=open_card)]})
    ).words()
    assert "Likes: tea: my own words" in shown
    assert "Told: age: 30" in shown
    assert "keep this page to yourself" in shown
    assert "keep this page to yourself" not in Page(whole_page(results, parts)).words()


def test_both_falls_of_the_check_of_reasons_are_shown(page):
    section = page.split("Do the reasons hold?")[1].split("Protocol")[0]
    for shown in ("480 people", "6.2 times", "5.1 to 7.4", "4.20", "3.45", "4.25"):
        assert shown in section


def test_without_a_check_of_reasons_the_page_says_so(results, parts):
    nobody = {"people": 0, "deletable": None}
    assert "nothing was compared" in whole_page(results, parts | {"faithfulness": nobody})


def test_a_bar_splits_the_score_over_its_sources(page):
    labels = [value for name, value in Page(page).attributes if name == "aria-label"]
    assert "popularity 100.0\u202f%" in labels
    assert "content like that of the history 70.0\u202f%, what the person wrote 30.0\u202f%" in labels
    assert 'class="of-content" style="width: 70.0%"' in page


def test_matched_words_are_marked_and_named(page):
    parsed = Page(page)
    assert (
        "Words like those of 红楼梦, 37.5 % of the score A <b>day</b> of Odysseus & Son in Dublin."
        in parsed.words()
    )
    assert 'Most alike: odysseus ~ the "old" <man>, day ~ night' in parsed.words()
    assert parsed.tags.count("mark") == 1
    assert ("title", 'like “the "old" <man>”') in parsed.attributes
    assert ("style", "--strength: 0.50") in parsed.attributes
    assert '<p lang="en">A &lt;b&gt;day&lt;/b&gt; of <mark' in page
    assert "Odysseus &amp; Son</mark>" in page


def test_of_a_person_the_text_that_counted_most_is_open(page):
    opened = re.findall(r'<details class="likeness"( open)?>\s*<summary>([^<]*)</summary>', page)
    assert opened == [
        ("", "Words like those of Salt &amp; &lt;Stone&gt;, 25.0\u202f% of the score"),
        (" open", "Words like those of 红楼梦, 37.5\u202f% of the score"),
    ]


def test_marks_are_explained_only_where_there_are_any(results, parts, page):
    assert "Words of an item's text are marked" in page
    (unmarked, _) = parts["examples"]
    plain = whole_page(results, parts | {"examples": [unmarked]})
    assert "are marked" not in plain
    assert "<mark" not in plain


def test_predicted_pairs_stand_beside_simple_predictions(page):
    words = Page(page).words()
    assert "4,321 pairs of 900 people. Every rating. The highest F1 before." in words
    table = page.split("predicted ratings and likes")[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
    assert ["0.8125" in rows[1], "0.7500 to 0.8750" in rows[1], "0.7000" in rows[1]] == [True] * 3
    assert ["1.2500" in rows[2], "–" in rows[2]] == [True] * 2


def test_without_pairs_the_page_says_so(results, parts):
    page = whole_page(results, parts | {"pair_metrics": {"predictors": {}}})
    assert "nothing to judge predictions by" in Page(page).words()


class TestText:
    def test_each_control_is_told_with_its_verdict(self, page):
        words = Page(page).words()
        assert "on the same 4,000 people, the whole system reaches NDCG@10 0.0875" in words
        assert "The same system without any text reaches 0.0875: a gain of +0.0200" in words
        assert words.count("corrected), beyond chance.") == 2
        assert "Yes: with its texts the system is better" in words
        assert "does not beat its controls" not in words

    def test_a_text_that_does_not_beat_a_control_is_warned_of(self, results, parts):
        page = whole_page(results, parts | {"bench": FusionBench(*bench_tables(text_helps=False))})
        cautions = page.split('class="cautions"')[1].split("</ul>")[0]
        assert "The text does not beat its controls" in cautions
        assert "the same system without any text." in cautions
        assert "given to another" not in cautions
        words = Page(page).words()
        assert "Not beyond chance, or not against every control." in words
        assert "corrected), which may be chance." in words

    def test_slices_and_parts_are_drawn(self, page):
        figures = Page(page).scripts
        assert "cold \\u003citems\\u003e" in figures["text_value_figure"]
        assert "without numbers" in figures["ablation_figure"]

    def test_a_bench_that_was_not_run_is_named_with_its_command(self, results, parts):
        nothing = FusionBench.under("9a0b1", pd.DataFrame(), pd.DataFrame())
        words = Page(whole_page(results, parts | {"bench": nothing})).words()
        assert "kedro run --pipelines ablation,reporting" in words
        assert "does not beat its controls" not in words

    def test_a_bench_of_another_protocol_is_not_shown(self, results, parts):
        other = FusionBench.under("another", *bench_tables())
        page = whole_page(results, parts | {"bench": other})
        assert "under another protocol" in Page(page).words()
        assert "ablation_figure" not in Page(page).scripts
        assert FusionBench.under("9a0b1", *bench_tables()).text_helps


def test_checks_of_leakage_are_listed(page):
    words = Page(page).words()
    assert "1 check found nothing" in words
    assert "late <texts> testing a & b 1,234" in words


def test_what_each_stage_cost_is_listed(page):
    assert "token encoding 61.2 118.5 1.38" in Page(page).words()
