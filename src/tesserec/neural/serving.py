"""From trained parts to vectors, states and scores."""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
import torch
from torch import Tensor

from tesserec.neural.batches import PAD, pad_batch
from tesserec.neural.events import Events
from tesserec.neural.items import ItemEncoder
from tesserec.neural.net import SequenceNet

ITEM_BLOCK = 16_384


@torch.inference_mode()
def encode_items(encoder: ItemEncoder, n_items: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors, (items, size), and biases, (items,), of all items, float32."""
    encoder.eval()
    blocks = torch.arange(n_items, device=encoder.known.device).split(ITEM_BLOCK)
    vectors, biases = zip(*(encoder(block) for block in blocks), strict=True)
    return torch.cat(vectors).float().cpu().numpy(), torch.cat(biases).float().cpu().numpy()


@torch.inference_mode()
def encode_histories(
    net: SequenceNet, vectors: Tensor, events: Events, history_length: int, batch_tokens: int
) -> Tensor:
    """Return the state after the last item of each history, (users, size).

    Args:
        net: The trained net, on the device of `vectors`.
        vectors: (items, size) of all items.
        events: Histories.
        history_length: Items at the end of a history that count.
        batch_tokens: Items of a batch, padding included.
    """
    net.eval()
    states = torch.zeros((len(events), vectors.shape[1]), device=vectors.device)
    for users in _similar_lengths(events, history_length, batch_tokens):
        ends = events.indptr[users + 1]
        starts = np.maximum(events.indptr[users], ends - history_length)
        batch = pad_batch(events, np.stack([users, starts, ends], axis=1))
        items, strengths, kinds, people, *_ = (tensor.to(vectors.device) for tensor in batch.tensors())
        real = items != PAD
        out = net(vectors[items.clamp(min=0)] * real[..., None], strengths, kinds, people)
        states[torch.from_numpy(users)] = out[torch.arange(len(users), device=out.device), real.sum(1)]
    return states


def _similar_lengths(events: Events, history_length: int, batch_tokens: int) -> Iterator[np.ndarray]:
    lengths = np.minimum(np.diff(events.indptr), history_length) + 1
    order = np.argsort(lengths, kind="stable")[::-1].copy()
    start = 0
    while start < len(order):
        stop = start + max(1, batch_tokens // int(lengths[order[start]]))
        yield order[start:stop]
        start = stop


@torch.inference_mode()
def dense_scores(states: Tensor, vectors: Tensor, biases: Tensor) -> np.ndarray:
    """Return `⟨z_i, φ_j⟩ + b_j`, less its mean over the items of each person, (users, items) float32.

    The loss leaves a constant free for each person; without it scores of persons compare.
    """
    scores = torch.addmm(biases, states, vectors.T)
    return (scores - scores.mean(dim=1, keepdim=True)).cpu().numpy()


@torch.inference_mode()
def best_scores(
    states: Tensor, vectors: Tensor, biases: Tensor, depth: int, among: np.ndarray | None = None
) -> sp.csr_array:
    """Return the best `depth` scores of each person, less the score of the next, (users, items) float32.

    Items come in blocks, so that memory holds `users × (depth + 16,384)` scores at a time.

    Args:
        states: (users, size).
        vectors: (items, size).
        biases: (items,).
        depth: Scores of each person.
        among: Positions of the items that are looked at; None: all.
    """
    looked_at = torch.from_numpy(np.arange(len(vectors)) if among is None else among).to(states.device)
    count = min(depth + 1, len(looked_at))
    values = torch.empty((len(states), 0), device=states.device)
    items = torch.empty((len(states), 0), dtype=torch.long, device=states.device)
    for part in looked_at.split(ITEM_BLOCK):
        values = torch.cat([values, torch.addmm(biases[part], states, vectors[part].T)], dim=1)
        items = torch.cat([items, part.expand(len(states), -1)], dim=1)
        values, kept = values.topk(min(count, values.shape[1]), dim=1)
        items = items.gather(1, kept)
    above = (values - values[:, -1:])[:, :-1].cpu().numpy()
    rows = np.repeat(np.arange(len(states)), count - 1)
    entries = (above.ravel(), (rows, items[:, :-1].cpu().numpy().ravel()))
    return sp.csr_array(entries, shape=(len(states), len(vectors)))
