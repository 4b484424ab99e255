import copy
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from pydantic import ValidationError
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

from tesserec.catalog import TableDataset
from tesserec.catalog.vectors import VectorStoreDataset
from tesserec.encoders import Embeddings
from tesserec.encoders.keys import content_keys
from tesserec.encoders.protocol import TextVectors
from tesserec.encoders.store import StoredChunk, VectorStore
from tesserec.pipelines.semantic_mining import create_pipeline
from tesserec.pipelines.semantic_mining.cards import encode_phrases, find_phrases, write_item_cards
from tesserec.pipelines.semantic_mining.nodes import group_miner
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions

PARAMETERS = Path(__file__).parents[3] / "conf" / "base" / "parameters" / "semantic_mining.yml"
DOMAINS = {
    "kitchen": "oven bread knife pan".split(),
    "space": "planet rocket star comet".split(),
    "music": "guitar violin song choir".split(),
    "novel": "小说 爱情 作家 故事".split(),
    "sport": "tennis ball racket court".split(),
    "garden": "rose soil shovel hedge".split(),
}
EACH = 10


@pytest.fixture(scope="module")
def values() -> dict:
    return yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))["semantic_mining"]


@pytest.fixture(scope="module")
def domains() -> np.ndarray:
    return np.repeat(list(DOMAINS), EACH)


