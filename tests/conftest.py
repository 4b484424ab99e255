import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# No test may reach for a model hub, or tell anybody that it ran.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's folder, after Kedro has been told of it."""
    from kedro.framework.startup import bootstrap_project

    bootstrap_project(PROJECT)
    return PROJECT


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    """Set the number of threads of torch for one test."""
    import torch

    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tracking_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty MLflow database to copy, because it takes seconds to make one."""
    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("tracking") / "mlflow.db"
    MlflowClient(f"sqlite:///{path}").search_experiments()
    return path
