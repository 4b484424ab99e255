from collections import Counter
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tesserec.errors import ConfigError
from tesserec.splits import SPLIT_METHODS, history, resolve_method, targets

from .planted import events, split

METHODS = [method for method in SPLIT_METHODS if method != "auto"]
NAN = float("nan")

tables = st.lists(
    st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("abcdef"), st.integers(0, 9)),
    min_size=8,
    max_size=40,
).map(lambda rows: events(*rows))


def try_split(table: pd.DataFrame, method: str, **options: object) -> pd.DataFrame:
    """Split, or tell hypothesis that the table is too small to be split."""
    try:
        return split(table, method, **options)
    except ConfigError:
        assume(False)
        raise


class TestEveryMethod:
    @pytest.mark.parametrize("method", METHODS)
    @settings(deadline=None, max_examples=12)
    @given(table=tables)
    def test_keeps_the_rows_and_no_target_is_history(self, method: str, table: pd.DataFrame) -> None:
        before = table.copy()
        divided = try_split(table, method)
        pd.testing.assert_frame_equal(table, before)
        pd.testing.assert_frame_equal(divided.drop(columns="split"), before)
        assert set(divided["split"]) == {"train", "valid", "test"}
        for stage in ("tuning", "testing"):
            seen = set(history(divided, stage)[["user_id", "item_id"]].itertuples(index=False, name=None))
            wanted = list(targets(divided, stage)[["user_id", "item_id"]].itertuples(index=False, name=None))
            assert wanted
            assert not seen & set(wanted)
            assert len(wanted) == len(set(wanted))

    @pytest.mark.parametrize("method", METHODS)
    @settings(deadline=None, max_examples=8)
    @given(table=tables, seed=st.integers(0, 2**31), shuffle=st.randoms(use_true_random=False))
    def test_depends_on_no_order_between_users(
        self, method: str, table: pd.DataFrame, seed: int, shuffle: Random
    ) -> None:
        divided = try_split(table, method, seed=seed)
        users = sorted(set(table["user_id"]))
        shuffle.shuffle(users)
        regrouped = pd.concat([table[table["user_id"] == user] for user in users])
        again = split(regrouped, method, seed=seed)
        pd.testing.assert_series_equal(again["split"].sort_index(), divided["split"])

    @pytest.mark.parametrize("method", METHODS)
    def test_shares_are_near_the_ratios(self, method: str) -> None:
        draws = np.random.default_rng(0)
        size = 20_000
        columns = draws.integers(0, 1000, size), draws.integers(0, 300, size), draws.integers(0, 10**6, size)
        table = events(*zip(*(column.astype(str) for column in columns), strict=True))
        share = split(table, method, folds=5)["split"].value_counts(normalize=True)
        expected = 0.05 if method == "leave_last_out" else 0.2
        assert share["test"] == pytest.approx(expected, abs=0.02)
        assert share["valid"] == pytest.approx(expected, abs=0.02)


class TestLeaveLastOut:
    def test_last_two_new_items_by_time(self) -> None:
        table = events(("u", "a", 3), ("u", "b", 1), ("u", "c", 2), ("u", "d", 0))
        assert split(table, "leave_last_out")["split"].tolist() == ["test", "train", "valid", "train"]

    def test_user_with_one_or_two_items(self) -> None:
        table = events(("u", "a", 1), ("u", "a", 2), ("v", "a", 1), ("v", "b", 2), *LONG)
        assert split(table, "leave_last_out")["split"].tolist()[:4] == ["train", "train", "train", "test"]

    def test_ties_go_by_row(self) -> None:
        table = events(("u", "c", 5), ("u", "a", 5), ("u", "b", 5))
        assert split(table, "leave_last_out")["split"].tolist() == ["train", "valid", "test"]
        assert split(table[::-1], "leave_last_out")["split"].tolist() == ["train", "valid", "test"]

    def test_view_then_purchase_is_one_pair_at_its_first_event(self) -> None:
        rows = [("u", "a", 1), ("u", "b", 2), ("u", "a", 3), ("u", "c", 4), ("u", "b", 5), ("u", "c", 6)]
        divided = split(events(*rows), "leave_last_out")
        # "b" is the second last new item, so the purchase of "a" after it is no history for it.
        assert divided["split"].tolist() == ["train", "valid", "valid", "test", "test", "test"]
        assert targets(divided, "tuning")["item_id"].tolist() == ["b"]
        assert targets(divided, "testing")["item_id"].tolist() == ["c"]


LONG = [("z", "a", 1), ("z", "b", 2), ("z", "c", 3)]


class TestGlobalTime:
    def test_cuts_at_quantiles(self) -> None:
        table = events(*(("u", f"i{number}", number) for number in range(10)))
        assert split(table, "global_time")["split"].tolist() == ["train"] * 6 + ["valid"] * 2 + ["test"] * 2

    def test_equal_times_stay_together(self) -> None:
        times = [0, 1, 2, 3, 3, 3, 4, 4, 4, 4]
        table = events(*(("u", f"i{number}", time) for number, time in enumerate(times)))
        divided = split(table, "global_time")
        assert (divided.groupby("timestamp")["split"].nunique() == 1).all()
        assert divided["split"].tolist() == ["train"] * 3 + ["valid"] * 3 + ["test"] * 4

    def test_repeated_item_after_the_cut_is_no_target(self) -> None:
        rows = [
            ("u", "a", 0),
            ("u", "b", 1),
            ("u", "c", 2),
            ("v", "d", 3),
            ("u", "e", 3),
            ("u", "a", 4),
            ("v", "f", 4),
        ]
        divided = split(events(*rows), "global_time", test_ratio=0.29, valid_ratio=0.29)
        assert targets(divided, "testing")[["user_id", "item_id"]].to_numpy().tolist() == [["v", "f"]]


