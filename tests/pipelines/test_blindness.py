"""Held-out events and texts are replaced by rubbish: what a stage learns from must not move by a bit."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tesserec.audit import Allowed, Log
from tesserec.encoders import Embeddings
from tesserec.pipelines.preprocessing.nodes import clean_raw_tables, split_events
from tesserec.pipelines.preprocessing.options import PreprocessingOptions, SplitOptions
from tesserec.pipelines.semantic_mining.cards import find_phrases
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.splits import SPLIT_METHODS

from .gossip import DIMENSIONS, ITEMS, build, gossip, judge, mine, parameters
from .market import SPLIT

METHODS = [method for method in SPLIT_METHODS if method != "auto"]
LINKS = ["head_type", "head_id", "relation", "tail_type", "tail_id"]
PAIR = ["user_id", "item_id"]
# Columns of the tables that are empty: texts, relations, candidates, exclusions, pairs.
EMPTY = (["user_id", "text"], LINKS, ["item_id"], ["item_id"], PAIR)


def spoilt(tables: dict[str, Any], stage: str) -> tuple[dict[str, Any], np.ndarray]:
    """Replace all that the stage must not know; the second result marks the texts that stay, (texts,) bool.

    People meet other items in other ways, with other stars and at other times after the moment at which
    their held-out events begin, which itself is known; and so does somebody who met nothing so far. What was
    written about held-out pairs, or links them, is about the new ones, and what must not be read has other
    words.
    """
    generator = np.random.default_rng(11)
    events, texts = tables["split_interactions"].copy(), tables["user_texts@table"].copy()
    allowed = Allowed(stage, Log.of(events))
    known, held_out = (set(events.loc[rows, PAIR].itertuples(index=False, name=None))
                       for rows in (allowed.seen, ~allowed.seen))  # fmt: skip
    pairs = held_out - known
    instead: dict[tuple[str, str], str] = {}
    for user, item in sorted(pairs):
        taken = {other for person, other in known | pairs if person == user} | set(instead.values())
        free = [f"i{n}" for n in range(ITEMS) if f"i{n}" not in taken]
        met = {other for person, other in known if person == user}
        instead[user, item] = generator.choice(free or sorted({f"i{n}" for n in range(ITEMS)} - met))
    later = events.index[~allowed.seen]
    first = events.loc[later].groupby("user_id")["timestamp"].idxmin()
    moved = later.difference(first)
    for table, rows in ((events, later), (texts, texts.index)):
        table.loc[rows, "item_id"] = [
            instead.get(pair, pair[1]) for pair in table.loc[rows, PAIR].itertuples(index=False, name=None)
        ]
    links = tables["relations"].reset_index(drop=True)
    saved = links["relation"] == "saved"
    links.loc[saved, "tail_id"] = [
        instead.get((link.head_id, link.tail_id), link.tail_id) for link in links[saved].itertuples()
    ]
    events.loc[later, "value"] = generator.integers(-50, 5000, len(later)).astype(float)
    events.loc[later, "weight"] = generator.uniform(0, 90, len(later))
    events.loc[later, "event"] = generator.choice(["purchase", "view", "share"], len(later))
    events.loc[moved, "timestamp"] += generator.uniform(0, 5000, len(moved))
    last = events["timestamp"].max()
    unheard = pd.DataFrame({"user_id": "u59", "item_id": [f"i{n}" for n in range(ITEMS)], "event": "share"})
    events = pd.concat(
        [events, unheard.assign(value=7.0, timestamp=last, weight=5.0, split="test")], ignore_index=True
    )
    hidden = allowed.forbidden(tables["user_texts@table"])
    words = [f"rubbish{n} superb plot zebra" for n in range(hidden.sum())]
    texts.loc[hidden, ["contextual", "lexical"]] = np.array([words, words]).T
    texts.loc[hidden, "timestamp"] += generator.uniform(0, 5000, hidden.sum())
    vectors = np.array(tables["user_text_embeddings"].codes)
    vectors[hidden] = generator.normal(size=(hidden.sum(), DIMENSIONS))
    embeddings = Embeddings(tables["user_text_embeddings"].ids, vectors)
    changed = {"split_interactions": events, "user_texts@table": texts, "user_text_embeddings": embeddings}
    return tables | changed | {"relations": links}, ~hidden


def mined(tables: dict[str, Any]) -> dict[str, Any]:
    """All that semantic mining learns."""
    options = parameters("semantic_mining", SemanticMiningOptions)
    phrases = find_phrases(tables["item_texts@table"], tables["split_interactions"], options)
    return mine(tables, "topic") | mine(tables, "interest") | judge(tables) | {"item_phrases": phrases}


@pytest.mark.parametrize("method", METHODS)
def test_mining_learns_nothing_from_what_is_held_out(method):
    tables = gossip(method)
    changed, stays = spoilt(tables, "tuning")
    before, after = mined(tables), mined(changed)
    for name in ("topics", "item_topics", "interests", "item_interests", "item_phrases"):
        pd.testing.assert_frame_equal(after[name], before[name], check_exact=True)
    for name in ("text_topics", "text_interests", "opinions"):
        pd.testing.assert_frame_equal(after[name][stays], before[name][stays], check_exact=True)
    assert set(after["aspect_opinions"]["aspect"]) == set(before["aspect_opinions"]["aspect"])
    assert len(before["interests"]) > 1
    assert before["opinions"]["taught"].sum() > 100
    assert before["opinions"]["positive"].nunique() > 2


@pytest.mark.parametrize("counts", [True, False])
def test_weights_of_training_events_tell_nothing_of_what_is_held_out(counts):
    """Of counts the unit is their median, and whether they are counts at all is told by the values."""
    tables = gossip("global_time")
    options = parameters("preprocessing", PreprocessingOptions)
    options = options.model_copy(update={"split": SplitOptions(method="global_time", **SPLIT)})
    events = tables["split_interactions"].drop(columns=["split", "weight"])
    events["value"] **= 5 if counts else 1
    held_out = tables["split_interactions"]["split"] != "train"
    value = events["value"].mask(held_out, 1e6 + events.index)
    weights = []
    for given in (events, events.assign(value=value, event=events["event"].mask(held_out, "purchase"))):
        none = (pd.DataFrame(columns=columns, dtype="str") for columns in EMPTY)
        clean = clean_raw_tables(given, tables["items"], tables["users"], *none, options)
        divided = split_events(clean["interactions"], clean["candidates"], options)
        weights.append(divided.loc[divided["split"] == "train", "weight"])
    assert weights[0].tolist() == weights[1].tolist()
    assert (weights[0].nunique() > 2) == counts


@pytest.mark.parametrize("stage", ["tuning", "testing"])
@pytest.mark.parametrize("method", METHODS)
def test_training_data_tells_nothing_of_what_is_held_out(method, stage):
    tables = gossip(method)
    tables |= mine(tables, "interest")
    changed, _ = spoilt(tables, stage)
    if stage == "tuning":
        changed |= mine(changed, "interest")
    (before, described), (after, again) = (build(given, stage).state() for given in (tables, changed))
    assert again == described
    assert list(after) == list(before)
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array, err_msg=name)
    assert {"items/reviews", "items/review_words.data", "profiles/block:text", "profiles/block:fused"} <= set(
        before
    )
