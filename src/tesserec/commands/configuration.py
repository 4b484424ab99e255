"""The project's configuration, as the options of a command choose it."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, cast

import click
from kedro.config import AbstractConfigLoader
from kedro.framework.project import settings
from kedro.io import DataCatalog
from kedro.utils import find_kedro_project
from omegaconf import OmegaConf

from tesserec import preflight


def configuration_folder(conf_source: str | None) -> Path:
    """Return the folder of the configuration: the one given, or the project's."""
    project = find_kedro_project(Path.cwd()) or Path.cwd()
    return Path(conf_source or project / settings.CONF_SOURCE)


def environment_name(given: str | None) -> str:
    """Return the environment: the one given, that of the shell, or the default."""
    return given or os.environ.get("KEDRO_ENV") or settings.CONFIG_LOADER_ARGS["default_run_env"]


def config_loader(conf: Path, environment: str, parameters: Mapping[str, Any]) -> AbstractConfigLoader:
    """Return Kedro's loader of the configuration with parameters of the command line."""
    arguments = settings.CONFIG_LOADER_ARGS
    given = dict(parameters)
    return settings.CONFIG_LOADER_CLASS(str(conf), env=environment, runtime_params=given, **arguments)


def checked_parameters(conf: Path, environment: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the names of `--params`, and make folders absolute: the names that end in `_dir`.

    Folders are meant from where the user stands, while Kedro would look for them from the project.

    Raises:
        ConfigError: If a name is unknown.
    """
    places = preflight.placeholders(conf, [settings.CONFIG_LOADER_ARGS["base_env"], environment])
    preflight.check_names(given, config_loader(conf, environment, {})["parameters"], places)
    folders = {name for name in places & given.keys() if name.endswith("_dir")}
    return {name: _absolute(str(value)) if name in folders else value for name, value in given.items()}


def added_to_file(given: Mapping[str, Any]) -> dict[str, Any]:
    """Add parameters of the command line to those of its `--config` file, which Kedro lets them replace.

    Click holds what the file says as the defaults of the command that runs.

    Args:
        given: The nested values of `--params`, which win; without any, Kedro gives those of the file.
    """
    context = click.get_current_context(silent=True)
    written = ((context and context.default_map) or {}).get("params")
    both = OmegaConf.merge(written if isinstance(written, Mapping) else {}, dict(given))
    return cast(dict[str, Any], OmegaConf.to_container(both))


def _absolute(folder: str) -> str:
    """Return the folder as an absolute path; an address such as `s3://bucket` stays."""
    return folder if "://" in folder else str(Path(folder).expanduser().resolve())


def load_catalog(
    conf: Path, environment: str, parameters: Mapping[str, Any], names: Collection[str]
) -> DataCatalog:
    """Return some datasets and groups of parameters, without a session: nothing is tracked and no hook runs.

    Args:
        conf: The configuration's folder.
        environment: Its environment.
        parameters: Those of the command line.
        names: Datasets, and parameters as `params:NAME`.
    """
    loader = config_loader(conf, environment, parameters)
    entries, groups = loader["catalog"], loader["parameters"]
    project = find_kedro_project(Path.cwd()) or Path.cwd()
    wanted = {name: entries[name] for name in names if name in entries}
    placed = {
        name: entry | {"filepath": _placed(entry["filepath"], project)} for name, entry in wanted.items()
    }
    catalog = DataCatalog.from_config(placed)
    for name in names:
        if name.startswith("params:"):
            catalog[name] = groups[name.removeprefix("params:")]
    return catalog


def _placed(path: str, project: Path) -> str:
    """Return a path as Kedro takes it: from the project, unless it is absolute or an address."""
    return path if "://" in path else str(project / path)
