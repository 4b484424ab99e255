import json
import shutil
import threading
import time
from collections.abc import Iterator

import mlflow
import numpy as np
import pytest
from kedro.framework.hooks.manager import _create_hook_manager, _register_hooks
from kedro.io import AbstractDataset, DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner, ThreadRunner

from tesserec.catalog.documents import DocumentDataset
from tesserec.errors import DataError
from tesserec.hooks import CostHooks
from tesserec.hooks import costs as cost_hooks

NAP = 0.3


def sleep(given: int) -> int:
    time.sleep(NAP)
    return given


def hold(given: int) -> int:
    held = np.ones(200 * 2**20, dtype=np.int8)
    time.sleep(0.2)
    return int(held[given])


def generate(given: int) -> Iterator[int]:
    for _ in range(3):
        time.sleep(0.1)
        yield given


def look(costs: dict, given: int) -> dict:
    return costs


def check(start: int, given: int) -> int:
    if start:
        raise DataError("no usable row")
    return given


class Slow(AbstractDataset):
    """Takes its time to be read."""

    def load(self) -> int:
        time.sleep(NAP)
        return 0

    def save(self, data: int) -> None: ...

    def _describe(self) -> dict:
        return {}


SLEEP = Node(sleep, "start", "slept", name="sleep", namespace="first")
HOLD = Node(hold, "slept", "held", name="hold", namespace="second")
GENERATE = Node(generate, "held", "chunk", name="generate", namespace="second")
LOAD = Node(lambda given: given, "slow", "loaded", name="load", namespace="second")
LOOK = Node(look, ["stage_costs", "chunk"], "seen", name="look", namespace="third")
CHECK = Node(check, ["start", "held"], "checked", name="check", namespace="first")


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """All nodes belong to the project."""
    nodes = [SLEEP, HOLD, GENERATE, LOAD, LOOK, CHECK]
    monkeypatch.setattr(cost_hooks, "pipelines", {"__default__": Pipeline(nodes)})


@pytest.fixture
def run(tmp_path):
    """Run nodes as a session does; gives what is on disk afterwards, and what `look` saw."""
    hooks = CostHooks()
    manager = _create_hook_manager()
    _register_hooks(manager, (hooks,))

    def go(
        *nodes: Node, start: int = 0, run_id: str = "r1", runner=SequentialRunner
    ) -> tuple[dict, dict | None]:
        path = tmp_path / "08_reporting" / "stage_costs.json"
        memory = {name: MemoryDataset(start) for name in ("start", "slept", "held", "chunk")}
        costs = {"stage_costs": DocumentDataset(filepath=str(path))}
        catalog = DataCatalog({**memory, **costs, "slow": Slow(), "seen": MemoryDataset()})
        pipeline = Pipeline(nodes)
        told = {
            "run_params": {"run_id": run_id, "runner": str(runner())},
            "pipeline": pipeline,
            "catalog": catalog,
        }
        manager.hook.before_pipeline_run(**told)
        try:
            result = runner().run(pipeline, catalog, manager)
        except DataError as error:
            manager.hook.on_pipeline_error(error=error, **told)
        else:
            manager.hook.after_pipeline_run(run_result=result, **told)
        seen = catalog.load("seen") if LOOK in nodes else None
        return json.loads(path.read_text()) if path.exists() else {}, seen

    return go


def runs(costs: dict) -> dict[str, str]:
    return {name: entry["run"] for name, entry in costs["nodes"].items()}


class TestMeasures:
    def test_each_node_has_its_own_costs(self, run):
        costs, _ = run(SLEEP, HOLD, GENERATE, LOAD, LOOK)
        nodes = costs["nodes"]
        assert NAP <= nodes["first.sleep"]["seconds"] < NAP + 2
        held = nodes["second.hold"]["peak_gib"] - nodes["first.sleep"]["peak_gib"]
        assert held == pytest.approx(200 / 1024, abs=0.05)
        assert nodes["third.look"]["seconds"] < NAP

    def test_what_a_generator_does_while_it_is_saved_and_loading_belong_to_the_node(self, run):
        nodes = run(SLEEP, HOLD, GENERATE, LOAD, LOOK)[0]["nodes"]
        assert 0.3 <= nodes["second.generate"]["seconds"] < 2
        assert NAP <= nodes["second.load"]["seconds"] < NAP + 2

    def test_pipelines_are_summed(self, run):
        costs, _ = run(SLEEP, HOLD, GENERATE)
        parts = [costs["nodes"][f"second.{name}"] for name in ("hold", "generate")]
        total = costs["pipelines"]["second"]
        assert total["seconds"] == pytest.approx(sum(part["seconds"] for part in parts))
        assert total["peak_gib"] == max(part["peak_gib"] for part in parts)
        assert list(costs["pipelines"]) == ["first", "second"]

    def test_nodes_at_the_same_time_are_not_measured(self, run):
        assert run(SLEEP, HOLD, runner=ThreadRunner) == ({}, None)


