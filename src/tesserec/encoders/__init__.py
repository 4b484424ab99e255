"""From texts to vectors."""

from tesserec.encoders.embeddings import Embeddings
from tesserec.encoders.models import fetch_model, resolve_model
from tesserec.encoders.protocol import Encoder
from tesserec.encoders.statistics import EncodingStatistics
from tesserec.encoders.transformer import TransformerEncoder

__all__ = [
    "Embeddings",
    "Encoder",
    "EncodingStatistics",
    "TransformerEncoder",
    "fetch_model",
    "resolve_model",
]
