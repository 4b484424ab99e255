"""The parameters of this pipeline; `conf/base/parameters/token_encoding.yml` explains each."""

from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from tesserec.encoders import Encoder
from tesserec.encoders.devices import Precision, device_names
from tesserec.encoders.pooling import Pooling
from tesserec.encoders.static import StaticEncoder
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.options import Options


class TokenEncodingOptions(Options):
    """Which language model reads the texts, and how."""

    encoder: Literal["transformer", "static"]
    model: str = Field(min_length=1)
    revision: str | None
    pooling: Pooling | Literal["auto"]
    max_length: PositiveInt | Literal["auto"]
    window_overlap: NonNegativeInt
    device: str
    precision: Precision | Literal["auto"]
    batch_tokens: PositiveInt
    sif: PositiveFloat

    def build(self) -> list[Encoder]:
        """Make the encoder, once for each device."""
        if self.encoder == "static":
            return [StaticEncoder(self.model, revision=self.revision, sif=self.sif)]
        values = self.model_dump(exclude={"encoder", "sif", "device"})
        return [TransformerEncoder(**values, device=name) for name in device_names(self.device)]
