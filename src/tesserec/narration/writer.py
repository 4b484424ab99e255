"""Texts written by a causal language model."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
import torch
from transformers import GenerationConfig, PreTrainedModel

from tesserec.encoders.batches import batches_by_length, pad_right
from tesserec.encoders.devices import DTYPES, Precision, choose_device, choose_precision
from tesserec.encoders.language_model import LanguageModel
from tesserec.encoders.loading import load_causal_model
from tesserec.errors import ConfigError

logger = logging.getLogger(__name__)

GROUP = "recommendation.descriptions"
# A sentence ends before a space, the end or, in Chinese, anything: not inside 3.5.
_SENTENCE = re.compile(r".*?(?:[.!?…]+[”’\"')\]]*(?=\s|\Z)|[。！？]+[”’」』）]*)")


class CausalWriter:
    """Continues prompts with a causal language model, from safetensors weights, by its likeliest token.

    A tokenizer's chat template is used where there is one. Prompts are sorted by length, packed into batches
    by a token budget and padded on the left. The same prompts give the same texts; other prompts in a batch
    change a text no more than by rounding, which matters where two tokens are as good as equally likely.

    Memory: the weights; for each token of a batch, a key and a value in every layer; and the tokens of all
    prompts. Time: one pass over the prompts, and one over the weights for each new token of a batch.

    Args:
        model: The path of a folder, or a name on the Hugging Face hub.
        revision: Branch, tag or commit on the hub; None for the newest.
        trust_remote_code: Whether code that comes with the model may run.
        device: `auto`, or a device that torch knows.
        precision: Number format of weights and activations; `auto` takes bf16 where it is native.
        batch_tokens: Tokens of one batch, padding and new tokens included.
        max_new_tokens: Tokens after which a text ends.
        max_sentences: Sentences after which it is cut.

    Raises:
        ConfigError: If the model cannot be had or does not fit this machine.
    """

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        trust_remote_code: bool = False,
        device: str = "auto",
        precision: Precision | Literal["auto"] = "auto",
        batch_tokens: int = 8192,
        max_new_tokens: int = 80,
        max_sentences: int = 2,
    ) -> None:
        with named_parameters():
            self._source = LanguageModel.find(model, revision, trust_remote_code)
            self._device = choose_device(device)
            self._dtype = DTYPES[choose_precision(precision, self._device)]
        self._batch_tokens, self._max_sentences = batch_tokens, max_sentences
        self._max_new_tokens = max_new_tokens
        self._room = self._source.longest - max_new_tokens
        if self._room < 1:
            raise ConfigError(
                f"{GROUP}.max_new_tokens is {max_new_tokens}, but the model in {self._source.folder} reads "
                f"{self._source.longest} tokens at most, prompt included: choose fewer, or another model"
            )

    @property
    def reserved(self) -> list[str]:
        """Words that mean something to the model which no text from outside may say."""
        return [word for word in self._source.tokenizer.get_added_vocab() if word.strip()]

    def write(self, prompts: Sequence[str], progress: Callable[[int], object]) -> list[str]:
        """Continue prompts.

        Args:
            prompts: Without special tokens.
            progress: Told how many more texts are done.

        Returns:
            Whole sentences without a line break, at most `max_sentences` each; empty if not one was finished,
            and for a prompt longer than the model reads.
        """
        sequences = [self._tokens(prompt) for prompt in prompts]
        lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
        fitting = np.flatnonzero(lengths <= self._room)
        texts = [""] * len(prompts)
        if left_out := len(prompts) - len(fitting):
            logger.warning(
                "%d of %d prompts are longer than the %d tokens that the model reads beside its text: lower "
                "%s.longest_description, or name another model",
                left_out,
                len(prompts),
                self._room,
                GROUP,
            )
        progress(left_out)
        for batch in batches_by_length(lengths[fitting] + self._max_new_tokens, self._batch_tokens):
            places = fitting[batch]
            for place, text in zip(places, self._continue([sequences[i] for i in places]), strict=True):
                texts[place] = whole_sentences(text, self._max_sentences)
            progress(len(places))
        return texts

    def _tokens(self, prompt: str) -> np.ndarray:
        tokenizer = self._source.tokenizer
        if tokenizer.chat_template is None:
            return np.array(tokenizer(prompt)["input_ids"], dtype=np.int32)
        spoken = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}],
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,  # a word of Qwen 3 and its kin, of which other templates take no notice
        )
        return np.array(tokenizer(spoken, add_special_tokens=False)["input_ids"], dtype=np.int32)

    def _continue(self, sequences: Sequence[np.ndarray]) -> list[str]:
        # Mirrored twice, what is padded on the right is padded on the left.
        ids, mask = (
            torch.from_numpy(array[:, ::-1].copy()).to(self._device)
            for array in pad_right([sequence[::-1] for sequence in sequences], self._source.pad_id)
        )  # (batch, tokens)
        with torch.inference_mode():
            # The library types this method for a class that no model is.
            written = cast(Any, self._model).generate(input_ids=ids, attention_mask=mask)
        return self._source.tokenizer.batch_decode(written[:, ids.shape[1] :], skip_special_tokens=True)

    @cached_property
    def _model(self) -> PreTrainedModel:
        source = self._source
        with named_parameters():
            model = load_causal_model(source.folder, self._dtype, self._device, source.trust_remote_code)
        ends = model.generation_config.eos_token_id
        # In place of the folder's own, which may ask for samples and penalties.
        model.generation_config = GenerationConfig(
            do_sample=False,
            max_new_tokens=self._max_new_tokens,
            use_cache=True,
            pad_token_id=source.pad_id,
            eos_token_id=source.tokenizer.eos_token_id if ends is None else ends,
        )
        return model


def whole_sentences(text: str, most: int) -> str:
    """Return the finished sentences at the start of a text, at most so many, up to a line break."""
    line = text.strip().partition("\n")[0]
    return "".join(_SENTENCE.findall(line)[:most]).strip()


@contextmanager
def named_parameters() -> Iterator[None]:
    """Let the rules of loading, which know the parameters of the encoder, name those of this model."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(str(error).replace("token_encoding.", f"{GROUP}.")) from error
