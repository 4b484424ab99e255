"""Learn the weights of a fusion from held-out interactions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from tesserec.recommenders.base import Recommender
from tesserec.recommenders.fusion import size_of
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import allowed_items, block_size, tie_order, top_items


@dataclass(frozen=True)
class Examples:
    """Held-out people with the items that any recommender would have put near the top of their list.

    Args:
        scores: (people, candidates, recommenders) float32, each recommender's scores divided by their root
            mean square over all items.
        relevant: (people, candidates) bool, the held-out items.
        present: (people, candidates) bool, False where a list is padded.
        names: The recommenders.
    """

    scores: np.ndarray
    relevant: np.ndarray
    present: np.ndarray
    names: list[str]

    def take(self, people: np.ndarray) -> Self:
        """Return the examples of the given people."""
        return type(self)(self.scores[people], self.relevant[people], self.present[people], self.names)

    def only(self, recommenders: np.ndarray) -> Self:
        """Return the examples with the scores of the given recommenders, a (recommenders,) mask."""
        names = [name for name, kept in zip(self.names, recommenders, strict=True) if kept]
        return type(self)(self.scores[:, :, recommenders], self.relevant, self.present, names)

    def ndcg(self, weights: np.ndarray, k: int = 10) -> np.ndarray:
        """Return NDCG at `k` of the weighted sum for each person, (people,)."""
        fused = np.where(self.present, self.scores @ weights.astype(np.float32), -np.inf)
        best = np.argsort(-fused, axis=1, kind="stable")[:, :k]
        discounts = 1 / np.log2(np.arange(2, best.shape[1] + 2))
        gains = (np.take_along_axis(self.relevant, best, axis=1) * discounts).sum(axis=1)
        ideal = np.cumsum(discounts)[np.minimum(self.relevant.sum(axis=1), best.shape[1]) - 1]
        return gains / ideal


def collect_examples(
    recommenders: Mapping[str, Recommender],
    profiles: Profiles,
    targets: sp.csr_array,
    candidates: np.ndarray | None,
    depth: int,
    owned: Profiles | None = None,
) -> Examples:
    """Gather each person's held-out items and the union of all recommenders' best items.

    Args:
        recommenders: Fitted recommenders by name.
        profiles: People with at least one held-out item, without these items in their histories.
        targets: (people, items) 1 where an item was held out.
        candidates: Positions of the items that may be recommended; None: all.
        depth: Items taken from each recommender's list.
        owned: The same people with the items that they have, which do not compete; None: `profiles` tell.
    """
    owned = profiles if owned is None else owned
    rows = list(_example_rows(recommenders, profiles, targets, candidates, depth, owned))
    width = max(len(relevant) for _, relevant in rows)
    scores = np.zeros((len(rows), width, len(recommenders)), dtype=np.float32)
    relevant = np.zeros((len(rows), width), dtype=bool)
    present = np.zeros((len(rows), width), dtype=bool)
    for row, (row_scores, row_relevant) in enumerate(rows):
        scores[row, : len(row_relevant)] = row_scores
        relevant[row, : len(row_relevant)] = row_relevant
        present[row, : len(row_relevant)] = True
    return Examples(scores, relevant, present, list(recommenders))


def _example_rows(
    recommenders: Mapping[str, Recommender],
    profiles: Profiles,
    targets: sp.csr_array,
    candidates: np.ndarray | None,
    depth: int,
    owned: Profiles,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    turn = tie_order(profiles.n_items)
    for place, block in profiles.in_blocks(block_size(profiles.n_items)):
        allowed = allowed_items(owned.take(np.arange(place.start, place.stop)), candidates)
        scores = [recommender.score(block) for recommender in recommenders.values()]
        lists = np.concatenate([top_items(raw, allowed, depth) for raw in scores], axis=1)
        sizes = [size_of(raw) for raw in scores]
        held_out = targets[place].toarray() > 0
        for person, listed in enumerate(lists):
            items = np.union1d(listed[listed >= 0], np.flatnonzero(held_out[person]))
            # The earlier of two equal scores is ranked first.
            items = items[np.argsort(turn[items])]
            parts = [raw[person, items] / size[person] for raw, size in zip(scores, sizes, strict=True)]
            yield np.stack(parts, axis=1), held_out[person, items]


def learn_weights(examples: Examples, regularization: float) -> np.ndarray:
    """Return non-negative weights that make the held-out items likely, (recommenders,).

    They maximise the mean log-likelihood of a held-out item under a softmax over the candidates (McFadden's
    conditional logit), less `regularization · |w|²`; the problem is convex. Scores are brought to equal size
    first, so that the penalty treats all recommenders alike.
    """
    scale = np.sqrt(np.mean(np.square(examples.scores), axis=(0, 1)))
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    scores = examples.scores / scale
    share = examples.relevant / examples.relevant.sum(axis=1, keepdims=True)
    people = len(scores)
    held_out_mean = np.einsum("pc,pcr->r", share, scores) / people

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = np.where(examples.present, scores @ weights.astype(np.float32), -np.inf)
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        total = odds.sum(axis=1, keepdims=True)
        surprise = np.sum(share * (np.log(total) - np.where(examples.present, logits, 0))) / people
        expected = np.einsum("pc,pcr->r", odds / total, scores, optimize=True) / people
        gradient = expected - held_out_mean + 2 * regularization * weights
        return float(surprise + regularization * weights @ weights), gradient.astype(float)

    start = np.full(len(examples.names), 1 / len(examples.names))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start))
    return found.x / scale


def choose_weights(
    examples: Examples, regularization: float, seed: int, folds: int = 2
) -> tuple[np.ndarray, float]:
    """Learn weights, unless one recommender alone is better on people that the weights were not learned on.

    Args:
        examples: Held-out people.
        regularization: As in `learn_weights`.
        seed: Of the split into folds.
        folds: Parts of the people; each is judged by weights learned on the others.

    Returns:
        (recommenders,) non-negative weights that sum to 1, and their NDCG@10 on the held-out people, by
        cross-validation.
    """
    alone = np.eye(len(examples.names))
    fold = np.random.default_rng(seed).permutation(len(examples.scores)) % folds
    fused = np.zeros(len(fold))
    for held in np.unique(fold) if len(fold) >= folds else []:
        weights = learn_weights(examples.take(fold != held), regularization)
        fused[fold == held] = examples.take(fold == held).ndcg(weights)
    single = np.array([examples.ndcg(one).mean() for one in alone])
    if fused.mean() < single.max():
        return alone[single.argmax()], float(single.max())
    weights = learn_weights(examples, regularization)
    return weights / max(weights.sum(), np.finfo(float).tiny), float(fused.mean())
