"""The parameters under `tuning:`; conf/base/parameters/tuning.yml explains each."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from tesserec.evaluation.folds import FoldMethod
from tesserec.options import Options
from tesserec.tuning import import_optuna

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution


class FoldOptions(Options):
    """What options are judged on."""

    method: FoldMethod
    count: Annotated[int, Field(ge=2)]
    people: PositiveInt
    seed: int


class Range(Options):
    """Numbers from `low` to `high`, whole ones if both are whole."""

    low: int | float
    high: int | float
    log: bool

    @model_validator(mode="after")
    def _is_range(self) -> "Range":
        if not self.low < self.high:
            raise ValueError("low must be below high")
        if self.log and self.low <= 0:
            raise ValueError("low must be above 0 where log is true")
        return self

    @property
    def _whole(self) -> bool:
        return isinstance(self.low, int) and isinstance(self.high, int)

    def holds(self, value: Any) -> bool:
        """Tell whether a value can be drawn."""
        if not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        return not self._whole or value == int(value)

    def distribution(self) -> "BaseDistribution":
        """Return it as Optuna has it."""
        known = import_optuna().distributions
        kind = known.IntDistribution if self._whole else known.FloatDistribution
        return kind(self.low, self.high, log=self.log)


class Choices(Options):
    """Some values."""

    choices: Annotated[list[bool | int | float | str | None], Field(min_length=2)]

    def holds(self, value: Any) -> bool:
        """Tell whether a value can be drawn."""
        return value in self.choices

    def distribution(self) -> "BaseDistribution":
        """Return it as Optuna has it."""
        return import_optuna().distributions.CategoricalDistribution(self.choices)


class TuningOptions(Options):
    """All parameters of the pipeline."""

    folds: FoldOptions
    trials: PositiveInt
    timeout: PositiveFloat | None
    seed: int
    space: dict[str, dict[str, Range | Choices]]
