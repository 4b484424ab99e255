"""The base of every typed parameter group."""

from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """A group of parameters, checked before any node runs.

    Subclasses name no default values: `conf/base/parameters/` is the one place where defaults stand.

    Raises:
        pydantic.ValidationError: If a key is unknown or missing, or a value has the wrong type or range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
