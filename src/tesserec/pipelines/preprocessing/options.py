"""The parameters under `preprocessing:`; conf/base/parameters/preprocessing.yml explains each."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, NonNegativeFloat, NonNegativeInt, PositiveFloat

from tesserec.options import Options


def _in_order(limits: tuple[float, float]) -> tuple[float, float]:
    if limits[0] >= limits[1]:
        raise ValueError("give the lowest value first, then the highest")
    return limits


Limits = Annotated[tuple[float, float], AfterValidator(_in_order)]


class ColumnRoles(Options):
    """Roles that the data should not decide, by column."""

    items: dict[str, str]
    users: dict[str, str]


class SplitOptions(Options):
    """How interactions are divided; `tesserec.splits` checks the method and its numbers."""

    method: str
    test_ratio: float
    valid_ratio: float
    folds: int
    fold: int
    seed: int


class PreprocessingOptions(Options):
    """All parameters of the pipeline."""

    column_roles: ColumnRoles
    limits: dict[str, Limits]
    outlier_fence: PositiveFloat
    earliest_date: date
    latest_date: date | Literal["tomorrow"]
    rating_scale: Limits | Literal["auto"]
    event_weights: dict[str, Annotated[float, Field(ge=0)]]
    default_event_weight: NonNegativeFloat
    value_weighting: Literal["auto", "none", "linear", "log"]
    minimum_user_events: NonNegativeInt
    minimum_item_events: NonNegativeInt
    split: SplitOptions
    relevance: float | Literal["auto"]