@pytest.fixture(scope="module")
def tables(domains) -> dict:
    """Sixty items of six domains, the last of each new, and two people with tastes of their own."""
    generator = np.random.default_rng(5)
    ids = [f"item-{i}" for i in range(len(domains))]
    lexical = [" ".join([*generator.choice(DOMAINS[name], 6), "new"]) for name in domains]
    vectors = np.eye(16)[[list(DOMAINS).index(name) for name in domains]]
    vectors = vectors + generator.normal(scale=0.05, size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    history = pd.DataFrame(
        {
            "user_id": ["ann"] * 4 + ["bob"] * 2,
            "item_id": ["item-0", "item-1", "item-2", "item-10", "item-30", "item-31"],
            "value": 5.0,
            "timestamp": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            "weight": 1.0,
        }
    )
    trained = [name for i, name in enumerate(ids) if i % EACH != EACH - 1]
    contextual = [", ".join(text.split()) for text in lexical]
    item_texts = pd.DataFrame(
        {"item_id": ids, "language": "en", "contextual": contextual, "lexical": lexical}
    )
    return {
        "item_texts@table": item_texts,
        "item_embeddings": Embeddings(np.array(ids, dtype=object), vectors.astype(np.float32)),
        "split_interactions": pd.DataFrame(
            {
                "user_id": "ann",
                "item_id": trained + ids,
                "value": np.nan,
                "timestamp": np.nan,
                "weight": 1.0,
                "split": ["train"] * 54 + ["test"] * 60,
            }
        ),
        **spoken(vectors[[0, 25]]),
        "users": pd.DataFrame({"user_id": ["ann", "bob", "eve"], "city": ["Leeds", None, "成都"]}),
        "column_roles": {"items": {}, "users": {"city": "category"}},
        "interactions": history,
    }


def spoken(vectors: np.ndarray) -> dict:
    """A review, two searches, one of them empty, and five reviews of one thing; no ratings."""
    ids = [f"t{place}" for place in range(1, 9)]
    user_texts = pd.DataFrame(
        {
            "text_id": ids,
            "user_id": ["ann", "bob", "eve"] + ["bob"] * 5,
            "item_id": ["item-0", None, None] + ["item-0"] * 5,
            "kind": ["review", "search", "search"] + ["review"] * 5,
            "timestamp": 1.0,
            "language": "en",
            "contextual": ["A superb pan", "superb violin", "?"] + ["The oven is superb."] * 5,
            "lexical": ["bread pan", "guitar choir", ""] + ["oven superb"] * 5,
        }
    )
    known = Embeddings(np.array(ids[:2], dtype=object), vectors.astype(np.float32))
    return {"user_texts@table": user_texts, "user_text_embeddings": known}


def static_encoding() -> TokenEncodingOptions:
    given = yaml.safe_load((PARAMETERS.parent / "token_encoding.yml").read_text(encoding="utf-8"))
    return TokenEncodingOptions(**given["token_encoding"] | {"encoder": "static"})


@pytest.fixture(scope="module")
def results(tables, values, tmp_path_factory) -> dict[str, pd.DataFrame]:
    before = copy.deepcopy(tables)
    folder = tmp_path_factory.mktemp("semantics")
    names = (
        "topics",
        "item_topics",
        "text_topics",
        "interests",
        "item_interests",
        "text_interests",
        "item_cards",
        "item_map",
        "user_profiles",
        "opinions",
        "aspect_opinions",
    )
    kept = {name: TableDataset(filepath=str(folder / f"{name}.parquet")) for name in names}
    encoding = static_encoding()
    described = encoding.encoders([])[0].description
    store = {
        name: VectorStoreDataset(filepath=str(folder / name)) for name in ("text_vectors", "phrase_vectors")
    }
    stores = store | {"phrase_vectors_before": store["phrase_vectors"]}
    kept["opinion_metrics"] = MemoryDataset()
    given = tables | {
        "params:semantic_mining": SemanticMiningOptions(**values),
        "params:token_encoding": encoding,
        "encoding_run": {"digest": described.digest, "encoder": asdict(described), "column": "contextual"},
    }
    catalog = DataCatalog(kept | stores | {name: MemoryDataset(thing) for name, thing in given.items()})
    SequentialRunner().run(create_pipeline(), catalog)
    for name in ("item_texts@table", "user_texts@table", "split_interactions", "users", "interactions"):
        pd.testing.assert_frame_equal(tables[name], before[name])
    return {name: kept[name].load() for name in names}


def test_planted_domains_become_topics_new_items_included(results, domains):
    assert adjusted_rand_score(domains, results["item_topics"]["topic"]) == 1
    assert results["topics"]["items"].tolist() == [EACH] * len(DOMAINS)


def test_topics_are_named_by_their_own_words(results):
    words = [set(name.split(", ")) for name in results["topics"]["name"]]
    for own in DOMAINS.values():
        assert any(name <= set(own) for name in words)


def test_user_texts_join_the_topics_of_items(results):
    topic_of = results["item_topics"].set_index("item_id")["topic"]
    texts = results["text_topics"]
    assert list(texts.columns) == ["text_id", "user_id", "item_id", "topic"]
    assert texts["topic"].tolist()[:3] == [topic_of["item-0"], topic_of["item-25"], -1]


def test_words_of_a_topic_belong_together(results):
    assert (results["topics"]["coherence"] > 0).all()


def test_cards_name_the_words_that_set_an_item_apart(results, tables):
    cards = results["item_cards"]
    assert list(cards["item_id"]) == list(tables["item_texts@table"]["item_id"])
    for keywords, lexical in zip(cards["keywords"], tables["item_texts@table"]["lexical"], strict=True):
        assert set(keywords.split("|")) == set(lexical.split())
        assert keywords.split("|")[-1] == "new", "the word of every item comes last"


def test_where_the_encoder_does_not_read_a_language_counting_decides(values, tmp_path):
    """Phrases of English items lie about their texts, the nearest last; Chinese ones lie anywhere."""
    generator = np.random.default_rng(3)
    texts = generator.normal(size=(80, 16))
    english = np.arange(80) < 40
    noise = generator.normal(size=(80, 4, 16)) * np.array([0.9, 0.6, 0.3, 0.0])[:, None]
    phrases = np.where(english[:, None, None], texts[:, None] + noise, generator.normal(size=(80, 4, 16)))
    said = [f"text {item}" for item in range(80)]
    named = [[f"{item} {place}" for place in range(4)] for item in range(80)]
    every = [phrase for own in named for phrase in own]
    described = replace(static_encoding().encoders([])[0].description, size=16)
    stores = []
    for words, vectors in ((said, texts), (every, phrases.reshape(-1, 16))):
        none = np.zeros(len(words), np.int32)
        made = TextVectors(vectors.astype(np.float32), none, none, none)
        stores.append(VectorStore(tmp_path / str(len(words))))
        stores[-1].append(StoredChunk(described, content_keys(words), made))
    ids = [f"i{item}" for item in range(80)]
    items = pd.DataFrame({"item_id": ids, "language": np.where(english, "en", "zh"), "contextual": said})
    cards = write_item_cards(
        items,
        pd.DataFrame({"item_id": ids, "interest": 0, "interest_name": "all"}),
        pd.DataFrame({"item_id": ids, "topic": 0, "topic_name": "all"}),
        pd.DataFrame({"item_id": np.repeat(ids, 4), "phrase": every}),
        *stores,
        {"digest": described.digest, "encoder": asdict(described), "column": "contextual"},
        SemanticMiningOptions(**values | {"keywords_per_item": 2}),
    )
    best = cards["keywords"].str.split("|").tolist()
    assert best[40:] == [own[:2] for own in named[40:]]
    assert [own[0] for own in best[:40]] == [own[3] for own in named[:40]]


def test_what_only_new_items_say_shapes_no_keyword(tables, values):
    texts = tables["item_texts@table"].copy()
    texts.loc[[9, 19], "contextual"] = "zeppelin, oven"
    phrases = find_phrases(texts, tables["split_interactions"], SemanticMiningOptions(**values))
    assert phrases.loc[phrases["item_id"] == "item-9", "phrase"].tolist() == ["oven"]


@pytest.mark.parametrize(("per_keyword", "read"), [(1, 0), (2, 5)])
def test_where_there_is_nothing_to_choose_the_encoder_reads_nothing(tables, values, per_keyword, read):
    options = SemanticMiningOptions(**values | {"phrases_per_keyword": per_keyword, "keywords_per_item": 1})
    texts = tables["item_texts@table"].iloc[:30]
    phrases = find_phrases(texts, tables["split_interactions"], options)
    assert phrases.groupby("item_id").size().max() == per_keyword
    phrases = phrases[phrases["phrase"].isin(sorted(phrases["phrase"].unique())[:5])]
    chunks = encode_phrases(
        phrases, texts, tables["split_interactions"], VectorStore(Path("nowhere")), static_encoding(), options
    )
    assert [len(chunk.keys) for chunk in chunks] == [read, 0][read == 0 :]


def test_without_training_interactions_nothing_is_invented(tables, values):
    options = SemanticMiningOptions(**values)
    none = tables["split_interactions"].iloc[:0]
    given = ("item_texts@table", "item_embeddings", "user_texts@table", "user_text_embeddings")
    inputs = [tables[name] for name in given]
    topics, item_topics, text_topics = group_miner("topic")(*inputs, none, options)
    interests, item_interests, text_interests = group_miner("interest")(*inputs, none, options)
    phrases = find_phrases(tables["item_texts@table"], none, options)
    nothing, run = (
        VectorStore(Path("nowhere")),
        {"digest": "", "encoder": {"size": 4}, "column": "contextual"},
    )
    cards = write_item_cards(
        tables["item_texts@table"], item_interests, item_topics, phrases, nothing, nothing, run, options
    )
    assert topics.empty and interests.empty
    assert (text_topics["topic"] == -1).all() and (text_interests["interest"] == -1).all()
    assert (cards[["topic", "interest"]] == -1).all(axis=None)
    assert (cards[["topic_name", "interest_name", "keywords"]] == "").all(axis=None)


@pytest.mark.parametrize(("split", "counts"), [("train", True), ("valid", False), ("test", False)])
def test_only_choices_of_the_training_split_shape_interests(tables, values, domains, split, counts):
    """People choose by pairs of domains, which the texts tell: interests, if they may be seen."""
    pairs = np.array([list(DOMAINS).index(name) // 2 for name in domains])
    ids = tables["item_texts@table"]["item_id"].to_numpy()
    generator = np.random.default_rng(0)
    chosen = [
        pd.DataFrame({"user_id": f"p{person}", "item_id": generator.choice(ids[pairs == person % 3], 8)})
        for person in range(60)
    ]
    added = pd.concat(chosen).assign(value=np.nan, weight=1.0, split=split)
    given = ("item_texts@table", "item_embeddings", "user_texts@table", "user_text_embeddings")
    seen = tables["split_interactions"].assign(weight=0.0)  # who has chosen everything tells nothing
    events = pd.concat([seen, added], ignore_index=True)
    options = SemanticMiningOptions(**values | {"fewest_topics": 2})
    _, item_interests, _ = group_miner("interest")(*(tables[name] for name in given), events, options)
    assert (adjusted_rand_score(pairs, item_interests["interest"]) > 0.9) == counts


def test_profiles_recover_planted_tastes(results):
    profiles = results["user_profiles"].set_index("user_id")
    assert profiles.loc["ann", "topic_weights"] == "0.750|0.250"
    best = profiles.loc["ann", "topic_names"].split("|")[0].split(", ")
    assert set(best) <= set(DOMAINS["kitchen"])
    assert set(profiles.loc["bob", "keywords"].split("|")) >= set(DOMAINS["novel"][:1])
    assert profiles.loc["eve", "keywords"] == ""


def test_profiles_hold_what_people_said_and_told(results):
    ann, bob, eve = results["user_profiles"].to_dict("records")
    assert (bob["texts"], bob["likes"], bob["dislikes"]) == (6, "oven: The oven is superb", "")
    assert bob["sentiment"] > 0.6
    assert (ann["texts"], ann["likes"], ann["attributes"]) == (1, "", "city: Leeds")
    assert (eve["texts"], eve["attributes"]) == (1, "city: 成都")
    assert np.isnan(eve["sentiment"]), "a search is no opinion"
    # The first two of her four items are of the kitchen, of the others one.
    assert ann["topic_trends"] == "-0.500|+0.500"


def test_the_map_keeps_domains_apart(results, domains):
    placed = results["item_map"].set_index("item_id").loc[[f"item-{i}" for i in range(len(domains))]]
    near = NearestNeighbors(n_neighbors=3).fit(placed).kneighbors(return_distance=False)
    assert (domains[near] == domains[:, None]).all()


def test_wrong_bounds_are_refused(values):
    with pytest.raises(ValidationError, match="above most_topics"):
        SemanticMiningOptions(**values | {"fewest_topics": 50})
