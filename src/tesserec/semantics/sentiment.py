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
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

from tesserec.semantics.lexicon import REACH, clauses, lexicon_score, load_lexicon
from tesserec.text.segmentation import segment

logger = logging.getLogger(__name__)

# Fewer texts of either opinion teach no classifier; then the lexicon judges alone.
FEWEST = 30
FOLDS = 4
# Inverse regularisation, tried from the first on for as long as the loss falls.
STRENGTHS = (0.1, 0.5, 2.5, 12.5, 62.5)
# Steps of the solver; the loss on unseen texts moves no more by then.
STEPS, TOLERANCE = 100, 3e-5
# The lexicon's unlearned log-odds per step of its score.
SLOPE = 1.0

Rows = sp.csr_matrix | np.ndarray


@dataclass(frozen=True)
class Judge:
    """A logistic regression with the regularisation that suits unseen texts best.

    Attributes:
        model: Fitted to all rows.
        unseen: Its log-odds of each row when it had not seen the row's fold, (rows,).
    """

    model: LogisticRegression
    unseen: np.ndarray

    @classmethod
    def fit(cls, rows: Rows, favourable: np.ndarray, weights: np.ndarray, seed: int) -> "Judge":
        """Choose the regularisation by the weighted log loss across folds, and fit to all rows."""
        best_loss, best_strength, best_unseen = np.inf, STRENGTHS[0], np.zeros(len(favourable))
        for strength in STRENGTHS:
            unseen = _unseen_log_odds(strength, rows, favourable, weights, seed)
            loss = log_loss(favourable, _probability(unseen), sample_weight=weights, labels=[False, True])
            if loss >= best_loss:
                break
            best_loss, best_strength, best_unseen = loss, strength, unseen
        return cls(_regression(best_strength).fit(rows, favourable, weights), best_unseen)

    def log_odds(self, rows: Rows) -> np.ndarray:
        """Return the log-odds of each row, (rows,)."""
        return self.model.decision_function(rows)


@dataclass(frozen=True)
class Sentiment:
    """What `learn_sentiment` learned; all None where too few texts are rated.

    Attributes:
        vectorizer: Words and pairs of words.
        words: The judge of words.
        meaning: The judge of embeddings.
        blend: How far to trust words, lexicon and meaning.
        blend_of_words: How far to trust words and lexicon where there is no embedding.
    """

    vectorizer: TfidfVectorizer | None = None
    words: Judge | None = None
    meaning: Judge | None = None
    blend: LogisticRegression | None = None
    blend_of_words: LogisticRegression | None = None

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
        if self.vectorizer is None or self.words is None or not len(texts):
            return _probability(SLOPE * scores)
        rows = self.vectorizer.transform(list(zip(texts, languages, strict=True)))
        said = rows.getnnz(axis=1) > 0
        columns = [self.words.log_odds(rows), *_lexicon_columns(scores)]
        blend = self.blend_of_words
        if vectors is not None and self.meaning is not None:
            said |= vectors.any(axis=1)
            columns.append(self.meaning.log_odds(vectors))
            blend = self.blend
        assert blend is not None
        positive = blend.predict_proba(np.column_stack(columns))[:, 1]
        return np.where(said | ~np.isnan(scores), positive, np.nan)


def learn_sentiment(
    texts: Sequence[str],
    languages: Sequence[str],
    vectors: np.ndarray,
    favourable: np.ndarray,
    weights: np.ndarray,
    seed: int,
) -> Sentiment:
    """Learn from rated texts how praise and complaint are worded.

    Words, pairs of words and words behind a negation are weighed by TF-IDF; stop words count, they turn and
    compare. It takes some 3 milliseconds of one core and 10 KB per text of twenty words.

    Args:
        texts: Clean texts of training rows, (n,).
        languages: The language of each, (n,).
        vectors: Their embeddings, (n, d).
        favourable: Whether the rating speaks well of the item, (n,) bool.
        weights: How clearly it does, (n,), above 0.
        seed: Of the folds.

    Returns:
        The judges, and how far to trust each; the lexicon alone where fewer than 30 texts praise or complain.
    """
    if not len(texts) or min(favourable.sum(), (~favourable).sum()) < FEWEST:
        logger.info("sentiment is told by the lexicon: %d rated texts teach nothing", len(texts))
        return Sentiment()
    vectorizer = TfidfVectorizer(analyzer=_features, sublinear_tf=True, dtype=np.float32)
    rows = vectorizer.fit_transform(list(zip(texts, languages, strict=True)))
    words = Judge.fit(rows, favourable, weights, seed)
    meaning = Judge.fit(vectors, favourable, weights, seed)
    of_words = np.column_stack([words.unseen, *_lexicon_columns(lexicon_scores(texts, languages))])
    with_meaning = np.column_stack([of_words, meaning.unseen])
    return Sentiment(
        vectorizer,
        words,
        meaning,
        _regression(1.0).fit(with_meaning, favourable, weights),
        _regression(1.0).fit(of_words, favourable, weights),
    )


def lexicon_scores(texts: Sequence[str], languages: Sequence[str]) -> np.ndarray:
    """Return the lexicon's score of each text, (n,); NaN where it finds no opinion."""
    pairs = zip(texts, languages, strict=True)
    return np.array([lexicon_score(text, language) for text, language in pairs], dtype=float)


def _lexicon_columns(scores: np.ndarray) -> list[np.ndarray]:
    return [np.nan_to_num(scores), np.isnan(scores).astype(float)]


def _features(text: tuple[str, str]) -> list[str]:
    """Return words, pairs of neighbours, and words behind a negation in their clause, marked as such."""
    lexicon = load_lexicon(text[1])
    found = []
    for words in (segment(clause, text[1]) for clause in clauses(*text)):
        found += words + [f"{first} {second}" for first, second in pairwise(words)]
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


def _unseen_log_odds(
    strength: float, rows: Rows, favourable: np.ndarray, weights: np.ndarray, seed: int
) -> np.ndarray:
    unseen = np.empty(len(favourable))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for seen, held_out in folds.split(unseen, favourable):
        model = _regression(strength).fit(rows[seen], favourable[seen], weights[seen])
        unseen[held_out] = model.decision_function(rows[held_out])
    return unseen


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=STEPS, tol=TOLERANCE)


def _probability(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))
