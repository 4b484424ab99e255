import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError
from tesserec.evaluation.folds import by_person, make_folds
from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import TrainingData, build_profiles
from tesserec.splits import history, targets

PEOPLE, ITEMS, VALID, TEST = 30, 40, 60.0, 90.0
PROTOCOL = {"split": {"method": "global_time"}, "relevance": {"threshold": None}}


@pytest.fixture
def log() -> pd.DataFrame:
    """Everybody acts at random moments from 0 to 120, some of them several times on an item."""
    generator = np.random.default_rng(3)
    rows = {
        "user_id": [f"u{user}" for user in generator.integers(PEOPLE, size=600)],
        "item_id": [f"i{item}" for item in generator.integers(ITEMS, size=600)],
        "event": "click",
        "value": np.nan,
        "timestamp": generator.integers(120, size=600).astype(float),
        "weight": 1.0,
    }
    table = pd.DataFrame(rows).sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)
    split = np.select([table["timestamp"] >= TEST, table["timestamp"] >= VALID], ["test", "valid"], "train")
    return table.assign(split=split)


def data_of(log: pd.DataFrame) -> TrainingData:
    users = FeatureBlocks(np.array([f"u{user}" for user in range(PEOPLE + 1)], dtype=object), {}, {})
    items = np.array([f"i{item}" for item in range(ITEMS)], dtype=object)
    blocks = FeatureBlocks(items, {"text": np.eye(ITEMS, dtype=np.float32)}, {})
    return TrainingData(build_profiles(history(log, "tuning"), items, users), blocks)


def folds_of(log: pd.DataFrame, method: str, count: int = 3, protocol: dict = PROTOCOL, people: int = 99):
    given = {"method": method, "count": count, "people": people, "seed": 0}
    return make_folds(data_of(log), log, [], protocol, **given)


def pairs(profiles, matrix=None) -> set[tuple[str, str]]:
    """The user and item ids of histories, or of targets."""
    matrix = profiles.seen() if matrix is None else matrix
    rows, columns = matrix.nonzero()
    return {(profiles.user_ids[row], f"i{column}") for row, column in zip(rows, columns, strict=True)}


def wanted(fold) -> set[tuple[str, str]]:
    return pairs(fold.task.profiles, fold.task.targets)


def listed(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["user_id"], table["item_id"], strict=True))


@pytest.mark.parametrize("method", ["users", "time"])
class TestBothMethods:
    def test_every_validation_target_is_held_out_once_and_nothing_else_is(self, log, method):
        found = [wanted(fold) for fold in folds_of(log, method)]
        assert set().union(*found) == listed(targets(log, "tuning"))
        assert sum(map(len, found)) == len(targets(log, "tuning"))

    def test_what_is_held_out_is_in_no_history_of_its_fold(self, log, method):
        for fold in folds_of(log, method):
            assert not wanted(fold) & pairs(fold.task.profiles)
            assert not wanted(fold) & pairs(fold.data.profiles)

    def test_test_events_change_nothing(self, log, method):
        garbage = log.copy()
        rows = garbage["split"] == "test"
        garbage.loc[rows, "item_id"] = "i0"
        garbage.loc[rows, "timestamp"] = 0.0
        assert [fold.digest() for fold in folds_of(garbage, method)] == [
            fold.digest() for fold in folds_of(log, method)
        ]

    def test_the_digest_tells_of_any_other_change(self, log, method):
        before = {fold.digest() for fold in folds_of(log, method)}
        other = log.copy()
        place = other.index[other["split"] == "train"][7]
        other.loc[place, "item_id"] = "i1" if other.loc[place, "item_id"] != "i1" else "i2"
        # Whose history it is is judged in one fold, and learned from in all others.
        assert not before & {fold.digest() for fold in folds_of(other, method)}
        assert not before & {fold.digest() for fold in folds_of(log, method, count=2)}
        assert len(before) == 3

    def test_few_people_are_judged_where_few_are_asked_for(self, log, method):
        lengths = [len(fold.task.profiles) for fold in folds_of(log, method, people=6)]
        assert lengths == ([2, 2, 2] if method == "users" else [6, 6, 6])

    def test_too_few_targets_are_refused(self, log, method):
        few = log[(log["split"] != "valid") | (np.arange(len(log)) == log.index[log["split"] == "valid"][0])]
        with pytest.raises(ConfigError, match=r"lower tuning\.folds\.count"):
            folds_of(few.reset_index(drop=True), method)


