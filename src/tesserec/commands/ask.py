"""`kedro ask`: a wish in words, or an item, to ranked items with reasons."""

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import click
import pandas as pd
from kedro.framework.cli.project import run as kedro_run

from tesserec import preflight
from tesserec.commands.configuration import (
    checked_parameters,
    configuration_folder,
    environment_name,
    load_catalog,
)
from tesserec.commands.sentences import OneSentence
from tesserec.commands.tables import show_table
from tesserec.errors import ConfigError, TesserecError

_FROM_RUN = ("env", "conf_source", "params")
Answer = Callable[[str], pd.DataFrame]


def answer(
    text: str | None,
    similar_to: str | None,
    like: Sequence[str],
    attribute: Sequence[str],
    where: Sequence[str],
    count: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Load what the last run made, and answer one question, or one after the other until an empty line.

    Raises:
        OneSentence: If something is missing or wrong that the user can mend.
    """
    if similar_to is not None and (text or like or attribute):
        raise click.UsageError("--similar-to stands alone: leave out the text, --like and --attribute.")
    show = _show_json if as_json else _show_table
    try:
        asker = _load(**options)
        given = {"where": where, "count": count}
        if similar_to is not None:
            show(asker.similar(similar_to, **given))
            return
        ask = partial(asker.ask, likes=like, attributes=_pairs(attribute), **given)
        if text is None and not (like or attribute):
            _converse(ask, show)
        else:
            show(ask(text or ""))
    except TesserecError as error:
        raise OneSentence(str(error)) from error


def _load(env: str | None, conf_source: str | None, params: dict[str, Any]) -> Any:
    logging.getLogger("kedro").setLevel(logging.WARNING)
    conf, environment = configuration_folder(conf_source), environment_name(env)
    preflight.check_environment(conf, environment)
    parameters = checked_parameters(conf, environment, params)
    # It loads torch, which takes seconds: the other commands, and mistakes in this one, do without.
    loading = import_module("tesserec.commands.loading")
    catalog = load_catalog(conf, environment, parameters, [*loading.DATASETS, *loading.PARAMETERS])
    return loading.load_asker(catalog)


def _converse(ask: Answer, show: Callable[[pd.DataFrame], None]) -> None:
    """Answer line by line until an empty one, or the end of the input."""
    ask("")  # tells what is wrong with the options before the first line, and warms up
    click.echo("Say what you are looking for; an empty line ends.", err=True)
    while text := _line():
        show(ask(text))


def _line() -> str:
    try:
        return click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True).strip()
    except click.Abort:
        return ""


def _pairs(attributes: Sequence[str]) -> dict[str, str]:
    """Read NAME=VALUE."""
    found = {}
    for written in attributes:
        name, sign, value = (part.strip() for part in written.partition("="))
        if not (name and sign and value):
            raise ConfigError(f"The attribute {written!r} cannot be read: write NAME=VALUE, such as age=34.")
        found[name] = value
    return found


def _show_json(listed: pd.DataFrame) -> None:
    rows = json.loads(listed.to_json(orient="records", force_ascii=False))
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1))


def _show_table(listed: pd.DataFrame) -> None:
    if listed.empty:
        click.echo("No item is left: leave out a condition or a liked item, or give another value.")
        return
    show_table(listed, _cell)


def _cell(name: str, value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}" if name == "score" else f"{value:g}"
    return str(value)


ask = click.Command(
    "ask",
    params=[
        click.Argument(["text"], required=False),
        click.Option(["--similar-to"], metavar="ITEM", help="Items like this one, by its id or title."),
        click.Option(
            ["--like"], metavar="ITEM", multiple=True, help="A liked item; may repeat, oldest first."
        ),
        click.Option(
            ["--attribute"],
            metavar="NAME=VALUE",
            multiple=True,
            help="Of the person who asks, such as age=34; may repeat.",
        ),
        click.Option(
            ["--where"],
            metavar="CONDITION",
            multiple=True,
            help="Only items that fulfil it: a column, one of < <= > >= = !=, and a value, such as "
            "'price<20' or 'category!=Shop'; 'this' is the value of the item of --similar-to or --like. "
            "May repeat.",
        ),
        click.Option(
            ["--count"], type=click.IntRange(min=1), default=10, show_default=True, help="Items listed."
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="Write JSON instead of a table."),
        *(option for option in kedro_run.params if option.name in _FROM_RUN),
    ],
    callback=answer,
    help="Recommend items for TEXT, in English or Chinese, with reasons. Without one it asks for texts, one "
    "after the other.",
)
