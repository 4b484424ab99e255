import re

import numpy as np
import pandas as pd
import pytest

from tesserec.recommenders import ContentKernel, Fusion, ItemKnn, Popularity, parallel
from tesserec.recommenders.cards import ItemCards
from tesserec.recommenders.lists import recommend
from tesserec.recommenders.ranking import tie_order
from tesserec.recommenders.support import Support
from tesserec.reranking import ReRanking

from .blends import blends_of
from .planted import ITEMS, world

DATA = world()
MODELS = {
    "knn": ItemKnn(shrinkage=1).fit(DATA),
    "text": ContentKernel(dimensions=3).fit(DATA),
    "popular": Popularity().fit(DATA),
}
BLENDS = blends_of({"knn": 0.5, "text": 0.4, "popular": 0.1}, {"popular": 1.0})
FUSION = Fusion(MODELS, BLENDS, Support.of(DATA))
TITLES = [f"title {item}" for item in range(ITEMS)]


def parts(**options) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lists and the evidence."""
    settings = {
        "candidates": None,
        "list_length": 5,
        "repeats": False,
        "reason_language": "en",
        "reranking": ReRanking(depth=5),
    } | options
    languages = settings.pop("languages", np.array(["en"] * ITEMS))
    cards = ItemCards(TITLES, languages, [[]] * ITEMS)
    lists, evidence = zip(*recommend(FUSION, DATA.profiles, DATA.items, cards, **settings), strict=True)
    return pd.concat(lists, ignore_index=True), pd.concat(evidence, ignore_index=True)


def recommended(**options) -> pd.DataFrame:
    return parts(**options)[0]


def pairs(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["user_id"], table["item_id"], strict=True))


@pytest.fixture(scope="module")
def owned() -> set[tuple[str, str]]:
    profiles = DATA.profiles
    return {(f"u{user}", f"i{item}") for user, item in zip(profiles.rows, profiles.items, strict=True)}


def test_everybody_gets_ranks_from_one_by_falling_score():
    table = recommended()
    assert list(table.columns) == ["user_id", "item_id", "rank", "score", "reason"]
    assert table["user_id"].nunique() == 30
    for _, of_user in table.groupby("user_id"):
        assert of_user["rank"].tolist() == [1, 2, 3, 4, 5]
        assert of_user["score"].is_monotonic_decreasing
        assert of_user["item_id"].is_unique
    assert table["reason"].str.endswith(".").all()


def test_nobody_is_shown_what_they_have(owned):
    assert not pairs(recommended(list_length=ITEMS)) & owned


def test_repeats_are_allowed_on_request(owned):
    assert pairs(recommended(list_length=ITEMS, repeats=True)) >= owned


def test_filters_act_before_the_lists_are_made_so_that_these_stay_full():
    table = recommended(reranking=ReRanking(5, passing=np.arange(ITEMS) >= 6))
    assert not set(table["item_id"]) & {f"i{item}" for item in range(6)}
    assert (table.groupby("user_id").size() == 5).all()


def test_a_reason_stays_with_its_item_when_lists_are_reordered():
    plain = recommended().set_index(["user_id", "item_id"])
    damping = np.linspace(0, 2, ITEMS, dtype=np.float32)
    changed = recommended(reranking=ReRanking(8, damping=damping)).set_index(["user_id", "item_id"])
    both = plain.join(changed.add_suffix("_changed"), how="inner")
    assert (both["rank"] != both["rank_changed"]).any()
    assert (both["reason"] == both["reason_changed"]).all()
    np.testing.assert_allclose(both["score"], both["score_changed"], rtol=1e-5)


def test_only_candidates_are_shown_and_a_short_supply_gives_short_lists(owned):
    table = recommended(candidates=np.array([2, 9]))
    assert set(table["item_id"]) == {"i2", "i9"}
    assert pairs(table) == {(f"u{u}", i) for u in range(30) for i in ("i2", "i9")} - owned


def test_blocks_of_people_do_not_show(monkeypatch):
    whole = recommended()
    monkeypatch.setattr(parallel, "block_size", lambda items: 4)
    blocks = recommended()
    pd.testing.assert_frame_equal(blocks, whole, rtol=1e-4)


def test_people_without_a_history_get_what_is_popular():
    table = recommended()
    counts = np.bincount(DATA.profiles.liked().items, minlength=ITEMS)
    best = [f"i{item}" for item in np.lexsort((tie_order(ITEMS), -counts))[:5]]
    of_newcomer = table[table["user_id"] == "u1"]
    assert of_newcomer["item_id"].tolist() == best
    assert set(of_newcomer["reason"]) == {"Popular with everyone."}


def test_auto_speaks_the_language_of_most_of_a_persons_items():
    """The first taste is Chinese, the second English; person 1 has nothing but English popular items."""
    languages = np.array(["zh"] * 7 + ["en"] * 9)
    table = recommended(languages=languages, reason_language="auto")
    chinese = table.groupby("user_id")["reason"].agg(lambda texts: texts.str.endswith("。").all())
    assert chinese[[f"u{user}" for user in range(0, 30, 2)]].all()
    assert not chinese[[f"u{user}" for user in range(3, 30, 2)]].any()


def test_a_language_can_be_demanded():
    assert recommended(reason_language="zh")["reason"].str.endswith("。").all()


@pytest.fixture(scope="module")
def both() -> tuple[pd.DataFrame, pd.DataFrame]:
    return parts()


class TestEvidence:
    def test_the_shares_of_every_recommendation_sum_to_one(self, both):
        lists, evidence = both
        key = ["user_id", "item_id", "rank"]
        total = evidence.groupby(key)["share"].sum()
        assert len(total) == len(lists)
        np.testing.assert_allclose(total, 1, rtol=1e-5)
        assert (evidence["share"] >= 0).all()

    def test_what_is_cited_of_a_history_stands_in_it(self, both, owned):
        items = both[1].query("kind == 'item'")
        assert len(items)
        assert set(zip(items["user_id"], items["cited"], strict=True)) <= owned

    def test_a_reason_quotes_what_is_named_and_nothing_else(self, both):
        lists, evidence = both
        items = evidence.query("kind == 'item'")
        named = items[items["named"]].groupby(["user_id", "item_id"])["cited"].agg(set)
        for row in lists.itertuples():
            quoted = {f"i{number}" for number in re.findall(r"“title (\d+)”", row.reason)}
            assert quoted == named.get((row.user_id, row.item_id), set())
