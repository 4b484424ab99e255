"""The inner validation: the last item of some people, ranked among all known items."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tesserec.neural.batches import Events
from tesserec.neural.serving import encode_histories, encode_items
from tesserec.neural.step import TrainingStep

SCORES = 8_000_000
SHARE = 0.05
DEPTH = 10


@dataclass(frozen=True)
class Validation:
    """Who is asked, and what they should find.

    Args:
        events: Histories without the last liked item.
        targets: (users,) that item.
    """

    events: Events
    targets: np.ndarray

    @torch.inference_mode()
    def ndcg(self, step: TrainingStep, history_length: int, batch_tokens: int) -> float:
        """Return the mean NDCG@10 of the targets; 0 if nobody is asked.

        All items of the training histories compete, as far as a person does not have them. Ties count against
        the target.
        """
        if not len(self.targets):
            return 0.0
        device = step.shares.device
        items = encode_items(step.items, len(step.shares))
        vectors, biases = (torch.from_numpy(part).to(device) for part in items)
        unknown = torch.nonzero(step.shares == 0).squeeze(1)
        states = encode_histories(step.net, vectors, self.events, history_length, batch_tokens)
        ranks = []
        for users in torch.arange(len(states)).split(max(1, SCORES // len(vectors))):
            scores = torch.addmm(biases, states[users], vectors.T)
            owned = self.events.take(users.numpy())
            rows = np.repeat(np.arange(len(users)), np.diff(owned.indptr))
            scores[:, unknown] = -torch.inf
            scores[torch.from_numpy(rows), torch.from_numpy(owned.items)] = -torch.inf
            wanted = scores[torch.arange(len(users)), torch.from_numpy(self.targets[users])]
            ranks.append((scores >= wanted[:, None]).sum(1).cpu())
        return float(ndcg_of(torch.cat(ranks)).mean())


def ndcg_of(ranks: Tensor) -> Tensor:
    """Return the NDCG@10 of single targets by their rank from 1, `1 / log2(1 + rank)` up to 10."""
    return torch.where(ranks <= DEPTH, 1 / torch.log2(1 + ranks.double()), 0.0)


def hold_out_last(events: Events, people: int, generator: np.random.Generator) -> tuple[Events, Validation]:
    """Take the last liked item from a random sample of people with at least two.

    Args:
        events: Histories.
        people: Size of the sample; at most a twentieth of all items is taken.
        generator: Of the draw.

    Returns:
        The histories to train on, and the task.
    """
    able = np.flatnonzero(np.diff(events.indptr) > 1)
    count = min(people, len(able), int(SHARE * len(events.items)))
    asked = np.sort(generator.choice(able, count, replace=False))
    last = events.indptr[asked + 1] - 1
    rest = events.without(last)
    return rest, Validation(rest.take(asked), events.items[last])
