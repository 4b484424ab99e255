"""The Ray cluster that encodes: one that runs already, or one of this machine for the time of a run."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from tesserec.errors import ConfigError


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
def connection(address: str | None, cpus: int, gpus: float, object_store: int) -> Iterator[ModuleType]:
    """Connect to a cluster, or start one, and leave or stop it at the end; nothing, if that is done already.

    Args:
        address: Of a running cluster, as `ray.init` takes it; None starts one on this machine.
        cpus: Processors that a new cluster counts; more than there are share them.
        gpus: GPUs that a new cluster must have.
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
    own = {"num_cpus": cpus, "object_store_memory": object_store, "include_dashboard": False}
    try:
        ray.init(address or "local", **quiet, **({} if address else own))
    except Exception as error:  # of any class: Ray raises that itself where it is slow to start
        raise _unreachable(address, error) from error
    try:
        if address is None:
            _check_gpus(gpus, ray.cluster_resources().get("GPU", 0))
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
