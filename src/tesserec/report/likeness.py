"""Which words of a recommended item's text are like words of the text of an item that was chosen before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tesserec.text.language import detect_language
from tesserec.text.segmentation import locate_words

PAIR = ["user_id", "item_id"]
# The columns of the table of matches.
MATCH_TYPES = {
    **dict.fromkeys((*PAIR, "cited"), "str"),
    "share": "float64",
    **dict.fromkeys(("language", "word", "matched"), "str"),
    "part": "float64",
}


@dataclass(frozen=True)
class Piece:
    """A piece of a text.

    Args:
        text: As it stands in the text.
        matched: The word of the other text that it is most like; empty for what is between such words.
        strength: What the two words add to the likeness of the texts; that of the strongest pair is 1.
    """

    text: str
    matched: str = ""
    strength: float = 0.0


@dataclass(frozen=True)
class Likeness:
    """The beginning of an item's text beside that of an item of the history.

    Args:
        cited: What the item of the history is called.
        share: What its content gave to the score.
        language: Of the text; empty if neither Chinese nor English.
        pieces: They make up the text.
        strongest: The pairs of words that are most alike, each word of the text once.
    """

    cited: str
    share: float
    language: str
    pieces: list[Piece]
    strongest: list[tuple[str, str]]


def cited_by_content(evidence: pd.DataFrame, suggestions: int) -> pd.DataFrame:
    """Return for each recommendation the item of the history whose content gave most to its score.

    What other sources cite was chosen by like people or together, not for its text.

    Args:
        evidence: `user_id, item_id, rank, source, kind, cited, share`.
        suggestions: Ranks from the top that are looked at.

    Returns:
        user_id, item_id, cited, share; no row where no content is cited.
    """
    by_content = (evidence["source"] == "content") & (evidence["kind"] == "item")
    cited = evidence[by_content & (evidence["rank"] <= suggestions)]
    strongest = cited.sort_values("share", ascending=False, kind="stable").drop_duplicates(PAIR)
    return strongest.sort_values(["user_id", "rank"])[[*PAIR, "cited", "share"]].reset_index(drop=True)


def likenesses(
    word_matches: pd.DataFrame, texts: Mapping[str, str], titles: Mapping[str, str], listed: int
) -> dict[tuple[str, str], Likeness]:
    """Return what is shown of each recommendation, by person and item.

    Args:
        word_matches: The columns of `MATCH_TYPES`, the strongest pair of words of each recommendation first.
        texts: What of each item's text was matched.
        titles: What items are called.
        listed: Pairs of words that are listed.
    """
    return {
        pair: _likeness(matches.to_dict("records"), texts[pair[1]], titles, listed)
        for pair, matches in word_matches.drop_duplicates([*PAIR, "word"]).groupby(PAIR, sort=False)
    }


def _likeness(matches: list[dict[str, Any]], text: str, titles: Mapping[str, str], listed: int) -> Likeness:
    first = matches[0]
    words = {row["word"]: (row["matched"], row["part"] / first["part"]) for row in matches}
    return Likeness(
        cited=titles[first["cited"]],
        share=first["share"],
        language=first["language"] if first["language"] in ("zh", "en") else "",
        pieces=list(_pieces(text, words)),
        strongest=[(row["word"], row["matched"]) for row in matches[:listed]],
    )


def _pieces(text: str, words: Mapping[str, tuple[str, float]]) -> Iterator[Piece]:
    done = 0
    for word, start, end in locate_words(text, detect_language(text)):
        if word in words:
            yield Piece(text[done:start])
            yield Piece(text[start:end], *words[word])
            done = end
    yield Piece(text[done:])
