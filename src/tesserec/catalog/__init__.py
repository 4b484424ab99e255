"""The project's own Kedro datasets."""

from tesserec.catalog.state import StateDataset
from tesserec.catalog.studies import StudiesDataset
from tesserec.catalog.tables import ContractTableDataset, TableDataset
from tesserec.catalog.vectors import EmbeddingsDataset, TableBatchesDataset, VectorStoreDataset

__all__ = [
    "ContractTableDataset",
    "EmbeddingsDataset",
    "StateDataset",
    "StudiesDataset",
    "TableBatchesDataset",
    "TableDataset",
    "VectorStoreDataset",
]
