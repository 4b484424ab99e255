import subprocess
import sys
import time

import numpy as np
import pytest

from tesserec import costs
from tesserec.costs import Cost, Meter, add_cost, peak_memory, sum_pipelines

MIB_200 = 200 * 2**20
GIB_OF_200_MIB = MIB_200 / 2**30
CHILD = """
import time
held = b"1" * (200 * 2**20)
while time.process_time() < 0.5: pass
print("ready", flush=True)
input()
"""


def cost(seconds=1.0, peak=1.0, started="2026-01-01T00:00:00+00:00"):
    return Cost(started, seconds, 2 * seconds, peak)


class TestMeter:
    def test_sleep_takes_time_and_no_processor(self):
        meter = Meter()
        time.sleep(0.5)
        measured = meter.stop()
        assert 0.5 <= measured.seconds < 5
        assert measured.processor_seconds < 0.4

    def test_work_takes_the_processor(self):
        before = time.process_time()
        meter = Meter()
        while time.process_time() < before + 0.5:
            pass
        assert 0.4 <= meter.stop().processor_seconds < 2

    def test_memory_belongs_to_who_holds_it(self):
        def peak(size: int) -> float:
            meter = Meter()
            held = np.ones(size, dtype=np.int8)
            time.sleep(0.3)
            del held
            return meter.stop().peak_gib

        low, high, low_again = peak(1), peak(MIB_200), peak(1)
        assert high - low == pytest.approx(GIB_OF_200_MIB, abs=0.05)
        assert high - low_again == pytest.approx(GIB_OF_200_MIB, abs=0.05)

    @pytest.mark.parametrize(("records", "told"), [((1.0, 700.0), 700.0), ((700.0, 700.0), None)])
    def test_a_new_record_of_the_process_counts_and_an_old_one_does_not(self, records, told, monkeypatch):
        sampled = Meter().stop().peak_gib
        monkeypatch.setattr(costs, "peak_memory", iter(records).__next__)
        assert Meter().stop().peak_gib == pytest.approx(told or sampled, abs=0.05)

    def test_children_count(self):
        alone = Meter().stop()
        meter = Meter()
        with subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout.readline() == "ready\n"
            measured = meter.stop()
            child.communicate("\n")
        assert measured.peak_gib - alone.peak_gib > 0.9 * GIB_OF_200_MIB
        assert measured.processor_seconds > 0.4

    def test_what_children_did_before_does_not_count(self):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            child.stdout.readline()
            measured = Meter().stop()
            child.communicate("\n")
        assert measured.processor_seconds < 0.3


def test_peak_memory_is_at_least_what_was_just_held():
    held = np.ones(300 * 2**20, dtype=np.int8)
    assert len(held) / 2**30 < peak_memory() < 200


class TestDocument:
    def test_times_add_up_and_of_peaks_the_highest_counts(self):
        added = add_cost({}, "a.one", "a", "r1", cost(1.5, peak=3.0, started="2026-01-01T00:00:02+00:00"))
        added = add_cost(added, "b.two", "b", "r1", cost(8.0))
        added = add_cost(
            added, "a.three", "a", "r1", cost(0.25, peak=2.0, started="2026-01-01T00:00:01+00:00")
        )
        assert added["pipelines"]["a"] == {
            "nodes": 2,
            "started": "2026-01-01T00:00:01+00:00",
            "seconds": 1.75,
            "processor_seconds": 3.5,
            "peak_gib": 3.0,
        }
        assert list(added["pipelines"]) == ["b", "a"]

    def test_a_node_that_runs_again_replaces_itself_alone(self):
        first = add_cost(add_cost({}, "a.one", "a", "r1", cost(1.0)), "a.two", "a", "r1", cost(2.0))
        second = add_cost(first, "a.two", "a", "r2", cost(5.0))
        assert {name: (entry["run"], entry["seconds"]) for name, entry in second["nodes"].items()} == {
            "a.one": ("r1", 1.0),
            "a.two": ("r2", 5.0),
        }
        assert second["pipelines"]["a"]["seconds"] == 6.0
        assert first["nodes"]["a.two"]["seconds"] == 2.0

    def test_nothing(self):
        assert sum_pipelines({}) == {}
