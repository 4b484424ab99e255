"""Recommenders that reach items through what is known of them, so that new items can be recommended."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import FeatureBlocks, Matrix, unit_rows
from tesserec.features.whitening import latent, project, whiten, whitening_of
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.factored import FactorModel
from tesserec.recommenders.likeness import (
    LEAST_ROWS,
    all_likenesses,
    clipped_power,
    largest_entries,
    nearest,
    pair_products,
)
from tesserec.recommenders.own_texts import OwnTexts
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import DENSE_ITEMS, entries_at
from tesserec.recommenders.sparsity import compact

# Weights from items of histories to the items that can be recommended that are held at once.
WEIGHTS = 2**24


@dataclass
class ContentKernel(Recommender):
    """Items whose features resemble those of the history.

    The weight between items `i` and `j` is `max(z_i · z_j, 0) ** power`, where `z` are the whitened,
    normalised rows of an item block. High powers look for close matches, low ones for a general drift.

    With up to `DENSE_ITEMS` items all weights are computed before a crowd is scored: `items² · dimensions`
    multiply-adds and `4 · items²` bytes, which are not saved; a score then costs `history · items`. People
    whose histories hold fewer than `LEAST_ROWS` items together, such as one who asks, are scored without:
    `history · items · dimensions` multiply-adds. With more items, lists are made of the nearest `neighbours`
    of each item: the same time at the fit, `8 · items · neighbours` bytes, and a score costs `history ·
    neighbours`; where only up to `DENSE_ITEMS` of the items can be recommended, their weights to the
    histories are computed instead. The score of a pair is always complete. One core that multiplies bfloat16
    takes 2 s for 12,000 items and 15 s for 50,000, then 0.1 ms for a person with ten items; one who asks
    with three of 10,000 items takes 2 ms.

    Args:
        block: Name of an item feature block.
        dimensions: Principal directions kept, of a sparse block after latent semantic analysis; None: the
            block is used as it is.
        whitening: How far the kept directions are brought to equal variance: each is scaled by its variance
            to the power `-whitening / 2`; 1 is full whitening (Su et al. 2021, arXiv:2103.15316), 0 none.
        power: Exponent of the similarity.
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
        neighbours: Items kept per item where not all weights are.
        depth: Items that are listed for each person where few of many can be recommended.
        max_memory_gb: GiB that all weights may take; where they need more, the nearest are kept.
        seed: Of the reduction of sparse blocks.
    """

    block: str = "text"
    dimensions: int | None = 256
    whitening: float = 1.0
    power: float = 3.0
    half_life: float | None = 2.0
    neighbours: int = 200
    depth: int = 500
    max_memory_gb: float = 8.0
    seed: int = 0
    _weights: np.ndarray | None = field(default=None, init=False, repr=False, compare=False)

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the items have no such block."""
        return self.block in data.items.blocks

    def fit(self, data: TrainingData) -> Self:
        """Learn the whitening from the items that occur in the histories, and apply it to all."""
        known = np.unique(data.profiles.items)
        vectors = _unit_vectors(data.items, self.block, known, self.dimensions, self.whitening, self.seed)
        self._weights = None
        self.learned = {"vectors": vectors}
        if len(data.items) > DENSE_ITEMS or 4 * len(data.items) ** 2 > self.max_memory_gb * 2**30:
            self.learned["nearest"] = nearest(vectors, vectors, self.power, self.neighbours, same=True)
        return self

    def prepare(self) -> None:
        """Compute the weights."""
        if "nearest" not in self.learned and self._weights is None:
            vectors = self.learned["vectors"]
            weights = all_likenesses(vectors, vectors, self.power)
            # An item says nothing about itself.
            np.fill_diagonal(weights, 0)
            self._weights = weights

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life, weighted=True)

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return the histories' summed likeness to each item, (users, items)."""
        history = self.history_weights(profiles)
        if "nearest" not in self.learned:
            if self._weights is None and len(np.unique(history.indices)) < LEAST_ROWS:
                return self._summed(history, np.arange(profiles.n_items))
            self.prepare()
            return np.asarray(history @ self._weights)
        if among is not None and len(among) <= DENSE_ITEMS:
            return largest_entries(self._summed(history, among), self.depth, among, profiles.n_items)
        return compact(sp.csr_array(history @ self.learned["nearest"]))

    def _summed(self, history: sp.csr_array, among: np.ndarray) -> np.ndarray:
        """Return the summed likeness to the given items, (users, among), of the items that histories have."""
        vectors = self.learned["vectors"]
        candidates = vectors if len(among) == vectors.shape[0] else vectors[among]
        own = np.unique(history.indices)
        scores = np.zeros((history.shape[0], len(among)), dtype=np.float32)
        at_once = max(1, WEIGHTS // max(len(among), 1))
        for start in range(0, len(own), at_once):
            some = own[start : start + at_once]
            weights = all_likenesses(vectors[some], candidates, self.power)
            weights[some[:, None] == among] = 0
            scores += history[:, some] @ weights
        return scores

    def score_pairs(
        self, profiles: Profiles, scores: Matrix, users: np.ndarray, items: np.ndarray
    ) -> np.ndarray:
        """Return the histories' summed likeness to the items of pairs, (pairs,)."""
        if "nearest" not in self.learned:
            return entries_at(scores, users, items)
        vectors, history = self.learned["vectors"], self.history_weights(profiles)
        found = np.zeros(len(users), dtype=np.float32)
        bounds = np.searchsorted(users, np.arange(len(profiles) + 1))
        for user in np.flatnonzero(np.diff(bounds)):
            rows = slice(bounds[user], bounds[user + 1])
            entries = slice(history.indptr[user], history.indptr[user + 1])
            own = history.indices[entries]
            likeness = vectors[items[rows]] @ vectors[own].T
            likeness = likeness if isinstance(likeness, np.ndarray) else likeness.toarray()
            weights = clipped_power(likeness, self.power)
            weights[items[rows, None] == own] = 0
            found[rows] = weights @ history.data[entries]
        return found

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the weights of pairs of items, (pairs,)."""
        if self._weights is not None:
            return np.asarray(self._weights[history, items])
        vectors = self.learned["vectors"]
        likeness = pair_products(vectors, vectors, history, items)
        return clipped_power(likeness, self.power) * (history != items)


@dataclass
class ContentTaste(FactorModel):
    """Items whose features resemble the sum of the history: the content profile of a person.

    The score is `Σ_h w_h z_h · z_j` with the vectors `z` of `ContentKernel`: a kernel of power 1 in which
    what is unlike the history counts against an item (Rocchio 1971, "Relevance feedback in information
    retrieval"). It needs no weight for a pair of items.

    Args:
        block: As in `ContentKernel`, and so are the next three.
        dimensions: Principal directions kept; None: all.
        whitening: How far they are brought to equal variance.
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
        seed: Of the reduction of sparse blocks.
    """

    block: str = "text"
    dimensions: int | None = 256
    whitening: float = 0.5
    half_life: float | None = None
    seed: int = 0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the items have no such block."""
        return self.block in data.items.blocks

    def fit(self, data: TrainingData) -> Self:
        """Learn the whitening from the items that occur in the histories, and apply it to all."""
        known = np.unique(data.profiles.items)
        vectors = _unit_vectors(data.items, self.block, known, self.dimensions, self.whitening, self.seed)
        self.learned = {"items": vectors}
        return self

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life, weighted=True)

    def people_factors(self, profiles: Profiles) -> Matrix:
        """Return the summed vectors of the histories, (users, features)."""
        return self.history_weights(profiles) @ self.item_factors

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the inner products of pairs of items, (pairs,)."""
        return pair_products(self.item_factors, self.item_factors, history, items)


@dataclass
class TextMatch(FactorModel):
    """Items whose text resembles what the user wrote.

    The score is the cosine of a user block and the item block in the same space: mean embeddings of what the
    user wrote, or its words.

    Args:
        block: `text` or `lexical`, a block of both users and items.
        dimensions: Principal directions kept of a dense block; None: the block is used as it is.
        whitening: As in `ContentKernel`.
    """

    block: str = "text"
    dimensions: int | None = 256
    whitening: float = 0.5

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where items or people have no text."""
        return self.block in data.items.blocks and self.block in data.profiles.blocks

    def fit(self, data: TrainingData) -> Self:
        """Learn the whitening from the items that occur in the histories."""
        block = data.items.blocks[self.block]
        self.learned = {}
        if isinstance(block, np.ndarray) and self.dimensions is not None:
            known = np.unique(data.profiles.items)
            centre, directions = whitening_of(block, known, self.dimensions, self.whitening)
            self.learned = {"centre": centre, "directions": directions}
            block = project(block, centre, directions)
        self.learned["items"] = unit_rows(block)
        return self

    def people_factors(self, profiles: Profiles) -> Matrix:
        """Return the people's texts in the space of the items', (users, features)."""
        people = profiles.blocks[self.block]
        if "centre" in self.learned:
            people = project(people, self.learned["centre"], self.learned["directions"])
        return unit_rows(people)

    def text_parts(self, texts: OwnTexts, users: np.ndarray, items: np.ndarray) -> sp.csr_array:
        """Split the scores of pairs over the texts that a person wrote, (pairs, quotes).

        With the mean `m = Σ_t v_t / s`, where `s = |Σ_t v_t|`, the centre `c`, the directions `D` and the
        length `l` of `(m - c) D`, text `t` gives `(v_t / s - a_t c) D · z_j / l`. Its share of the centre is
        its share in the length of the sum, `a_t = v_t · m / s`: a text that says nothing gives nothing.

        Args:
            texts: Of the people whose block is their mean.
            users: (pairs,) positions of people.
            items: (pairs,) item positions.
        """
        people, place = np.unique(users, return_inverse=True)
        asked = texts.take(people)
        owners, vectors = asked.owners, asked.vectors
        entries = np.ones(len(owners), dtype=np.float32), (owners, np.arange(len(owners)))
        held = sp.csr_array(entries, shape=(len(people), len(owners)))
        summed = held @ vectors  # (people, dimensions)
        lengths = np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12)
        given = vectors / lengths[owners]
        if "centre" in self.learned:
            shares = (given * (summed / lengths)[owners]).sum(axis=1, keepdims=True)
            given = (given - shares * self.learned["centre"]) @ self.learned["directions"]
        given /= np.maximum(np.linalg.norm(held @ given, axis=1, keepdims=True), 1e-12)[owners]
        of_pairs = replace(asked, places=np.arange(len(owners))).take(place)
        parts = pair_products(given, self.item_factors, of_pairs.places, items[of_pairs.owners])
        entries = parts, (of_pairs.owners, of_pairs.columns)
        return sp.csr_array(sp.coo_array(entries, shape=(len(users), len(texts.quotes))))


def _unit_vectors(
    items: FeatureBlocks,
    name: str,
    known: np.ndarray,
    dimensions: int | None,
    whitening: float,
    seed: int,
) -> Matrix:
    """Return the whitened rows of an item block, scaled to length 1."""
    block = items.blocks[name]
    if dimensions is None:
        return unit_rows(block)
    if not isinstance(block, np.ndarray):
        block = latent(block, known, dimensions, seed)
    return unit_rows(whiten(block, known, dimensions, whitening))
