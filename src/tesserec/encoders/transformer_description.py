"""What decides the vectors of a transformer, and so where they are stored."""

from dataclasses import dataclass, field

from tesserec.encoders.combination import WindowCombination
from tesserec.encoders.devices import Precision
from tesserec.encoders.protocol import Description


@dataclass(frozen=True)
class TransformerDescription(Description):
    """What decides a transformer's vectors.

    Args:
        layers: Those whose hidden states are averaged; 0 is the embedding of tokens.
        pooling: How token vectors become one; those of several, joined by a plus sign, are concatenated.
        sif: The frequency at which a token counts half, where pooling is by frequency.
        prompt: What stands before each text.
        normalize: Whether vectors are brought to length one.
        max_length: Window in tokens.
        window_overlap: Tokens shared by neighbouring windows.
        window_combination: How the vectors of a text's windows become one.
        max_windows: Windows of a text that are read; None for all.
        precision: Number format of weights and activations.
        trust_remote_code: Whether the model may be made by code of its own.
        device: Where it runs.
    """

    layers: tuple[int, ...]
    pooling: str
    sif: float | None
    prompt: str
    normalize: bool
    max_length: int
    window_overlap: int
    window_combination: WindowCombination
    max_windows: int | None
    precision: Precision
    trust_remote_code: bool
    device: str = field(metadata={"names_only": True})
