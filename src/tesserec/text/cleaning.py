"""Bring raw text into one form: Unicode NFKC, no markup, no control characters, single spaces."""

import html
import re
import unicodedata

import pandas as pd

# Only elements that HTML knows are markup: "<Enter>", "<spoiler>" and "<3" are what somebody wrote.
INLINE = "abbr|acronym|big|em|font|mark|small|strong|sub|sup|tt"
BLOCK = (
    "address|article|aside|audio|blockquote|body|br|button|caption|center|cite|code|dd|del|details|div|dl|dt|"
    "embed|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|ins|label|li|link|main|meta|"
    "nav|noscript|object|ol|option|picture|pre|section|select|source|span|strike|summary|svg|table|tbody|td|"
    "textarea|tfoot|th|thead|title|tr|ul|video|wbr|[a-z]+:[a-z]+"
)
# The letters below are elements as well, but "a<b and c>d" is not one: they need "=" to have attributes.
# Inline tags stand inside words (H<sub>2</sub>O, <em>手机</em>壳), all others between them.
INLINE_TAG = re.compile(rf"</?(?:(?:{INLINE})(?:\s[^<>]*)?|[bisu](?:\s[^<>]*=[^<>]*)?)/?>", re.IGNORECASE)
BLOCK_TAG = re.compile(rf"</?(?:(?:{BLOCK})(?:\s[^<>]*)?|[apq](?:\s[^<>]*=[^<>]*)?)\s*/?>", re.IGNORECASE)
# Unclosed comments and scripts reach to the end of the text, as they do in a browser.
HIDDEN = re.compile(
    r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<!doctype[^<>]*>|<!\[CDATA\[|\]\]>",
    re.DOTALL | re.IGNORECASE,
)
# Without the semicolon "rock&notes" would become "rock¬es".
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
SPACE = re.compile(r"\s+")
# Control, format (zero-width, soft hyphen, direction marks), surrogate and private-use characters.
# Unassigned ones stay: they may be letters or emoji newer than this Python.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})


def clean_text(text: str) -> str:
    """Clean one text.

    Compatibility forms are folded (full-width to half-width), entities resolved however often they were
    escaped, markup with the contents of scripts and styles removed, invisible characters removed, and white
    space joined to one space.

    Args:
        text: any text, with or without markup.

    Returns:
        The clean text; cleaning it again changes nothing.
    """
    # What one pass removes may have hidden something from an earlier step of it: "&amp;lt;br&amp;gt;".
    while (cleaned := _clean_once(text)) != text:
        text = cleaned
    return text


def _clean_once(text: str) -> str:
    if "&" in text:
        text = ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    if "<" in text or "]]>" in text:
        text = BLOCK_TAG.sub(" ", INLINE_TAG.sub("", HIDDEN.sub(" ", text)))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = SPACE.sub(" ", text).strip()
    if not text.isprintable():
        text = "".join(letter for letter in text if unicodedata.category(letter) not in INVISIBLE)
    return text


def clean_texts(texts: pd.Series) -> pd.Series:
    """Clean a column of texts, each different text once.

    Args:
        texts: texts of any dtype, None or NaN where there is none.

    Returns:
        Strings on the same index; "" where there was no text.
    """
    filled = texts.astype(object).where(texts.notna(), "").astype(str)
    cleaned = {text: clean_text(text) for text in filled.unique()}
    return filled.map(cleaned).astype("str")
