"""Embeddings without a forward pass: averages of a language model's input embeddings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.encoders.language_model import LanguageModel
from tesserec.encoders.protocol import Description, Encoder, Progress, TextVectors, nobody
from tesserec.encoders.texts import unit_length
from tesserec.encoders.tokens import TEXTS_AT_ONCE, Frame, token_ids, token_weights


@dataclass(frozen=True)
class StaticDescription(Description):
    """What decides a static encoder's vectors."""

    sif: float


class StaticEncoder(Encoder):
    """Averages the input embeddings of a text's tokens, rare tokens counting more.

    A token counts `sif / (sif + p)`, smooth inverse frequency (Arora, Liang and Ma 2017, "A simple but
    tough-to-beat baseline for sentence embeddings"). Its frequency `p` is that of its rank by Zipf's law: the
    ids of a vocabulary are roughly in the order of frequency. So a vector depends on no other text, and a
    text that joins later changes none. Special and unknown tokens count nothing. The principal direction of
    the corpus, which the paper takes out, is left in: the recommenders whiten. Vectors have length one.

    It takes the time of the tokenizer and `tokens · size` multiply-adds, and the memory of the embedding
    table. No window cuts a text.

    Args:
        model: The bundled model's name, the path of a folder, or a name on the Hugging Face hub.
        revision: Branch, tag or commit on the hub; None for the newest.
        trust_remote_code: Whether code that comes with the model may run.
        sif: The frequency at which a token counts half.

    Raises:
        ConfigError: If the model cannot be had.
    """

    description: StaticDescription

    def __init__(
        self, model: str, *, revision: str | None = None, trust_remote_code: bool = False, sif: float = 1e-4
    ) -> None:
        self._source = source = LanguageModel.find(model, revision, trust_remote_code)
        Frame.of(
            source.tokenizer, ""
        )  # its first use changes a tokenizer; the next ones may be in two threads
        self.description = StaticDescription(
            encoder="static",
            model=model,
            revision=source.revision,
            fingerprint=source.fingerprint,
            sif=sif,
            size=source.outline.get_input_embeddings().state_dict()["weight"].shape[1],
        )

    @cached_property
    def _weighted(self) -> np.ndarray:
        """The table of embeddings, each token's times its weight, (vocabulary, d)."""
        language_model = self._source.load(torch.float32, torch.device("cpu"))
        table = language_model.get_input_embeddings().state_dict()["weight"].numpy()
        return table * token_weights(len(table), self._source.tokenizer, self.description.sif)[:, None]

    def load(self) -> None:
        """Load the table of embeddings."""
        _ = self._weighted

    def prepare(self, texts: Sequence[str]) -> list[list[int]]:
        """Turn texts into token ids."""
        return list(token_ids(texts, self._source.tokenizer))

    def read(self, prepared: Sequence[Sequence[int]], progress: Progress = nobody) -> TextVectors:
        """Average the embeddings of tokens, where unknown ones say nothing."""
        vectors = np.zeros((len(prepared), self.size), dtype=np.float32)
        for start in range(0, len(prepared), TEXTS_AT_ONCE):
            some = prepared[start : start + TEXTS_AT_ONCE]
            vectors[start : start + len(some)] = self._averages(some)
            progress(len(some))
        return TextVectors(
            vectors=vectors,
            tokens=np.array([len(ids) for ids in prepared], dtype=np.int32),
            windows=np.asarray(vectors.any(axis=1), dtype=np.int32),
            truncated=np.zeros(len(prepared), dtype=np.int32),
        )

    def _averages(self, ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Return the weighted sums of the tokens' embeddings, brought to length one, (texts, d)."""
        bounds = np.cumsum([0, *map(len, ids)])
        flat = np.fromiter((token for sequence in ids for token in sequence), np.int64, bounds[-1])
        counts = sp.csr_array(
            (np.ones(len(flat), np.float32), flat, bounds), shape=(len(ids), len(self._weighted))
        )
        return unit_length(counts @ self._weighted)
