"""What people say that they like and dislike, in their own words."""

import pandas as pd

from tesserec.semantics import SEPARATOR

# Of an opinion that is shown: 2 · positive - 1 of 0.8 and 0.2. Others are too often misread.
_CLEAR = 0.6


def find_likings(users: pd.Index, aspect_opinions: pd.DataFrame, count: int) -> pd.DataFrame:
    """Sum up what each person said about each aspect, with the words that show it best.

    How much an aspect is liked is the sum of `2 · positive - 1` over what was said about it, so that what a
    person repeats counts more, and praise and blame of one thing cancel. It is shown by the phrase of the
    clearest opinion on that side, if one is clear.

    Args:
        users: Ids, one row each in the result.
        aspect_opinions: user_id, aspect, phrase, positive (probability that the phrase is favourable).
        count: Most aspects of each side.

    Returns:
        likes and dislikes: `aspect: phrase`, the strongest first, joined by `|`.
    """
    said = aspect_opinions.dropna(subset="positive")
    said = said.assign(liking=2 * said["positive"] - 1)
    total = said.groupby(["user_id", "aspect"])["liking"].transform("sum")
    sides = {
        "likes": said.assign(strength=total, clear=said["liking"]),
        "dislikes": said.assign(strength=-total, clear=-said["liking"]),
    }
    return pd.DataFrame({name: _strongest(side, users, count) for name, side in sides.items()})


def _strongest(said: pd.DataFrame, users: pd.Index, count: int) -> pd.Series:
    order = ["user_id", "strength", "aspect", "clear", "phrase"]
    said = said[(said["strength"] > 0) & (said["clear"] >= _CLEAR)].sort_values(
        order, ascending=[True, False, True, False, True]
    )
    shown = said.drop_duplicates(["user_id", "aspect"]).groupby("user_id").head(count)
    # The mark between two likings must not occur within one.
    words = (shown["aspect"] + ": " + shown["phrase"]).str.replace(SEPARATOR, "/", regex=False)
    return words.groupby(shown["user_id"]).agg(SEPARATOR.join).reindex(users).fillna("").astype("str")