class TestUsers:
    def test_everybody_is_judged_once_by_models_of_all_others(self, log):
        folds = folds_of(log, "users")
        judged = [set(fold.task.profiles.user_ids) for fold in folds]
        assert sorted(name for people in judged for name in people) == sorted(
            targets(log, "tuning")["user_id"].unique()
        )
        everybody = set(data_of(log).profiles.user_ids)
        assert [set(fold.data.profiles.user_ids) for fold in folds] == [
            everybody - people for people in judged
        ]

    def test_histories_are_those_of_the_training_split(self, log):
        trained = listed(log[log["split"] == "train"])
        for fold in folds_of(log, "users"):
            assert pairs(fold.task.profiles) | pairs(fold.data.profiles) <= trained


class TestTime:
    def test_windows_follow_one_another_and_see_all_that_came_before(self, log):
        folds = folds_of(log, "time")
        seen = log[log["split"] != "test"]
        past = [pairs(fold.data.profiles) for fold in folds]
        assert past[0] == listed(seen[seen["timestamp"] < VALID])
        # The moment at which each window begins, by its history alone.
        starts = [
            next(cut for cut in range(120, 0, -1) if listed(seen[seen["timestamp"] < cut]) == one)
            for one in past
        ]
        assert starts[0] == VALID < starts[1] < starts[2] < TEST
        for fold, start, end in zip(folds, starts, [*starts[1:], TEST], strict=True):
            inside = listed(seen[(seen["timestamp"] >= start) & (seen["timestamp"] < end)])
            assert wanted(fold) == inside - listed(seen[seen["timestamp"] < start])

    def test_windows_have_about_equally_many_events(self, log):
        counts = [len(wanted(fold)) for fold in folds_of(log, "time")]
        assert max(counts) < 1.4 * min(counts)

    def test_events_of_one_moment_stay_together(self, log):
        log.loc[log["split"] == "valid", "timestamp"] = np.where(
            log.loc[log["split"] == "valid", "timestamp"] < 65, 61.0, 62.0
        )
        log = log.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)
        assert len(folds_of(log, "time")) == 2

    def test_auto_takes_it_where_the_split_cuts_time(self, log):
        assert [fold.digest() for fold in folds_of(log, "auto")] == [
            fold.digest() for fold in folds_of(log, "time")
        ]

    def test_without_such_a_split_it_is_refused_and_auto_takes_users(self, log):
        other = PROTOCOL | {"split": {"method": "leave_last_out"}}
        with pytest.raises(ConfigError, match=r"is leave_last_out: choose users or auto"):
            folds_of(log, "time", protocol=other)
        assert [fold.digest() for fold in folds_of(log, "auto", protocol=other)] == [
            fold.digest() for fold in folds_of(log, "users")
        ]


def test_who_is_judged_in_several_folds_counts_once(log):
    folds = folds_of(log, "time", count=2)
    values = [np.zeros(len(folds[0].task.profiles)), np.ones(len(folds[1].task.profiles))]
    first, second = (set(fold.task.profiles.user_ids) for fold in folds)
    expected = [
        {(True, False): 0.0, (False, True): 1.0, (True, True): 0.5}[name in first, name in second]
        for name in sorted(first | second)
    ]
    assert first & second and first ^ second
    assert by_person(folds, values).tolist() == expected
