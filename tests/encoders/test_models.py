import shutil
from types import SimpleNamespace

import pytest
from huggingface_hub.errors import RepositoryNotFoundError

from tesserec.encoders import fetch_model, models, resolve_model
from tesserec.encoders.models import check_weights, fingerprint
from tesserec.errors import ConfigError


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
def test_the_bundled_model_needs_no_network(name):
    folder = fetch_model(name)
    assert str(folder) == resolve_model(name)
    assert (folder / "model.safetensors").is_file()


def test_other_weights_are_not_taken_for_the_bundled_ones(tmp_path):
    weights = tmp_path / "model.safetensors"
    with pytest.raises(ConfigError, match="reinstall"):
        check_weights(weights, models.BUNDLED_SHA256)
    weights.write_bytes(b"something else")
    with pytest.raises(ConfigError, match="reinstall"):
        check_weights(weights, models.BUNDLED_SHA256)


def test_a_local_folder_is_taken_as_it_is(tiny_models):
    assert resolve_model(str(tiny_models["bert"])) == str(tiny_models["bert"])


@pytest.mark.parametrize("path", ["/no/such/model", "./no-such-model", "models/bert/tiny", "~/no-such-model"])
def test_a_missing_folder_is_named(path):
    with pytest.raises(ConfigError, match=f"token_encoding.model names the folder '{path}', which does not"):
        resolve_model(path)


@pytest.mark.parametrize(
    ("removed", "named"), [("config.json", "config.json"), ("model.safetensors", "safetensors")]
)
def test_a_folder_without_a_part_of_the_model_is_refused(tiny_models, tmp_path, removed, named):
    folder = shutil.copytree(tiny_models["gpt2"], tmp_path / "model")
    (folder / removed).unlink()
    with pytest.raises(ConfigError, match=f"has no {named}"):
        resolve_model(str(folder))


def test_an_unknown_name_ends_at_once_without_a_network(monkeypatch):
    monkeypatch.setattr(models.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigError, match=r"token_encoding\.model 'nobody/nothing'.*HF_HUB_OFFLINE"):
        resolve_model("nobody/nothing")


class TestHub:
    """Answers of the hub, played by a stand-in."""

    @pytest.fixture
    def hub(self, monkeypatch):
        def answer(found):
            def model_info(self, name, revision=None, timeout=None):
                assert timeout is not None
                if isinstance(found, Exception):
                    raise found
                return SimpleNamespace(siblings=[SimpleNamespace(rfilename=file) for file in found])

            monkeypatch.setattr(models.HfApi, "model_info", model_info)

        monkeypatch.setattr(models.constants, "HF_HUB_OFFLINE", False)
        return answer

    def test_a_public_model_passes(self, hub):
        hub(["config.json", "model.safetensors"])
        assert resolve_model("somebody/something") == "somebody/something"

    def test_pickled_weights_are_refused(self, hub):
        hub(["config.json", "pytorch_model.bin"])
        with pytest.raises(ConfigError, match="has no safetensors weights"):
            resolve_model("somebody/something")

    def test_an_unknown_name(self, hub):
        hub(RepositoryNotFoundError("404", response=SimpleNamespace(headers={}, request=None)))
        with pytest.raises(ConfigError, match="'somebody/typo at v2' is neither a folder nor a public model"):
            resolve_model("somebody/typo", revision="v2")

    def test_a_hub_out_of_reach(self, hub):
        hub(ConnectionError("Name or service not known"))
        with pytest.raises(ConfigError, match=r"cannot be reached \(Name or service not known\)"):
            resolve_model("somebody/something")


def test_the_fingerprint_follows_every_file_that_matters(tiny_models, tmp_path):
    copies = [shutil.copytree(tiny_models["bert"], tmp_path / name) for name in ("same", "other")]
    (copies[0] / "README.md").write_text("does not matter")
    with (copies[1] / "tokenizer.json").open("a") as file:
        file.write("\n")
    original = fingerprint(tiny_models["bert"])
    assert fingerprint(copies[0]) == original
    assert fingerprint(copies[1]) != original
    shutil.copytree(copies[1], copies[0], dirs_exist_ok=True)
    assert fingerprint(copies[0]) == fingerprint(copies[1]), "a folder that was saved anew is another model"


@pytest.mark.parametrize("path", ["1_Pooling/config.json", "2_Dense/model.safetensors", "modeling.py"])
def test_the_fingerprint_follows_files_in_folders_of_the_folder_and_code(tiny_models, tmp_path, path):
    prints = {fingerprint(tiny_models["bert"])}
    for content in ("one", "other"):
        folder = shutil.copytree(tiny_models["bert"], tmp_path / content)
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(content)
        prints.add(fingerprint(folder))
    assert len(prints) == 3
