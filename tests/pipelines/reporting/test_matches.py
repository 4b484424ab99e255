import logging
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tesserec.encoders.attribution import match_words
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.pipelines.reporting import matches
from tesserec.pipelines.reporting.matches import match_item_words
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.report import MATCH_TYPES

from ..market import options

PARAMETERS = Path(__file__).parents[3] / "conf" / "base" / "parameters" / "token_encoding.yml"
TEXTS = {
    "iron": "The soldering iron of a welder",
    "kit": "A kit for the soldering of radios",
    "tea": "茶道与古琴",
}
EVIDENCE = pd.DataFrame(
    [
        ("u", "iron", 1, "content", "item", "kit", 0.5),
        ("u", "tea", 2, "content", "item", "kit", 0.25),
        ("u", "kit", 9, "content", "item", "tea", 0.9),
        ("v", "iron", 1, "behaviour", "item", "tea", 0.5),
    ],
    columns=["user_id", "item_id", "rank", "source", "kind", "cited", "share"],
)


def encoding(**changed) -> TokenEncodingOptions:
    given = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))["token_encoding"]
    return TokenEncodingOptions(**given | {"precision": "fp32", "device": "cpu"} | changed)


def match(encoder=None, evidence=EVIDENCE, **changed) -> pd.DataFrame:
    texts = pd.DataFrame(
        {"item_id": list(TEXTS), "language": ["en", "en", "zh"], "contextual": list(TEXTS.values())}
    )
    chosen = pd.DataFrame({"user_id": ["u", "v"], "item_id": ["kit", "tea"]})
    settings = options("reporting", **{"people": 2, "suggestions": 2, "word_pairs": 3} | changed)
    return match_item_words(
        evidence[["user_id", "item_id"]], evidence, chosen, texts, encoder or encoding(), settings
    )


def test_the_words_are_those_that_add_most_to_the_cosine():
    table = match()
    assert table[["user_id", "item_id", "cited", "share", "language"]].drop_duplicates().values.tolist() == [
        ["u", "iron", "kit", 0.5, "en"],
        ["u", "tea", "kit", 0.25, "zh"],
    ]
    (split,) = match_words(
        TransformerEncoder("all-MiniLM-L6-v2", precision="fp32", device="cpu"),
        [(TEXTS["kit"], TEXTS["iron"])],
    )
    rows = table[table["item_id"] == "iron"]
    assert len(rows) == 3
    assert list(rows.iloc[0][["word", "matched"]]) == ["soldering", "soldering"]
    for row in rows.itertuples():
        part = split.parts[split.left.index(row.matched), split.right.index(row.word)]
        assert row.part == pytest.approx(part, abs=1e-5)
    assert not {"the", "of", "a", "for"} & {*table["word"], *table["matched"]}


def test_no_more_of_a_text_is_read_than_is_shown():
    words = match(excerpt=13, word_pairs=99)
    assert {*words.loc[words["item_id"] == "iron", "word"]} == {"soldering"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"encoder": "lexical"}, "encoder is lexical"), ({"encoder": "static"}, "encoder is static"),
     ({"pooling": "cls"}, "pooling is cls")],
)  # fmt: skip
def test_an_encoder_that_does_not_split_marks_nothing_and_the_log_says_so(changed, said, caplog):
    with caplog.at_level(logging.WARNING):
        table = match(encoding(**changed))
    assert table.empty
    assert table.dtypes.astype(str).to_dict() == MATCH_TYPES
    assert f"The report marks no words: token_encoding.{said}" in caplog.text


@pytest.mark.parametrize("changed", [{"people": 0}, {"evidence": EVIDENCE[3:]}])
def test_the_encoder_is_not_made_for_nothing(changed, monkeypatch):
    monkeypatch.delattr(matches, "_encoder")
    assert match(**changed).empty
    with pytest.raises(NameError, match="_encoder"):
        match()
