"""What can be known to be wrong before the first node runs, said in one sentence each.

These functions only look and raise; `tesserec.cli` and `tesserec.hooks` decide when they are called.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from tesserec.errors import ConfigError, DataError

_FEW = 20
_PLACEHOLDER = re.compile(r"\$\{runtime_params:\s*([\w.]+)")


def check_environment(conf: Path, environment: str) -> None:
    """Check that `conf` has a folder for the environment.

    Raises:
        ConfigError: If it has none; the message lists those that exist.
    """
    check_known("environment", environment, [folder.name for folder in conf.iterdir() if folder.is_dir()])


def check_known(kind: str, name: str, known: Iterable[str]) -> None:
    """Check that a name of some kind (pipeline, node, tag, ...) is one of those known.

    Raises:
        ConfigError: If it is not; the message suggests the closest, and lists all where they are few.
    """
    names = sorted(known)
    if name in names:
        return
    listing = f"; there are {', '.join(names)}" if 0 < len(names) <= _FEW else ""
    raise ConfigError(f"The {kind} {name!r} does not exist{_suggestion(name, names)}{listing}.")


def placeholders(conf: Path, environments: Iterable[str]) -> set[str]:
    """Return the names that configuration files take from `--params`, as `${runtime_params:NAME}`."""
    files = (file for environment in environments for file in (conf / environment).rglob("*.yml"))
    return {name for file in files for name in _PLACEHOLDER.findall(file.read_text(encoding="utf-8"))}


def check_names(given: Mapping[str, Any], parameters: Mapping[str, Any], places: Iterable[str]) -> None:
    """Check that each parameter of the command line belongs to a group that exists, or fills a placeholder.

    Names inside a group are left to the group's own model (`check_values`), because some hold free keys.

    Args:
        given: The nested values of `--params`.
        parameters: The parameters of the configuration files.
        places: The names from `placeholders`.

    Raises:
        ConfigError: If a name is unknown; the message suggests the closest.
    """
    places = set(places)
    known = [*places, *(path for path, _ in flatten(parameters))]
    for path, value in flatten(given):
        top = path.partition(".")[0]
        if top not in places and top not in parameters:
            raise ConfigError(f"The parameter {path!r} is unknown{_suggestion(path, known)}.")
        if top in places and value in ("", None):
            raise ConfigError(f"The parameter {path!r} is empty; give a value, as in {path}=VALUE.")


def check_values(parameters: Mapping[str, Any], models: Mapping[str, type]) -> None:
    """Check every group of parameters against its model.

    Args:
        parameters: All parameters, those of the command line included.
        models: The model of each group by its dotted path.

    Raises:
        ConfigError: If a name is unknown or missing, or a value has the wrong type or range.
    """
    for path, model in models.items():
        if not issubclass(model, BaseModel):
            continue
        try:
            model.model_validate(_look_up(parameters, path))
        except ValidationError as error:
            raise ConfigError(_explain(error, path, parameters)) from error


def check_data_folder(folder: Path) -> None:
    """Check that the folder of the raw tables exists.

    Raises:
        DataError: If it does not, or is a file.
    """
    if not folder.is_dir():
        raise DataError(
            f"The data folder {folder} {'is a file' if folder.exists() else 'does not exist'}; "
            "name one that holds the tables 'interactions' and 'items' with --params data_dir=PATH."
        )


def check_earlier_results(paths: Mapping[str, Path], makers: Mapping[str, str]) -> None:
    """Check that what a pipeline reads of earlier pipelines is there.

    Args:
        paths: The path of each dataset that is read.
        makers: The pipeline that makes each dataset.

    Raises:
        DataError: If something is missing; the message names the pipeline that makes it.
    """
    for name, path in sorted(paths.items()):
        if name in makers and not path.exists():
            raise DataError(
                f"The dataset {name!r} is not at {path} yet; make it first with "
                f"'kedro run --pipelines={makers[name]}' and the same data_dir and output_dir."
            )


def check_writable(paths: Iterable[Path]) -> None:
    """Check that files can be made at these paths; nothing is created.

    Raises:
        ConfigError: If a folder on the way is a file or may not be written to.
    """
    for folder in sorted({next(filter(Path.exists, path.parents)) for path in paths}):
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigError(
                f"The output folder {folder} {'may not be written to' if folder.is_dir() else 'is a file'}; "
                "choose another with --params output_dir=PATH."
            )


def flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a nested mapping with its dotted path; an empty mapping counts as a value."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _suggestion(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that offers the closest known name, empty if none is close."""
    close = get_close_matches(name, sorted(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _look_up(parameters: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path, None if there is none."""
    value: Any = parameters
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _explain(error: ValidationError, group: str, parameters: Mapping[str, Any]) -> str:
    """Return one sentence for the first of pydantic's complaints, and the number of the others."""
    first, *others = error.errors()
    path = ".".join([group, *_existing(_look_up(parameters, group), first["loc"])])
    if first["type"] == "extra_forbidden":
        # The misspelt name itself stands among the parameters.
        known = [name for name, _ in flatten(parameters) if name != path]
        sentence = f"The parameter {path!r} is unknown{_suggestion(path, known)}"
    elif first["type"] == "missing":
        sentence = f"The parameter '{path}.{first['loc'][-1]}' is missing"
    elif first["type"] == "model_type":
        sentence = f"The parameter {path!r} is a group and cannot be {first['input']!r}"
    else:
        reason = first["msg"].replace("Input should", "it should").removeprefix("Value error, ")
        sentence = f"The parameter {path!r} cannot be {first['input']!r}: {reason}"
    more = f" ({len(others)} more like it)" if others else ""
    return f"{sentence}{more}."


def _existing(value: Any, keys: Iterable[str | int]) -> Iterator[str]:
    """Yield the keys as far as they lead into the value: pydantic adds the branch of a union at the end."""
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return
        yield str(key)
