"""Embeddings from a pretrained transformer."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

import numpy as np
import torch
from tqdm import tqdm

from tesserec.encoders.batches import batches_by_length, pad_right
from tesserec.encoders.devices import DTYPES, Precision, choose_device, choose_precision
from tesserec.encoders.loading import load_model, load_tokenizer, longest_input
from tesserec.encoders.models import fetch_model, fingerprint, revision_of
from tesserec.encoders.pooling import POOLINGS, Pooling, fitting_pooling
from tesserec.encoders.protocol import Description, Encoder
from tesserec.encoders.statistics import EncodingStatistics
from tesserec.encoders.texts import different_texts, spread, unit_length
from tesserec.encoders.tokens import Windows, make_windows, special_tokens
from tesserec.errors import ConfigError


@dataclass(frozen=True)
class TransformerDescription(Description):
    """What decides a transformer's vectors."""

    pooling: Pooling
    max_length: int
    window_overlap: int
    precision: Precision
    device: str


class TransformerEncoder(Encoder):
    """Encodes texts with any encoder or decoder of the Hugging Face hub, from safetensors weights.

    Each different text is encoded once. Texts are sorted by length and packed into batches by a token budget.
    A text over the window is cut into overlapping windows; its vector is the mean of the windows' vectors,
    weighted by their tokens. Vectors have length one.

    Args:
        model: The bundled model's name, the path of a folder, or a name on the Hugging Face hub.
        revision: Branch, tag or commit on the hub; None for the newest.
        pooling: How token vectors become one; `auto` takes what the model was made for.
        max_length: Window in tokens, special tokens included; `auto` takes the model's own.
        window_overlap: Tokens shared by neighbouring windows.
        device: `auto`, or a device that torch knows (`cpu`, `cuda`, `cuda:1`, `mps`).
        precision: Number format of weights and activations; `auto` takes bf16 where it is native.
        batch_tokens: Tokens of one batch, padding included.

    Raises:
        ConfigError: If the model cannot be had or a value does not fit it or this machine.
    """

    description: TransformerDescription

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        pooling: Pooling | Literal["auto"] = "auto",
        max_length: int | Literal["auto"] = "auto",
        window_overlap: int = 32,
        device: str = "auto",
        precision: Precision | Literal["auto"] = "auto",
        batch_tokens: int = 4096,
    ) -> None:
        folder = fetch_model(model, revision)
        self._device = choose_device(device)
        chosen_precision = choose_precision(precision, self._device)
        self._tokenizer = load_tokenizer(folder)
        self._model = load_model(folder, DTYPES[chosen_precision], self._device)
        padding = (self._tokenizer.pad_token_id, self._tokenizer.eos_token_id, 0)
        self._pad_id = next(token for token in padding if token is not None)  # decoders may know none
        self._batch_tokens = batch_tokens
        self._longest = longest_input(folder, self._model, self._tokenizer)
        self.description = TransformerDescription(
            encoder="transformer",
            model=model,
            revision=revision_of(folder, revision),
            fingerprint=fingerprint(folder),
            pooling=fitting_pooling(folder, self._model.config) if pooling == "auto" else pooling,
            max_length=self._window(max_length, window_overlap),
            window_overlap=window_overlap,
            precision=chosen_precision,
            device=str(self._device),
            size=self._model.config.hidden_size,
        )

    def _window(self, max_length: int | Literal["auto"], overlap: int) -> int:
        # A window that fills a batch alone is long enough: decoders take 32,768 tokens and more.
        window = min(self._longest, self._batch_tokens) if max_length == "auto" else max_length
        if window > self._longest:
            raise ConfigError(
                f"token_encoding.max_length is {window}, but the model takes {self._longest} tokens at most"
            )
        room = window - sum(len(ids) for ids in special_tokens(self._tokenizer))
        if overlap >= room:
            raise ConfigError(
                f"token_encoding.window_overlap is {overlap}, but a window has room for {room} tokens: "
                "choose an overlap well below that"
            )
        return window

    def encode_measured(self, texts: Sequence[str]) -> tuple[np.ndarray, EncodingStatistics]:
        """Encode texts as `encode` does, and report counts and times beside the vectors."""
        unique, rows = different_texts(texts)
        started = perf_counter()
        windows = make_windows(
            unique, self._tokenizer, self.description.max_length, self.description.window_overlap
        )
        tokenized = perf_counter()
        window_vectors, padding = self._forward(windows)
        encoded = _combine(window_vectors, windows, len(unique))  # (unique, d)
        finished = perf_counter()

        windows_of = np.bincount(windows.owners, minlength=len(unique) + 1)
        statistics = EncodingStatistics(
            texts=len(texts),
            empty_texts=int((windows_of[rows] == 0).sum()),
            unique_texts=int((windows_of > 0).sum()),
            windowed_texts=int((windows_of > 1).sum()),
            windows=len(windows.sequences),
            tokens=int(windows.lengths.sum()),
            padding_tokens=padding,
            tokenize_seconds=tokenized - started,
            forward_seconds=finished - tokenized,
        )
        return spread(encoded, rows), statistics

    def _forward(self, windows: Windows) -> tuple[np.ndarray, int]:
        """Return one vector per window, (windows, d), and the tokens of padding."""
        vectors = np.empty((len(windows.sequences), self.size), dtype=np.float32)
        opens_text = np.diff(windows.owners, prepend=-1) > 0
        padding = 0
        with tqdm(total=int(opens_text.sum()), desc="encoding", unit=" texts") as bar:
            for batch in batches_by_length(windows.lengths, self._batch_tokens, self._longest):
                ids, mask = pad_right([windows.sequences[i] for i in batch], self._pad_id, self._longest)
                vectors[batch] = self._pooled(ids, mask)
                padding += int(mask.size - mask.sum())
                bar.update(int(opens_text[batch].sum()))
        return vectors, padding

    @torch.inference_mode()
    def _pooled(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        token_ids = torch.from_numpy(ids).to(self._device)  # (batch, tokens)
        attention = torch.from_numpy(mask).to(self._device)  # (batch, tokens)
        hidden = self._model(input_ids=token_ids, attention_mask=attention).last_hidden_state
        # Sums over tokens need more digits than half precision has.
        return POOLINGS[self.description.pooling](hidden.float(), attention).cpu().numpy()


def _combine(window_vectors: np.ndarray, windows: Windows, texts: int) -> np.ndarray:
    """Average the windows of each text by their tokens and normalise: (windows, d) → (texts, d)."""
    combined = np.zeros((texts, window_vectors.shape[1]), dtype=np.float32)
    if len(windows.owners):
        owners, starts = np.unique(windows.owners, return_index=True)
        weighted = window_vectors * windows.weights[:, None].astype(np.float32)
        combined[owners] = np.add.reduceat(weighted, starts, axis=0)
    return unit_length(combined)
