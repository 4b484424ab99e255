"""The parameters under `evaluation:`; conf/base/parameters/evaluation.yml explains each."""

from typing import Annotated

from pydantic import Field, PositiveInt

from tesserec.options import Options


class EvaluationOptions(Options):
    """All parameters of the pipeline."""

    cutoffs: Annotated[list[PositiveInt], Field(min_length=1)]
    list_length: PositiveInt
    people: PositiveInt | None
    seed: int