class TestWhenItIsWritten:
    def test_a_node_sees_all_nodes_before_it_and_not_itself(self, run):
        _, seen = run(SLEEP, HOLD, GENERATE, LOOK)
        assert set(seen["nodes"]) == {"first.sleep", "second.hold", "second.generate"}

    def test_the_first_node_of_the_first_run_sees_nothing(self, run):
        costs, seen = run(LOOK)
        assert seen == {}
        assert set(costs["nodes"]) == {"third.look"}

    def test_a_partial_run_keeps_the_costs_of_the_others(self, run):
        before, _ = run(SLEEP, HOLD)
        costs, _ = run(HOLD, run_id="r2")
        assert runs(costs) == {"first.sleep": "r1", "second.hold": "r2"}
        assert costs["nodes"]["first.sleep"] == before["nodes"]["first.sleep"]
        assert costs["pipelines"]["first"] == before["pipelines"]["first"]

    def test_a_failed_run_keeps_what_was_measured_and_what_the_failed_node_cost_before(self, run):
        before, _ = run(SLEEP, CHECK)
        costs, _ = run(HOLD, CHECK, start=1, run_id="r2")
        assert runs(costs) == {"first.sleep": "r1", "second.hold": "r2", "first.check": "r1"}
        assert costs["nodes"]["first.check"] == before["nodes"]["first.check"]

    def test_a_run_that_fails_at_its_first_node_writes_nothing(self, run, tmp_path):
        assert run(CHECK, start=1) == ({}, None)
        assert list(tmp_path.iterdir()) == []

    def test_nodes_that_the_project_no_longer_has_are_forgotten(self, run, monkeypatch):
        run(SLEEP, HOLD)
        monkeypatch.setattr(cost_hooks, "pipelines", {"__default__": Pipeline([HOLD, GENERATE])})
        assert set(run(GENERATE)[0]["nodes"]) == {"second.hold", "second.generate"}

    def test_a_project_without_the_dataset_is_not_measured(self):
        hooks = CostHooks()
        hooks.before_pipeline_run(run_params={}, catalog=DataCatalog())
        threads = threading.active_count()
        hooks.before_node_run(node=SLEEP)
        assert threading.active_count() == threads  # nobody samples the memory
        hooks.after_pipeline_run()


class TestMlflow:
    @pytest.fixture
    def tracked(self, tmp_path, tracking_database):
        shutil.copy(tracking_database, tmp_path)
        before = mlflow.get_tracking_uri()
        mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
        mlflow.create_experiment("costs", artifact_location=str(tmp_path / "artifacts"))
        mlflow.set_experiment("costs")
        yield
        mlflow.end_run()
        mlflow.set_tracking_uri(before)

    def test_it_gets_what_this_run_cost_and_the_whole_document(self, run, tracked):
        run(SLEEP, HOLD)
        with mlflow.start_run() as active:
            costs, _ = run(GENERATE, run_id="r2")
        metrics = mlflow.get_run(active.info.run_id).data.metrics
        own = costs["nodes"]["second.generate"]
        assert metrics == {
            f"{measure}/{name}": pytest.approx(own[measure])
            for name in ("second", "second.generate")
            for measure in ("seconds", "peak_gib")
        }
        assert mlflow.artifacts.load_dict(f"{active.info.artifact_uri}/stage_costs.json") == costs

    def test_a_failed_run_tells_what_it_cost_until_then(self, run, tracked):
        with mlflow.start_run() as active:
            run(HOLD, CHECK, start=1)
        metrics = mlflow.get_run(active.info.run_id).data.metrics
        assert metrics["seconds/second.hold"] >= 0.2
        assert "seconds/first.check" not in metrics
