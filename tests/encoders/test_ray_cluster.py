import sys
from types import SimpleNamespace

import pytest

from tesserec.encoders import ray_cluster
from tesserec.encoders.ray_cluster import Cluster, connection, import_ray
from tesserec.errors import ConfigError


class FakeRay:
    """Remembers how it was started and whether it was stopped."""

    def __init__(self, running: bool = False, gpus: float = 0, error: Exception | None = None) -> None:
        self.is_initialized = lambda: running
        self.cluster_resources = lambda: {"GPU": gpus} if gpus else {}
        self.error = error
        self.calls: list[tuple[str, object]] = []

    def init(self, address, **arguments):
        if self.error is not None:
            raise self.error
        self.calls.append(("init", SimpleNamespace(address=address, **arguments)))

    def shutdown(self):
        self.calls.append(("shutdown", None))


@pytest.fixture
def use(monkeypatch):
    def fake(ray: FakeRay) -> FakeRay:
        monkeypatch.setattr(ray_cluster, "import_ray", lambda: ray)
        monkeypatch.delenv("RAY_USAGE_STATS_ENABLED", raising=False)
        return ray

    return fake


def test_ray_that_is_missing_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r'execution is ray, .* `pip install -e "\.\[ray\]"`'):
        import_ray()


def test_a_cluster_of_this_machine_lasts_as_long_as_the_block(use, monkeypatch):
    ray = use(FakeRay(gpus=2))
    with (
        pytest.raises(KeyError),
        connection(Cluster(workers=2, cpus_per_worker=2, gpus_per_worker=1), 10**8) as module,
    ):
        assert module is ray
        assert [name for name, _ in ray.calls] == ["init"]
        raise KeyError
    (_, started), (stopped, _) = ray.calls
    assert (started.address, started.num_cpus, started.object_store_memory) == ("local", 4, 10**8)
    assert stopped == "shutdown"
    assert ray_cluster.os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


def test_a_running_cluster_keeps_its_own_sizes(use):
    ray = use(FakeRay())
    with connection(Cluster("auto", gpus_per_worker=1), 10**8):
        pass
    (_, started), (stopped, _) = ray.calls
    assert (started.address, hasattr(started, "num_cpus"), stopped) == ("auto", False, "shutdown")


def test_a_connection_that_is_there_is_left_as_it_is(use):
    ray = use(FakeRay(running=True))
    with connection(Cluster(), 10**8) as module:
        assert module is ray
    assert ray.calls == []


def test_gpus_that_this_machine_lacks_are_told_and_nothing_stays_started(use):
    ray = use(FakeRay(gpus=1))
    message = r"gpus_per_worker is 2, but this machine has 1 GPUs"
    with (
        pytest.raises(ConfigError, match=message),
        connection(Cluster(workers=2, cpus_per_worker=2, gpus_per_worker=1), 10**8),
    ):
        pass
    assert ray.calls[-1][0] == "shutdown"


@pytest.mark.parametrize(
    ("address", "message"),
    [("10.0.0.1:6379", r"address is 10\.0\.0\.1:6379, where no cluster answers \(refused\)"),
     (None, r"address is null, but no cluster starts on this machine \(refused\)")],
)  # fmt: skip
def test_a_cluster_that_does_not_answer_is_told(use, address, message):
    use(FakeRay(error=ConnectionError("refused\nand more")))
    with pytest.raises(ConfigError, match=message), connection(Cluster(address), 10**8):
        pass
