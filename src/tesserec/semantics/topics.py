"""Topics: groups of texts that share words and meaning, linked across languages."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import normalize

from tesserec.semantics.taste_space import TasteSpace
from tesserec.semantics.topic_space import TopicSpace

NO_TOPIC = -1
_LEARNED = 50_000  # texts of a language that topics are learned from: a bound on time and memory
_COMPARED = 2000  # texts that choose the number of topics: a silhouette compares all pairs
_STARTS = 3
_GROUPS_PER_AXIS = 2  # of tastes: an axis has two ends
_AS_GOOD = 0.05  # part of a silhouette: of numbers that separate about as well, the largest tells most
_GROWTH = 1.4  # from one candidate number of topics to the next
_ROUNDING = 1e-6  # of what is left of vectors that are all alike once their mean is taken away
_UNKNOWN = "other"  # what `detect_languages` calls no known language
_LEAST = 10  # texts for each of the fewest topics that a language needs to have topics of its own


@dataclass(frozen=True)
class LanguageTopics:
    """The topics of one language.

    Args:
        space: In which texts are compared.
        centres: Centres there, (topics, axes).
        meanings: Mean embedding of each topic less the mean of the language, of length one, (topics, d).
        silhouettes: Mean silhouette at each number of topics that was tried.
        numbers: What each topic is called among those of all languages, (topics,).
    """

    space: TopicSpace | TasteSpace
    centres: np.ndarray
    meanings: np.ndarray
    silhouettes: dict[int, float]
    numbers: np.ndarray

    def assign(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return the number of the nearest topic of each text, (n,); -1 for one that says nothing."""
        placed = self.space.place(texts, vectors)  # (n, axes)
        if not len(self.centres):
            return np.full(len(texts), NO_TOPIC)
        # ‖v − c‖² without ‖v‖², which is the same for every centre.
        distances = (self.centres**2).sum(axis=1) - 2 * placed @ self.centres.T  # (n, topics)
        # One that differs from no other lies at the origin, but it says something.
        said = vectors.any(axis=1) | placed.any(axis=1)
        return np.where(said, self.numbers[distances.argmin(axis=1)], NO_TOPIC)


@dataclass(frozen=True)
class Topics:
    """Topics of all languages.

    Args:
        languages: Those with topics of their own; the first is read for every other one.
        count: Number of topics.
        learned_from: Number of people whose choice of each text they were learned from, (n,).
    """

    languages: dict[str, LanguageTopics] = field(default_factory=dict)
    count: int = 0
    learned_from: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def assign(self, texts: Sequence[str], vectors: np.ndarray, languages: np.ndarray) -> np.ndarray:
        """Return the nearest topic of each text, (n,); -1 for one that says nothing.

        Args:
            texts: Segmented texts, (n,).
            vectors: Their embeddings, (n, d).
            languages: Language of each text, (n,).
        """
        found = np.full(len(texts), NO_TOPIC)
        read = read_as(languages, list(self.languages))
        for name, topics in self.languages.items():
            rows = np.flatnonzero(read == name)
            if len(rows):  # not every part of a corpus has texts of every language
                found[rows] = topics.assign([texts[row] for row in rows.tolist()], vectors[rows])
        return found


def find_topics(
    texts: Sequence[str],
    vectors: np.ndarray,
    languages: np.ndarray,
    fewest: int,
    most: int,
    minimum_texts: int,
    seed: int,
    choices: sp.csr_matrix | None = None,
) -> Topics:
    """Group texts by k-means, in each language with the number of groups that separates its texts best.

    Distances are those of `TopicSpace`; with `choices` those of `TasteSpace`, in the languages where choices
    tell anything: such topics are interests. The candidates grow by a factor of 1.4 from `fewest` to `most`.
    Each is tried on a sample of at most 2,000 texts; the largest wins whose mean silhouette (Rousseeuw, 1987)
    is within a twentieth of the best. All is learned from at most 50,000 texts of a language, so time and
    memory end there: of twenty words each, 5,000 texts take 1.5 seconds of one core and 50,000 take 8, and a
    tenth of a GiB.

    A topic has the words of one language. The topics of a rarer language become those of the most frequent
    one that mean most nearly the same, one to one (Kuhn, 1955), as far as the encoder sees any likeness once
    the mean of each language is taken away; the others stay topics of their own.

    Args:
        texts: Segmented texts, (n,).
        vectors: Their embeddings, (n, d).
        languages: Language of each text, (n,). One with too few texts for topics of its own is read as the
            most frequent one.
        fewest: Least number of topics of a language.
        most: Greatest number of topics of a language; never more than half of its different texts, nor, of
            interests, than twice the axes of taste.
        minimum_texts: Texts that a word must occur in.
        seed: Of the samples and the starting centres.
        choices: 1 where a person chose an item, (people, n).
    """
    said = vectors.any(axis=1) | np.array([bool(text) for text in texts], dtype=bool)
    own = _languages_with_topics(languages[said], fewest)
    read = np.where(said, read_as(languages, own), "")
    found, count = dict[str, LanguageTopics](), 0
    for name in own:
        rows = np.random.default_rng(seed).permutation(np.flatnonzero(read == name))[:_LEARNED]
        chosen, known = [texts[row] for row in rows.tolist()], vectors[rows]
        picked = None if choices is None else choices[:, rows]
        space, greatest = _space(chosen, known, picked, most, minimum_texts, seed)
        centres, labels, silhouettes = _clusters(space.place(chosen, known), fewest, greatest, seed)
        meanings = _meanings(known, labels, len(centres))
        numbers = _linked(meanings, next(iter(found.values()), None), count)
        found[name] = LanguageTopics(space, centres, meanings, silhouettes, numbers)
        count = max(count, int(numbers.max(initial=-1)) + 1)
    return Topics(found, count, np.zeros(len(texts)) if choices is None else choices.sum(axis=0).A1)


