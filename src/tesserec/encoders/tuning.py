"""Fine-tune a language model, so that it tells whether something is so of a text."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from tesserec.encoders.batches import batches_by_length
from tesserec.encoders.devices import DTYPES
from tesserec.encoders.texts import different_texts
from tesserec.encoders.tokens import Windows
from tesserec.encoders.transformer import TransformerEncoder

# Windows of one update, and updates whose windows are sorted by length, for little padding.
WINDOWS, SORTED = 32, 50
# Above the 5e-5 of models four times as large (Devlin et al. 2019, arXiv:1810.04805, appendix A.3).
LEARNING_RATE = 1e-4
WEIGHT_DECAY = 0.01
# Share of the updates in which the learning rate rises; then it falls to nothing.
WARMUP = 0.1
GRADIENT_CLIP = 1.0
# Share of the texts that are to tell how far to trust what the others taught.
HELD_BACK = 1 / 5


def hold_back(texts: Sequence[str], seed: int) -> np.ndarray:
    """Choose a fifth of the texts that is not to teach, (texts,) bool: equal ones are on one side."""
    different, places = different_texts(texts)
    return (np.random.default_rng(seed).random(len(different) + 1) < HELD_BACK)[places]


def tune(
    encoder: TransformerEncoder,
    texts: Sequence[str],
    truth: np.ndarray,
    weights: np.ndarray,
    seed: int,
    learning_rate: float = LEARNING_RATE,
) -> TransformerEncoder:
    """Train a language model and a linear layer behind it, once over texts, the embedding of tokens excepted.

    AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) on the weighted log loss, in bf16 where the encoder
    reads in it. Equal seeds give equal weights on one machine with as many threads. It takes a few
    times as long as reading the texts, and the memory of four copies of the weights beside a batch.

    Args:
        encoder: Left as it is.
        texts: Those to learn from, (n,).
        truth: Whether it is so, (n,) bool.
        weights: What each counts, (n,), with a mean about 1.
        seed: Of their order, the linear layer and dropout.
        learning_rate: The highest; it rises to it over a tenth of the updates, and falls to nothing.

    Returns:
        An encoder whose vectors have one number: the log-odds that it is so; 0 for a text without a token.
    """
    size, generator = encoder.size, np.random.default_rng(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        # Vectors of one scale, so that one learning rate suits every model.
        layers = [torch.nn.LayerNorm(size, elementwise_affine=False), torch.nn.Linear(size, 1)]
        tuned = encoder.with_layers(layers, 1)
        windows = tuned.prepare(texts)
        updates = list(_updates(windows.lengths, generator))
        _train(tuned, windows, truth[windows.owners], _counts(windows, weights), updates, learning_rate)
    model = tuned.reader.model.eval().to(DTYPES[tuned.description.precision])
    tuned.description = replace(tuned.description, fingerprint=_fingerprint(model))
    return tuned


def _train(
    encoder: TransformerEncoder,
    windows: Windows,
    truth: np.ndarray,
    weights: np.ndarray,
    updates: Sequence[np.ndarray],
    learning_rate: float,
) -> None:
    """Train in place; `truth` and `weights` are those of windows."""
    reader, device = encoder.reader, encoder.reader.model.device
    reader.model.train()
    reader.model.get_input_embeddings().requires_grad_(False)
    parts = (reader.model, reader.head)
    trained = [weight for part in parts for weight in part.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda update: _share(update, len(updates)))
    goals, counts = (torch.from_numpy(values).float().to(device) for values in (truth, weights))
    lengths = windows.lengths
    bf16 = encoder.description.precision == "bf16"
    for update in tqdm(updates, desc="Tuning the language model", unit="update"):
        for part in batches_by_length(lengths[update], encoder.batch_tokens):
            batch = update[part]
            with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
                said = encoder.forward([windows.sequences[i] for i in batch])[:, 0].float()
            losses = functional.binary_cross_entropy_with_logits(said, goals[batch], reduction="none")
            ((losses * counts[batch]).sum() / len(update)).backward()
        torch.nn.utils.clip_grad_norm_(trained, GRADIENT_CLIP)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)


def _counts(windows: Windows, weights: np.ndarray) -> np.ndarray:
    """Share out what each text counts among its windows, (windows,)."""
    owners = windows.owners
    return weights[owners] * windows.weights / np.bincount(owners, windows.weights)[owners]


def _updates(lengths: np.ndarray, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the windows of each update: random ones of similar length, every window once."""
    order = generator.permutation(len(lengths))
    pools = [order[start : start + WINDOWS * SORTED] for start in range(0, len(order), WINDOWS * SORTED)]
    updates = []
    for pool in pools:
        similar = pool[np.argsort(lengths[pool], kind="stable")]
        updates += [similar[start : start + WINDOWS] for start in range(0, len(similar), WINDOWS)]
    yield from (updates[place] for place in generator.permutation(len(updates)))


def _share(update: int, updates: int) -> float:
    """Return the part of the highest learning rate that an update takes."""
    rising = WARMUP * updates
    return min((update + 1) / max(rising, 1), (updates - update) / (updates - rising))


def _fingerprint(model: torch.nn.Module) -> str:
    digest = hashlib.sha256()
    for weight in model.state_dict().values():
        digest.update(weight.float().cpu().numpy().tobytes())
    return digest.hexdigest()
