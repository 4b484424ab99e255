import numpy as np
import pandas as pd
import pytest

from tesserec.splits import resolve_method
from tesserec.splits.clock import can_be_cut

PEOPLE, EVENTS = 150, 12


def log(times: np.ndarray) -> pd.DataFrame:
    """(people, events) times as a table."""
    users = np.repeat([f"u{user}" for user in range(len(times))], times.shape[1])
    items = [f"i{place}" for place in range(times.size)]
    return pd.DataFrame({"user_id": users, "item_id": items, "timestamp": times.ravel().astype(float)})


def returning(people: int = PEOPLE) -> np.ndarray:
    """Everybody does something all the time."""
    return np.sort(np.random.default_rng(0).uniform(0, 1000, (people, EVENTS)), axis=1)


def passing() -> np.ndarray:
    """Everybody comes once, on a day of their own."""
    return np.arange(PEOPLE)[:, None] * 10 + np.sort(
        np.random.default_rng(0).random((PEOPLE, EVENTS)), axis=1
    )


def places() -> np.ndarray:
    """The n-th event of everybody has time n."""
    return np.tile(np.arange(EVENTS), (PEOPLE, 1))


@pytest.mark.parametrize(
    ("times", "expected"),
    [(returning(), True), (passing(), False), (places(), False), (returning(60), False)],
    ids=["returning", "passing", "places in a sequence", "too few"],
)
def test_a_shared_clock_and_people_who_come_back(times, expected):
    table = log(times)
    assert can_be_cut(table) == expected
    assert resolve_method(table, "auto", []) == ("global_time" if expected else "leave_last_out")


def test_the_order_of_rows_does_not_matter():
    table = log(returning())
    assert can_be_cut(table.sample(frac=1, random_state=0))


def test_an_empty_log_cannot_be_cut():
    assert not can_be_cut(log(np.zeros((0, 3))))
