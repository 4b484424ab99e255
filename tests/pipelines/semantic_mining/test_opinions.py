from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from tesserec.encoders import Embeddings
from tesserec.encoders.store import VectorStore
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.pipelines.semantic_mining import opinions as nodes
from tesserec.pipelines.semantic_mining.opinions import encode_opinions
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions

PARAMETERS = Path(__file__).parents[3] / "conf" / "base" / "parameters"
EACH = 120


@pytest.fixture(scope="module")
def options() -> SemanticMiningOptions:
    values = yaml.safe_load((PARAMETERS / "semantic_mining.yml").read_text(encoding="utf-8"))
    return SemanticMiningOptions(**values["semantic_mining"])


def encoding(encoder: str) -> TokenEncodingOptions:
    values = yaml.safe_load((PARAMETERS / "token_encoding.yml").read_text(encoding="utf-8"))
    return TokenEncodingOptions(**values["token_encoding"] | {"encoder": encoder})


def judge_user_texts(texts: pd.DataFrame, vectors: Embeddings, events: pd.DataFrame, options):
    """Judge by the embeddings, as with an encoder that has no layers."""
    nowhere = VectorStore(Path("nowhere"))
    return nodes.judge_user_texts(texts, vectors, nowhere, events, encoding("static"), options)


def market(held_out: str = "A zib thing") -> tuple[pd.DataFrame, Embeddings, pd.DataFrame]:
    """Reviews whose made-up words tell the stars, half of them of validation and test, and searches."""
    splits = ["train"] * EACH + ["valid"] * 30 + ["test"] * 30
    count = len(splits)
    stars = np.where(np.arange(count) % 2 == 0, 5.0, 1.0)
    said = ["The plot was zib" if value == 5 else "The plot was wof" for value in stars]
    said[-30:] = [held_out] * 30
    people, items = [f"u{n % 10}" for n in range(count)], [f"i{n}" for n in range(count)]
    reviews = pd.DataFrame({"user_id": people, "item_id": items, "kind": "review", "contextual": said})
    searches = pd.DataFrame({"user_id": ["u0"], "item_id": None, "kind": "search", "contextual": "zib plot"})
    texts = pd.concat([searches, reviews], ignore_index=True).assign(language="en", timestamp=1.0)
    texts.insert(0, "text_id", [f"t{n}" for n in range(len(texts))])
    events = pd.DataFrame({"user_id": people, "item_id": items, "event": "rating", "value": stars})
    events = events.assign(weight=1.0, split=splits)
    return texts, Embeddings(texts["text_id"].to_numpy(object), np.zeros((len(texts), 2), np.float32)), events


def test_opinions_follow_the_stars_and_validation_tells_how_well(options):
    texts, vectors, events = market()
    before = texts.copy()
    opinions, _, report = judge_user_texts(texts, vectors, events, options)
    pd.testing.assert_frame_equal(texts, before)
    pd.testing.assert_frame_equal(
        opinions[["user_id", "item_id", "kind"]], texts[["user_id", "item_id", "kind"]]
    )
    assert list(opinions) == ["user_id", "item_id", "kind", "timestamp", "positive"]
    assert opinions["positive"].isna().tolist() == [True] + [False] * (len(texts) - 1)
    assert report["auc"] == 1
    assert report["texts"] == 30
    assert report["calibration_error"] < 0.1


def test_what_held_out_pairs_say_teaches_nothing(options):
    first, _, _ = judge_user_texts(*market("A zib thing"), options)
    second, _, _ = judge_user_texts(*market("The plot was wof wof, a zib mess"), options)
    assert first["positive"][:-30].equals(second["positive"][:-30])


def test_a_pair_that_is_met_again_later_teaches_nothing(options):
    texts, vectors, events = market()
    again = events[events["split"] == "train"].assign(split="test")
    _, _, report = judge_user_texts(texts, vectors, pd.concat([events, again]), options)
    assert report["texts"] == 0, "the made-up words were learned from nowhere else"


def test_phrases_show_each_aspect(options):
    texts, vectors, events = market()
    texts["contextual"] = texts["contextual"].str.replace("zib", "superb").str.replace("wof", "dreadful")
    _, aspects, _ = judge_user_texts(texts, vectors, events, options)
    assert list(aspects) == ["user_id", "item_id", "aspect", "phrase", "positive"]
    assert set(aspects["aspect"]) == {"plot"}
    assert len(aspects) == EACH + 30
    good = aspects["phrase"] == "The plot was superb"
    assert aspects.loc[good, "positive"].min() > 0.8
    assert aspects.loc[~good, "positive"].max() < 0.2


def test_no_texts_give_empty_tables(options):
    texts, vectors, events = market()
    opinions, aspects, report = judge_user_texts(texts[:0], vectors, events, options)
    assert opinions.empty
    assert aspects.empty
    assert np.isnan(report["auc"])
    assert report["reliability"] == []


def test_texts_with_an_opinion_are_read_once_and_judged_by_their_layers(options, tmp_path):
    texts, vectors, events = market()
    # The marks are no words, and the embeddings are zeros: only what is read again tells.
    good = np.concatenate([[True], events["value"].to_numpy() == 5])
    texts["contextual"] = [f"Seat {n}{'!' if well else '?'}" for n, well in enumerate(good)]
    store, reader = VectorStore(tmp_path), encoding("transformer")
    for chunk in encode_opinions(texts, events, store, reader, options):
        store.append(chunk)
    described = TransformerEncoder(reader.model, join_layers=options.opinion_layers).description
    read = store.vectors_of(described.digest, described.size)
    assert len(read) == len(events), "all reviews, and not the search"
    again = list(encode_opinions(texts, events, store, reader, options))
    assert [len(chunk.keys) for chunk in again] == [0]
    _, _, told = nodes.judge_user_texts(texts, vectors, store, events, reader, options)
    _, _, untold = judge_user_texts(texts, vectors, events, options)
    assert told["auc"] > 0.95
    assert untold["auc"] < 0.7


@pytest.mark.parametrize(
    ("encoder", "layers", "rated"),
    [("static", 4, EACH), ("lexical", 4, EACH), ("transformer", 0, EACH), ("transformer", 4, 50)],
)
def test_nothing_is_read_again_without_layers_or_ratings(options, encoder, layers, rated):
    texts, _, events = market()
    chosen = options.model_copy(update={"opinion_layers": layers})
    known = pd.concat([events[:rated], events[EACH:]])
    assert not list(encode_opinions(texts, known, VectorStore(Path("nowhere")), encoding(encoder), chosen))
