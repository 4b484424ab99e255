"""Every kind of leak is planted, and must stop the run with a sentence that names it."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline
from kedro.runner import SequentialRunner

from tesserec.catalog import StateDataset, TableDataset
from tesserec.errors import LeakError
from tesserec.features.attributes import CategoryBlock, NumberBlock, RangeBlock
from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.features.fusion import fuse
from tesserec.features.texts import LexicalBlock
from tesserec.pipeline_registry import register_pipelines
from tesserec.pipelines import evaluation, feature_fusion, model_training, recommendation
from tesserec.pipelines.feature_fusion import nodes
from tesserec.recommenders import Popularity, TrainingData
from tesserec.splits import SPLIT_METHODS
from tesserec.splits import history as true_history
from tesserec.splits import visible_texts as true_texts

from ..gossip import UNMET, build, check, gossip, judge, learned, mine
from ..market import few_recommenders, market, options

Change = Callable[[TrainingData], TrainingData]


def leaked(run: Callable[[], object]) -> str:
    """What a run says leaked, and where; the rest of its sentence must be there and say what to mend."""
    with pytest.raises(LeakError) as error:
        run()
    more, mend = r"( \([\d,]+ more like it\))?", r"mend tesserec\.[a-z_.]+(, which has no check of it)?"
    way_out = rf"{more}; no model was trained: {mend}, or what it is given, and run again\."
    told = re.fullmatch(f"Leak in (?P<leak>.*?){way_out}", str(error.value))
    assert told, error.value
    return told["leak"]


@pytest.fixture(scope="module")
def cut_in_time() -> dict:
    return learned(gossip("global_time"))


@pytest.fixture(scope="module")
def last_out() -> dict:
    return learned(gossip("leave_last_out"))


@pytest.fixture
def tables(last_out) -> dict:
    """A copy that a test may change."""
    return {
        name: thing.copy() if isinstance(thing, pd.DataFrame) else thing for name, thing in last_out.items()
    }


def held_out(tables: dict, split: str) -> pd.Series:
    """The first event of a held-out pair."""
    events = tables["split_interactions"]
    return events[events["split"] == split].iloc[0]


def all_is_train(tables: dict) -> dict:
    return tables | {"split_interactions": tables["split_interactions"].assign(split="train")}


def items_with(name: str, block: Matrix, names: list[str]) -> Change:
    """Put another item block into training data."""

    def change(data: TrainingData) -> TrainingData:
        blocks, called = {**data.items.blocks, name: block}, {**data.items.names, name: names}
        return replace(data, items=FeatureBlocks(data.items.ids, blocks, called))

    return change


def people_with(name: str, block: Matrix) -> Change:
    """Put another block of people into training data."""
    return lambda data: replace(
        data, profiles=replace(data.profiles, blocks={**data.profiles.blocks, name: block})
    )


@pytest.mark.parametrize("method", [method for method in SPLIT_METHODS if method != "auto"])
def test_what_does_not_leak_passes(method):
    tables = learned(gossip(method))
    checks = check(tables)
    assert [(one["stage"], one["check"]) for one in checks] == [
        ("all", "split"), ("tuning", "topics"), ("tuning", "interests"), ("tuning", "opinions"),
        *((stage, name) for stage in ("tuning", "testing")
          for name in ("histories", "popularity", "links", "item features", "user features")),
    ]  # fmt: skip
    assert all(one["passed"] and one["looked_at"] > 0 for one in checks)
    events = tables["split_interactions"]
    assert checks[0]["looked_at"] == len(events)
    assert checks[9]["looked_at"] == len(
        events[events["split"] != "test"].drop_duplicates(["user_id", "item_id"])
    )


class TestSplit:
    def test_an_event_after_the_cut(self, cut_in_time):
        events = cut_in_time["split_interactions"].copy()
        begin = events.loc[events["split"] == "valid", "timestamp"].min()
        late = events.index[events["split"] == "test"][5]
        events.loc[late, "split"] = "train"
        user, item, time = events.loc[late, ["user_id", "item_id", "timestamp"]]
        event = f"the event of user {user} and item {item} at {time:g}"
        sentence = leaked(lambda: check(cut_in_time | {"split_interactions": events}))
        assert re.fullmatch(
            f"split_interactions: {event} is in train, but valid begins at {begin:g}", sentence
        )

    def test_an_event_after_a_persons_target(self, tables):
        events = tables["split_interactions"]
        mine = events[events["user_id"] == "u7"]
        begin = mine.loc[mine["split"] == "test", "timestamp"].min()
        last = mine.iloc[-1]
        events.loc[last.name, "split"] = "train"
        event = f"the event of user u7 and item {last['item_id']} at {last['timestamp']:g}"
        sentence = leaked(lambda: check(tables))
        assert re.fullmatch(
            f"split_interactions: {event} is in train, but the user's test begins at {begin:g}", sentence
        )

    @pytest.mark.parametrize(
        ("method", "whole"),
        [("cold_items", "item"), ("cold_users", "user"), ("random_ratio", "pair")],
    )
    def test_a_part_of_what_is_held_out_whole(self, method, whole):
        tables = gossip(method)
        events = tables["split_interactions"]
        events.loc[events.index[events["split"] == "test"][0], "split"] = "train"
        sentence = leaked(lambda: check(learned(tables)))
        assert re.fullmatch(
            f"split_interactions: .* is in train, but other events of the {whole} are held out", sentence
        )


class TestHistories:
    @pytest.mark.parametrize(("stage", "split"), [("tuning", "valid"), ("testing", "test")])
    def test_a_held_out_pair(self, tables, monkeypatch, stage, split):
        target = held_out(tables, split)

        def leaky(events: pd.DataFrame, of: str) -> pd.DataFrame:
            wanted = true_history(events, of)
            return pd.concat([wanted, events.loc[[target.name]]]) if of == stage else wanted

        monkeypatch.setattr(nodes, "history", leaky)
        user, item, time = target[["user_id", "item_id", "timestamp"]]
        sentence = leaked(lambda: check(tables))
        assert re.fullmatch(
            rf"{stage}_data: the history of user {user} holds item {item}, "
            rf"which is held out \({split}, at {time:g}\)",
            sentence,
        )

    @pytest.mark.parametrize(
        ("part", "change"),
        [("weight", {"weight": 9.0}), ("recency", {"timestamp": 1e6}), ("kinds", {"event": "rating"})],
    )
    def test_what_a_later_event_of_a_known_pair_tells(self, tables, monkeypatch, part, change):
        def leaky(events: pd.DataFrame, stage: str) -> pd.DataFrame:
            known = true_history(events, stage)
            first = known.index == known.index[known["event"] == "view"][0]
            return known.assign(**{name: known[name].mask(first, value) for name, value in change.items()})

        monkeypatch.setattr(nodes, "history", leaky)
        sentence = leaked(lambda: check(tables))
        assert re.fullmatch(
            rf"tuning_data: the {part} of item i\d+ in the history of user u0 is [\d.e-]+, "
            r"but the events that the stage may see give [\d.e-]+",
            sentence,
        )

    def test_popularity_that_counts_test_events(self, tables, monkeypatch):
        true_fit, everything = Popularity.fit, build(tables, "serving")
        monkeypatch.setattr(Popularity, "fit", lambda self, data: true_fit(self, everything))
        sentence = leaked(lambda: check(tables))
        assert re.fullmatch(
            r"popularity from tuning_data: item i\d+ counts [\d.]+, but the \d+ people who have it in events "
            r"that the stage may see make [\d.]+",
            sentence,
        )


class TestTexts:
    """A text that must not be read is made visible."""

    def leak(self, monkeypatch, text_id: str) -> None:
        def leaky(texts: pd.DataFrame, events: pd.DataFrame, stage: str) -> pd.DataFrame:
            seen = set(true_texts(texts, events, stage)["text_id"])
            assert text_id not in seen or stage == "serving"
            return texts[texts["text_id"].isin(seen | {text_id})].reset_index(drop=True)

        monkeypatch.setattr(nodes, "visible_texts", leaky)

    def test_a_review_of_a_test_item(self, tables, monkeypatch):
        target, texts = held_out(tables, "test"), tables["user_texts@table"]
        user, item = target[["user_id", "item_id"]]
        own = (texts["user_id"] == user) & (texts["item_id"] == item)
        # Not even its time would give it away; nor does another text about the item lead astray.
        texts.loc[own, "timestamp"] = np.nan
        tables["user_texts@table"] = texts[own | (texts["item_id"] != item)]
        self.leak(monkeypatch, texts.loc[own, "text_id"].iloc[0])
        sentence = leaked(lambda: check(tables))
        assert re.fullmatch(
            rf"tuning_data, item block 'reviews': the row of item {item} is not what the \d+ texts that were "
            "written about items before give: 1 of its texts must not be read before valid, such as that of "
            f"user {user} about item {item}, written at an unknown time",
            sentence,
        )

    def test_a_post_after_the_cut(self, cut_in_time, monkeypatch):
        texts = cut_in_time["user_texts@table"]
        late = texts[texts["item_id"].isna()].sort_values("timestamp").iloc[-1]
        self.leak(monkeypatch, late["text_id"])
        user = late["user_id"]
        sentence = leaked(lambda: check(cut_in_time))
        assert re.fullmatch(
            rf"tuning_data, user block 'text': the row of user {user} is not what the \d+ texts that people "
            r"wrote before give: \d+ of its texts must not be read before valid, such as that of user "
            rf"{user} about .*, written at \d+",
            sentence,
        )

    def test_words_alone(self, tables):
        """The vectors are right, but the words of all texts are counted."""
        texts = tables["user_texts@table"]
        words = texts.dropna(subset="item_id").groupby("item_id")["lexical"].agg(" ".join)
        words = words.reindex(tables["items"]["item_id"]).fillna("")
        counted = LexicalBlock(2).fit(words)
        change = items_with("review_words", counted.transform(words), counted.names)
        sentence = leaked(lambda: check(tables, tuning_features=change))
        assert re.fullmatch(
            r"tuning_data, item block 'review_words': the row of item i\d+ is not what .* such as .*",
            sentence,
        )


class TestLinks:
    @pytest.mark.parametrize(("head", "tail"), [("user", "item"), ("item", "user")])
    def test_a_link_to_a_test_item(self, tables, monkeypatch, head, tail):
        ends = dict(zip(("user", "item"), held_out(tables, "test")[["user_id", "item_id"]], strict=True))
        row = {
            "head_type": head,
            "head_id": ends[head],
            "relation": "saved",
            "tail_type": tail,
            "tail_id": ends[tail],
        }
        tables["relations"] = pd.DataFrame([row])
        check(tables)
        monkeypatch.setattr(nodes, "visible_relations", lambda relations, events, stage: relations)
        sentence = leaked(lambda: check(tables))
        assert re.fullmatch(
            rf"tuning_data, user block 'relations': user {ends['user']} is linked to item {ends['item']}, "
            r"which is held out \(test, at \d+\)",
            sentence,
        )


class TestFitted:
    """What is learned from items and people is learned from some that only held-out events know."""

    def test_vocabulary(self, tables):
        words = tables["item_texts@table"]["lexical"].mask(tables["items"]["item_id"].isin(UNMET), "unheard")
        tables["item_texts@table"]["lexical"] = words
        counted = LexicalBlock(2).fit(words)
        sentence = leaked(
            lambda: check(
                tables, testing_features=items_with("lexical", counted.transform(words), counted.names)
            )
        )
        assert re.fullmatch(
            "testing_data, item block 'lexical': it knows 'unheard', "
            "which cannot be learned from the 38 items of its histories",
            sentence,
        )

    def test_word_statistics(self, tables):
        words = tables["item_texts@table"]["lexical"]
        counted = LexicalBlock(2).fit(words)
        sentence = leaked(
            lambda: check(
                tables, testing_features=items_with("lexical", counted.transform(words), counted.names)
            )
        )
        assert re.fullmatch(
            r"testing_data, item block 'lexical': the row of item i\d+ is not what the 38 items .* give",
            sentence,
        )

    def test_mean_and_deviation_of_numbers(self, tables):
        block = NumberBlock(["price"]).fit(tables["items"]).transform(tables["items"])
        sentence = leaked(lambda: check(tables, tuning_features=items_with("numbers", block, ["price"])))
        assert re.fullmatch(
            r"tuning_data, item block 'numbers': the row of item i0 is not what the 38 items of its .* give",
            sentence,
        )

    def test_rarity_of_categories(self, tables):
        block = CategoryBlock(["kind"], tables["column_roles"]["items"]).fit(tables["items"])
        changed = items_with("categories", block.transform(tables["items"]), block.names)
        sentence = leaked(lambda: check(tables, tuning_features=changed))
        assert re.fullmatch(
            r"tuning_data, item block 'categories': the row of item i\d+ is not what the 38 items .* give",
            sentence,
        )

    def test_ranges_of_ages(self, tables, monkeypatch):
        true_fit = RangeBlock.fit
        monkeypatch.setattr(RangeBlock, "fit", lambda self, known: true_fit(self, tables["users"]))
        sentence = leaked(lambda: check(tables))
        assert re.fullmatch(
            r"tuning_data, user block 'demographics': the row of user u\d+ is not what the 59 people with a "
            "history give",
            sentence,
        )

    def test_directions_of_the_fused_block(self, tables):
        def leaky(data: TrainingData) -> TrainingData:
            blocks = {name: block for name, block in data.items.blocks.items() if name != "fused"}
            bare = FeatureBlocks(data.items.ids, blocks, data.items.names)
            weights = options("feature_fusion").item_weights
            return replace(data, items=fuse(bare, weights, np.arange(len(bare)), 256, 0))

        sentence = leaked(lambda: check(tables, tuning_features=leaky))
        assert re.fullmatch(
            "tuning_data, item block 'fused': its directions are not those of the 38 items with events that "
            "the stage may see",
            sentence,
        )


class TestMining:
    """What mining says that it learned from is what it was given: here, everything."""

    def test_interests_from_held_out_choices(self, tables):
        leaky = mine(all_is_train(tables), "interest")
        sentence = leaked(lambda: check(tables | leaky))
        assert re.fullmatch(
            r"item_interests: interests were learned from \d+ people who chose item i\d+, but \d+ did in the "
            "training split",
            sentence,
        )

    def test_topics_from_items_of_held_out_events(self):
        tables = learned(gossip("cold_items"))
        leaky = mine(all_is_train(tables), "topic")
        sentence = leaked(lambda: check(tables | leaky))
        assert re.fullmatch(
            r"item_topics: topics were learned from item i\d+, which no training event is about", sentence
        )

    def test_opinions_from_texts_about_held_out_pairs(self, tables):
        leaky = judge(all_is_train(tables))
        sentence = leaked(lambda: check(tables | leaky))
        assert re.fullmatch(
            r"opinions: opinions were learned from the text of user u\d+ about item i\d+, written at \d+, "
            "which must not be read before valid",
            sentence,
        )


class TestProfiles:
    def test_a_block_made_of_whole_histories(self, tables):
        whole = build(tables, "serving").profiles.matrix()
        sentence = leaked(lambda: check(tables, tuning_features=people_with("tastes", whole)))
        assert re.fullmatch(
            "tuning_data: nobody can tell what the user block 'tastes' was made from", sentence
        )

    def test_no_way_leads_from_what_knows_held_out_events_to_features(self):
        """User profiles, opinions and raw tables know what is held out; only two nodes may read of them."""
        judged = register_pipelines()["__default__"].to_outputs("tuning_features", "testing_features")
        readers = {
            dataset: {node.name for node in judged.nodes if dataset in node.inputs}
            - {"preprocessing.state_protocol"}
            for dataset in (
                "interactions",
                "texts",
                "user_profiles",
                "opinions",
                "aspect_opinions",
                "text_interests",
            )
        }
        assert readers.pop("interactions") == {"preprocessing.split_events"}
        assert readers.pop("texts") == {"preprocessing.write_user_texts"}
        assert set().union(*readers.values()) == set()


def test_a_run_with_a_leak_stops_before_anything_is_trained(tmp_path, monkeypatch):
    def leaky(events: pd.DataFrame, stage: str) -> pd.DataFrame:
        return events if stage == "testing" else true_history(events, stage)

    monkeypatch.setattr(nodes, "history", leaky)
    pipelines = (feature_fusion, model_training, evaluation, recommendation)
    named = ("feature_fusion", "evaluation", "recommendation")
    parameters = {f"params:{name}": options(name) for name in named}
    given = market() | parameters | {"params:model_training": few_recommenders()}
    memory = {name: MemoryDataset(thing) for name, thing in given.items()}
    states = {"tuning_data": "TrainingData", "testing_data": "TrainingData", "recommender": "Fusion"}
    kept = {
        name: StateDataset(filepath=str(tmp_path / name), kind=f"tesserec.recommenders.{kind}")
        for name, kind in states.items()
    }
    for name in ("recommendations", "fusion_weights", "comparison"):
        kept[name] = TableDataset(filepath=str(tmp_path / f"{name}.parquet"))
    run = sum((pipeline.create_pipeline() for pipeline in pipelines), Pipeline([]))
    sentence = leaked(lambda: SequentialRunner().run(run, DataCatalog(memory | kept)))
    assert re.fullmatch(
        r"testing_data: the history of user cook0 holds item oven\d+, which is held out \(test, at \d+\)",
        sentence,
    )
    assert list(tmp_path.iterdir()) == []
