from pathlib import Path

import pytest
from transformers import GPT2Config, GPT2LMHeadModel, Qwen2Config, Qwen2ForCausalLM

from ..encoders.conftest import _byte_tokenizer, tiny_models
from ..encoders.folders import save_random

__all__ = ["tiny_models"]

_SHARED = {"vocab_size": 400, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
# As the templates of models that follow instructions, with the words that tell who speaks.
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def _gpt2():
    return GPT2LMHeadModel(GPT2Config(**_SHARED, n_positions=2048, bos_token_id=390, eos_token_id=390))


def _qwen2():
    sizes = {"intermediate_size": 32, "max_position_embeddings": 2048, "num_key_value_heads": 1}
    # Such as instruction models come with: it must not make the writer draw lots.
    model = Qwen2ForCausalLM(Qwen2Config(**_SHARED, **sizes, eos_token_id=390))
    model.generation_config.update(do_sample=True, temperature=0.7, top_p=0.8, repetition_penalty=1.5)
    return model


@pytest.fixture(scope="session")
def writers(tmp_path_factory) -> dict[str, Path]:
    """Folders of random causal models; the second has a chat template."""
    folders = {}
    for kind, build in {"gpt2": _gpt2, "qwen2": _qwen2}.items():
        folders[kind] = tmp_path_factory.mktemp("writers") / kind
        save_random(build, folders[kind])
        tokenizer = _byte_tokenizer()
        if kind == "qwen2":
            tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
            tokenizer.chat_template = CHAT
        tokenizer.save_pretrained(folders[kind])
    return folders
