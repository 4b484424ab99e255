"""The project's own Kedro datasets."""

from tesserec.catalog.state import StateDataset
from tesserec.catalog.tables import ContractTableDataset, TableDataset

__all__ = ["ContractTableDataset", "StateDataset", "TableDataset"]