class TestRandomRatio:
    def test_pairs_stay_whole_and_everybody_trains(self) -> None:
        rows = [(user, item, time) for user in "uvwxyz" for item in "abcde" for time in (1, 2)]
        divided = split(events(*rows), "random_ratio", test_ratio=0.4, valid_ratio=0.4)
        assert (divided.groupby(["user_id", "item_id"])["split"].nunique() == 1).all()
        assert divided.groupby("user_id")["split"].agg(lambda splits: "train" in set(splits)).all()
        assert Counter(divided["split"]) == {"train": 12, "valid": 24, "test": 24}

    def test_user_with_one_pair_only_trains(self) -> None:
        singles = [(f"s{number}", "a", 0) for number in range(50)]
        divided = split(events(*LONG, *singles), "random_ratio", test_ratio=0.4, valid_ratio=0.4)
        assert set(divided["split"][3:]) == {"train"}

    def test_seed_matters(self) -> None:
        table = events(*((user, item, 0) for user in "uvwxyz" for item in "abcde"))
        assert not split(table, "random_ratio", seed=1).equals(split(table, "random_ratio", seed=2))


class TestKFold:
    def test_each_pair_is_tested_once_and_validated_once(self) -> None:
        table = events(*((user, item, NAN) for user in "uvwxyz" for item in "abcde"))
        by_fold = pd.DataFrame({fold: split(table, "k_fold", fold=fold)["split"] for fold in range(3)})
        assert by_fold.apply(sorted, axis=1).tolist() == [["test", "train", "valid"]] * 30

    def test_users_are_dealt_evenly(self) -> None:
        table = events(*(("u", f"i{number}", NAN) for number in range(9)))
        assert Counter(split(table, "k_fold", fold=2)["split"]) == {"train": 3, "valid": 3, "test": 3}


class TestHeldOutWhole:
    @pytest.mark.parametrize(("method", "key"), [("cold_items", "item_id"), ("cold_users", "user_id")])
    def test_all_events_of_a_thing_are_in_one_split(self, method: str, key: str) -> None:
        rows = [(user, item, 0) for user in "uvwxy" for item in "abcde"]
        divided = split(events(*rows), method)
        assert (divided.groupby(key)["split"].nunique() == 1).all()
        assert divided.groupby(key)["split"].first().value_counts().to_dict() == {
            "train": 3,
            "valid": 1,
            "test": 1,
        }

    def test_the_choice_of_items_ignores_who_used_them(self) -> None:
        one = split(events(*(("u", item, 0) for item in "abcde")), "cold_items")
        two = split(events(*(("v", item, 9) for item in "edcba")), "cold_items")
        assert dict(zip(one["item_id"], one["split"], strict=True)) == dict(
            zip(two["item_id"], two["split"], strict=True)
        )


class TestAuto:
    @pytest.mark.parametrize(
        ("time", "candidates", "method"),
        [
            (1, [], "leave_last_out"),
            (NAN, [], "random_ratio"),
            (1, ["a", "new"], "cold_items"),
            (NAN, np.array(["new"]), "cold_items"),
            (1, ["a", "b", "new"], "leave_last_out"),
            (1, ["a", "a", "new", "new", "b"], "leave_last_out"),
        ],
    )
    def test_choice(self, time: float, candidates: list[str], method: str) -> None:
        table = events(("u", "a", time), ("u", "b", 1), ("u", "c", 1))
        assert resolve_method(table, "auto", candidates) == method

    def test_auto_equals_the_method_it_stands_for(self) -> None:
        table = events(*LONG, ("u", "a", 1))
        pd.testing.assert_frame_equal(split(table, "auto"), split(table, "leave_last_out"))


class TestRefusals:
    @pytest.mark.parametrize("method", ["leave_last_out", "global_time"])
    def test_unknown_times(self, method: str) -> None:
        with pytest.raises(ConfigError, match=r"1 of 4 have no timestamp.*random_ratio"):
            split(events(*LONG, ("u", "a", NAN)), method)

    @pytest.mark.parametrize("method", METHODS)
    def test_too_little(self, method: str) -> None:
        for table in (events(("u", "a", 1)), events()):
            with pytest.raises(ConfigError, match=f"{method} leaves nothing for .*: it needs"):
                split(table, method)

    def test_only_repetitions_after_the_cut(self) -> None:
        with pytest.raises(ConfigError, match="global_time leaves nothing for test of 4"):
            split(events(*LONG, ("z", "a", 4)), "global_time")

    @pytest.mark.parametrize(
        ("method", "options", "message"),
        [
            ("last", {}, "no split method 'last'.*leave_last_out"),
            ("k_fold", {"folds": 2}, "at least 3"),
            ("k_fold", {"fold": 3}, "from 0 to folds - 1"),
            ("random_ratio", {"test_ratio": 0.0}, "above 0"),
            ("cold_items", {"test_ratio": 0.5, "valid_ratio": 0.5}, "sum below 1"),
        ],
    )
    def test_numbers_that_cannot_be(self, method: str, options: dict[str, float], message: str) -> None:
        with pytest.raises(ConfigError, match=message):
            split(events(*LONG), method, **options)
