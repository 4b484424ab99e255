"""The data contract: eight tables, of which only `interactions` and `items` are required."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Contract:
    """What one table of the contract looks like.

    Args:
        name: The table and the stem of its file.
        required: Columns that the table must have.
        optional: Columns that the project understands when they are there.
        ids: Required columns that hold ids, present in every row.
        optional_ids: Id columns that may be empty in some rows.
        unique: The id column in which no value may come twice.
        needed: Whether a data set must have the table.
        attributes: Whether every further column is read as an attribute; elsewhere it is ignored.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    optional_ids: tuple[str, ...] = ()
    unique: str | None = None
    needed: bool = False
    attributes: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the required and the optional columns, in this order."""
        return self.required + self.optional

    def empty(self) -> pd.DataFrame:
        """Return the table without rows, which stands for an optional table that is absent."""
        return pd.DataFrame({column: pd.Series([], dtype="str") for column in self.columns})


_RELATION = ("head_type", "head_id", "relation", "tail_type", "tail_id")

CONTRACTS = {
    contract.name: contract
    for contract in (
        Contract(
            "interactions",
            required=("user_id", "item_id"),
            optional=("event", "value", "timestamp"),
            ids=("user_id", "item_id"),
            needed=True,
        ),
        Contract(
            "items",
            required=("item_id", "title"),
            optional=("description",),
            ids=("item_id",),
            unique="item_id",
            needed=True,
            attributes=True,
        ),
        Contract("users", required=("user_id",), ids=("user_id",), unique="user_id", attributes=True),
        Contract(
            "texts",
            required=("user_id", "text"),
            optional=("item_id", "kind", "timestamp"),
            ids=("user_id",),
            optional_ids=("item_id",),
        ),
        Contract("relations", required=_RELATION, ids=_RELATION),
        Contract("candidates", required=("item_id",), ids=("item_id",)),
        Contract(
            "exclusions",
            required=("item_id",),
            optional=("user_id",),
            ids=("item_id",),
            optional_ids=("user_id",),
        ),
        Contract("pairs", required=("user_id", "item_id"), ids=("user_id", "item_id")),
    )
}
