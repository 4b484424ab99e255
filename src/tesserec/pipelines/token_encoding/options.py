"""The parameters of this pipeline; `conf/base/parameters/token_encoding.yml` explains each."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from tesserec.encoders import Encoder
from tesserec.encoders.combination import WindowCombination
from tesserec.encoders.compression import Codes, VectorFormat
from tesserec.encoders.devices import Precision, device_names
from tesserec.encoders.lexical import LexicalEncoder
from tesserec.encoders.pooling import Pooling
from tesserec.encoders.ray_cluster import Cluster
from tesserec.encoders.static import StaticEncoder
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError
from tesserec.options import Options

_ELSEWHERE = {"encoder", "lexical", "compression", "execution", "ray"}


class LexicalOptions(Options):
    """What the lexical encoder learns."""

    dimensions: PositiveInt
    min_texts: PositiveInt
    max_words: PositiveInt
    seed: NonNegativeInt


class CompressionOptions(Options):
    """How embeddings are kept."""

    codes: Codes
    dimensions: PositiveInt | None
    whitening: float = Field(ge=0, le=1)

    def form(self) -> VectorFormat:
        """Return the format that these ask for."""
        return VectorFormat(**self.model_dump())


class RayOptions(Options):
    """The cluster that encodes."""

    address: str | None
    workers: PositiveInt
    cpus_per_worker: PositiveInt
    gpus_per_worker: NonNegativeFloat
    staging: Path

    def cluster(self) -> Cluster:
        """Return the cluster that these ask for."""
        return Cluster(**self.model_dump(exclude={"staging"}))


class TokenEncodingOptions(Options):
    """Which encoder reads the texts, how and where."""

    encoder: Literal["transformer", "static", "lexical"]
    model: str = Field(min_length=1)
    revision: str | None
    trust_remote_code: bool
    prompt: str
    layers: tuple[int, ...] = Field(min_length=1)
    pooling: Pooling | Literal["auto"]
    sif: PositiveFloat
    normalize: bool | Literal["auto"]
    max_length: PositiveInt | Literal["auto"]
    window_overlap: NonNegativeInt
    window_combination: WindowCombination
    max_windows: PositiveInt | None
    device: str
    precision: Precision | Literal["auto"]
    compile: bool
    batch_tokens: PositiveInt
    lexical: LexicalOptions
    compression: CompressionOptions
    execution: Literal["local", "ray"]
    ray: RayOptions

    @property
    def column(self) -> str:
        """The view of a text that the encoder reads."""
        return "lexical" if self.encoder == "lexical" else "contextual"

    def encoders(self, corpus: Iterable[str]) -> list[Encoder]:
        """Make the encoder, once for each device.

        Args:
            corpus: What the lexical encoder learns from; the others do not touch it.
        """
        if self.encoder == "lexical":
            return [LexicalEncoder.fit(corpus, **self.lexical.model_dump())]
        if self.encoder == "static":
            known = {"model", "revision", "trust_remote_code", "sif"}
            return [StaticEncoder(**self.model_dump(include=known))]
        copies = [self._transformer(name) for name in device_names(self.device)]
        precisions = sorted({copy.description.precision for copy in copies})
        if len(precisions) > 1:
            raise ConfigError(
                f"token_encoding.precision auto is {' and '.join(precisions)} on the devices {self.device}: "
                "choose one that all have"
            )
        return list(copies)

    def tunable(self) -> TransformerEncoder:
        """Make the encoder on the first device, for a copy of it to be trained.

        Raises:
            ConfigError: If it is none that learns.
        """
        if self.encoder != "transformer":
            raise ConfigError(
                f"semantic_mining.opinion_reader is tuned, but token_encoding.encoder is {self.encoder}, "
                "which does not learn: choose frozen, or the encoder transformer"
            )
        return self._transformer(device_names(self.device)[0])

    def _transformer(self, device: str) -> TransformerEncoder:
        return TransformerEncoder(**self.model_dump(exclude=_ELSEWHERE | {"device"}), device=device)

    def maker(self, encoder: Encoder) -> Callable[[], Encoder]:
        """Return what makes the encoder in another process; one that was fitted is taken along."""
        return partial(_itself, encoder) if self.encoder == "lexical" else partial(_first, self)


def _itself(encoder: Encoder) -> Encoder:
    return encoder


def _first(options: TokenEncodingOptions) -> Encoder:
    return options.encoders([])[0]
