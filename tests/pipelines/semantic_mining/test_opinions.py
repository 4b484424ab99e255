from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from tesserec.encoders import Embeddings
from tesserec.errors import ConfigError
from tesserec.pipelines.semantic_mining import opinions as nodes
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions

PARAMETERS = Path(__file__).parents[3] / "conf" / "base" / "parameters"
EACH = 120


@pytest.fixture(scope="module")
def options() -> SemanticMiningOptions:
    values = yaml.safe_load((PARAMETERS / "semantic_mining.yml").read_text(encoding="utf-8"))
    return SemanticMiningOptions(**values["semantic_mining"])


def judge_user_texts(texts: pd.DataFrame, vectors: Embeddings, events: pd.DataFrame, options, **changed):
    """Judge with the encoder of the parameters, but for what is changed."""
    values = yaml.safe_load((PARAMETERS / "token_encoding.yml").read_text(encoding="utf-8"))
    encoding = TokenEncodingOptions(**values["token_encoding"] | changed)
    return nodes.judge_user_texts(texts, vectors, events, encoding, options)


def market(held_out: str = "A zib thing", each: int = EACH) -> tuple[pd.DataFrame, Embeddings, pd.DataFrame]:
    """Reviews whose made-up words tell the stars, half of them of validation and test, and searches."""
    splits = ["train"] * each + ["valid"] * 30 + ["test"] * 30
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
    events["timestamp"] = events["split"].map({"train": 1.0, "valid": 2.0, "test": 3.0})
    return texts, Embeddings(texts["text_id"].to_numpy(object), np.zeros((len(texts), 2), np.float32)), events


def test_opinions_follow_the_stars_and_validation_tells_how_well(options):
    texts, vectors, events = market()
    before = texts.copy()
    opinions, _, report = judge_user_texts(texts, vectors, events, options)
    pd.testing.assert_frame_equal(texts, before)
    pd.testing.assert_frame_equal(
        opinions[["user_id", "item_id", "kind"]], texts[["user_id", "item_id", "kind"]]
    )
    assert list(opinions) == ["user_id", "item_id", "kind", "timestamp", "positive", "taught"]
    assert opinions["positive"].isna().tolist() == [True] + [False] * (len(texts) - 1)
    assert report["auc"] == 1
    assert report["texts"] == 30
    assert report["calibration_error"] < 0.1


def test_what_held_out_pairs_say_teaches_nothing(options):
    first, _, _ = judge_user_texts(*market("A zib thing"), options)
    second, _, _ = judge_user_texts(*market("The plot was wof wof, a zib mess"), options)
    assert first["positive"][:-30].equals(second["positive"][:-30])


def test_held_out_ratings_teach_nothing(options):
    """Not even how strong an opinion is: all held-out stars are moved towards the middle."""
    texts, vectors, events = market()
    first, _, _ = judge_user_texts(texts, vectors, events, options)
    milder = events["value"].mask(events["split"] != "train", events["value"].clip(2.5, 3.4))
    second, _, _ = judge_user_texts(texts, vectors, events.assign(value=milder), options)
    assert first["positive"].equals(second["positive"])


def test_what_is_written_after_the_cut_teaches_nothing(options):
    """Late reviews of training pairs would teach other words, and late remarks about nothing an aspect."""
    texts, vectors, events = market()
    late = texts.index >= EACH - 20
    texts["timestamp"] = texts["timestamp"].mask(late, 2.0)
    remarks = texts[-30:].assign(item_id=None, kind="post", contextual="The lagoon is superb.")
    judged = {}
    for said in ("The plot was zib", "A wof thing, wof"):
        changed = texts["contextual"].mask(late & (texts.index <= EACH), said)
        written = pd.concat([texts.assign(contextual=changed), remarks], ignore_index=True)
        judged[said] = judge_user_texts(
            written.assign(text_id=written.index.astype(str)), vectors, events, options
        )
    first, second = (opinions for opinions, _, _ in judged.values())
    assert first["taught"].sum() == EACH - 21
    assert first["positive"][: EACH - 20].equals(second["positive"][: EACH - 20])
    assert "lagoon" not in set(judged["The plot was zib"][1]["aspect"])


def test_a_pair_that_is_met_again_later_teaches_nothing(options):
    texts, vectors, events = market()
    again = events[events["split"] == "train"].assign(split="test")
    _, _, report = judge_user_texts(texts, vectors, pd.concat([events, again]), options)
    assert report["texts"] == 0, "the made-up words were learned from nowhere else"


def test_a_tuned_language_model_tells_by_what_training_pairs_say(options):
    """The marks are no words, and the embeddings are zeros: only a reader tells."""
    tuned = options.model_copy(update={"opinion_reader": "tuned"})
    judged = {}
    for held_out in ("zib", "zab"):
        texts, vectors, events = market(held_out, each=600)
        good = np.concatenate([[True], events["value"].to_numpy() == 5])
        marked = texts["contextual"].where(
            texts["contextual"] == held_out,
            [f"Seat {n}{'!' if well else '?'}" for n, well in enumerate(good)],
        )
        judged[held_out], _, report = judge_user_texts(
            texts.assign(contextual=marked), vectors, events, tuned
        )
    assert report["auc"] > 0.9
    assert judged["zib"]["positive"][:-30].equals(judged["zab"]["positive"][:-30])
    _, _, frozen = judge_user_texts(texts.assign(contextual=marked), vectors, events, options)
    assert frozen["auc"] < 0.7


def test_a_fifth_and_what_held_out_pairs_say_is_kept_from_the_language_model(options, monkeypatch):
    def note(encoder, texts, *others):
        taught.extend(texts)
        return encoder

    taught: list[str] = []
    monkeypatch.setattr(nodes, "tune", note)
    texts, vectors, events = market(each=600)
    texts["contextual"] = [f"Seat {n}" for n in range(len(texts))]
    judge_user_texts(texts, vectors, events, options.model_copy(update={"opinion_reader": "tuned"}))
    numbers = {int(text.split()[1]) for text in taught}
    assert 0.75 * 600 < len(numbers) == len(taught) < 0.85 * 600
    assert numbers <= set(range(1, 601))


def test_few_ratings_leave_the_language_model_as_it_is(options):
    tuned = options.model_copy(update={"opinion_reader": "tuned"})
    first, _, _ = judge_user_texts(*market(), options)
    second, _, _ = judge_user_texts(*market(), tuned)
    assert first["positive"].equals(second["positive"])


def test_an_encoder_that_does_not_learn_cannot_be_tuned(options):
    tuned = options.model_copy(update={"opinion_reader": "tuned"})
    texts, vectors, events = market(each=600)
    texts["contextual"] += [f" {n}" for n in range(len(texts))]
    with pytest.raises(ConfigError, match="opinion_reader"):
        judge_user_texts(texts, vectors, events, tuned, encoder="static")


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
