"""Refuse a run that cannot end well, before MLflow opens it and before the first node writes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from tesserec import preflight
from tesserec.encoders import resolve_model


class PreflightHooks:
    """Runs the checks of `tesserec.preflight` for every way into a run: command line, notebook, Python.

    What needs the parameters alone is checked earlier by `tesserec.cli`; here the pipeline and the catalog
    are known.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Any] = {}

    @hook_impl(tryfirst=True)
    def after_context_created(self, context: KedroContext) -> None:
        """Check the environment, which Kedro would take for an empty one."""
        if context.env:
            preflight.check_environment(Path(context.config_loader.conf_source), context.env)

    @hook_impl
    def after_catalog_created(self, conf_catalog: dict[str, Any]) -> None:
        """Remember where the datasets lie."""
        self._entries = conf_catalog

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Check what the pipeline reads, where it writes, and the language model that it uses."""
        for folder in self._data_folders(pipeline.inputs()):
            preflight.check_data_folder(folder)
        needed = {name for name in pipeline.inputs() if not self._entries.get(name, {}).get("optional")}
        preflight.check_earlier_results(self._paths(needed), _makers())
        preflight.check_writable(self._paths(pipeline.all_outputs()).values())
        if "params:token_encoding" in pipeline.inputs():
            options = catalog.load("params:token_encoding")
            if options.encoder != "lexical":
                resolve_model(options.model, options.revision)

    def _data_folders(self, names: Iterable[str]) -> set[Path]:
        """Return the folders of contract tables; a source says itself what belongs where."""
        entries = [self._entries.get(name, {}) for name in names]
        if any("source" in entry for entry in entries):
            return set()
        return {Path(entry["path"]) for entry in entries if "path" in entry}

    def _paths(self, names: Iterable[str]) -> dict[str, Path]:
        """Return the local path of each named dataset that has one, whichever way (`name@way`) it is read."""
        paths = {_base(name): str(self._entries.get(name, {}).get("filepath", "")) for name in names}
        return {name: Path(path) for name, path in paths.items() if path and "://" not in path}


def _makers() -> dict[str, str]:
    """Return for each dataset the name of the pipeline that makes it."""
    return {
        _base(output): name
        for name, pipeline in pipelines.items()
        if name != "__default__"
        for output in pipeline.all_outputs()
    }


def _base(dataset: str) -> str:
    return dataset.partition("@")[0]
