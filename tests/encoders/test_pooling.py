import json
from types import SimpleNamespace

import pytest
import torch

from tesserec.encoders.pooling import POOLINGS, fitting_pooling
from tesserec.errors import ConfigError

HIDDEN = torch.tensor([[[1.0, -8.0], [3.0, -2.0], [100.0, 100.0]], [[-1.0, 4.0], [-3.0, 0.0], [-5.0, 2.0]]])
MASK = torch.tensor([[1, 1, 0], [1, 1, 1]])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mean", [[2.0, -5.0], [-3.0, 2.0]]),
        ("cls", [[1.0, -8.0], [-1.0, 4.0]]),
        ("max", [[3.0, -2.0], [-1.0, 4.0]]),
        ("last_token", [[3.0, -2.0], [-5.0, 2.0]]),
    ],
)
def test_pooling_by_hand_leaves_padding_out(name, expected):
    assert POOLINGS[name](HIDDEN, MASK).tolist() == expected


def sentence_transformers_folder(folder, **modes):
    modules = [
        {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 8} | modes))
    return folder


def test_a_folder_decides_its_pooling_and_ignored_layers_are_reported(tmp_path, caplog):
    folder = sentence_transformers_folder(
        tmp_path, pooling_mode_cls_token=True, pooling_mode_mean_tokens=False
    )
    assert fitting_pooling(folder, SimpleNamespace(model_type="gpt2")) == "cls"
    assert "layers Dense are left out" in caplog.text


def test_a_pooling_that_does_not_exist_here_is_refused(tmp_path):
    folder = sentence_transformers_folder(tmp_path, pooling_mode_cls_token=True, pooling_mode_max_tokens=True)
    with pytest.raises(ConfigError, match=r"choose one with token_encoding\.pooling"):
        fitting_pooling(folder, SimpleNamespace(model_type="bert"))
