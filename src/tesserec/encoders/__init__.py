"""From texts to vectors.

The encoders themselves are in `tesserec.encoders.transformer` and `tesserec.encoders.static`: they load
torch, which takes seconds, and the checks before a run do without.
"""

from tesserec.encoders.embeddings import Embeddings
from tesserec.encoders.models import fetch_model, resolve_model
from tesserec.encoders.protocol import Encoder

__all__ = [
    "Embeddings",
    "Encoder",
    "fetch_model",
    "resolve_model",
]
