import shutil

import numpy as np
import pytest

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

TEXTS = ["a bread oven of steel", "a film about the stars and a long way home", "music for winter evenings"]


def bundled(**options) -> np.ndarray:
    return TransformerEncoder("all-MiniLM-L6-v2", device="cpu", **options).encode(TEXTS)


def test_eight_bits_stay_close():
    exact, rounded = bundled(precision="fp32"), bundled(precision="int8")
    assert 0.95 < (exact * rounded).sum(axis=1).min() < 0.9999
    assert TransformerEncoder("all-MiniLM-L6-v2", precision="int8").description.precision == "int8"


@pytest.mark.skipif(shutil.which("g++") is None, reason="there is no C++ compiler")
def test_a_compiled_model_gives_the_same_vectors(tiny_models):
    folder = str(tiny_models["bert"])
    plain, compiled = (
        TransformerEncoder(folder, precision="fp32", window_overlap=2, compile=fused)
        for fused in (False, True)
    )
    texts = ["river stone", "winter garden music silent", "light"]
    np.testing.assert_allclose(compiled.encode(texts), plain.encode(texts), atol=1e-5)
    assert type(compiled._model) is not type(plain._model)
    assert compiled.description == plain.description, "what is stored may be used by both"


def test_without_a_compiler_the_way_out_is_named(tiny_models, monkeypatch):
    monkeypatch.setattr("tesserec.encoders.acceleration.shutil.which", lambda name: None)
    encoder = TransformerEncoder(str(tiny_models["bert"]), device="cpu", window_overlap=2, compile=True)
    with pytest.raises(ConfigError, match=r"compile is true, but there is no C\+\+ compiler: install"):
        encoder.encode(["river"])
