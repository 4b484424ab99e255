"""Whether a text speaks well of its subject: learned from rated texts, or by a lexicon where they are few.

Three judges give each text a log-odds: one knows the words, one the embedding, one the lexicon. How far to
trust each is learned from what the first two say of texts that they have not seen (stacking; Wolpert 1992,
"Stacked generalization"), which also makes the outcome a calibrated probability. All judge the text alone:
not who wrote it, nor about what.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from tesserec.semantics.judges import Judge, Scaling, regression
from tesserec.semantics.lexicon import REACH, clauses, lexicon_score, load_lexicon
from tesserec.text.segmentation import segment

logger = logging.getLogger(__name__)

# Fewer texts of either opinion teach no classifier; then the lexicon judges alone.
FEWEST = 30
# The lexicon's unlearned log-odds per step of its score.
SLOPE = 1.0
# Letters of a word's beginning that stand for its kin: what "disappointed" says, "disappointing" says too.
BEGINNING = 6


@dataclass(frozen=True)
class Judges:
    """The judges that rated texts taught.

    Attributes:
        vectorizer: Words, their beginnings, pairs of words, and words behind a negation.
        words: The judge of words.
        scaling: That of embeddings.
        meaning: The judge of embeddings.
        blend: How far to trust words, lexicon and meaning.
        blend_of_words: How far to trust words and lexicon where there is no embedding.
    """

    vectorizer: TfidfVectorizer
    words: Judge
    scaling: Scaling
    meaning: Judge
    blend: LogisticRegression
    blend_of_words: LogisticRegression


@dataclass(frozen=True)
class Sentiment:
    """What `learn_sentiment` learned.

    Attributes:
        judges: None where too few texts are rated: the lexicon judges alone.
    """

    judges: Judges | None = None

    def judge(
        self, texts: Sequence[str], languages: Sequence[str], vectors: np.ndarray | None = None
    ) -> np.ndarray:
        """Give the probability that each text speaks well of its subject.

        Args:
            texts: Clean texts, (n,).
            languages: The language of each, (n,).
            vectors: Their embeddings, (n, d), as at fitting; None, such as for parts of texts: words decide.

        Returns:
            Probabilities, (n,); NaN where a text has no known word, or, without a classifier, no opinion.
        """
        scores = lexicon_scores(texts, languages)
        judges = self.judges
        if judges is None or not len(texts):
            return expit(SLOPE * scores)
        rows = judges.vectorizer.transform(list(zip(texts, languages, strict=True)))
        said = rows.getnnz(axis=1) > 0
        columns, blend = [judges.words.log_odds(rows), *_lexicon_columns(scores)], judges.blend_of_words
        if vectors is not None:
            said |= vectors.any(axis=1)
            columns, blend = [*columns, judges.meaning.log_odds(judges.scaling.apply(vectors))], judges.blend
        positive = blend.predict_proba(np.column_stack(columns))[:, 1]
        return np.where(said | ~np.isnan(scores), positive, np.nan)


def enough(favourable: np.ndarray) -> bool:
    """Tell whether texts that praise, True, and complain, (n,) bool, are enough to learn from: 30 of each."""
    return min(favourable.sum(), (~favourable).sum()) >= FEWEST


def learn_sentiment(
    texts: Sequence[str],
    languages: Sequence[str],
    vectors: np.ndarray,
    favourable: np.ndarray,
    weights: np.ndarray,
    seed: int,
    fresh: np.ndarray | None = None,
) -> Sentiment:
    """Learn from rated texts how praise and complaint are worded.

    Words, their beginnings, pairs of words and words behind a negation are weighed by TF-IDF; stop words
    count, they turn and compare. With embeddings of 1,536 dimensions it takes about 1 millisecond of one core
    and 30 KB per text of twenty words.

    Args:
        texts: Clean texts of training rows, (n,).
        languages: The language of each, (n,).
        vectors: Their embeddings, (n, d).
        favourable: Whether the rating speaks well of the item, (n,) bool.
        weights: How clearly it does, (n,), above 0.
        seed: Of the folds.
        fresh: Texts that taught nothing to what made the embeddings, (n,) bool: from these alone is learned
            what embeddings say and how far to trust them; None: all.

    Returns:
        The judges, and how far to trust each; the lexicon alone where fewer than 30 texts praise or complain.
    """
    if not enough(favourable):
        logger.info("sentiment is told by the lexicon: %d rated texts teach nothing", len(texts))
        return Sentiment()
    vectorizer = TfidfVectorizer(analyzer=_features, sublinear_tf=True, dtype=np.float32)
    rows = vectorizer.fit_transform(list(zip(texts, languages, strict=True)))
    words = Judge.fit(rows, favourable, weights, seed)
    fresh = np.ones(len(texts), dtype=bool) if fresh is None else fresh
    scaling = Scaling.fit(vectors[fresh])
    meaning = Judge.fit(scaling.apply(vectors[fresh]), favourable[fresh], weights[fresh], seed)
    of_words = np.column_stack([words.unseen, *_lexicon_columns(lexicon_scores(texts, languages))])
    with_meaning = np.column_stack([of_words[fresh], meaning.unseen])
    blend = regression(1.0).fit(with_meaning, favourable[fresh], weights[fresh])
    blend_of_words = regression(1.0).fit(of_words, favourable, weights)
    return Sentiment(Judges(vectorizer, words, scaling, meaning, blend, blend_of_words))


def lexicon_scores(texts: Sequence[str], languages: Sequence[str]) -> np.ndarray:
    """Return the lexicon's score of each text, (n,); NaN where it finds no opinion."""
    pairs = zip(texts, languages, strict=True)
    return np.array([lexicon_score(text, language) for text, language in pairs], dtype=float)


def _lexicon_columns(scores: np.ndarray) -> list[np.ndarray]:
    return [np.nan_to_num(scores), np.isnan(scores).astype(float)]


def _features(text: tuple[str, str]) -> list[str]:
    """Return words, pairs of neighbours, and beginnings and words behind a negation, marked as such."""
    lexicon = load_lexicon(text[1])
    found = []
    for words in (segment(clause, text[1]) for clause in clauses(*text)):
        found += words + [f"{first} {second}" for first, second in pairwise(words)]
        found += [f"{word[:BEGINNING]}-" for word in words if len(word) > BEGINNING]
        found += [f"not {words[at]}" for at in _denied(words, lexicon.negations)]
    return found


def _denied(words: Sequence[str], negations: frozenset[str]) -> list[int]:
    """Return the places of the words that follow a negation within its reach."""
    last = -REACH - 1
    places = []
    for at, word in enumerate(words):
        if at - last <= REACH:
            places.append(at)
        if word in negations:
            last = at
    return places
