"""`kedro compare`: finished runs side by side, or one sentence that says why they cannot be compared."""

import logging
from importlib import import_module
from typing import Any

import click
import numpy as np
import pandas as pd
from kedro.framework.cli.project import run as kedro_run
from kedro.io import DataCatalog

from tesserec import preflight
from tesserec.commands.configuration import (
    checked_parameters,
    configuration_folder,
    environment_name,
    load_catalog,
)
from tesserec.commands.sentences import OneSentence
from tesserec.commands.tables import show_table
from tesserec.errors import DataError, TesserecError

_FROM_RUN = ("env", "conf_source")
_MEASURED = ("metrics", "user_metrics")
_PARAMETERS = "params:reporting"


def show_comparison(
    output_dirs: tuple[str, ...], recommender: str, metric: str | None, **options: Any
) -> None:
    """Load what finished runs measured, and show how far the others are from the first.

    Raises:
        OneSentence: If something is missing, or the runs cannot be compared.
    """
    if len(output_dirs) == 1:
        raise click.UsageError("A run is compared with others: name at least two output folders.")
    logging.getLogger("kedro").setLevel(logging.WARNING)
    # It loads scikit-learn, which takes time: the other commands do without.
    library = import_module("tesserec.metrics.runs")
    try:
        catalogs = [_catalog(folder, **options) for folder in output_dirs]
        runs = [
            library.Run(folder, *map(catalog.load, _MEASURED))
            for folder, catalog in zip(output_dirs, catalogs, strict=True)
        ]
        parameters = catalogs[0].load(_PARAMETERS)
        metric = metric or parameters["metric"]
        generator = np.random.default_rng(parameters["seed"])
        compared = library.compare_runs(runs, recommender, metric, generator, parameters["rounds"])
    except TesserecError as error:
        raise OneSentence(str(error)) from error
    show_table(_written(compared, metric), _cell)


def _catalog(folder: str, env: str | None, conf_source: str | None) -> DataCatalog:
    conf, environment = configuration_folder(conf_source), environment_name(env)
    preflight.check_environment(conf, environment)
    parameters = checked_parameters(conf, environment, {"output_dir": folder})
    catalog = load_catalog(conf, environment, parameters, [*_MEASURED, _PARAMETERS])
    for name in _MEASURED:
        if not catalog.exists(name):
            raise DataError(
                f"The folder {folder} holds no finished run: the dataset {name!r} is not in it; name the "
                "output_dir of a run that ended."
            )
    return catalog


def _written(compared: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the comparison as people read it, with each number's interval beside it."""
    gaps = compared[["difference", "difference_low", "difference_high"]]
    return pd.DataFrame(
        {
            "run": compared["run"],
            f"{metric} [95 %]": _estimates(compared[["value", "low", "high"]], ".4f"),
            "difference [95 %]": _estimates(gaps, "+.4f"),
            "p": compared["p_value"],
            "p_holm": compared["p_holm"],
        }
    )


def _estimates(ends: pd.DataFrame, form: str) -> list[str]:
    """Write values with their intervals, (rows, 3); empty where there is none."""
    return [
        "" if np.isnan(value) else f"{value:{form}} [{low:{form}}, {high:{form}}]"
        for value, low, high in ends.to_numpy()
    ]


def _cell(_: str, value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else str(value)


compare = click.Command(
    "compare",
    params=[
        click.Argument(["output_dirs"], nargs=-1, required=True, metavar="OUTPUT_DIR OTHER_OUTPUT_DIR..."),
        click.Option(
            ["--recommender"], default="fusion", show_default=True, help="The one to compare, in all runs."
        ),
        click.Option(
            ["--metric"], help="Such as recall@20, measured for each person; by default reporting.metric."
        ),
        *(option for option in kedro_run.params if option.name in _FROM_RUN),
    ],
    callback=show_comparison,
    help="Compare finished runs with the first, user by user. Runs that were judged by different protocols "
    "or on different people are refused.",
)
