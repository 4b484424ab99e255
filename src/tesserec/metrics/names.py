"""What metrics and recommenders are called where people read."""

_METRICS = {
    "ndcg": ("NDCG", "hits count, and count more near the top of the list; 1 is a perfect list"),
    "recall": ("Recall", "share of a person's hidden items that the list holds"),
    "precision": ("Precision", "share of the list that the person's hidden items fill"),
    "hit_rate": ("Hit rate", "share of people whose list holds at least one hidden item"),
    "mrr": ("MRR", "one over the rank of the first hit, 0 without a hit"),
    "map": ("MAP", "precision at each hit's rank, over the number of hidden items"),
    "auc": ("AUC", "probability that a hidden item scores above any other; 0.5 is a coin toss"),
    "coverage": ("Coverage", "share of the catalogue that at least one person is shown"),
    "novelty": ("Novelty", "how little known the listed items are, in bits; one bit more is half as popular"),
    "popularity": ("Popularity", "share of people who have a listed item, on average"),
    "popularity_lift": (
        "Popularity lift",
        "how much more popular listed items are than those of the histories; 0 is equally, 1 twice as",
    ),
    "diversity": ("Diversity", "how unlike each other the items of a list are; 0 is all the same"),
    "calibration": (
        "Calibration",
        "how far a list's mix of categories is from that of the person's history; 0 is the same mix",
    ),
    "serendipity": (
        "Serendipity",
        "share of the list that are hidden items which popularity does not list",
    ),
    "gini": ("Gini", "how unequally items are shown; 0 is equally, 1 is one item for everybody"),
    "rmse": ("RMSE", "root of the mean squared error of predicted ratings"),
    "mae": ("MAE", "mean absolute error of predicted ratings"),
    "log_loss": ("Log loss", "how surprised the predicted probabilities are by what happened"),
    "brier": ("Brier score", "mean squared error of the predicted probabilities"),
    "bias": ("Bias", "mean predicted probability less the share that was liked"),
    "calibration_error": ("Calibration error", "how far predicted probabilities are from shares of likes"),
    "calibration_error_by_chance": (
        "Calibration error by chance",
        "what chance keeps the error below in 95 % of cases if the probabilities are right",
    ),
    "f1": ("F1", "harmonic mean of precision and recall"),
}
_WORDS = {"knn": "kNN", "ease": "EASE", "tfidf": "TF-IDF", "als": "ALS"}


def split_metric(name: str) -> tuple[str, int | None]:
    """Split `ndcg@10` into `("ndcg", 10)`, and `auc` into `("auc", None)`."""
    base, _, k = name.partition("@")
    return base, int(k) if k else None


def metric_label(name: str) -> str:
    """Return `NDCG@10` for `ndcg@10`; an unknown name loses only its underscores."""
    base, k = split_metric(name)
    label = _METRICS[base][0] if base in _METRICS else base.replace("_", " ").capitalize()
    return f"{label}@{k}" if k else label


def metric_meaning(name: str) -> str:
    """Return one clause that says what a metric measures; empty for an unknown one."""
    return _METRICS.get(split_metric(name)[0], ("", ""))[1]


def variant_name(recommender: str, label: str) -> str:
    """Return what a recommender is called whose lists were changed afterwards, such as `fusion, diverse`."""
    return f"{recommender}, {label}"


def is_variant(name: str, recommender: str) -> bool:
    """Tell whether a name is that of a variant of the recommender; it is then no recommender of its own."""
    return name.startswith(variant_name(recommender, ""))


def recommender_label(name: str) -> str:
    """Return `Item kNN` for `item_knn`."""
    first, *rest = [_WORDS.get(word, word) for word in name.split("_")]
    return " ".join([first[:1].upper() + first[1:] if first.islower() else first, *rest])
