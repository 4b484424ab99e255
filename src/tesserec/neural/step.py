"""One step of the multi-task training: from a batch to its losses."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional

from tesserec.neural.batches import PAD
from tesserec.neural.items import ItemEncoder
from tesserec.neural.losses import PairHead, contrastive_loss, sampled_softmax_loss
from tesserec.neural.net import SequenceNet
from tesserec.neural.sampling import log_inclusion


@dataclass(frozen=True)
class LossWeights:
    """What each loss counts beside the next-item loss, which counts 1; 0 switches it off."""

    like: float
    rating: float
    contrastive: float


LOSSES = ("next_item", *(entry.name for entry in fields(LossWeights)))


class TrainingStep(nn.Module):
    """All parameters that are trained, and their losses on a batch.

    Takes and returns tensors that share their first dimension, so that `torch.nn.DataParallel` can part a
    batch among devices.

    Args:
        items: The item encoder.
        net: The sequence net.
        shares: (items,) share of all targets that are this item.
        weights: Of the losses.
        bf16: Multiply matrices in bfloat16.
        mask_share: Share of items that are masked in the second view of the contrastive loss.
        people_dropout: Share of people whose features are hidden.
    """

    def __init__(
        self,
        items: ItemEncoder,
        net: SequenceNet,
        shares: Tensor,
        weights: LossWeights,
        *,
        bf16: bool,
        mask_share: float = 0.3,
        people_dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.shares: Tensor
        self.known: Tensor
        self.items = items
        self.net = net
        size = net.start.shape[0]
        self.like = PairHead(size)
        self.rating = PairHead(size)
        self.weights = weights
        self.bf16 = bf16
        self.mask_share = mask_share
        self.people_dropout = people_dropout
        self.register_buffer("shares", shares, persistent=False)
        self.register_buffer("known", torch.nonzero(shares).squeeze(1), persistent=False)

    def forward(
        self,
        items: Tensor,
        strengths: Tensor,
        kinds: Tensor,
        people: Tensor,
        disliked: Tensor,
        disliked_after: Tensor,
        negatives: Tensor,
    ) -> Tensor:
        """Return the losses named in `LOSSES`, (1, losses), of a `Batch` and its uniform negatives.

        Args:
            items: As in `Batch`, like the others.
            strengths: As in `Batch`.
            kinds: As in `Batch`.
            people: As in `Batch`.
            disliked: As in `Batch`.
            disliked_after: As in `Batch`.
            negatives: (windows, draws) item positions; no draws: all known items are candidates.
        """
        # Here and not around the step, because other threads of `DataParallel` would not know of it.
        with torch.autocast(items.device.type, torch.bfloat16, enabled=self.bf16):
            real = items != PAD
            pool = negatives.flatten() if negatives.shape[1] else self.known
            candidates, place = torch.unique(torch.cat([items[real], pool]), return_inverse=True)
            columns = torch.zeros_like(items)
            columns[real] = place[: int(real.sum())]
            vectors, biases = self.items(candidates)
            tokens = vectors[columns] * real[..., None]  # (windows, length, size)
            if self.training:
                people = people * (torch.rand(len(people), 1, device=people.device) >= self.people_dropout)
            states = self.net(tokens, strengths, kinds, people)  # (windows, length + 1, size)
            before, targets = states[:, :-1][real], columns[real]  # (positions, size), (positions,)
            offsets = biases.float() - self._log_q(candidates, len(targets), negatives.numel())
            owned = earlier_items(columns, real)
            losses = [sampled_softmax_loss(before @ vectors.T, offsets, targets, owned)]
            losses.append(self._like_loss(before, vectors[targets], pool, states, disliked, disliked_after))
            losses.append(self._rating_loss(before, vectors[targets], strengths[real]))
            losses.append(self._contrastive_loss(states, tokens, strengths, kinds, people, real))
            return torch.stack(losses)[None]

    def _log_q(self, candidates: Tensor, positives: int, negatives: int) -> Tensor:
        if not negatives:
            return torch.zeros(len(candidates), device=candidates.device)
        return log_inclusion(self.shares[candidates], positives, negatives, len(self.known))

    def _like_loss(
        self,
        before: Tensor,
        liked: Tensor,
        pool: Tensor,
        states: Tensor,
        disliked: Tensor,
        disliked_after: Tensor,
    ) -> Tensor:
        if not self.weights.like:
            return before.new_zeros(())
        drawn = torch.randint(len(pool), (len(before),), device=pool.device)
        logits = [self.like(before, liked), self.like(before, self.items(pool[drawn])[0])]
        row, column = torch.nonzero(disliked != PAD, as_tuple=True)
        if len(row):
            states_then = states[row, disliked_after[row, column]]
            logits.append(self.like(states_then, self.items(disliked[row, column])[0]))
        labels = torch.cat([torch.full_like(part, float(place == 0)) for place, part in enumerate(logits)])
        return functional.binary_cross_entropy_with_logits(torch.cat(logits).float(), labels.float())

    def _rating_loss(self, before: Tensor, targets: Tensor, strengths: Tensor) -> Tensor:
        if not self.weights.rating:
            return before.new_zeros(())
        return functional.mse_loss(self.rating(before, targets).float(), strengths)

    def _contrastive_loss(
        self,
        states: Tensor,
        tokens: Tensor,
        strengths: Tensor,
        kinds: Tensor,
        people: Tensor,
        real: Tensor,
    ) -> Tensor:
        if not self.weights.contrastive:
            return states.new_zeros(())
        kept = real * (torch.rand(real.shape, device=real.device) >= self.mask_share)
        masked = self.net(tokens * kept[..., None], strengths * kept, kinds * kept, people)
        rows = torch.arange(len(real), device=real.device)
        newest = real.sum(1)
        return contrastive_loss(states[rows, newest].float(), masked[rows, newest].float())

    def total(self, losses: Tensor) -> Tensor:
        """Return the weighted sum of the losses, (losses,)."""
        weights = [1.0, self.weights.like, self.weights.rating, self.weights.contrastive]
        return (losses * losses.new_tensor(weights)).sum()


def earlier_items(columns: Tensor, real: Tensor) -> Tensor:
    """Return which candidate each position already has in its window, (2, pairs) position and column.

    A list never holds what a person has, so nothing is learned from how the net ranks it.

    Args:
        columns: (windows, length) candidate of each item.
        real: (windows, length) False where padded.
    """
    length = columns.shape[1]
    place = torch.arange(length, device=columns.device)
    pairs = (place[:, None] > place[None, :]) & real[:, :, None]  # (windows, position, earlier item)
    window, position, earlier = torch.nonzero(pairs, as_tuple=True)
    number = torch.cumsum(real.flatten(), 0).view_as(real) - 1
    return torch.stack([number[window, position], columns[window, earlier]])
