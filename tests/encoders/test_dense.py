"""What a dense layer may not be; what it does is compared in `test_sentence_transformers_folder`."""

from pathlib import Path

import pytest

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .folders import dense_of, write


def encode(folder: Path) -> None:
    TransformerEncoder(str(folder), window_overlap=2).encode(["stone"])


class TestRefusedDense:
    @pytest.fixture
    def folder(self, saved) -> Path:
        return saved("bert", "Pooling", "Dense", pooling={})

    def test_pickled_weights(self, folder):
        dense_of(folder / "2_Dense", 16, 4)
        (folder / "2_Dense" / "model.safetensors").rename(folder / "2_Dense" / "pytorch_model.bin")
        with pytest.raises(
            ConfigError, match=r"2_Dense has no model\.safetensors, and pickled weights are not read"
        ):
            encode(folder)

    @pytest.mark.parametrize("name", ["torch.nn.modules.activation.Softmax2d", "os.system", "torch.hub.load"])
    def test_activations_that_are_not_known(self, folder, name):
        dense_of(folder / "2_Dense", 16, 4, activation_function=name)
        with pytest.raises(ConfigError, match=f"the activation {name}, which is not known"):
            encode(folder)

    @pytest.mark.parametrize("more", [{"use_residual": True}, {"module_input_name": "token_embeddings"}])
    def test_what_else_a_layer_may_do(self, folder, more):
        dense_of(folder / "2_Dense", 16, 4, **more)
        with pytest.raises(ConfigError, match="adds its input or reads"):
            encode(folder)

    def test_another_size(self, folder):
        dense_of(folder / "2_Dense", 12, 4)
        with pytest.raises(ConfigError, match=r"gives vectors of 16, but the layer in .*2_Dense takes 12"):
            encode(folder)

    def test_weights_of_another_layer(self, folder):
        dense_of(folder / "2_Dense", 16, 4, bias=False)
        write(folder / "2_Dense" / "config.json", {"in_features": 16, "out_features": 4})
        with pytest.raises(ConfigError, match=r"do not fit their config\.json"):
            encode(folder)
