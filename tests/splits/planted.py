"""Small interaction tables with known splits."""

from typing import Any

import numpy as np
import pandas as pd

from tesserec.splits import split_interactions

OPTIONS: dict[str, Any] = {
    "test_ratio": 0.2,
    "valid_ratio": 0.2,
    "folds": 3,
    "fold": 0,
    "seed": 0,
    "candidates": [],
}


def events(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Make interactions from (user, item, time)."""
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).astype(
        {"user_id": "str", "item_id": "str", "timestamp": "float64"}
    )
    return table.assign(event="view", value=np.nan, weight=1.0)


def split(table: pd.DataFrame, method: str, **options: Any) -> pd.DataFrame:
    return split_interactions(table, **{**OPTIONS, "method": method, **options})
