import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertModel,
    GPT2Config,
    GPT2Model,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2Model,
    RobertaConfig,
    RobertaModel,
)

from .folders import save_random, write

WORDS = "river stone light winter garden music silent yellow engine bread market forest".split()
VOCABULARY = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}
POSITIONS = 30

_SHARED = {"vocab_size": 400, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
_SIZES = {"intermediate_size": 32, "max_position_embeddings": POSITIONS}


def _bert() -> PreTrainedModel:
    return BertModel(BertConfig(**_SHARED, **_SIZES))


def _roberta() -> PreTrainedModel:
    return RobertaModel(RobertaConfig(**_SHARED, **_SIZES, pad_token_id=0))


def _gpt2() -> PreTrainedModel:
    return GPT2Model(GPT2Config(**_SHARED, n_positions=POSITIONS, bos_token_id=0, eos_token_id=0))


def _qwen2() -> PreTrainedModel:
    return Qwen2Model(Qwen2Config(**_SHARED, **_SIZES, num_key_value_heads=1))


def _word_tokenizer() -> PreTrainedTokenizerFast:
    """As BERT's: `[CLS] words [SEP]`."""
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)


def _byte_tokenizer() -> PreTrainedTokenizerFast:
    """As GPT-2's: pairs of bytes, nothing around a text, and no token for padding."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=390, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([" ".join([word] * 3) for word in WORDS], trainer)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>")


KINDS = {
    "bert": (_bert, _word_tokenizer),
    "roberta": (_roberta, _word_tokenizer),
    "gpt2": (_gpt2, _byte_tokenizer),
    "qwen2": (_qwen2, _byte_tokenizer),
}


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory) -> dict[str, Path]:
    """Folders of random models of each kind, small enough to run in no time."""
    folders = {}
    for kind, (build_model, build_tokenizer) in KINDS.items():
        folders[kind] = tmp_path_factory.mktemp("models") / kind
        save_random(build_model, folders[kind])
        build_tokenizer().save_pretrained(folders[kind])
    return folders


@pytest.fixture
def saved(tiny_models, tmp_path) -> Callable[..., Path]:
    """Make the folder of a tiny model one of the library, in the words of its second version."""

    def build(kind: str, *modules: str, pooling: dict | None = None, **files) -> Path:
        folder = shutil.copytree(tiny_models[kind], tmp_path / "model")
        if KINDS[kind][1] is _byte_tokenizer:  # the library wants a token for padding
            described = json.loads((folder / "tokenizer_config.json").read_text())
            write(folder / "tokenizer_config.json", described | {"pad_token": "<|endoftext|>"})
        listed = [
            {"idx": i, "name": str(i), "path": f"{i}_{name}" if i else "",
             "type": f"sentence_transformers.models.{name}"}
            for i, name in enumerate(["Transformer", *modules])
        ]  # fmt: skip
        write(folder / "modules.json", listed)
        if pooling is not None:
            write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 16} | pooling)
        for name, content in files.items():
            write(folder / f"{name}.json", content)
        return folder

    return build
