"""The Ray cluster that encodes: one that runs already, or one of this machine for the time of a run."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from tesserec.errors import ConfigError


@dataclass(frozen=True)
class Cluster:
    """Where to encode, and with how much.

    Args:
        address: Of a running cluster, as `ray.init` takes it; None starts one on this machine for the time of
            the run. A cluster to which this process is connected already is used, and left, as it is.
        workers: Processes that encode, each with a copy of the model.
        cpus_per_worker: Processors that each takes, and its threads.
        gpus_per_worker: GPUs that each takes; several share one if it is a fraction.
    """

    address: str | None = None
    workers: int = 2
    cpus_per_worker: int = 1
    gpus_per_worker: float = 0


def import_ray() -> ModuleType:
    """Return the module of Ray, with Ray Data, that tells warnings only.

    Raises:
        ConfigError: If it is not installed.
    """
    try:
        ray = import_module("ray")
        import_module("ray.data")
    except ImportError as error:
        raise ConfigError(
            "token_encoding.execution is ray, which is not installed: "
            'run `pip install -e ".[ray]"`, or set it to local'
        ) from error
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    logging.getLogger("ray.data._internal.progress").setLevel(logging.ERROR)  # warns that its bars are off
    return ray


@contextmanager
def connection(cluster: Cluster, object_store: int) -> Iterator[ModuleType]:
    """Connect to a cluster, or start one, and leave or stop it at the end; nothing, if that is done already.

    Args:
        cluster: Which one. A new one counts the processors of all workers; more than there are share them.
        object_store: Shared memory of a new cluster in bytes, taken when it is used.

    Yields:
        The module of Ray.

    Raises:
        ConfigError: If Ray is not installed, no cluster answers or this machine has fewer GPUs.
    """
    ray = import_ray()
    if ray.is_initialized():
        yield ray
        return
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is reported to Ray's makers
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    cpus = cluster.workers * cluster.cpus_per_worker
    own = {"num_cpus": cpus, "object_store_memory": object_store, "include_dashboard": False}
    try:
        ray.init(cluster.address or "local", **quiet, **({} if cluster.address else own))
    except Exception as error:  # of any class: Ray raises that itself where it is slow to start
        raise _unreachable(cluster.address, error) from error
    try:
        if cluster.address is None:
            _check_gpus(cluster.workers * cluster.gpus_per_worker, ray.cluster_resources().get("GPU", 0))
        yield ray
    finally:
        ray.shutdown()


def _unreachable(address: str | None, error: Exception) -> ConfigError:
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    if address is None:
        return ConfigError(
            f"token_encoding.ray.address is null, but no cluster starts on this machine ({reason}): "
            "give the address of one, or set token_encoding.execution to local"
        )
    return ConfigError(
        f"token_encoding.ray.address is {address}, where no cluster answers ({reason}): "
        "start one with `ray start --head`, or set it to null"
    )


def _check_gpus(asked: float, present: float) -> None:
    if asked > present:
        raise ConfigError(
            f"token_encoding.ray.workers times gpus_per_worker is {asked:g}, but this machine has "
            f"{present:g} GPUs: lower one of them, or give the address of a larger cluster"
        )
