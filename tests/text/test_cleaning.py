import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tesserec.text.cleaning import clean_text, clean_texts

CASES = {
    "plain": ("A quiet film.", "A quiet film."),
    "white space": ("  a\t\tb\r\n c\u00a0d\u3000e ", "a b c d e"),
    "full width": ("ＡＢＣ１２３　，！", "ABC123 ,!"),
    "composed": ("cafe\u0301", "café"),
    "ligature": ("ﬁne", "fine"),
    "tags between words": ("one<br>two<br/>three<p>four</p>", "one two three four"),
    "tags within words": ("H<sub>2</sub>O and <em>手机</em>壳", "H2O and 手机壳"),
    "attributes": ('see <a href="http://x.y/?a=1">here</a> now', "see here now"),
    "doctype and comment": ("<!DOCTYPE html>a<!-- hidden <b> -->b", "a b"),
    "script": ("a<script type='x'>if (1 < 2) alert('no')</script>b", "a b"),
    "style": ("a<STYLE>p { color: red }</STYLE >b", "a b"),
    "unclosed script": ("a <script>var x = 1;", "a"),
    "entity": ("salt &amp; pepper &#39;n&#x27; oil", "salt & pepper 'n' oil"),
    "escaped twice": ("salt &amp;amp; pepper", "salt & pepper"),
    "escaped tag": ("one&lt;br /&gt;two", "one two"),
    "tag escaped twice": ("one&amp;lt;br&amp;gt;two", "one two"),
    "no semicolon": ("rock&notes, AT&T, Q&A", "rock&notes, AT&T, Q&A"),
    "unknown entity": ("a &bogusname; b", "a &bogusname; b"),
    "less than": ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
    "escaped less than": ("3 &lt; 5", "3 < 5"),
    "heart": ("I <3 it", "I <3 it"),
    "comparison of letters": ("if a<b and c>d", "if a<b and c>d"),
    "words in brackets": ("press <Enter>, <spoiler> ahead", "press <Enter>, <spoiler> ahead"),
    "arrows": ("a <- b -> c <= d", "a <- b -> c <= d"),
    "zero width": ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
    "control": ("bell\x07 \u202emark\u202c", "bell mark"),
    "only invisible": ("\u200b \u200d", ""),
    "chinese": ("<p>特效&nbsp;好棒！</p>", "特效 好棒!"),
    "emoji": ("好看😍", "好看😍"),
    "empty": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "clean"), CASES.values(), ids=CASES)
def test_cases(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


PIECES = ["&", "amp;", "lt;", "#38;", "<", "br", "script", ">", "/", "!--", " ", "\u200b", "ａ", "é"]
markup = st.lists(st.sampled_from(PIECES)).map("".join)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=30), markup))
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert once == once.strip()
    assert "  " not in once


def test_a_long_hostile_text_is_cleaned_at_once() -> None:
    assert clean_text("<script" * 50_000) == "<script" * 50_000
    assert clean_text("<script>" * 50_000) == ""
    assert clean_text("<!--" * 50_000) == ""


def test_column_keeps_its_index_and_fills_gaps() -> None:
    texts = pd.Series(["a&amp;b", None, float("nan"), "a&amp;b", 7], index=[3, 1, 4, 1, 5], dtype=object)
    cleaned = clean_texts(texts)
    assert cleaned.tolist() == ["a&b", "", "", "a&b", "7"]
    assert cleaned.index.tolist() == [3, 1, 4, 1, 5]
    assert cleaned.dtype == pd.Series([], dtype="str").dtype
    assert clean_texts(pd.Series([], dtype=object)).dtype == cleaned.dtype
