"""Folders of sentence-transformers give the vectors that the library itself makes of them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules as library

from tesserec.encoders.sentence_transformers_folder import SentenceTransformersFolder
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .folders import dense_of, write

TEXTS = [
    "river stone light",
    "winter",
    "Garden music garden silent yellow engine bread",
    "market " * 20,
    "??",
]
PROMPTS = {"find": "silent yellow ", "keep": ""}
POOLING_FLAGS = {
    "mean": "pooling_mode_mean_tokens",
    "cls": "pooling_mode_cls_token",
    "max": "pooling_mode_max_tokens",
    "last_token": "pooling_mode_lasttoken",
    "mean_sqrt_len": "pooling_mode_mean_sqrt_len_tokens",
    "weighted_mean": "pooling_mode_weightedmean_tokens",
}


def encoder_of(folder: Path, **options) -> TransformerEncoder:
    return TransformerEncoder(
        str(folder), precision="fp32", device="cpu", window_overlap=2, batch_tokens=64, **options
    )


def assert_equal_to_the_library(folder: Path, texts: list[str] = TEXTS) -> TransformerEncoder:
    encoder = encoder_of(folder)
    expected = SentenceTransformer(str(folder), device="cpu").encode(texts, show_progress_bar=False)
    np.testing.assert_allclose(encoder.encode(texts), expected, atol=5e-6, rtol=1e-5)
    assert encoder.size == expected.shape[1]
    return encoder


class TestParity:
    def test_cls_dense_normalize(self, saved):
        folder = saved("bert", "Pooling", "Dense", "Normalize", pooling={"pooling_mode_cls_token": True})
        dense_of(folder / "2_Dense", 16, 5, activation_function="torch.nn.modules.activation.Tanh")
        encoder = assert_equal_to_the_library(folder)
        assert (encoder.description.pooling, encoder.description.normalize, encoder.size) == ("cls", True, 5)

    def test_two_dense_layers(self, saved):
        folder = saved("bert", "Pooling", "Dense", "Dense", pooling={"pooling_mode_mean_tokens": True})
        dense_of(folder / "2_Dense", 16, 7)
        identity = "torch.nn.modules.linear.Identity"
        dense_of(folder / "3_Dense", 7, 3, bias=False, activation_function=identity)
        assert_equal_to_the_library(folder)

    def test_mean_without_normalize(self, saved):
        encoder = assert_equal_to_the_library(
            saved("bert", "Pooling", pooling={"pooling_mode_mean_tokens": True})
        )
        assert not encoder.description.normalize
        lengths = np.linalg.norm(encoder.encode(TEXTS), axis=1)
        assert (np.abs(lengths - 1) > 0.1).all()

    @pytest.mark.parametrize("kind", ["bert", "gpt2"])
    def test_each_pooling(self, saved, kind):
        for pooling, flag in POOLING_FLAGS.items():
            folder = saved(kind, "Pooling", pooling={flag: True})
            assert assert_equal_to_the_library(folder).description.pooling == pooling
            shutil.rmtree(folder)

    def test_several_poolings_side_by_side(self, saved):
        flags = {
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": True,
            "pooling_mode_lasttoken": True,
        }
        encoder = assert_equal_to_the_library(saved("bert", "Pooling", "Normalize", pooling=flags))
        assert encoder.description.pooling == "max+mean+last_token"
        assert encoder.size == 48

    def test_the_mean_is_what_a_module_without_a_mode_means(self, saved):
        flags = dict.fromkeys(POOLING_FLAGS.values(), False)
        assert (
            assert_equal_to_the_library(saved("gpt2", "Pooling", pooling=flags)).description.pooling == "mean"
        )

    @pytest.mark.parametrize("mode", ["lasttoken", ["cls", "weightedmean"]])
    def test_a_folder_that_the_installed_version_saves(self, tiny_models, tmp_path, mode):
        transformer = library.Transformer(str(tiny_models["qwen2"]))
        made = [
            transformer,
            library.Pooling(16, mode),
            library.Dense(16 * (1 if mode == "lasttoken" else 2), 6),
        ]
        prompts = {"passage": "bread ", "query": "light "}
        model = SentenceTransformer(modules=[*made, library.Normalize()], prompts=prompts, device="cpu")
        model.default_prompt_name = "passage"
        model.save_pretrained(str(tmp_path / "saved"))
        listed = (tmp_path / "saved" / "modules.json").read_text()
        assert "sentence_transformers.models" not in listed, "the new names are the point of this test"
        assert assert_equal_to_the_library(tmp_path / "saved").description.prompt == "bread "

    @pytest.mark.parametrize("kind", ["bert", "gpt2"])
    @pytest.mark.parametrize("include", [True, False])
    def test_prompts(self, saved, kind, include):
        said = {"prompts": PROMPTS, "default_prompt_name": "find"}
        for mode in ("mean", "cls", "last_token", "weighted_mean"):
            pooling = {POOLING_FLAGS[mode]: True, "include_prompt": include}
            folder = saved(kind, "Pooling", pooling=pooling, config_sentence_transformers=said)
            # The space at the end of the prompt and "winter" are one token of GPT-2, which the library takes
            # for the prompt's: it finds nothing to pool then.
            texts = [text for text in TEXTS if text != "winter"]
            assert assert_equal_to_the_library(folder, texts).description.prompt == "silent yellow "
            assert np.abs(encoder_of(folder).encode(["winter"])).max() > 0
            shutil.rmtree(folder)

    def test_a_prompt_of_the_parameters_replaces_the_default(self, saved):
        said = {"prompts": PROMPTS, "default_prompt_name": "find"}
        folder = saved(
            "bert", "Pooling", pooling={"include_prompt": False}, config_sentence_transformers=said
        )
        reference = SentenceTransformer(str(folder), device="cpu")
        for prompt in ("music ", ""):
            vectors = encoder_of(folder, prompt=prompt).encode(TEXTS)
            np.testing.assert_allclose(vectors, reference.encode(TEXTS, prompt=prompt), atol=5e-6)

    def test_lower_case(self, saved):
        folder = saved(
            "bert",
            "Pooling",
            pooling={},
            sentence_roberta_config={"max_seq_length": 24, "do_lower_case": True},
        )
        encoder = assert_equal_to_the_library(folder)
        assert encoder.description.max_length == 24
        loud, quiet = encoder.encode(["RIVER Stone", "river stone"])
        np.testing.assert_array_equal(loud, quiet)


def test_a_folder_that_says_nothing_leaves_the_choice_to_the_encoder(tiny_models):
    said = SentenceTransformersFolder.read(tiny_models["bert"])
    assert said == SentenceTransformersFolder()
    assert (said.poolings, said.normalize, said.prompt) == ((), True, "")


@pytest.mark.parametrize(
    ("name", "prompt"), [(None, ""), ("keep", ""), ("find", "silent yellow "), ("query", "")]
)
def test_the_default_prompt(saved, name, prompt):
    said = {"prompts": PROMPTS, "default_prompt_name": name}
    folder = saved("bert", "Pooling", pooling={}, config_sentence_transformers=said)
    assert SentenceTransformersFolder.read(folder).prompt == prompt


class TestRefusals:
    @pytest.mark.parametrize(
        "module",
        ["sentence_transformers.models.LSTM", "custom_code.Transformer", "sentence_transformers.Router"],
    )
    def test_a_module_that_is_not_known(self, saved, module):
        folder = saved("bert", "Pooling", pooling={})
        listed = json.loads((folder / "modules.json").read_text())
        write(folder / "modules.json", [*listed, {"idx": 2, "name": "2", "path": "2_More", "type": module}])
        with pytest.raises(ConfigError, match=f"has a module {module}, which is not known here"):
            TransformerEncoder(str(folder), window_overlap=2)

    @pytest.mark.parametrize(
        "modules", [("Dense", "Pooling"), ("Pooling", "Normalize", "Dense"), ("Pooling",) * 2]
    )
    def test_an_order_that_does_not_exist(self, saved, modules):
        folder = saved("bert", *modules, pooling={})
        with pytest.raises(ConfigError, match=f"runs Transformer, {', '.join(modules)}, an order"):
            TransformerEncoder(str(folder), window_overlap=2)

    def test_a_pooling_that_is_not_known(self, saved):
        folder = saved("bert", "Pooling", pooling={"pooling_mode": ["mean", "median"]})
        with pytest.raises(ConfigError, match="the pooling median"):
            TransformerEncoder(str(folder), window_overlap=2)

    def test_a_model_for_another_task(self, saved):
        settings = {"transformer_task": "sequence-classification"}
        folder = saved("bert", "Pooling", pooling={}, sentence_bert_config=settings)
        with pytest.raises(ConfigError, match="made for sequence-classification"):
            TransformerEncoder(str(folder), window_overlap=2)

    def test_an_output_other_than_the_last_hidden_state(self, saved):
        settings = {"modality_config": {"text": {"method": "forward", "method_output_name": "pooler_output"}}}
        folder = saved("bert", "Pooling", pooling={}, sentence_bert_config=settings)
        with pytest.raises(ConfigError, match="the output pooler_output"):
            TransformerEncoder(str(folder), window_overlap=2)

    def test_a_default_prompt_that_is_not_there(self, saved):
        said = {"prompts": PROMPTS, "default_prompt_name": "lose"}
        folder = saved("bert", "Pooling", pooling={}, config_sentence_transformers=said)
        with pytest.raises(ConfigError, match=r"no prompt .* 'lose'"):
            TransformerEncoder(str(folder), window_overlap=2)

    def test_a_file_that_is_missing_or_broken(self, saved):
        folder = saved("bert", "Pooling")
        with pytest.raises(ConfigError, match=r"1_Pooling/config\.json cannot be read"):
            TransformerEncoder(str(folder), window_overlap=2)
        (folder / "modules.json").write_text("[")
        with pytest.raises(ConfigError, match=r"modules\.json cannot be read"):
            TransformerEncoder(str(folder), window_overlap=2)
