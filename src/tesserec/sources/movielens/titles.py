"""What a MovieLens title says besides the title."""

import pandas as pd

_YEAR = r"\((\d{4})(?:\s*[-–]\s*(?:\d{4})?\s*)?\)\s*$"


def years(titles: pd.Series) -> pd.Series:
    """Take the year of release from titles such as "Toy Story (1995)", the first year of "(2006–2007)".

    Args:
        titles: Titles as published.

    Returns:
        One year per title, missing where the title has none.
    """
    return titles.str.extract(_YEAR, expand=False).astype("float64")
