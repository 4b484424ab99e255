import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tesserec.tables.cores import in_core

EVENTS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), max_size=25)


def core(events, users, items):
    frame = pd.DataFrame(events, columns=["user", "item"], dtype="str")
    return in_core(frame["user"], frame["item"], minimum_user_events=users, minimum_item_events=items)


def test_dropping_an_item_can_drop_its_user():
    # z has one event; without it d has one event left, too few, and then y has too few as well.
    events = [("a", "w"), ("a", "x"), ("b", "w"), ("b", "x"), ("d", "y"), ("d", "z"), ("a", "y")]

    assert core(events, 2, 2).tolist() == [True, True, True, True, False, False, False]


def test_zero_keeps_everything():
    assert core([("a", "w"), ("b", "x")], 0, 0).all()


@given(EVENTS, st.integers(0, 3), st.integers(0, 3))
def test_equals_repeated_counting(events, users, items):
    kept = list(range(len(events)))
    while True:
        enough = [
            n
            for n in kept
            if sum(events[m][0] == events[n][0] for m in kept) >= users
            and sum(events[m][1] == events[n][1] for m in kept) >= items
        ]
        if enough == kept:
            break
        kept = enough

    assert core(events, users, items).nonzero()[0].tolist() == kept
