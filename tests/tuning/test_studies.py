"""Trials on disk, and searches that are killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import optuna
import pytest
from optuna.distributions import FloatDistribution

from tesserec.catalog import StudiesDataset
from tesserec.errors import ConfigError
from tesserec.tuning import Studies, Trial, search, studies

TRIALS = 16
RUN = """
import time
from pathlib import Path
import numpy as np
from optuna.distributions import FloatDistribution
from tesserec.tuning import Studies, Trial, search

def judge(options):
    for fold in range(3):
        time.sleep({seconds})
        yield -np.full(4, (options["x"] - 2) ** 2)

studies = Studies(Path({path!r}))
earlier = studies.trials("ease-1")
space = {{"x": FloatDistribution(0.1, 9.0, log=True)}}
print("ready", flush=True)
for trial in search(space, {{"x": 8.0}}, judge, earlier, folds=3, trials={trials}, seed=0):
    studies.append(Trial("ease-1", trial))
"""


def start(path: Path, seconds: float) -> subprocess.Popen:
    code = RUN.format(path=str(path), seconds=seconds, trials=TRIALS)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


def stored(path: Path) -> list[tuple]:
    trials = Studies(path).trials("ease-1")
    return [(trial.number, trial.state.name, trial.params, trial.value) for trial in trials]


def written(path: Path) -> int:
    """The number of trials in the file, without Optuna, which would make tables of its own."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT COUNT(*) FROM trials").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_searches_that_are_killed_and_continued_make_the_trials_of_one_that_was_not(tmp_path):
    undisturbed = start(tmp_path / "whole.db", 0)
    counts = []
    for _ in range(2):
        already = written(tmp_path / "killed.db")
        run = start(tmp_path / "killed.db", 0.08)
        assert run.stdout.readline() == b"ready\n"
        while written(tmp_path / "killed.db") < already + 3 and run.poll() is None:
            time.sleep(0.01)
        os.kill(run.pid, signal.SIGKILL)
        assert run.wait(10) == -signal.SIGKILL
        counts.append(written(tmp_path / "killed.db"))
    assert 3 <= counts[0] < counts[1] < TRIALS
    assert start(tmp_path / "killed.db", 0).wait(60) == 0
    assert undisturbed.wait(60) == 0
    assert stored(tmp_path / "killed.db") == stored(tmp_path / "whole.db")
    assert [number for number, *_ in stored(tmp_path / "killed.db")] == list(range(TRIALS))


def made(name: str, values: list[float]) -> list[Trial]:
    """Trials whose value is that of the option `x`; the option `y` says nothing."""
    space = {"x": FloatDistribution(0, 9), "y": FloatDistribution(0, 9)}
    return [
        Trial(
            name, optuna.trial.create_trial(value=value, params={"x": value, "y": 1.0}, distributions=space)
        )
        for value in values
    ]


class TestStudies:
    def test_nothing_is_there_and_nothing_is_made_by_looking(self, tmp_path):
        assert Studies(tmp_path / "none.db").names() == []
        assert Studies(tmp_path / "none.db").trials("ease-1") == []
        assert list(tmp_path.iterdir()) == []

    def test_trials_come_back_in_their_order_and_by_their_study(self, tmp_path):
        dataset = StudiesDataset(filepath=str(tmp_path / "deep" / "tuning.db"))
        assert not dataset.exists()
        for trial in [*made("ease-1", [3.0, 1.0]), *made("als-1", [5.0]), *made("ease-1", [2.0])]:
            dataset.save(trial)
        assert dataset.exists()
        found = dataset.load()
        assert sorted(found.names()) == ["als-1", "ease-1"]
        assert [trial.value for trial in found.trials("ease-1")] == [3.0, 1.0, 2.0]
        assert [trial.number for trial in found.trials("ease-1")] == [0, 1, 2]

    def test_optuna_itself_reads_them(self, tmp_path):
        Studies(tmp_path / "tuning.db").append(*made("ease-1", [3.0]))
        study = optuna.load_study(study_name="ease-1", storage=f"sqlite:///{tmp_path}/tuning.db")
        assert study.best_value == 3.0

    def test_what_decides_matters_and_what_is_always_the_same_does_not(self, tmp_path):
        found = Studies(tmp_path / "tuning.db")
        for trial in made("ease-1", [0.5 * step for step in range(16)]):
            found.append(trial)
        importances = found.importances("ease-1")
        assert importances["x"] == pytest.approx(1)
        assert importances["y"] == pytest.approx(0)

    def test_of_one_value_nothing_can_be_told(self, tmp_path):
        found = Studies(tmp_path / "tuning.db")
        for trial in made("ease-1", [1.0, 1.0]):
            found.append(trial)
        assert found.importances("ease-1") == {}


def test_without_optuna_one_sentence_says_how_to_get_it(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(studies, "import_module", missing)
    with pytest.raises(ConfigError, match=r"pip install -e .\.\[tuning\]"):
        list(search({}, {}, lambda options: iter([]), [], folds=1, trials=1, seed=0))
