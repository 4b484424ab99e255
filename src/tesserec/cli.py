"""The project's commands, and Kedro's `run`, which tells what a user can mend in one sentence.

Kedro looks for `cli` and `run` in this module; both stand in front of its built-in commands.
"""

import sys
from collections.abc import Iterator
from typing import Any

import click
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.project import pipelines
from kedro.pipeline import Pipeline
from kedro.validation import DataValidationError, ParameterValidationError, TypeExtractor
from pandera.errors import SchemaError, SchemaErrors
from yaml import YAMLError

from tesserec import preflight
from tesserec.commands.ask import ask
from tesserec.commands.compare import compare
from tesserec.commands.configuration import (
    added_to_file,
    checked_parameters,
    config_loader,
    configuration_folder,
    environment_name,
)
from tesserec.commands.sentences import OneSentence
from tesserec.errors import TesserecError
from tesserec.schemas import explain_failure


def run_project(verbose: bool, **options: Any) -> dict[str, Any]:
    """Check the configuration, then run Kedro's command with the same options.

    Raises:
        OneSentence: If a run fails for a reason that the user can mend.
    """
    try:
        options["params"] = added_to_file(options["params"])
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
        raise OneSentence(sentence) from error


def check_configuration(options: dict[str, Any]) -> None:
    """Check names and values of the command line and the parameters, before anything is opened or written.

    Folders given in `--params`, the names that end in `_dir`, are made absolute: they are meant from where
    the user stands, while Kedro would look for them from the project.

    Raises:
        ConfigError: If the environment, a pipeline or a parameter is unknown, or a value does not fit.
    """
    conf = configuration_folder(options["conf_source"])
    if not conf.is_dir():
        return  # a packed or remote configuration is left to Kedro
    environment = environment_name(options["env"])
    preflight.check_environment(conf, environment)
    _check_selection(options)
    options["params"].update(checked_parameters(conf, environment, options["params"]))
    models = TypeExtractor(dict(pipelines)).extract_types_from_pipelines()
    preflight.check_values(config_loader(conf, environment, options["params"])["parameters"], models)


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
cli.add_command(ask)
cli.add_command(compare)
