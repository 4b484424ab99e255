"""What the parts of a run cost: time, processor time and memory."""

import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from time import perf_counter
from typing import Any

import psutil

if sys.platform != "win32":
    import resource

GIB = 2**30
INTERVAL = 0.05  # seconds
# Finding child processes takes milliseconds, as the table of all processes is read: every so many samples.
THOROUGH_EVERY = 20


@dataclass(frozen=True)
class Cost:
    """What a part of a run cost.

    Args:
        started: When, in UTC, as an ISO date.
        seconds: Time on the wall.
        processor_seconds: Time of all cores together, in the user's code and in the system's.
        peak_gib: The most memory held at once, in GiB, what earlier parts left behind included.
    """

    started: str
    seconds: float
    processor_seconds: float
    peak_gib: float


class Meter:
    """Measures this process and its children from when it is made until it is stopped.

    A thread looks every 50 ms. What is held for less can escape it, unless it is a new record of the process,
    of which the system tells. Children that live for less than a second escape too, and so does work of other
    processes, such as those of a Ray cluster elsewhere. Memory that processes share counts for each of them.
    """

    def __init__(self) -> None:
        self._started, self._clock = datetime.now(UTC), perf_counter()
        self._processes = [psutil.Process()]
        self._processor: dict[int, float] = {}  # seconds of each process when it was last seen
        self._peak = 0
        self._record = peak_memory()
        self._sample(thorough=True)
        self._before = dict(self._processor)
        self._done = Event()
        self._thread = Thread(target=self._watch, name="meter", daemon=True)
        self._thread.start()

    def stop(self) -> Cost:
        """Return what was measured."""
        seconds = perf_counter() - self._clock
        self._done.set()
        self._thread.join()
        self._sample(thorough=True)
        peak, record = self._peak / GIB, peak_memory()
        return Cost(
            started=self._started.isoformat(timespec="seconds"),
            seconds=seconds,
            processor_seconds=sum(self._processor.values()) - sum(self._before.values()),
            peak_gib=max(peak, record) if record > self._record else peak,
        )

    def _watch(self) -> None:
        samples = 0
        while not self._done.wait(INTERVAL):
            samples += 1
            self._sample(thorough=samples % THOROUGH_EVERY == 0)

    def _sample(self, *, thorough: bool) -> None:
        own = self._processes[0]
        if thorough:
            self._processes = [own, *own.children(recursive=True)]
        held = 0
        for process in self._processes:
            try:
                held += process.memory_info().rss
                if thorough:
                    times = process.cpu_times()
                    self._processor[process.pid] = times.user + times.system
            except psutil.Error:  # it has ended
                continue
        self._peak = max(self._peak, held)


def peak_memory() -> float:
    """Return the most memory that this process has held, in GiB; NaN where the system does not tell."""
    if sys.platform == "win32":
        return math.nan
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (GIB if sys.platform == "darwin" else 2**20)


def add_cost(costs: Mapping[str, Any], node: str, pipeline: str, run: str, cost: Cost) -> dict[str, Any]:
    """Return the document of all costs with those of one more node, in place of what it cost before.

    Args:
        costs: `{"nodes": {node: {"pipeline", "run", "started", "seconds", "processor_seconds", "peak_gib"}},
            "pipelines": ...}`, or nothing. Nodes may come from several runs.
        node: Its name.
        pipeline: To which it belongs.
        run: Which run this was.
        cost: What it cost.

    Returns:
        The same, with `sum_pipelines` of all nodes.
    """
    nodes = {**costs.get("nodes", {}), node: {"pipeline": pipeline, "run": run, **asdict(cost)}}
    return {"nodes": nodes, "pipelines": sum_pipelines(nodes)}


def sum_pipelines(nodes: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what each pipeline cost: times are sums over its nodes, the peak is the highest of them.

    Args:
        nodes: See `add_cost`.

    Returns:
        `{pipeline: {"nodes", "started", "seconds", "processor_seconds", "peak_gib"}}`, in the order in which
        they started.
    """
    by_pipeline: dict[str, list[Mapping[str, Any]]] = {}
    for entry in sorted(nodes.values(), key=lambda entry: entry["started"]):
        by_pipeline.setdefault(entry["pipeline"], []).append(entry)
    return {
        pipeline: {
            "nodes": len(own),
            "started": own[0]["started"],
            "seconds": sum(entry["seconds"] for entry in own),
            "processor_seconds": sum(entry["processor_seconds"] for entry in own),
            "peak_gib": max(entry["peak_gib"] for entry in own),
        }
        for pipeline, own in by_pipeline.items()
    }
