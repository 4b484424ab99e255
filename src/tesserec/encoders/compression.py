"""Vectors in fewer bytes: fewer dimensions, then fewer bits for each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal, Self

import numpy as np

from tesserec.encoders.texts import unit_length
from tesserec.errors import ConfigError
from tesserec.features.whitening import project, whitening_of
from tesserec.state import Arrays, Config

Codes = Literal["float32", "float16", "int8", "binary"]

_BITS: dict[Codes, int] = {"float32": 32, "float16": 16, "int8": 8, "binary": 1}
_INT8 = 127  # its largest code; -128 is left out, so that codes are as many on both sides of 0
# The eight signs of each byte, (256, 8): looking them up takes a quarter of the time of unpacking bits.
_BYTES = 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) - 1


@dataclass(frozen=True)
class VectorFormat:
    """How vectors are to be kept.

    A vector of 384 dimensions takes 1,536 bytes as float32, 768 as float16, 384 as int8 and 48 as binary.

    Args:
        codes: What a dimension is rounded to.
            float32: nothing. float16: 11 significant bits. int8: one of 255 equal steps between plus and
            minus the largest value that the dimension has in the sample. binary: its sign, which whitening
            does not change.
        dimensions: Principal directions kept; None: all. The sample decides on at most half as many as it has
            rows.
        whitening: How far the directions are brought to equal variance: each is scaled by its variance to
            the power `-whitening / 2`. 1 is full whitening (Su et al. 2021, arXiv:2103.15316); 0 is plain
            principal component analysis or, with all dimensions, leaves the vectors as they are.

    Raises:
        ConfigError: If a value is out of its range.
    """

    codes: Codes = "float32"
    dimensions: int | None = None
    whitening: float = 0.0

    def __post_init__(self) -> None:
        if self.codes not in _BITS:
            known = ", ".join(_BITS)
            raise ConfigError(f"token_encoding.compression.codes is {self.codes!r}: choose one of {known}")
        if self.dimensions is not None and self.dimensions < 1:
            raise ConfigError(f"token_encoding.compression.dimensions is {self.dimensions}: choose 1 or more")
        if not 0 <= self.whitening <= 1:
            raise ConfigError(f"token_encoding.compression.whitening is {self.whitening}: choose 0 to 1")

    @property
    def turns(self) -> bool:
        """Whether the vectors are turned towards their principal directions."""
        return self.dimensions is not None or self.whitening > 0


@dataclass(frozen=True, eq=False)
class Compression:
    """Turns vectors of length one into codes and back; `fit` makes one.

    Vectors that are turned are centred and brought back to length one, so that their inner products are
    cosines again. A zero vector, of a text that says nothing, stays zero.

    Args:
        form: How vectors are kept.
        features: Dimensions of the vectors that go in.
        learned: centre, (features,), and directions, (features, size), where vectors are turned; steps of
            int8, (size,).
    """

    form: VectorFormat
    features: int
    learned: Mapping[str, np.ndarray]

    @classmethod
    def fit(cls, sample: np.ndarray, form: VectorFormat) -> Self:
        """Learn the directions and the steps that a format needs.

        Directions take `rows · features²` multiply-adds and a float64 copy of the sample.

        Args:
            sample: Vectors to learn from, float32, (rows, features); zero rows teach nothing.
            form: How vectors are to be kept.

        Raises:
            ConfigError: If more dimensions are asked for than the vectors have.
        """
        features = sample.shape[1]
        if form.dimensions is not None and form.dimensions > features:
            asked = f"token_encoding.compression.dimensions is {form.dimensions}"
            raise ConfigError(f"{asked}, but the vectors have {features}: choose fewer")
        fitted = cls(form, features, _turn(sample, form) if form.turns else {})
        if form.codes != "int8":
            return fitted
        return replace(fitted, learned={**fitted.learned, "steps": _steps(fitted.turned(sample))})

    @classmethod
    def none(cls, features: int) -> Self:
        """Return what leaves vectors as they are."""
        return cls(VectorFormat(), features, {})

    @property
    def size(self) -> int:
        """Dimensions of the vectors that come out."""
        return self.learned["directions"].shape[1] if "directions" in self.learned else self.features

    @property
    def bytes_per_vector(self) -> int:
        """The bytes of one vector's code."""
        return -(-self.size * _BITS[self.form.codes] // 8)

    def turned(self, vectors: np.ndarray) -> np.ndarray:
        """Return the vectors before they are rounded, float32, (rows, size)."""
        if "directions" not in self.learned:
            return vectors
        return unit_length(project(vectors, self.learned["centre"], self.learned["directions"]))

    def compress(self, vectors: np.ndarray) -> np.ndarray:
        """Return the codes of vectors.

        It takes `features · size` multiply-adds a vector to turn it, and the memory of two copies of them.

        Args:
            vectors: float32, (rows, features), each of length one or zero.

        Returns:
            float32, float16 or int8, (rows, size); or uint8, (rows, size / 8 rounded up), eight signs to a
            byte, the first in its highest bit.

        Raises:
            ValueError: If the vectors have another number of dimensions than those of the sample.
        """
        if vectors.shape[1] != self.features:
            raise ValueError(f"vectors of {vectors.shape[1]} dimensions do not fit {self.features}")
        rows = self.turned(vectors)
        match self.form.codes:
            case "int8":
                codes = np.rint(rows / self.learned["steps"])
                return np.clip(codes, -_INT8, _INT8, out=codes).astype(np.int8)
            case "binary":
                return _signs(rows)
            case _:
                return rows.astype(self.form.codes)

    def decompress(self, codes: np.ndarray) -> np.ndarray:
        """Return the vectors that rows of codes stand for: float32, (rows, size), each of length one or zero.

        Before that, float16 is off by up to 2^-11 of a value and int8 by up to half a step; values beyond the
        largest of the sample become the largest. A sign stands for `size ** -0.5`.
        """
        match self.form.codes:
            case "float32":
                return codes
            case "int8":
                return unit_length(codes * self.learned["steps"])
            case "binary":
                return _values(codes, self.size)
            case _:
                return unit_length(codes.astype(np.float32))

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        return self.learned, {"form": asdict(self.form), "features": self.features}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the compression that `state` described."""
        return cls(VectorFormat(**config["form"]), config["features"], arrays)


def _turn(sample: np.ndarray, form: VectorFormat) -> dict[str, np.ndarray]:
    """Return the centre and the directions, or the plain axes if no two vectors of the sample differ."""
    features = sample.shape[1]
    wanted = form.dimensions or features
    centre, directions = whitening_of(sample, np.arange(len(sample)), wanted, form.whitening)
    if directions.shape[1] == 0:
        centre, directions = np.zeros(features, np.float32), np.eye(features, dtype=np.float32)
    return {"centre": centre, "directions": directions[:, :wanted]}


def _steps(rows: np.ndarray) -> np.ndarray:
    """Return the step of each dimension, (size,) float32; 1 is the largest value where none is known."""
    largest = np.abs(rows).max(axis=0, initial=0)
    return (np.where(largest > 0, largest, 1) / _INT8).astype(np.float32)


def _signs(rows: np.ndarray) -> np.ndarray:
    """Pack the signs of rows; a largest value below 0 counts as positive: no bit at all is a zero vector."""
    positive = rows > 0
    none = ~positive.any(axis=1) & rows.any(axis=1)
    positive[none, rows[none].argmax(axis=1)] = True
    return np.packbits(positive, axis=1)


def _values(codes: np.ndarray, size: int) -> np.ndarray:
    """Return vectors of length one for packed signs, zeros where there is no bit at all, (rows, size)."""
    values = (_BYTES * np.float32(size**-0.5))[codes].reshape(len(codes), 8 * codes.shape[1])[:, :size]
    values[~codes.any(axis=1)] = 0
    return values
