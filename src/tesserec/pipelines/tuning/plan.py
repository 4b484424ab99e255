"""Which searches there are: what is tried for each recommender, and under which name its trials are kept."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from tesserec import preflight
from tesserec.errors import ConfigError
from tesserec.evaluation.folds import Fold
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.tuning.options import TuningOptions

Changes = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Plan:
    """The search for the options of one recommender.

    Args:
        recommender: Its name.
        study: Name that its trials are kept under, with a hash of all that they depend on: another one where
            the data, the folds, the space or the options of today are others.
        defaults: The options of today that are searched for.
    """

    recommender: str
    study: str
    defaults: Mapping[str, Any]


def plan_searches(folds: Sequence[Fold], models: ModelTrainingOptions, options: TuningOptions) -> list[Plan]:
    """Return the searches, without those of recommenders that the data has nothing for.

    Raises:
        ConfigError: If an option to search for does not exist, or its value of today is outside its space.
    """
    digests = [fold.digest() for fold in folds]
    built, plans = models.build(), []
    for name, space in options.space.items():
        preflight.check_known("recommender of tuning.space", name, built)
        model = built[name]
        values = {entry.name: getattr(model, entry.name) for entry in fields(model) if entry.init}
        for option, dimension in space.items():
            preflight.check_known(f"option of tuning.space.{name}", option, values)
            if not dimension.holds(values[option]):
                raise ConfigError(
                    f"tuning.space.{name}.{option} leaves out {values[option]!r}, the value of today, which "
                    "is tried first: widen the range (0.5 to 20.0 if numbers need not be whole), or add the "
                    "value to the choices."
                )
        if space and all(model.applies_to(fold.data) for fold in folds):
            asked = {option: dimension.model_dump() for option, dimension in space.items()}
            identity = json.dumps([type(model).__name__, values, asked, options.seed, digests])
            digest = hashlib.blake2b(identity.encode(), digest_size=6).hexdigest()
            plans.append(Plan(name, f"{name}-{digest}", {option: values[option] for option in space}))
    return plans


def with_options(models: ModelTrainingOptions, changes: Changes) -> ModelTrainingOptions:
    """Return the parameters with some options of recommenders changed, as `--params` would change them."""
    recommenders = {name: {**given, **changes.get(name, {})} for name, given in models.recommenders.items()}
    return ModelTrainingOptions.model_validate(models.model_dump() | {"recommenders": recommenders})
