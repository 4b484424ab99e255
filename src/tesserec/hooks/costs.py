"""What every node costs, in the dataset `stage_costs` and in MLflow."""

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

import mlflow
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.io import DataCatalog
from kedro.pipeline.node import Node

from tesserec.costs import Meter, add_cost, sum_pipelines
from tesserec.hooks.tracking import NOT_IN_NAMES

DATASET = "stage_costs"


class CostHooks:
    """Measures each node from the first dataset that it loads until the next node loads one.

    Loading, computing and saving belong to a node, and so does what a generator computes while it is saved.
    The costs of a node are on disk before the next one loads anything, so a report can read those of all
    nodes before it. A node that fails leaves what it cost in an earlier run. Nodes that run at the same time
    cannot be told apart: other runners than the sequential one are not measured.
    """

    def __init__(self) -> None:
        self._lock = Lock()  # with --async a node loads its datasets from several threads
        self._catalog: DataCatalog | None = None
        self._run = ""
        self._costs: dict[str, Any] = {}
        self._node: Node | None = None
        self._meter: Meter | None = None
        self._measured: list[str] = []

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any], catalog: DataCatalog) -> None:
        """Read what earlier runs cost; of nodes that are no longer there it would only spoil the sums."""
        self._give_up()
        self._measured = []
        together = any(word in str(run_params.get("runner")) for word in ("Thread", "Parallel"))
        self._catalog = None if together or DATASET not in catalog else catalog
        if self._catalog:
            known = {node.name for pipeline in pipelines.values() for node in pipeline.nodes}
            earlier = self._catalog.load(DATASET).get("nodes", {})
            self._costs = {"nodes": {name: entry for name, entry in earlier.items() if name in known}}
            self._run = str(run_params.get("run_id"))

    @hook_impl(tryfirst=True)
    def before_dataset_loaded(self, node: Node) -> None:
        """Begin with a node that loads its first dataset."""
        self._enter(node)

    @hook_impl(tryfirst=True)
    def before_node_run(self, node: Node) -> None:
        """Begin with a node that loads nothing."""
        self._enter(node)

    @hook_impl(tryfirst=True)
    def after_pipeline_run(self) -> None:
        """End with the last node, and tell MLflow."""
        self._leave()
        self._log()

    @hook_impl(tryfirst=True)
    def on_pipeline_error(self) -> None:
        """Keep what was measured until then, and tell MLflow."""
        self._give_up()
        self._log()

    def _enter(self, node: Node) -> None:
        if self._catalog is None:
            return
        with self._lock:
            if node is not self._node:
                self._leave()
                self._node, self._meter = node, Meter()

    def _leave(self) -> None:
        """Write down what the node cost that has just ended, if any."""
        if self._catalog and self._node and self._meter:
            name, pipeline = self._node.name, self._node.namespace or self._node.name
            self._costs = add_cost(self._costs, name, pipeline, self._run, self._meter.stop())
            self._catalog.save(DATASET, self._costs)
            self._measured.append(name)
        self._node = self._meter = None

    def _give_up(self) -> None:
        """Forget the node that has not ended, if any."""
        if self._meter:
            self._meter.stop()
        self._node = self._meter = None

    def _log(self) -> None:
        if self._measured and mlflow.active_run():
            nodes = {name: self._costs["nodes"][name] for name in self._measured}
            mlflow.log_metrics(dict(stage_metrics(nodes)))
            mlflow.log_dict(self._costs, f"{DATASET}.json")


def stage_metrics(nodes: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, float]]:
    """Yield `seconds/NAME` and `peak_gib/NAME` of nodes, and of their pipelines.

    Args:
        nodes: What the nodes of one run cost; see `tesserec.costs.add_cost`.
    """
    for name, entry in {**sum_pipelines(nodes), **nodes}.items():
        for measure in ("seconds", "peak_gib"):
            yield NOT_IN_NAMES.sub("_", f"{measure}/{name}"), entry[measure]
