from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tesserec.encoders import Embeddings
from tesserec.evaluation.deletion import Pieces, delete
from tesserec.evaluation.faithfulness import compare_deletions, summarise_deletions
from tesserec.features.fusion import fuse_rows
from tesserec.recommenders import (
    ContentKernel,
    FeatureRegression,
    Fusion,
    Popularity,
    TextMatch,
    TrainingData,
)
from tesserec.recommenders.cards import ItemCards
from tesserec.recommenders.lists import recommend
from tesserec.recommenders.own_texts import OwnTexts
from tesserec.recommenders.support import Support
from tesserec.reranking import ReRanking

from ..recommenders.blends import blends_of
from ..recommenders.planted import people, training

PEOPLE, ITEMS = 60, 40


def interests() -> TrainingData:
    """Everybody has some items; every item has one twin, which reads alike."""
    generator = np.random.default_rng(0)
    text = np.eye(20)[np.arange(ITEMS) // 2] + generator.normal(scale=0.02, size=(ITEMS, 20))
    histories = [generator.permutation(ITEMS)[:12].tolist() for _ in range(PEOPLE)]
    profiles = people(histories, ITEMS)
    return training(profiles, text=text.astype(np.float32))


def evidence_of(fusion: Fusion, data: TrainingData) -> pd.DataFrame:
    cards = ItemCards([f"t{item}" for item in range(ITEMS)], np.full(ITEMS, "en"), [[]] * ITEMS)
    parts = recommend(
        fusion, data.profiles, data.items, cards, None, 5,
        repeats=False, reason_language="en", reranking=ReRanking(5),
    )  # fmt: skip
    return pd.concat([evidence for _, evidence in parts], ignore_index=True)


def fused(data: TrainingData) -> Fusion:
    models = {
        "text": ContentKernel(dimensions=None, half_life=None).fit(data),
        "popular": Popularity().fit(data),
    }
    return Fusion(models, blends_of({"text": 1.0, "popular": 0.1}), Support.of(data))


@pytest.fixture(scope="module")
def found() -> tuple[TrainingData, Fusion, pd.DataFrame]:
    data = interests()
    fusion = fused(data)
    return data, fusion, evidence_of(fusion, data)


class TestDelete:
    def test_items_and_columns_go_and_the_rest_stays(self):
        words = sp.csr_array(np.array([[1, 2, 0], [0, 4, 5]], np.float32))
        profiles = people([[3, 1, 2], [2, 1]], 5, lexical=words)
        nothing = np.zeros(0, int)
        less = delete(profiles, [Pieces(np.array([1]), {}), Pieces(nothing, {"lexical": np.array([1])})])
        assert [history.tolist() for history in np.split(less.items, less.indptr[1:-1])] == [[3, 2], [2, 1]]
        np.testing.assert_array_equal(less.blocks["lexical"].toarray(), [[1, 2, 0], [0, 0, 5]])
        np.testing.assert_array_equal(profiles.blocks["lexical"].toarray(), [[1, 2, 0], [0, 4, 5]])

    def test_what_is_deleted_leaves_the_fused_rows_too(self):
        words = sp.csr_array(np.array([[1, 2, 0], [0, 4, 5]], np.float32))
        fusing = {"lexical": np.arange(6, dtype=np.float32).reshape(3, 2)}
        profiles = people([[3], [2]], 5, lexical=words, fused=fuse_rows({"lexical": words}, fusing))
        nothing = np.zeros(0, int)
        pieces = [Pieces(nothing, {}), Pieces(nothing, {"lexical": np.array([1])})]
        less = delete(replace(profiles, fusing=fusing), pieces)
        np.testing.assert_allclose(less.blocks["fused"][0], profiles.blocks["fused"][0], rtol=1e-6)
        np.testing.assert_allclose(less.blocks["fused"][1], fusing["lexical"][2], rtol=1e-6)


class TestCompareDeletions:
    def test_the_item_that_is_alike_decides(self, found):
        """Every item has one twin: without it the score falls, without anything else it hardly moves."""
        deletions = compare_deletions(found[1], found[0], found[2], PEOPLE, 0)
        summary = summarise_deletions(deletions, found[2], 200, 0)
        assert summary["people"] > PEOPLE / 2
        assert summary["ratio"] > 5
        assert summary["ratio_low"] <= summary["ratio"] <= summary["ratio_high"]
        assert summary["mattered_more"] > 0.95

    def test_reasons_that_cite_at_random_do_not_hold(self, found):
        """The test can fail: with other items in the place of those that are cited, nothing is left of it."""
        data, fusion, evidence = found
        profiles, generator = data.profiles, np.random.default_rng(1)
        wrong = evidence.copy()
        rows = wrong["kind"] == "item"
        users = pd.Index(profiles.user_ids).get_indexer(wrong.loc[rows, "user_id"])
        wrong.loc[rows, "cited"] = [
            f"i{generator.choice(profiles.items[profiles.indptr[user] : profiles.indptr[user + 1]])}"
            for user in users
        ]
        summary = summarise_deletions(compare_deletions(fusion, data, wrong, PEOPLE, 0), wrong, 200, 0)
        assert summary["ratio"] < 3

    def test_falls_by_hand(self, found):
        data, fusion, evidence = found
        row = compare_deletions(fusion, data, evidence, 1, 0).iloc[0]
        user = data.profiles.user_ids.tolist().index(row["user_id"])
        item = np.array([int(row["item_id"][1:])])
        person = data.profiles.take(np.array([user]))
        own = evidence[(evidence["user_id"] == row["user_id"]) & (evidence["item_id"] == row["item_id"])]
        cited = own[own["named"] & (own["kind"] == "item")]["cited"].str[1:].astype(int).unique()
        assert row["pieces"] == len(cited)
        first = np.zeros(1, int)
        before = fusion.score_pairs(person, first, item)[0]
        after = fusion.score_pairs(person.keep(~np.isin(person.items, cited)), first, item)[0]
        assert row["score"] == pytest.approx(before, rel=1e-5)
        assert row["fall_cited"] == pytest.approx(before - after, rel=1e-4)

    def test_attributes_of_a_person_are_deleted_too(self):
        """Cooks have two items and pilots two others; six flags that people fly at random say nothing."""
        jobs = np.eye(2)[np.arange(PEOPLE) % 2]
        flags = np.random.default_rng(2).random((PEOPLE, 6)) < 1 / 2
        held = np.hstack([jobs, flags]).astype(np.float32)
        histories = [[0, 1] if person % 2 == 0 else [2, 3] for person in range(PEOPLE)]
        profiles = people(histories, 4, demographics=sp.csr_array(held))
        profiles.names["demographics"] = ["job: cook", "job: pilot", *(f"flag {flag}" for flag in range(6))]
        data = training(profiles)
        fusion = Fusion(
            {"groups": FeatureRegression(regularization=1).fit(data)},
            blends_of({"groups": 1.0}),
            Support.of(data),
        )
        cold = TrainingData(profiles.without_history(), data.items)
        evidence = pd.concat(
            [
                part
                for _, part in recommend(
                    fusion, cold.profiles, data.items, ItemCards(list("abcd"), np.full(4, "en"), [[]] * 4),
                    None, 1, repeats=False, reason_language="en", reranking=ReRanking(5),
                )
            ]
        )  # fmt: skip
        first = evidence[evidence["named"]].drop_duplicates("user_id")["cited"]
        assert first.tolist() == ["job: cook", "job: pilot"] * (PEOPLE // 2)
        deletions = compare_deletions(fusion, cold, evidence, PEOPLE, 0)
        assert len(deletions) > PEOPLE / 2
        assert deletions["fall_cited"].mean() > 5 * deletions["fall_other"].abs().mean()

    def test_only_what_reasons_name_and_people_have_is_deleted(self):
        """The reason names the job; "kind: a" is of items, though the person has one of that name."""
        held = sp.csr_array(np.array([[1, 1, 1, 1, 1]], np.float32))
        profiles = people([[]], 2, demographics=held)
        profiles.names["demographics"] = ["job: pilot", "kind: a", "city: York", "age: any", "pet: cat"]
        data = training(profiles)
        fusion = Fusion({"popular": Popularity().fit(data)}, blends_of({"popular": 1.0}), Support.of(data))
        rows = [
            (1, "profile", "feature", "job: pilot", True),
            (1, "profile", "feature", "city: York", False),
            (1, "attributes", "feature", "kind: a", True),
            (2, "attributes", "feature", "kind: a", True),
        ]
        evidence = pd.DataFrame(rows, columns=["rank", "source", "kind", "cited", "named"]).assign(
            user_id=profiles.user_ids[0], item_id="i0"
        )
        deletions = compare_deletions(fusion, data, evidence, 1, 0)
        assert deletions["pieces"].tolist() == [1]
        assert deletions["rank"].tolist() == [1]
        assert summarise_deletions(deletions, evidence, 10, 0)["deletable"] == 1 / 2

    def test_the_summary_by_hand(self, found):
        """A rise is a movement as well, and the mean fall counts it against the others."""
        deletions = pd.DataFrame(
            {"score": [2.0, 1, 3], "fall_cited": [0.5, -0.1, 0.3], "fall_other": [-0.1, 0.2, 0.0]}
        )
        summary = summarise_deletions(deletions, found[2], 10, 0)
        assert summary["people"] == 3
        assert summary["fall_cited"] == pytest.approx(0.7 / 3)
        assert summary["fall_other"] == pytest.approx(0.1 / 3)
        assert summary["ratio"] == pytest.approx(3)
        assert summary["mattered_more"] == pytest.approx(2 / 3)

    def test_texts_of_a_person_are_deleted_too(self):
        """Everybody wrote of three things, and finds the items that read like them."""
        generator = np.random.default_rng(4)
        themes = np.eye(20, dtype=np.float32)
        written = [generator.permutation(20)[:3] for _ in range(PEOPLE)]
        table = pd.DataFrame(
            {
                "text_id": [f"t{row}" for row in range(3 * PEOPLE)],
                "user_id": np.repeat([f"u{user}" for user in range(PEOPLE)], 3),
                "contextual": [f"about {theme}" for themes_of in written for theme in themes_of],
            }
        )
        vectors = themes[np.concatenate(written)] * generator.uniform(0.5, 1.5, (3 * PEOPLE, 1))
        ids = table["text_id"].to_numpy(object)
        profiles = people([[]] * PEOPLE, 20)
        texts = OwnTexts.of(table, Embeddings(ids, vectors.astype(np.float32)), profiles.user_ids)
        told = replace(profiles, texts=texts, blocks={"text": texts.means(PEOPLE)})
        data = training(told, text=themes)
        models = {"own": TextMatch(dimensions=None).fit(data)}
        fusion = Fusion(models, blends_of({"own": 1.0}), Support.of(data))
        evidence = pd.concat(
            [
                part
                for _, part in recommend(
                    fusion, told, data.items, ItemCards([""] * 20, np.full(20, "en"), [[]] * 20),
                    None, 3, repeats=False, reason_language="en", reranking=ReRanking(5),
                )
            ]
        )  # fmt: skip
        named = evidence[evidence["named"]]
        assert (named["cited"] == "about " + named["item_id"].str[1:]).all()
        assert len(named) == 3 * PEOPLE
        deletions = compare_deletions(fusion, data, evidence, PEOPLE, 0)
        assert len(deletions) == PEOPLE
        np.testing.assert_allclose(deletions["fall_cited"], deletions["score"], rtol=1e-5)
        assert (deletions["fall_other"] < 0).all(), "what is left of the text is more like the item"

    def test_where_nothing_is_cited_nobody_is_compared(self):
        data = interests()
        fusion = Fusion({"popular": Popularity().fit(data)}, blends_of({"popular": 1.0}), Support.of(data))
        evidence = evidence_of(fusion, data)
        deletions = compare_deletions(fusion, data, evidence, PEOPLE, 0)
        summary = summarise_deletions(deletions, evidence, 100, 0)
        assert summary["people"] == 0
        assert summary["deletable"] == 0
        assert summary["ratio"] is None
