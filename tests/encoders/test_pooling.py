from types import SimpleNamespace

import pytest
import torch

from tesserec.encoders.pooling import POOLINGS, fitting_pooling, pool

HIDDEN = torch.tensor([[[1.0, -8.0], [3.0, -2.0], [100.0, 100.0]], [[-1.0, 4.0], [-3.0, 0.0], [-5.0, 2.0]]])
PADDED = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mean", [[2.0, -5.0], [-3.0, 2.0]]),
        ("cls", [[1.0, -8.0], [-1.0, 4.0]]),
        ("max", [[3.0, -2.0], [-1.0, 4.0]]),
        ("last_token", [[3.0, -2.0], [-5.0, 2.0]]),
        ("mean_sqrt_len", [[4 / 2**0.5, -10 / 2**0.5], [-9 / 3**0.5, 6 / 3**0.5]]),
        ("weighted_mean", [[7 / 3, -12 / 3], [-22 / 6, 10 / 6]]),
        ("sif", [[2.0, -5.0], [-3.0, 2.0]]),
    ],
)
def test_pooling_by_hand_leaves_padding_out(name, expected):
    torch.testing.assert_close(POOLINGS[name](HIDDEN, PADDED), torch.tensor(expected))


@pytest.mark.parametrize("name", POOLINGS)
def test_tokens_at_the_beginning_may_be_left_out_too(name):
    assert POOLINGS[name](HIDDEN[:1], torch.tensor([[0.0, 1.0, 0.0]])).tolist() == [[3.0, -2.0]]


def test_weights_between_nothing_and_one():
    pooled = POOLINGS["sif"](HIDDEN[:1], torch.tensor([[0.5, 0.25, 0.0]]))
    torch.testing.assert_close(pooled, torch.tensor([[1.25 / 0.75, -4.5 / 0.75]]))
    assert POOLINGS["sif"](HIDDEN[:1], torch.zeros(1, 3)).tolist() == [[0.0, 0.0]]


def test_several_poolings_stand_side_by_side():
    both = pool(HIDDEN, PADDED, ["max", "cls"])
    assert both.tolist() == [[3.0, -2.0, 1.0, -8.0], [-1.0, 4.0, -1.0, 4.0]]


@pytest.mark.parametrize(
    ("model_type", "pooling"),
    [
        ("bert", "mean"),
        ("mpnet", "mean"),
        ("xlm-roberta", "mean"),
        ("gpt2", "last_token"),
        ("qwen3", "last_token"),
        ("llama", "last_token"),
    ],
)
def test_the_pooling_that_fits_a_kind_of_model(model_type, pooling):
    assert fitting_pooling(SimpleNamespace(model_type=model_type)) == pooling
