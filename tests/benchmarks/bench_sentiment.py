"""AUC and calibration of the sentiment of reviews, beside logistic regression on TF-IDF bigrams.

    python tests/benchmarks/bench_sentiment.py DATA_FOLDER --vectors vectors.npy

A random fifth of the rated reviews is held out and teaches nothing. The middle of the scale is no truth:
of stars, 4 and 5 are praise, 1 and 2 complaint. The text alone is judged. `vectors.npy` keeps the embeddings
of `texts.csv`, row by row; it is written where it does not exist. `--reader tuned` fine-tunes the language
model on the other reviews instead, as `semantic_mining.opinion_reader` does.
"""

import argparse
import logging
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.encoders.tuning import hold_back, tune
from tesserec.ratings.scale import find_scale
from tesserec.semantics.ratings_of_texts import rated_texts, user_means
from tesserec.semantics.reliability import calibration_error, reliability
from tesserec.semantics.sentiment import learn_sentiment, lexicon_scores
from tesserec.text.cleaning import clean_texts
from tesserec.text.language import detect_languages

logger = logging.getLogger("bench_sentiment")

MODEL = "all-MiniLM-L6-v2"
IDS = {"user_id": str, "item_id": str}
PAIR = list(IDS)
UNIT = 1024 if sys.platform == "linux" else 1  # of ru_maxrss, in bytes


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return texts and ratings."""
    texts = pd.read_csv(folder / "texts.csv", dtype=IDS, keep_default_na=False)
    texts["text"] = clean_texts(texts["text"])
    texts["language"] = detect_languages(texts["text"])
    return texts, pd.read_csv(folder / "interactions.csv", dtype=IDS)


def embed(texts: pd.DataFrame, vectors: Path) -> np.ndarray:
    """Return the embeddings of texts, kept in a file."""
    if not vectors.exists():
        np.save(vectors, TransformerEncoder(MODEL).encode(texts["text"].tolist()))
    return np.load(vectors)


def read_tuned(texts: pd.DataFrame, told: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what a tuned model says of texts, and which of `told` taught it nothing."""
    start, busy = perf_counter(), process_time()
    said = texts["text"]
    fresh = hold_back(said.iloc[told["row"]].tolist(), seed)
    taught = told[~fresh]
    favourable, weights = taught["favourable"].to_numpy(bool), taught["weight"].to_numpy(float)
    tuned = tune(TransformerEncoder(MODEL), said.iloc[taught["row"]].tolist(), favourable, weights, seed)
    log_odds = tuned.encode(said.tolist())
    log_effort(start, busy, "tuned by %d texts and read %d", len(taught), len(said))
    return log_odds, fresh


def log_effort(start: float, busy: float, message: str, *values: int) -> None:
    """Log a message with the time since the beginning and the greatest memory so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 2**30
    spent = (perf_counter() - start, process_time() - busy, peak)
    logger.info(message + " in %.0f s (%.0f s of processor time), at most %.1f GiB", *values, *spent)


def judge(
    texts: pd.DataFrame,
    told: pd.DataFrame,
    vectors: np.ndarray,
    fresh: np.ndarray | None,
    asked: np.ndarray,
    seed: int,
) -> dict[str, np.ndarray]:
    """Return what each way says of the texts `asked`."""
    rows = told["row"].to_numpy()
    said, languages = texts["text"], texts["language"]
    start, busy = perf_counter(), process_time()
    model = learn_sentiment(
        said.iloc[rows].tolist(),
        languages.iloc[rows].tolist(),
        vectors[rows],
        told["favourable"].to_numpy(bool),
        told["weight"].to_numpy(float),
        seed,
        fresh,
    )
    log_effort(start, busy, "learned from %d texts", len(rows))
    ask, ask_languages = said.iloc[asked].tolist(), languages.iloc[asked].tolist()
    bigrams = TfidfVectorizer(ngram_range=(1, 2))
    peer = LogisticRegression(C=10, max_iter=300).fit(
        bigrams.fit_transform(said.iloc[rows]), told["favourable"].to_numpy(bool)
    )
    return {
        "TF-IDF bigrams": peer.predict_proba(bigrams.transform(ask))[:, 1],
        "lexicon alone": lexicon_scores(ask, ask_languages),
        "words and lexicon": model.judge(ask, ask_languages),
        "all three": model.judge(ask, ask_languages, vectors[asked]),
    }


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="with texts.csv and interactions.csv")
    parser.add_argument("--vectors", type=Path, default=Path("vectors.npy"))
    parser.add_argument("--reader", choices=["frozen", "tuned"], default="frozen")
    parser.add_argument("--seed", type=int, default=0, help="of the fifth")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    texts, ratings = read(arguments.folder)
    ratings = ratings.drop_duplicates(PAIR, keep="last")
    held_out = np.random.default_rng(arguments.seed).random(len(texts)) < 1 / 5
    pairs = pd.MultiIndex.from_frame(ratings[PAIR])
    known = ratings[~pairs.isin(pd.MultiIndex.from_frame(texts.loc[held_out, PAIR]))]
    scale = find_scale(known, "auto")
    told = rated_texts(texts, known, scale, *user_means(scale.observations(known)))
    asked = texts[PAIR].assign(row=np.arange(len(texts)))[held_out].merge(ratings, on=PAIR)
    part = (asked["value"] - scale.low) / (scale.high - scale.low)
    asked, part = asked[part != 0.5], part[part != 0.5]
    truth = (part > 0.5).to_numpy()
    if arguments.reader == "tuned":
        vectors, fresh = read_tuned(texts, told, arguments.seed)
    else:
        vectors, fresh = embed(texts, arguments.vectors), None
    rows = asked["row"].to_numpy()
    for name, positive in judge(texts, told, vectors, fresh, rows, arguments.seed).items():
        filled = np.where(np.isnan(positive), np.nanmedian(positive), positive)
        logger.info("%-20s AUC %.4f of %d texts", name, roc_auc_score(truth, filled), len(truth))
    logger.info("calibration error of all three %.3f", calibration_error(truth, filled))
    logger.info("%s", pd.DataFrame(reliability(truth, filled)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
