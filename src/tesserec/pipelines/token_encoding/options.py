"""The parameters of this pipeline; `conf/base/parameters/token_encoding.yml` explains each."""

from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from tesserec.encoders.devices import Precision
from tesserec.encoders.pooling import Pooling
from tesserec.options import Options


class TokenEncodingOptions(Options):
    """Which language model reads the texts, and how."""

    model: str = Field(min_length=1)
    revision: str | None
    pooling: Pooling | Literal["auto"]
    max_length: PositiveInt | Literal["auto"]
    window_overlap: NonNegativeInt
    device: str
    precision: Precision | Literal["auto"]
    batch_tokens: PositiveInt
