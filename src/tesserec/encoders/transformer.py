"""Embeddings from a pretrained transformer."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Literal, Self

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from tesserec.encoders.acceleration import compiled, quantized
from tesserec.encoders.batches import batches_by_length, pad_right, side_by_side
from tesserec.encoders.combination import WindowCombination, combine_windows
from tesserec.encoders.dense import output_size
from tesserec.encoders.devices import DTYPES, Precision, choose_device, choose_precision
from tesserec.encoders.language_model import LanguageModel
from tesserec.encoders.pooling import Pooling, fitting_pooling
from tesserec.encoders.protocol import Encoder, Progress, TextVectors, nobody
from tesserec.encoders.reader import AVERAGES, WindowReader, chosen_layers
from tesserec.encoders.sentence_transformers_folder import SentenceTransformersFolder
from tesserec.encoders.texts import unit_length
from tesserec.encoders.tokens import Frame, Windows, make_windows, token_spans, token_weights
from tesserec.encoders.transformer_description import TransformerDescription
from tesserec.errors import ConfigError


class TransformerEncoder(Encoder):
    """Encodes texts with any encoder or decoder of the Hugging Face hub, from safetensors weights.

    A folder of the sentence-transformers library gives the vectors that the library gives: its prompt,
    poolings, dense layers and normalisation are those of `auto`. Texts are sorted by length and packed into
    batches by a token budget; a processor reads as many batches at once as torch has threads, each in one of
    them. A text over the window is cut into overlapping windows, each with the prompt before it; their
    vectors are combined before they are brought to length one.

    Args:
        model: The bundled model's name, the path of a folder, or a name on the Hugging Face hub.
        revision: Branch, tag or commit on the hub; None for the newest.
        trust_remote_code: Whether code that comes with the model may run.
        prompt: Put before each text as it is; `auto` takes the folder's default, or none.
        layers: Layers whose hidden states are averaged: 0 is the embedding of tokens, -1 the last layer.
        pooling: How token vectors become one; `auto` takes what the model was made for.
        sif: For the pooling of that name, the frequency at which a token counts half.
        normalize: Whether vectors are brought to length one; `auto` does so unless the folder does not.
        max_length: Window in tokens, special tokens and prompt included; `auto` takes the model's own.
        window_overlap: Tokens shared by neighbouring windows.
        window_combination: `mean`, weighted by the tokens of the windows, or `max` of each dimension.
        max_windows: Windows of a text after which the rest is left unread, and counted; None reads all.
        device: `auto`, or a device that torch knows (`cpu`, `cuda`, `cuda:1`, `mps`).
        precision: Number format of weights and activations; `auto` takes bf16 where it is native.
        batch_tokens: Tokens of one batch, padding included.
        compile: Whether the model's operations are fused when it is loaded.

    Raises:
        ConfigError: If the model cannot be had or a value does not fit it or this machine.
    """

    description: TransformerDescription

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        trust_remote_code: bool = False,
        prompt: str = "auto",
        layers: Sequence[int] = (-1,),
        pooling: Pooling | Literal["auto"] = "auto",
        sif: float = 1e-4,
        normalize: bool | Literal["auto"] = "auto",
        max_length: int | Literal["auto"] = "auto",
        window_overlap: int = 32,
        window_combination: WindowCombination = "mean",
        max_windows: int | None = None,
        device: str = "auto",
        precision: Precision | Literal["auto"] = "auto",
        batch_tokens: int = 2048,
        compile: bool = False,
    ) -> None:
        source = LanguageModel.find(model, revision, trust_remote_code)
        said = SentenceTransformersFolder.read(source.folder)
        self._source, self._dense = source, said.dense
        self._device, self.batch_tokens, self._compile = choose_device(device), batch_tokens, compile
        self._frame = Frame.of(source.tokenizer, said.prompt if prompt == "auto" else prompt)
        self._pooled_from = len(self._frame.opening) if self._frame.prompt and not said.include_prompt else 0
        auto = said.poolings or (fitting_pooling(source.config),)
        self._poolings = auto if pooling == "auto" else (pooling,)
        self.description = TransformerDescription(
            encoder="transformer",
            model=model,
            revision=source.revision,
            fingerprint=source.fingerprint,
            size=output_size(source.number("hidden_size") * len(self._poolings), said.dense),
            layers=chosen_layers(layers, source.number("num_hidden_layers")),
            pooling="+".join(self._poolings),
            sif=sif if "sif" in self._poolings else None,
            prompt=self._frame.prompt,
            normalize=said.normalize if normalize == "auto" else normalize,
            max_length=self._window(max_length, window_overlap),
            window_overlap=window_overlap,
            window_combination=window_combination,
            max_windows=max_windows,
            precision=choose_precision(precision, self._device),
            trust_remote_code=trust_remote_code,
            device=str(self._device),
        )

    def _window(self, max_length: int | Literal["auto"], overlap: int) -> int:
        longest = self._source.longest
        # A window that fills a batch alone is long enough: decoders take 32,768 tokens and more.
        window = min(longest, self.batch_tokens) if max_length == "auto" else max_length
        if window > longest:
            raise ConfigError(
                f"token_encoding.max_length is {window}, but the model takes {longest} tokens at most"
            )
        room = window - self._frame.length
        if overlap >= room:
            raise ConfigError(
                f"token_encoding.window_overlap is {overlap}, but a window has room for {room} tokens: "
                "choose an overlap well below that"
            )
        return window

    @cached_property
    def _model(self) -> PreTrainedModel:
        """The model, loaded when it is first needed: where nothing is new it never is."""
        precision = self.description.precision
        model = self._source.load(DTYPES[precision], self._device)
        if precision == "int8":
            model = quantized(model)
        return compiled(model) if self._compile else model

    @cached_property
    def reader(self) -> WindowReader:
        """The model with all that turns its states into vectors, loaded when it is first needed."""
        return self._reader_with(self._model)

    def with_layers(self, layers: Sequence[torch.nn.Module], size: int) -> Self:
        """Return an encoder to be trained: weights of its own, float32, and more layers behind them.

        Its vectors are not brought to length one, those of a text's windows are averaged, and every layer of
        the model computes as it did: nothing is compiled or quantized.

        Args:
            layers: What the vectors go through, (batch, d) → (batch, size).
            size: Numbers that the last one makes.
        """
        own, described = copy(self), self.description
        own.description = replace(
            described,
            size=size,
            normalize=False,
            window_combination="mean",
            precision="fp32" if described.precision == "int8" else described.precision,
        )
        own._compile = False
        own.reader = self._reader_with(self._source.load(torch.float32, self._device), layers)
        return own

    def forward(self, windows: Sequence[np.ndarray]) -> torch.Tensor:
        """Return the vectors of windows, token ids each, with what gradients need: (windows, d)."""
        return self.reader.forward(*pad_right(list(windows), self._source.pad_id))

    def _reader_with(self, model: PreTrainedModel, more: Sequence[torch.nn.Module] = ()) -> WindowReader:
        described = self.description
        frequency = None
        if described.sif is not None:
            vocabulary = len(model.get_input_embeddings().state_dict()["weight"])
            weights = token_weights(vocabulary, self.tokenizer, described.sif)
            frequency = torch.from_numpy(weights).to(self._device)
        head = torch.nn.Sequential(*(layer.load() for layer in self._dense), *more).to(self._device)
        return WindowReader(
            model,
            self._source.number("num_hidden_layers"),
            described.layers,
            self._poolings,
            self._pooled_from,
            frequency,
            head,
        )

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """What cuts texts into the model's tokens, and names these."""
        return self._source.tokenizer

    def load(self) -> None:
        """Load the model: not from several threads, because that sets numbers' formats for all of them."""
        _ = self.reader

    @property
    def _at_once(self) -> int:
        # A compiled model hands out the states of inner layers through a variable that threads share.
        alone = self._compile and not self.reader.last_layer_only
        return 1 if alone or self._device.type != "cpu" else torch.get_num_threads()

    def prepare(self, texts: Sequence[str]) -> Windows:
        """Turn texts into the windows of tokens that the model reads."""
        described = self.description
        return make_windows(
            texts,
            self.tokenizer,
            self._frame,
            described.max_length,
            described.window_overlap,
            described.max_windows,
        )

    def read_tokens(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return what each token adds to the vector of its text before that is brought to length one.

        Args:
            texts: Any strings; what is made of all their tokens is in memory at once.

        Returns:
            For each text the parts, float32, (tokens, d), of all windows one after the other; and the place
            of each token among those of the text, (tokens,), -1 for special tokens and a prompt.

        Raises:
            ConfigError: If the vector does not split over tokens.
        """
        self._check_splits()  # before the model is loaded
        windows = self.prepare(texts)
        sequences = [ids.astype(np.int64) for ids in windows.sequences]
        parts = list(side_by_side(self.reader.read_tokens, sequences, self._at_once))
        found = []
        for text in range(windows.texts):
            rows = np.flatnonzero(windows.owners == text)
            shares = windows.weights[rows] / windows.weights[rows].sum()
            of_text = [parts[row] * np.float32(share) for row, share in zip(rows, shares, strict=True)]
            places = [self._places(len(sequences[row]), number) for number, row in enumerate(rows)]
            found.append((
                np.concatenate([np.zeros((0, self.size), np.float32), *of_text]),
                np.concatenate([np.zeros(0, np.int64), *places]),
            ))  # fmt: skip
        return found

    def _places(self, tokens: int, number: int) -> np.ndarray:
        """Return the place in its text of each token of the window of that number, (tokens,), or -1."""
        step = self.description.max_length - self._frame.length - self.description.window_overlap
        place = np.arange(tokens) - len(self._frame.opening)
        inside = (place >= 0) & (place < tokens - self._frame.length)
        return np.where(inside, place + number * step, -1)

    def _check_splits(self) -> None:
        combination = self.description.window_combination
        if combination != "mean":
            raise ConfigError(
                f"token_encoding.window_combination is {combination}, which does not split over tokens: "
                "choose mean"
            )
        if self._poolings[1:] or self._poolings[0] not in AVERAGES or self._dense:
            behind = " with layers behind it" if self._dense else ""
            raise ConfigError(
                f"token_encoding.pooling is {'+'.join(self._poolings)}{behind}, which does not split over "
                f"tokens: choose one of {', '.join(AVERAGES)}, for a model without such layers"
            )

    def token_spans(self, text: str) -> np.ndarray:
        """Return the first character of each token of a text and the one behind its last, (tokens, 2).

        Raises:
            ConfigError: If the model's tokenizer does not tell.
        """
        return token_spans(self.tokenizer, text)

    def read(self, prepared: Windows, progress: Progress = nobody) -> TextVectors:
        """Run the model over windows, and put those of each text together."""
        reader, pad_id = self.reader, self._source.pad_id

        def read_batch(batch: np.ndarray) -> tuple[np.ndarray, int]:
            ids, mask = pad_right([prepared.sequences[i] for i in batch], pad_id)
            return reader.read(ids, mask), int(mask.size - mask.sum())

        vectors = np.empty((len(prepared.sequences), self.size), dtype=np.float32)
        opens_text = np.diff(prepared.owners, prepend=-1) > 0
        padding = 0
        batches = list(batches_by_length(prepared.lengths, self.batch_tokens))
        for batch, (made, padded) in zip(
            batches, side_by_side(read_batch, batches, self._at_once), strict=True
        ):
            vectors[batch] = made
            padding += padded
            progress(int(opens_text[batch].sum()))
        progress(prepared.texts - int(opens_text.sum()))  # those without a token
        if not np.isfinite(vectors).all():
            raise ConfigError(
                f"token_encoding.precision is {self.description.precision}, in which this model's numbers "
                "overflow: choose bf16 or fp32"
            )
        combined = combine_windows(vectors, prepared, self.description.window_combination)
        return TextVectors(
            vectors=unit_length(combined) if self.description.normalize else combined,
            tokens=prepared.tokens,
            windows=np.bincount(prepared.owners, minlength=prepared.texts).astype(np.int32),
            truncated=prepared.truncated,
            padding=padding,
        )
