"""What every table must look like: pandera schemas for the catalog's `validator:` keys."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors
from pandera.typing import Series

SHOWN = 3
MOST_FINDINGS = 3


def _id(unique: bool = False) -> Any:
    return pa.Field(nullable=False, unique=unique, str_length={"min_value": 1})


def _optional() -> Any:
    return pa.Field(nullable=True)


class RawInteractions(pa.DataFrameModel):
    """Interactions as read; `value` and `timestamp` may be text or numbers."""

    user_id: Series[str] = _id()
    item_id: Series[str] = _id()


class RawItems(pa.DataFrameModel):
    """Items as read."""

    item_id: Series[str] = _id(unique=True)
    title: Series[str] = _optional()


class RawUsers(pa.DataFrameModel):
    """Users as read."""

    user_id: Series[str] = _id(unique=True)


class RawTexts(pa.DataFrameModel):
    """Texts of users as read."""

    user_id: Series[str] = _id()
    text: Series[str] = _optional()


class Relations(pa.DataFrameModel):
    """Relations, as read and as cleaned."""

    head_type: Series[str] = _id()
    head_id: Series[str] = _id()
    relation: Series[str] = _id()
    tail_type: Series[str] = _id()
    tail_id: Series[str] = _id()


class Candidates(pa.DataFrameModel):
    """Candidates, as read and as cleaned."""

    item_id: Series[str] = _id()


class RawExclusions(pa.DataFrameModel):
    """Exclusions as read."""

    item_id: Series[str] = _id()


class Exclusions(RawExclusions):
    """Exclusions after cleaning; without a user they hold for everybody."""

    user_id: Series[str] = _optional()


class Pairs(pa.DataFrameModel):
    """Pairs to predict, as read and as cleaned."""

    user_id: Series[str] = _id()
    item_id: Series[str] = _id()


class Interactions(RawInteractions):
    """Events after cleaning."""

    event: Series[str] = _id()
    value: Series[float] = _optional()
    timestamp: Series[float] = _optional()
    weight: Series[float] = pa.Field(ge=0)


class SplitInteractions(Interactions):
    """Events with the split that they belong to."""

    split: Series[str] = pa.Field(isin=["train", "valid", "test"])


class Items(pa.DataFrameModel):
    """Items after cleaning; attribute columns follow `column_roles`."""

    item_id: Series[str] = _id(unique=True)
    title: Series[str]
    description: Series[str]


class Users(pa.DataFrameModel):
    """Users after cleaning; attribute columns follow `column_roles`."""

    user_id: Series[str] = _id(unique=True)


class Texts(pa.DataFrameModel):
    """Texts of users after cleaning."""

    text_id: Series[str] = _id(unique=True)
    user_id: Series[str] = _id()
    item_id: Series[str] = _optional()
    kind: Series[str] = _id()
    text: Series[str] = _id()
    timestamp: Series[float] = _optional()


class ItemTexts(pa.DataFrameModel):
    """Both views of each item's text."""

    item_id: Series[str] = _id(unique=True)
    language: Series[str] = pa.Field(isin=["zh", "en", "other"])
    contextual: Series[str]
    lexical: Series[str]


class UserTexts(pa.DataFrameModel):
    """Both views of each user text."""

    text_id: Series[str] = _id(unique=True)
    user_id: Series[str] = _id()
    item_id: Series[str] = _optional()
    kind: Series[str] = _id()
    timestamp: Series[float] = _optional()
    language: Series[str] = pa.Field(isin=["zh", "en", "other"])
    contextual: Series[str]
    lexical: Series[str]


def explain_failure(error: SchemaErrors | SchemaError, where: str) -> str:
    """Say in one sentence how a table breaks its schema.

    Args:
        error: What pandera raised.
        where: The table or file, as the sentence should name it.

    Returns:
        A sentence with the columns, the rules, the first rows (counted from 1) and their values.
    """
    cases = error.failure_cases
    if not isinstance(cases, pd.DataFrame) or "check" not in cases:
        return f"{where} does not have its expected form: {_first_line(error)}."
    findings = list(_findings(cases))
    more = f"; and {len(findings) - MOST_FINDINGS} more" if len(findings) > MOST_FINDINGS else ""
    return f"{where} does not have its expected form: {'; '.join(findings[:MOST_FINDINGS])}{more}."


def _findings(cases: pd.DataFrame) -> Iterator[str]:
    absent = cases["check"] == "column_in_dataframe"
    if absent.any():
        yield f"these columns are missing: {', '.join(cases.loc[absent, 'failure_case'])}"
    for (column, check), group in cases[~absent].groupby(["column", "check"], sort=False, dropna=False):
        if group["index"].isna().all():
            yield f"column {column} fails {check} ({group['failure_case'].iloc[0]})"
        else:
            rows = ", ".join(str(int(index) + 1) for index in group["index"][:SHOWN])
            values = ", ".join(repr(value) for value in group["failure_case"][:SHOWN])
            yield f"column {column} fails {check} in {len(group)} rows (row {rows}: {values})"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
