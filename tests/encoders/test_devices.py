import pytest
import torch

from tesserec.encoders.devices import choose_device, choose_precision, device_names
from tesserec.errors import ConfigError


@pytest.mark.parametrize(
    ("capabilities", "precision"),
    [
        ({"amx_bf16": True}, "bf16"),
        ({"avx512_bf16": True}, "bf16"),
        ({"avx512_f": True}, "fp32"),
        ({}, "fp32"),
    ],
)
def test_automatic_precision_on_a_cpu_follows_its_units(monkeypatch, capabilities, precision):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert choose_precision("auto", torch.device("cpu")) == precision
    assert choose_precision("fp16", torch.device("cpu")) == "fp16"


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_automatic_device_takes_the_fastest(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setattr(torch, "empty", lambda size, device: torch.zeros(size).to("cpu") if device == "cpu"
                        else type("Elsewhere", (), {"device": torch.device(device)}))  # fmt: skip
    assert choose_device("auto").type == expected


def test_a_device_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="device is 'abacus'"):
        choose_device("abacus")


@pytest.mark.parametrize(
    ("name", "gpus", "expected"),
    [
        ("auto", 0, ["auto"]),
        ("auto", 1, ["auto"]),
        ("auto", 3, ["cuda:0", "cuda:1", "cuda:2"]),
        ("cuda", 2, ["cuda:0", "cuda:1"]),
        ("cpu", 2, ["cpu"]),
        ("cuda:1, cuda:3, cuda:1,", 4, ["cuda:1", "cuda:3"]),
    ],
)
def test_all_gpus_unless_some_are_named(monkeypatch, name, gpus, expected):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    assert device_names(name) == expected


def test_eight_bits_are_for_processors():
    assert choose_precision("int8", torch.device("cpu")) == "int8"
    with pytest.raises(ConfigError, match="precision is int8, which is for processors"):
        choose_precision("int8", torch.device("cuda"))
