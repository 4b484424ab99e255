"""What a dense layer may not be; what it does is compared in `test_sentence_transformers_folder`."""

from pathlib import Path

import pytest

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .folders import dense_of, write


class TestRefusedDense:
    @pytest.fixture
    def folder(self, saved) -> Path:
        return saved("bert", "Pooling", "Dense", pooling={})

    def refused(self, folder: Path, sentence: str, **options) -> None:
        with pytest.raises(ConfigError, match=sentence):
            TransformerEncoder(str(folder), window_overlap=2, **options).encode(["stone"])

    def test_pickled_weights(self, folder):
        dense_of(folder / "2_Dense", 16, 4)
        (folder / "2_Dense" / "model.safetensors").rename(folder / "2_Dense" / "pytorch_model.bin")
        self.refused(folder, r"2_Dense has no model\.safetensors, and pickled weights are not read")

    @pytest.mark.parametrize("name", ["torch.nn.modules.activation.Softmax2d", "os.system", "torch.hub.load"])
    def test_activations_that_are_not_known(self, folder, name):
        dense_of(folder / "2_Dense", 16, 4, activation_function=name)
        self.refused(folder, f"the activation {name}, which is not known")

    @pytest.mark.parametrize("more", [{"use_residual": True}, {"module_input_name": "token_embeddings"}])
    def test_what_else_a_layer_may_do(self, folder, more):
        dense_of(folder / "2_Dense", 16, 4, **more)
        self.refused(folder, "adds its input or reads")

    def test_another_size(self, folder):
        dense_of(folder / "2_Dense", 12, 4)
        self.refused(folder, "gives vectors of 16, but the layer in .*2_Dense takes 12")

    def test_weights_of_another_layer(self, folder):
        dense_of(folder / "2_Dense", 16, 4, bias=False)
        write(folder / "2_Dense" / "config.json", {"in_features": 16, "out_features": 4})
        self.refused(folder, "do not fit their config.json")
