import json
import shutil
import sys
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, dynamic_module_utils

from tesserec.encoders.language_model import LanguageModel
from tesserec.encoders.loading import longest_input, outline
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .direct import tiny

HOMEMADE = """
from transformers import BertConfig, BertModel


class HomemadeConfig(BertConfig):
    model_type = "homemade"


class Homemade(BertModel):
    config_class = HomemadeConfig
"""


def change(path: Path, **entries) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


class TestCodeOfAModel:
    @pytest.fixture
    def folder(self, tiny_models, tmp_path, monkeypatch) -> Path:
        """A BERT under another name, with the code that makes it one."""
        folder = shutil.copytree(tiny_models["bert"], tmp_path / "homemade")
        classes = {"AutoConfig": "homemade.HomemadeConfig", "AutoModel": "homemade.Homemade"}
        change(folder / "config.json", model_type="homemade", architectures=["Homemade"], auto_map=classes)
        (folder / "homemade.py").write_text(HOMEMADE)
        monkeypatch.setattr(dynamic_module_utils, "HF_MODULES_CACHE", str(tmp_path / "modules"))
        monkeypatch.setattr(sys, "path", [*sys.path])
        return folder

    def test_does_not_run_unless_a_parameter_says_so(self, folder):
        with pytest.raises(ConfigError, match=r"set token_encoding\.trust_remote_code to true"):
            TransformerEncoder(str(folder))

    def test_runs_where_it_is_trusted(self, folder, tiny_models):
        texts = ["stone", "winter garden"]
        trusted = tiny(folder, trust_remote_code=True)
        assert (trusted.encode(texts) == tiny(tiny_models["bert"]).encode(texts)).all()
        assert trusted.description.trust_remote_code

    def test_is_in_the_fingerprint(self, folder):
        before = LanguageModel.find(str(folder), None, trust_remote_code=True).fingerprint
        changed = shutil.copytree(folder, folder.with_name("changed"))
        (changed / "homemade.py").write_text(HOMEMADE + "\n")
        assert LanguageModel.find(str(changed), None, trust_remote_code=True).fingerprint != before

    def test_reads_no_pickled_weights(self, folder):
        weights = folder / "model.safetensors"
        torch.save({}, folder / "pytorch_model.bin")
        weights.rename(folder / "other.safetensors")
        with pytest.raises(ConfigError, match=r"the model in .* cannot be loaded"):
            tiny(folder, trust_remote_code=True).encode(["stone"])


@pytest.mark.parametrize(
    ("tokenizer", "sentence_transformers", "expected"),
    [(None, None, 30), (12, None, 12), (12, 20, 20), (None, 20, 20), (None, 99, 30)],
)
def test_the_longest_input(tiny_models, tmp_path, tokenizer, sentence_transformers, expected):
    """What sentence-transformers noted comes before the tokenizer's limit; positions limit both."""
    folder = shutil.copytree(tiny_models["bert"], tmp_path / "model")
    if tokenizer is not None:
        change(folder / "tokenizer_config.json", model_max_length=tokenizer)
    if sentence_transformers is not None:
        described = {"max_seq_length": sentence_transformers}
        (folder / "sentence_roberta_config.json").write_text(json.dumps(described))
    layers = outline(LanguageModel.find(str(folder), None, trust_remote_code=False).config)
    assert longest_input(folder, layers, AutoTokenizer.from_pretrained(folder)) == expected
