import shutil

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tesserec.encoders.protocol import nobody
from tesserec.errors import ConfigError
from tesserec.narration import writer as writer_module
from tesserec.narration.writer import CausalWriter, whole_sentences

PROMPTS = ["river", "stone light winter garden, and so on", "music " * 40, "silent yellow engine"]
NEW = 12


def make(folder, **changed):
    values = {"precision": "fp32", "device": "cpu", "max_new_tokens": NEW} | changed
    return CausalWriter(str(folder), **values)


@pytest.fixture
def raw(monkeypatch):
    """Let texts through as they are: random models finish no sentence."""
    monkeypatch.setattr(writer_module, "whole_sentences", lambda text, most: text)


def by_hand(folder, ids):
    """Continue tokens one by one, without a cache, a batch or the library's generation."""
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    ids, start = list(ids), len(ids)
    with torch.inference_mode():
        while len(ids) < start + NEW and (len(ids) == start or ids[-1] != tokenizer.eos_token_id):
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return tokenizer.decode(ids[start:], skip_special_tokens=True)


@pytest.mark.usefixtures("raw")
class TestWriting:
    @pytest.mark.parametrize("batch_tokens", [1, 100, 10_000])
    def test_batches_give_what_each_prompt_gives_alone(self, writers, batch_tokens):
        folder = writers["gpt2"]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        alone = [by_hand(folder, tokenizer(prompt)["input_ids"]) for prompt in PROMPTS]
        assert len(set(alone)) == len(PROMPTS)
        assert make(folder, batch_tokens=batch_tokens).write(PROMPTS, nobody) == alone

    def test_a_chat_template_is_used_and_samples_are_not(self, writers):
        folder = writers["qwen2"]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        asked = [f"<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n" for prompt in PROMPTS]
        alone = [by_hand(folder, tokenizer(text)["input_ids"]) for text in asked]
        writer = make(folder)
        assert writer.write(PROMPTS, nobody) == alone
        assert writer.write(PROMPTS, nobody) == alone
        assert {"<|im_start|>", "<|im_end|>"} <= set(writer.reserved)

    def test_progress_counts_every_prompt(self, writers):
        told = []
        make(writers["gpt2"], batch_tokens=100).write([*PROMPTS, "river " * 3000], told.append)
        assert sum(told) == len(PROMPTS) + 1
        assert len(told) > 2

    def test_a_prompt_longer_than_the_model_reads_gets_no_text_and_is_told(self, writers, caplog):
        texts = make(writers["gpt2"]).write(["river " * 3000, "river"], nobody)
        assert texts[0] == "" != texts[1]
        assert f"1 of 2 prompts are longer than the {2048 - NEW} tokens" in caplog.text

    def test_no_prompts(self, writers):
        assert make(writers["gpt2"]).write([], nobody) == []


class TestLoading:
    def test_a_model_that_cannot_write(self, tiny_models):
        with pytest.raises(ConfigError, match=r"recommendation\.descriptions\.model.*cannot write texts"):
            make(tiny_models["bert"], max_new_tokens=5).write(["river"], nobody)

    def test_errors_name_the_parameter_of_this_model(self, writers, tmp_path):
        with pytest.raises(ConfigError, match=r"^recommendation\.descriptions\.model names the folder"):
            make("./no-such-model")
        folder = shutil.copytree(writers["gpt2"], tmp_path / "pickled")
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
        with pytest.raises(ConfigError, match="safetensors"):
            make(folder)

    def test_no_room_for_a_prompt(self, writers):
        with pytest.raises(ConfigError, match=r"max_new_tokens is 2048.*reads 2048 tokens"):
            make(writers["gpt2"], max_new_tokens=2048)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One. Two! Three? Four", "One. Two!"),
        ("It weighs 1.9 kg. And mo", "It weighs 1.9 kg."),
        ("  “Yes.” she said. No", "“Yes.” she said."),
        ("一句。两句！三句？", "一句。两句！"),
        ("他说“好。”就走了。然后", "他说“好。”就走了。"),
        ("One.\nItem: Two.", "One."),
        ("nothing is finished", ""),
        ("", ""),
    ],
)
def test_whole_sentences(text, cut):
    assert whole_sentences(text, 2) == cut