def _space(
    texts: Sequence[str],
    vectors: np.ndarray,
    choices: sp.csr_matrix | None,
    most: int,
    minimum_texts: int,
    seed: int,
) -> tuple[TasteSpace | TopicSpace, int]:
    """Return where texts are compared, and the greatest number of groups that can be told apart there."""
    if choices is not None:
        tastes = TasteSpace.fit(texts, vectors, choices, minimum_texts, seed)
        if tastes is not None:
            # In few dimensions any number of groups separates as well as the next.
            return tastes, min(most, _GROUPS_PER_AXIS * len(tastes.centre))
    return TopicSpace.fit(texts, vectors, minimum_texts, seed), most


def _languages_with_topics(languages: np.ndarray, fewest: int) -> list[str]:
    """Return the most frequent language, then those with texts enough for topics of their own.

    What is of no known language is a mixture, without words in common.
    """
    names, counts = np.unique(languages, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    own = (names != _UNKNOWN) & (counts >= _LEAST * fewest)
    return [str(names[i]) for place, i in enumerate(order) if not place or own[i]]


def read_as(languages: np.ndarray, own: list[str]) -> np.ndarray:
    """Return each language, or the first of `own` where it is not among them, (n,) strings."""
    names = np.asarray(languages, dtype=object)
    return np.where(np.isin(names, own), names, own[0] if own else "")


def _clusters(
    placed: np.ndarray, fewest: int, most: int, seed: int
) -> tuple[np.ndarray, np.ndarray, dict[int, float]]:
    """Return centres, the cluster of each text, and the silhouette at each number of clusters."""
    most = min(most, len(np.unique(placed, axis=0)) // 2)
    tried = _candidates(max(min(fewest, most), 2), most)
    silhouettes = {count: _silhouette(placed[:_COMPARED], count, seed) for count in tried}
    best = max(silhouettes.values(), default=0.0)
    count = max((k for k, value in silhouettes.items() if value >= best - _AS_GOOD * abs(best)), default=1)
    if count == 1:
        return placed.mean(axis=0, keepdims=True), np.zeros(len(placed), dtype=int), silhouettes
    fitted = KMeans(count, n_init=_STARTS, random_state=seed).fit(placed)
    return fitted.cluster_centers_, fitted.labels_, silhouettes


def _candidates(fewest: int, most: int) -> list[int]:
    counts = []
    while fewest <= most:
        counts.append(fewest)
        fewest = max(round(fewest * _GROWTH), fewest + 1)
    return counts


def _silhouette(placed: np.ndarray, count: int, seed: int) -> float:
    if len(np.unique(placed, axis=0)) <= count:
        return -1.0
    labels = KMeans(count, n_init=_STARTS, random_state=seed).fit_predict(placed)
    return float(silhouette_score(placed, labels))


def _meanings(vectors: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Return the direction in which each topic lies from the mean of the language, (topics, d)."""
    said = np.flatnonzero(vectors.any(axis=1))
    sums = np.zeros((count, vectors.shape[1]))
    if len(said):
        away = vectors[said] - vectors[said].mean(axis=0, dtype=float)
        np.add.at(sums, labels[said], np.where(np.abs(away) > _ROUNDING, away, 0))
    return normalize(sums)


def _linked(meanings: np.ndarray, first: LanguageTopics | None, count: int) -> np.ndarray:
    """Return for each topic the number of the one in the first language that it is, else a new number."""
    numbers = np.full(len(meanings), NO_TOPIC)
    if first is not None:
        likeness = meanings @ first.meanings.T  # (topics, topics of the first language)
        own, theirs = linear_sum_assignment(np.maximum(likeness, 0), maximize=True)
        alike = likeness[own, theirs] > 0
        numbers[own[alike]] = first.numbers[theirs[alike]]
    new = numbers == NO_TOPIC
    numbers[new] = count + np.arange(new.sum())
    return numbers
