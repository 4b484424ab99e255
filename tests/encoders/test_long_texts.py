"""Texts that take several windows, and the prompt before each of these.

The text has 17 words. It is read 8 tokens at a time, 2 of which the window before had: tokens 0 to 7, 6 to
13, 12 to 16 (and on, where byte pairs are more than words).
"""

from pathlib import Path

import numpy as np
import pytest

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .direct import POOLED, WORDS, tiny, token_ids, token_vectors, unit

TEXT = " ".join(WORDS[i % len(WORDS)] for i in range(17))
AROUND = {"bert": ([2], [3]), "roberta": ([2], [3]), "gpt2": ([], []), "qwen2": ([], [])}


def windows_of(folder: Path, prompt: str = "") -> tuple[list[list[int]], list[int]]:
    """Token ids of each window of the text, and how many are the text's own."""
    before, after = AROUND[folder.name]
    prompt_ids = token_ids(folder, prompt, special=False) if prompt else []
    together = token_ids(folder, prompt + TEXT, special=False)
    opening, ids = together[: len(prompt_ids)], together[len(prompt_ids) :]
    parts = [ids[start : start + 8] for start in range(0, len(ids) - 2, 6)]
    windows = [
        before + opening + parts[0] + after,
        *(before + prompt_ids + part + after for part in parts[1:]),
    ]
    return windows, [len(part) for part in parts]


def encoder_of(folder: Path, **options) -> TransformerEncoder:
    around = sum(map(len, AROUND[folder.name]))
    prompt = token_ids(folder, options["prompt"], special=False) if "prompt" in options else []
    return tiny(folder, max_length=8 + around + len(prompt), **options)


@pytest.mark.parametrize("kind", AROUND)
def test_the_mean_of_windows_is_weighted_by_tokens(tiny_models, kind):
    folder = tiny_models[kind]
    encoder = encoder_of(folder, pooling="max")
    made = encoder.read(encoder.prepare(["stone", TEXT]))
    windows, lengths = windows_of(folder)
    pooled = [token_vectors(folder, ids).max(axis=0) for ids in windows]
    expected = np.average(pooled, axis=0, weights=lengths)
    np.testing.assert_allclose(made.vectors[1], unit(expected), atol=2e-6)
    np.testing.assert_allclose(
        encoder_of(folder, pooling="max", normalize=False).encode([TEXT])[0], expected, atol=5e-6
    )
    assert made.tokens.tolist() == [len(token_ids(folder, "stone", special=True)), sum(map(len, windows))]
    assert made.windows.tolist() == [1, len(windows)]
    assert made.truncated.tolist() == [0, 0]
    assert len(lengths) > 2
    assert lengths[-1] < 8


def test_the_maximum_of_windows(tiny_models):
    folder = tiny_models["bert"]
    encoder = encoder_of(folder, pooling="mean", window_combination="max", normalize=False)
    several, one = encoder.encode([TEXT, "stone"])
    pooled = [token_vectors(folder, ids).mean(axis=0) for ids in windows_of(folder)[0]]
    np.testing.assert_allclose(several, np.max(pooled, axis=0), atol=5e-6)
    np.testing.assert_allclose(one, token_vectors(folder, [2, 5, 3]).mean(axis=0), atol=5e-6)


@pytest.mark.parametrize("kind", AROUND)
def test_windows_that_are_not_read_are_counted(tiny_models, kind):
    folder = tiny_models[kind]
    whole, windows = len(token_ids(folder, TEXT, special=False)), windows_of(folder)[0]
    for most, read in ((1, 8), (2, 14), (len(windows), whole), (99, whole)):
        encoder = encoder_of(folder, max_windows=most, pooling="mean")
        made = encoder.read(encoder.prepare(["stone", TEXT]))
        assert made.truncated.tolist() == [0, whole - read]
        assert made.windows.tolist() == [1, min(most, len(windows))]
        assert made.tokens[1] == sum(map(len, windows[:most]))
        if most == 1:
            expected = token_vectors(folder, windows[0]).mean(axis=0)
            np.testing.assert_allclose(made.vectors[1], unit(expected), atol=2e-6)


# The space at the end is a token of GPT-2 while nothing follows, else a part of the next one.
@pytest.mark.parametrize("prompt", ["music forest:", "music forest "])
@pytest.mark.parametrize("kind", ["bert", "gpt2"])
@pytest.mark.parametrize("pooling", ["mean", "last_token"])
def test_every_window_begins_with_the_prompt(tiny_models, kind, prompt, pooling):
    folder = tiny_models[kind]
    encoder = encoder_of(folder, prompt=prompt, pooling=pooling, normalize=False)
    made = encoder.read(encoder.prepare([TEXT, "", "stone"]))
    windows, lengths = windows_of(folder, prompt)
    pooled = [POOLED[pooling](token_vectors(folder, ids)) for ids in windows]
    np.testing.assert_allclose(made.vectors[0], np.average(pooled, axis=0, weights=lengths), atol=5e-6)
    short = token_ids(folder, f"{prompt}stone", special=True)
    np.testing.assert_allclose(made.vectors[2], POOLED[pooling](token_vectors(folder, short)), atol=5e-6)
    assert made.tokens.tolist() == [sum(map(len, windows)), 0, len(short)]
    assert made.windows.tolist() == [len(windows), 0, 1], "a prompt alone is no text"
    assert not made.vectors[1].any()


def test_a_prompt_leaves_less_room(tiny_models):
    with pytest.raises(ConfigError, match="window_overlap is 2, but a window has room for 2 tokens"):
        tiny(tiny_models["bert"], max_length=10, prompt="music forest garden winter light river")
