import threading

import numpy as np
import pytest

from tesserec.recommenders import ContentKernel, content, parallel
from tesserec.recommenders.likeness import all_likenesses
from tesserec.recommenders.parallel import AT_ONCE, work_in_blocks

from .planted import people, world


@pytest.mark.parametrize("count", [1, 2, 16])
@pytest.mark.parametrize("size", [0, 1, 3, 50])
def test_results_come_in_the_order_of_the_people(threads, count, size):
    threads(count)
    profiles = people([[user % 5] for user in range(size)], 5)
    results = list(work_in_blocks(lambda place, block: (place, block.user_ids), {}, profiles, "test"))
    assert [user for _, ids in results for user in ids] == list(profiles.user_ids)
    for place, ids in results:
        assert list(profiles.user_ids[place]) == list(ids)


def test_blocks_are_worked_on_side_by_side(threads):
    """Each of two blocks waits until the other has begun: one after the other they would never end."""
    threads(2)
    both = threading.Barrier(2, timeout=30)
    results = work_in_blocks(lambda _, block: both.wait() >= 0, {}, people([[0]] * 2, 5), "test")
    assert list(results) == [True, True]


def test_work_does_not_run_ahead_of_who_takes_the_results(threads, monkeypatch):
    monkeypatch.setattr(parallel, "block_size", lambda items: 1)
    threads(16)
    begun = []
    results = work_in_blocks(lambda place, _: begun.append(place), {}, people([[0]] * 40, 5), "test")
    next(results)
    assert len(begun) <= AT_ONCE + 1
    assert len(list(results)) == 39


def test_an_error_reaches_the_caller(threads):
    threads(2)

    def fail(place: slice, _) -> None:
        if place.start:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(work_in_blocks(fail, {}, people([[0]] * 4, 5), "test"))


def test_recommenders_are_prepared_once_before_blocks_are_scored(threads, monkeypatch):
    data = world()
    kernel = ContentKernel(block="text", dimensions=None).fit(data)
    expected = ContentKernel(block="text", dimensions=None).fit(data).score(data.profiles)
    computed = []

    def counted(*arguments):
        computed.append(threading.current_thread() is threading.main_thread())
        return all_likenesses(*arguments)

    monkeypatch.setattr(content, "all_likenesses", counted)
    threads(4)
    parts = work_in_blocks(
        lambda _, block: np.asarray(kernel.score(block)), {"kernel": kernel}, data.profiles, "test"
    )
    np.testing.assert_allclose(np.concatenate(list(parts)), expected, rtol=1e-6)
    assert computed == [True]
