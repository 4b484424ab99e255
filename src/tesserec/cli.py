"""The project's `kedro run`: Kedro's own, which tells what a user can mend in one sentence.

Kedro looks for `cli` and `run` in this module; both stand in front of its built-in command.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.project import pipelines, settings
from kedro.pipeline import Pipeline
from kedro.utils import find_kedro_project
from kedro.validation import DataValidationError, ParameterValidationError, TypeExtractor
from pandera.errors import SchemaError, SchemaErrors
from yaml import YAMLError

from tesserec import preflight
from tesserec.errors import TesserecError
from tesserec.schemas import explain_failure


class RunError(click.ClickException):
    """Ends the command with one sentence and exit code 1."""

    def show(self, file: Any = None) -> None:
        """Write the sentence to standard error."""
        click.echo(self.message, err=True)


def run_project(verbose: bool, **options: Any) -> dict[str, Any]:
    """Check the configuration, then run Kedro's command with the same options.

    Raises:
        RunError: If a run fails for a reason that the user can mend.
    """
    try:
        check_configuration(options)
        assert kedro_run.callback is not None
        return kedro_run.callback(**options)
    except KeyboardInterrupt:
        _close_tracking("KILLED")
        raise
    except Exception as error:
        sentence = explain(error)
        if sentence is None or verbose:
            raise
        raise RunError(sentence) from error


def check_configuration(options: dict[str, Any]) -> None:
    """Check names and values of the command line and the parameters, before anything is opened or written.

    Folders given in `--params`, the names that end in `_dir`, are made absolute: they are meant from where
    the user stands, while Kedro would look for them from the project.

    Raises:
        ConfigError: If the environment, a pipeline or a parameter is unknown, or a value does not fit.
    """
    arguments = settings.CONFIG_LOADER_ARGS
    project = find_kedro_project(Path.cwd()) or Path.cwd()
    conf = Path(options["conf_source"] or project / settings.CONF_SOURCE)
    if not conf.is_dir():
        return  # a packed or remote configuration is left to Kedro
    environment = options["env"] or os.environ.get("KEDRO_ENV") or arguments["default_run_env"]
    preflight.check_environment(conf, environment)
    _check_selection(options)

    def parameters(given: dict[str, Any]) -> dict[str, Any]:
        loader = settings.CONFIG_LOADER_CLASS(str(conf), env=environment, runtime_params=given, **arguments)
        return loader["parameters"]

    places = preflight.placeholders(conf, [arguments["base_env"], environment])
    preflight.check_names(options["params"], parameters({}), places)
    for name in places & options["params"].keys():
        if name.endswith("_dir"):
            options["params"][name] = _absolute(str(options["params"][name]))
    models = TypeExtractor(dict(pipelines)).extract_types_from_pipelines()
    preflight.check_values(parameters(options["params"]), models)


def explain(error: BaseException) -> str | None:
    """Return one sentence for an error that the user can mend, None for any other."""
    for cause in _causes(error):
        if isinstance(cause, TesserecError | YAMLError | ParameterValidationError):
            return _one_line(cause)
        if isinstance(cause, DataValidationError):
            reason = cause.__cause__
            if isinstance(reason, SchemaError | SchemaErrors):
                return explain_failure(reason, f"The dataset {cause.dataset_name!r}")
            return _one_line(cause)
    return None


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and those that led to it, the last first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _check_selection(options: dict[str, Any]) -> None:
    """Check the names that say which part of which pipelines to run."""
    names = [*options["pipelines"], *filter(None, [options["pipeline"]])]
    for name in names:
        preflight.check_known("pipeline", name, pipelines.keys())
    selected = sum((pipelines[name] for name in names or ["__default__"]), Pipeline([]))
    nodes = {node.name for node in selected.nodes}
    known = {
        "node_names": ("node", nodes),
        "from_nodes": ("node", nodes),
        "to_nodes": ("node", nodes),
        "from_inputs": ("dataset", selected.datasets()),
        "to_outputs": ("dataset", selected.datasets()),
        "tags": ("tag", {tag for node in selected.nodes for tag in node.tags}),
        "namespaces": ("namespace", {node.namespace for node in selected.nodes if node.namespace}),
    }
    for option, (kind, those) in known.items():
        for name in options[option]:
            preflight.check_known(kind, name, those)


def _absolute(folder: str) -> str:
    """Return the folder as an absolute path; an address such as `s3://bucket` stays."""
    return folder if "://" in folder else str(Path(folder).expanduser().resolve())


def _close_tracking(status: str) -> None:
    """Close the MLflow run, which would otherwise count as finished."""
    # Loading MLflow takes seconds; where nothing has loaded it yet, there is no run to close.
    if (mlflow := sys.modules.get("mlflow")) is not None:
        mlflow.end_run(status)


@click.group(name="tesserec")
def cli() -> None:
    """Commands of the Tesserec project."""


run = click.Command(
    "run",
    params=[
        *kedro_run.params,
        click.Option(["--verbose", "-v"], is_flag=True, help="Show the whole traceback of an error."),
    ],
    callback=run_project,
    help="Run the pipeline.",
)
cli.add_command(run)
