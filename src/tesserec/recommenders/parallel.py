"""Work on people in blocks, several blocks at once."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from tesserec.recommenders.base import Recommender
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import block_size

Result = TypeVar("Result")
# Blocks at once, at most: each takes the memory of its scores.
AT_ONCE = 4


def work_in_blocks(
    work: Callable[[slice, Profiles], Result],
    recommenders: Mapping[str, Recommender],
    profiles: Profiles,
    task: str,
) -> Iterator[Result]:
    """Let recommenders work on blocks of people, and yield the results in the order of the people.

    Most of what is done to a block runs on one core, whatever the libraries do with the others. So as many
    blocks are worked on at once as torch uses threads (all cores, or `OMP_NUM_THREADS`), up to `AT_ONCE`;
    they share the threads out among them. The results do not depend on it. What is gained is measured by
    `tests/benchmarks/bench_lists.py`.

    Args:
        work: Gets the place of a block among all people, and the block. It must not change what other calls
            read.
        recommenders: Those who do it, who are prepared before.
        profiles: The people.
        task: What the progress bar says.
    """
    threads = torch.get_num_threads()
    at_once = min(threads, AT_ONCE)
    size = max(1, min(block_size(profiles.n_items), -(-len(profiles) // at_once)))
    each = max(1, threads // at_once)
    if len(profiles):
        for recommender in recommenders.values():
            recommender.prepare()
    waiting: deque[tuple[int, Future[Result]]] = deque()
    with (
        tqdm(total=len(profiles), desc=task, unit="user") as progress,
        # The limit holds for the libraries of linear algebra as a whole, and for OpenMP in each thread.
        threadpool_limits(each),
        ThreadPoolExecutor(at_once, initializer=threadpool_limits, initargs=(each,)) as pool,
    ):

        def finished() -> Result:
            people, future = waiting.popleft()
            result = future.result()
            progress.update(people)
            return result

        for place, block in profiles.in_blocks(size):
            waiting.append((len(block), pool.submit(work, place, block)))
            if len(waiting) > at_once:
                yield finished()
        while waiting:
            yield finished()
