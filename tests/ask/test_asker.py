import re

import numpy as np
import pytest

from tesserec.errors import ConfigError

from .shop import TITLES, VECTORS, asker


@pytest.fixture(scope="module")
def shop():
    return asker()


class TestAsk:
    def test_words_find_what_the_vector_does_not(self, shop):
        # None of its letters is an a, b or c.
        listed = shop.ask("the hottest sun over sofe, hot")
        assert listed["title"][0] == "Hot Sauce"
        assert listed["reason"][0].startswith("Mentions “hot”")

    def test_meaning_finds_what_shares_no_word(self, shop):
        listed = shop.ask("bbb", count=2)
        assert set(listed["title"]) == {"Garden Rake", "Rake Handle"}
        assert listed["reason"].str.startswith("Close in meaning to what you asked for").all()

    def test_a_chinese_wish_is_answered_in_chinese_by_words_alone(self, shop):
        listed = shop.ask("安静的故事", count=3)
        assert listed["title"][0] == "夜车故事"
        assert re.match("提到了“(安静|故事)”、“(安静|故事)”", listed["reason"][0])
        assert listed["reason"].str.contains("[\u4e00-\u9fff]").all()

    def test_likes_lead_among_equals_and_are_not_listed(self, shop):
        alone = shop.ask("train", count=2)["title"].tolist()
        assert set(alone) == {"Night Train", "Quiet Train"}
        for liked, other in (("i0", "Quiet Train"), ("quiet train", "Night Train")):
            listed = shop.ask("train", likes=[liked])
            assert listed["title"][0] == other
            assert len(listed) == 5

    def test_likes_alone_are_answered_with_what_goes_with_them(self, shop):
        listed = shop.ask(likes=["i2"])
        assert listed["title"][0] == "Rake Handle"
        assert "Garden Rake" in listed["reason"][0]
        assert "asked" not in listed["reason"][0]

    def test_attributes_alone_are_answered_with_what_such_people_have(self, shop):
        assert shop.ask(attributes={"trade": "gardener"}, count=2)["item_id"].isin(["i2", "i3"]).all()
        assert shop.ask(attributes={"trade": "guard", "age": "31"})["item_id"][0] in {"i0", "i1"}

    def test_nothing_asked_is_answered_with_what_is_popular(self, shop):
        listed = shop.ask("  ")
        assert listed["title"][0] == "Hot Sauce"
        assert listed["rank"].tolist() == [1, 2, 3, 4, 5, 6]
        assert listed["score"].is_monotonic_decreasing
        assert listed["reason"][0] == "Popular with everyone."

    def test_the_likeness_of_all_items_of_a_language_is_no_reason(self):
        vectors = VECTORS.copy()
        vectors[4] = [1, 0, 0]  # the one Chinese item is as near to the question as the first, English one
        reasons = asker(vectors=vectors).ask("aaa").set_index("item_id")["reason"]
        assert reasons["i0"].startswith("Close in meaning")
        assert "meaning" not in reasons["i4"]

    def test_unknown_words_are_answered_with_what_is_popular(self, shop):
        assert shop.ask("zzz qqq")["title"].tolist() == shop.ask()["title"].tolist()

    def test_conditions_hold_and_their_columns_are_shown(self, shop):
        listed = shop.ask("train", where=["price<12", "category!=Kitchen"])
        assert listed["item_id"].tolist() == ["i0", "i3"]
        assert list(listed.columns) == ["rank", "item_id", "title", "price", "category", "score", "reason"]
        assert listed["price"].tolist() == [10, 5]

    def test_columns_that_are_called_like_those_of_the_answer_stand_beside_them(self):
        listed = asker(rank=[10, 20, 30, 40, 50, 60], score=[9, 8, 7, 6, 5, 4]).ask(
            "train", where=["rank<40", "score<9"]
        )
        assert list(listed.columns)[2:] == ["title", "item_rank", "item_score", "score", "reason"]
        assert listed["rank"].tolist() == [1, 2]
        assert dict(zip(listed["item_id"], listed["item_rank"], strict=True)) == {"i1": 20, "i2": 30}
        assert dict(zip(listed["item_id"], listed["item_score"], strict=True)) == {"i1": 8, "i2": 7}

    def test_conditions_that_nothing_fulfils_leave_an_empty_list(self, shop):
        listed = shop.ask("train", where=["price<1"])
        assert len(listed) == 0
        assert "reason" in listed.columns

    def test_this_is_the_one_liked_item(self, shop):
        assert set(shop.ask(likes=["i0"], where=["price<this"])["item_id"]) == {"i3", "i5"}
        with pytest.raises(ConfigError, match="exactly one"):
            shop.ask(likes=["i0", "i1"], where=["price<this"])

    def test_only_what_is_offered_is_listed(self):
        offered = np.array([True, False, False, True, False, False])
        assert set(asker(offered).ask("train")["item_id"]) == {"i0", "i3"}

    def test_a_question_leaves_no_trace(self, shop):
        before = shop.ask("train")
        shop.ask("rake", likes=["i2"], where=["price<10"])
        assert shop.ask("train").equals(before)

    @pytest.mark.parametrize(
        ("given", "part"),
        [
            ({"likes": ["i9"]}, "'i9'"),
            ({"attributes": {"job": "cook"}}, "attribute 'job' does not exist"),
            ({"attributes": {"trade": "cock"}}, "did you mean 'cook'"),
            ({"attributes": {"age": "old"}}, "cannot be 'old'"),
            ({"where": ["colour=red"]}, "column 'colour'"),
        ],
    )
    def test_what_does_not_fit_is_told(self, shop, given, part):
        with pytest.raises(ConfigError, match=part):
            shop.ask("train", **given)


class TestSimilar:
    def test_the_twin_comes_first_and_the_item_itself_is_not_listed(self, shop):
        twins = {"i0": "i1", "i1": "i0", "i2": "i3", "i3": "i2"}
        for item, twin in twins.items():
            listed = shop.similar(item)["item_id"].tolist()
            assert listed[0] == twin
            assert item not in listed

    def test_conditions_compare_with_the_item(self, shop):
        assert shop.similar("Garden Rake", where=["price<this"])["item_id"][0] == "i3"
        assert set(shop.similar("i2", where=["category!=this"])["item_id"]) == {"i0", "i1", "i4", "i5"}

    def test_an_unknown_item_is_told(self, shop):
        with pytest.raises(ConfigError, match="i2 \\(Garden Rake\\)"):
            shop.similar("Garden")


def test_items_must_be_those_of_the_training_data():
    assert asker().names.titles == TITLES
    with pytest.raises(ValueError, match="not those of the training data"):
        asker(item_id=["i1", "i0", "i2", "i3", "i4", "i5"])
