"""One log line per node, in place of Kedro's several."""

import logging

from kedro.framework.hooks import hook_impl
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

logger = logging.getLogger(__name__)


class ProgressHooks:
    """Tells which node runs, and how many there are."""

    def __init__(self) -> None:
        # A run that ends at its first node says why; that one may try again is no news.
        logging.getLogger("kedro.runner.sequential_runner").addFilter(_is_news)
        self._started = 0
        self._nodes = 0

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline) -> None:
        """Count the nodes of the run."""
        self._started = 0
        self._nodes = len(pipeline.nodes)

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        """Say which node starts."""
        self._started += 1
        logger.info("%d/%d %s", self._started, self._nodes, node.name)


def _is_news(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("No nodes ran.")
