"""What the ratings that come with texts say of them."""

import numpy as np
import pandas as pd

from tesserec.ratings.scale import RatingScale

PAIR = ["user_id", "item_id"]
# Ratings at the mean of all people that a person's own mean starts from.
PRIOR_RATINGS = 5.0


def user_means(observations: pd.DataFrame) -> tuple[pd.Series, float]:
    """Return each person's mean rating, drawn towards the mean of all, and that mean.

    `(5 m + Σ v) / (5 + n)`: a person with few ratings has hardly a scale of their own.

    Args:
        observations: `user_id`, `value` of training events.
    """
    mean = float(observations["value"].mean())
    own = observations.groupby("user_id")["value"].agg(["sum", "size"])
    return (PRIOR_RATINGS * mean + own["sum"]) / (PRIOR_RATINGS + own["size"]), mean


def rated_texts(
    texts: pd.DataFrame, events: pd.DataFrame, scale: RatingScale, means: pd.Series, mean: float
) -> pd.DataFrame:
    """Find the texts whose pair was rated, and what the rating says.

    Of stars those above the person's own mean speak well, and the more so the further; of 0 and 1 the 1.

    Args:
        texts: `user_id`, `item_id` (may be missing).
        events: The events that may be looked at, with `user_id`, `item_id`, `value`, optional `event`.
        scale: What values mean.
        means: The mean of each person.
        mean: That of everybody else.

    Returns:
        `row` (the place in `texts`), `favourable` (bool) and `weight` (mean 1, above 0).
    """
    rated = scale.observations(events) if scale.graded else pd.DataFrame(columns=[*PAIR, "value"])
    found = texts[PAIR].assign(row=np.arange(len(texts))).merge(rated, on=PAIR)
    binary = np.isin(rated["value"].astype(float), [0, 1]).all()
    middle = 0.5 if binary else found["user_id"].map(means).astype(float).fillna(mean)
    distance = found["value"].astype(float) - middle
    said = found.assign(favourable=distance > 0, weight=distance.abs())[distance != 0]
    return said[["row", "favourable", "weight"]].assign(weight=said["weight"] / said["weight"].mean())
