import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import mlflow
import pandas as pd
import pytest
from kedro.config import OmegaConfigLoader
from kedro.framework.context import KedroContext
from kedro.framework.hooks.manager import (
    _create_hook_manager,
    _register_hooks,
    _register_hooks_entry_points,
)
from kedro.framework.project import settings
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner
from kedro_mlflow.framework.hooks.mlflow_hook import MlflowHook

from tesserec.errors import ConfigError, DataError
from tesserec.hooks import PreflightHooks, ProgressHooks, QuietMlflowHook, TrackingHooks
from tesserec.hooks import preflight as preflight_hooks
from tesserec.hooks.tracking import (
    curve_points,
    flat_metrics,
    flat_parameters,
    git_commit,
    in_order,
    run_name,
)
from tesserec.options import Options

PROJECT = Path(__file__).resolve().parents[1]
METRICS = {
    "recommenders": {
        "fusion": {"ndcg@10": {"value": 0.25, "low": 0.2, "high": 0.3}, "auc": {"value": None}},
        "item_knn": {"ndcg@10": {"value": 0.125}, "map@5": {"value": float("nan")}},
    }
}


class Judging(Options):
    depth: int
    weights: dict[str, float]


def prepare(options: Judging) -> dict[str, str]:
    return {"data_hash": "d1", "protocol_hash": "p1"}


def judge(protocol: dict[str, str], options: Judging) -> dict[str, object]:
    return METRICS


def fail(metrics: dict[str, object]) -> dict[str, object]:
    raise DataError("items.csv has no usable row.")


PREPARE = Node(prepare, "params:judging", "protocol", name="prepare")
JUDGE = Node(judge, ["protocol", "params:judging"], "metrics", name="judge")
FAIL = Node(fail, "metrics", "never", name="fail")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory, tracking_database):
    """A project of three nodes with a tracking database of its own."""
    folder = tmp_path_factory.mktemp("workplace")
    shutil.copy(tracking_database, folder)
    base = folder / "conf" / "base"
    base.mkdir(parents=True)
    (base / "parameters.yml").write_text(
        json.dumps({"judging": {"depth": 10, "weights": {"view": 1.0}}, "unused": {"seed": 1}})
    )
    (base / "catalog.yml").write_text(
        json.dumps(
            {
                name: {"type": "json.JSONDataset", "filepath": f"out/{name}.json"}
                for name in ("protocol", "metrics")
            }
        )
    )
    # As shipped, but for the place.
    shipped = (PROJECT / "conf" / "base" / "mlflow.yml").read_text(encoding="utf-8")
    (base / "mlflow.yml").write_text(shipped.replace("${project_path:}", str(folder)), encoding="utf-8")
    before = mlflow.get_tracking_uri()
    yield folder
    mlflow.set_tracking_uri(before)


def run(folder: Path, pipeline: Pipeline, *hooks: object) -> mlflow.entities.Run:
    """Run the pipeline as a session does, and return what MLflow knows of it."""
    manager = _create_hook_manager()
    _register_hooks(manager, (QuietMlflowHook(), TrackingHooks(), *hooks))
    loader = OmegaConfigLoader(str(folder / "conf"), base_env="base", default_run_env="base")
    context = KedroContext(folder, loader, None, "tesserec", manager, None)
    manager.hook.after_context_created(context=context)
    catalog = context._get_catalog()
    options = ("tags", "node_names", "from_nodes", "to_nodes", "from_inputs", "load_versions")
    told = {
        "run_params": {**dict.fromkeys(options), "pipeline_names": ["evaluation"]},
        "pipeline": pipeline,
        "catalog": catalog,
    }
    manager.hook.before_pipeline_run(**told)
    try:
        result = SequentialRunner().run(pipeline, catalog, manager)
    except DataError as error:
        manager.hook.on_pipeline_error(error=error, **told)
    else:
        manager.hook.after_pipeline_run(run_result=result, **told)
    (found,) = mlflow.search_runs(experiment_names=["tesserec"], max_results=1, output_format="list")
    return found


@pytest.fixture(scope="module")
def finished(workplace):
    return run(workplace, Pipeline([PREPARE, JUDGE]))


@pytest.fixture(scope="module")
def failed(workplace):
    return run(workplace, Pipeline([PREPARE, JUDGE, FAIL]))


class TestTracking:
    def test_a_run_that_ends_is_finished_and_closed(self, finished):
        assert finished.info.status == "FINISHED"
        assert mlflow.active_run() is None

    def test_parameters_are_logged_one_by_one_and_only_those_used(self, finished):
        assert finished.data.params == {"judging.depth": "10", "judging.weights.view": "1.0"}

    def test_the_run_is_named_by_its_pipelines(self, finished):
        assert finished.info.run_name == "evaluation"

    def test_metrics_of_every_recommender_time_and_memory_are_logged(self, finished):
        metrics = finished.data.metrics
        assert metrics.pop("duration_seconds") > 0
        assert metrics.pop("peak_memory_gib") > 0
        assert metrics == {"fusion/ndcg_at_10": 0.25, "item_knn/ndcg_at_10": 0.125}

    def test_tags_identify_data_protocol_code_and_versions(self, finished):
        tags = finished.data.tags
        assert (tags["data_hash"], tags["protocol_hash"]) == ("d1", "p1")
        assert tags["pipeline"] == "evaluation"
        assert tags["git_commit"] == "unknown"
        assert tags["version.mlflow"] == mlflow.__version__

    def test_results_are_artefacts(self, finished, workplace):
        files = mlflow.artifacts.list_artifacts(run_id=finished.info.run_id)
        assert [file.path for file in files] == ["metrics.json"]
        assert (workplace / "mlartifacts" / finished.info.run_id).is_dir()

    def test_a_failed_run_says_why_and_keeps_what_it_measured(self, failed):
        assert failed.info.status == "FAILED"
        assert failed.data.tags["error"] == "items.csv has no usable row."
        assert failed.data.metrics["fusion/ndcg_at_10"] == 0.25
        assert "duration_seconds" in failed.data.metrics

    def test_a_part_that_reads_an_earlier_protocol_is_identified_by_it(self, finished, workplace):
        assert run(workplace, Pipeline([JUDGE])).data.tags["data_hash"] == "d1"

    def test_nothing_is_logged_without_an_open_run(self, workplace):
        hooks = TrackingHooks()
        hooks.after_dataset_saved(dataset_name="metrics", data=METRICS)
        hooks.after_pipeline_run()
        assert mlflow.active_run() is None

    def test_the_project_has_one_mlflow_hook(self, project):
        manager = _create_hook_manager()
        _register_hooks(manager, settings.HOOKS)
        _register_hooks_entry_points(manager, settings.DISABLE_HOOKS_FOR_PLUGINS)
        found = [hook for hook in manager.get_plugins() if isinstance(hook, MlflowHook)]
        assert [type(hook) for hook in found] == [QuietMlflowHook]


class TestWhatMlflowAccepts:
    def test_long_values_are_cut_and_odd_names_replaced(self):
        flat = dict(flat_parameters({"group": {"a@b": "x" * 10_000, "empty": {}, "list": [1, 2]}}))
        assert {name: len(value) for name, value in flat.items()} == {
            "group.a_b": 6000,
            "group.empty": 2,
            "group.list": 6,
        }

    def test_metrics_without_a_finite_value_are_left_out(self):
        assert flat_metrics({"recommenders": {"a": {"m": {"value": float("inf")}, "n@1": {"value": 1}}}}) == {
            "a/n_at_1": 1.0
        }

    def test_the_fusion_comes_first(self):
        values = {name: {"m": {"value": 1}} for name in ("als", "fusion", "ease")}
        assert list(flat_metrics({"recommenders": values})) == ["fusion/m", "als/m", "ease/m"]

    def test_metrics_of_pairs_stand_beside_those_of_recommenders(self):
        pairs = {"item_mean": {"rmse": {"value": 0.5, "low": 0.4, "high": 0.6}}}
        assert flat_metrics({"recommenders": {}, "pairs": pairs}) == {"pairs/item_mean/rmse": 0.5}


class TestNames:
    @pytest.mark.parametrize(
        ("told", "name"),
        [
            ({"pipeline_names": None}, "__default__"),
            ({"pipeline_names": None, "env": "movielens", "runtime_params": {}}, "movielens"),
            ({"pipeline_names": None, "runtime_params": {"data_dir": "books"}}, "data_dir=books"),
            (
                {
                    "pipeline_names": ["reporting", "evaluation"],
                    "env": "neural",
                    "runtime_params": {"model_training": {"recommenders": {"als": {"embedding_size": 64}}}},
                },
                "als.embedding_size=64 (neural evaluation+reporting)",
            ),
            (
                {
                    "pipeline_names": None,
                    "runtime_params": {"a": 1, "b": 2, "c": {"d": {"e": 3}}, "f": 4, "g": 5},
                },
                "a=1, b=2, d.e=3, 2 more",
            ),
        ],
    )
    def test_a_run_is_named_by_what_tells_it_from_others(self, project, told, name):
        assert run_name(told) == name

    def test_pipelines_are_named_as_they_follow_one_another(self, project):
        assert in_order(["unknown", "reporting", "ablation", "preprocessing"]) == [
            "preprocessing",
            "reporting",
            "ablation",
            "unknown",
        ]


class TestFacts:
    def test_there_is_no_commit_outside_of_git(self, tmp_path):
        assert git_commit(tmp_path) is None

    def test_the_commit_is_named_whole_and_tells_of_local_changes(self, tmp_path):
        def git(*arguments):
            who = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"]
            done = subprocess.run(
                ["git", *who, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
            )
            return done.stdout.strip()

        git("init", "--quiet")
        (tmp_path / "file").write_text("one")
        git("add", "file")
        git("commit", "--quiet", "-m", "one")
        git("tag", "v1")
        commit = git("rev-parse", "HEAD")
        assert git_commit(tmp_path) == commit
        (tmp_path / "file").write_text("two")
        assert git_commit(tmp_path) == f"{commit}-dirty"


class TestProgress:
    def test_each_node_is_one_line(self, caplog):
        hooks = ProgressHooks()
        with caplog.at_level(logging.INFO, "tesserec"):
            for _ in range(2):
                hooks.before_pipeline_run(pipeline=Pipeline([PREPARE, JUDGE]))
                hooks.before_node_run(node=PREPARE)
                hooks.before_node_run(node=JUDGE)
        assert caplog.messages == ["1/2 prepare", "2/2 judge"] * 2


class TestPreflight:
    def test_hooks_do_without_torch(self):
        """Every command of the project loads the hooks, and torch takes seconds."""
        program = "import sys, tesserec.hooks; print('torch' in sys.modules)"
        loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        assert loaded.stdout.splitlines()[-1] == "False"

    @pytest.fixture
    def hooks(self, tmp_path, monkeypatch):
        registered = {"preprocessing": Pipeline([PREPARE])}
        monkeypatch.setattr(preflight_hooks, "pipelines", registered)
        monkeypatch.chdir(tmp_path)
        (tmp_path / "earlier").mkdir()
        (tmp_path / "earlier" / "protocol.json").touch()
        hooks = PreflightHooks()
        table = {"type": "tesserec.catalog.ContractTableDataset", "table": "items", "path": str(tmp_path)}
        paths = {
            "protocol": "earlier/protocol.json",
            "metrics": "out/metrics.json",
            "remote": "s3://bucket/remote.json",
        }
        files = {name: {"filepath": path} for name, path in paths.items()}
        hooks.after_catalog_created(conf_catalog={"raw_items": table, **files})
        return hooks

    def check(self, hooks, *nodes, model="all-MiniLM-L6-v2", encoder="transformer"):
        options = SimpleNamespace(encoder=encoder, model=model, revision=None)
        catalog = SimpleNamespace(load=lambda name: options)
        hooks.before_pipeline_run(pipeline=Pipeline(nodes), catalog=catalog)

    def test_a_run_that_can_end_well_passes_and_leaves_no_trace(self, hooks, tmp_path):
        self.check(hooks, JUDGE, Node(lambda x: x, "raw_items", "remote", name="upload"))
        assert [path.name for path in tmp_path.iterdir()] == ["earlier"]

    def test_missing_raw_tables_folder(self, hooks):
        hooks._entries["raw_items"]["path"] = "nowhere"
        with pytest.raises(DataError, match="data folder nowhere does not exist"):
            self.check(hooks, Node(lambda x: x, "raw_items", "y", name="clean"))

    def test_a_source_speaks_for_itself(self, hooks):
        """It knows which files it needs, and says what is missing when it is read."""
        clean = Node(lambda x: x, "raw_items", "y", name="clean")
        hooks._entries["raw_items"].update(path="nowhere", source="movielens")
        self.check(hooks, clean)
        del hooks._entries["raw_items"]["source"]
        with pytest.raises(DataError, match="nowhere"):
            self.check(hooks, clean)

    def test_missing_results_of_an_earlier_pipeline(self, hooks, tmp_path):
        (tmp_path / "earlier" / "protocol.json").unlink()
        with pytest.raises(DataError, match="--pipelines=preprocessing"):
            self.check(hooks, JUDGE)
        self.check(hooks, PREPARE, JUDGE)

    def test_a_file_where_output_should_go(self, hooks, tmp_path):
        (tmp_path / "out").touch()
        with pytest.raises(ConfigError, match="out is a file"):
            self.check(hooks, JUDGE)

    def test_an_unknown_language_model_only_where_one_is_used(self, hooks):
        encode = Node(lambda options: options, "params:token_encoding", "vectors", name="encode")
        self.check(hooks, encode)
        with pytest.raises(ConfigError, match="no/such-model"):
            self.check(hooks, encode, model="no/such-model")
        self.check(hooks, JUDGE, model="no/such-model")
        self.check(hooks, encode, model="no/such-model", encoder="lexical")

    def test_a_mistyped_environment(self, tmp_path):
        (tmp_path / "base").mkdir()
        context = SimpleNamespace(env="bse", config_loader=SimpleNamespace(conf_source=str(tmp_path)))
        with pytest.raises(ConfigError, match="did you mean 'base'"):
            PreflightHooks().after_context_created(context=context)


def test_points_of_training_curves():
    curves = pd.DataFrame(
        {
            "recommender": ["neural", "neural"],
            "epoch": [1, 2],
            "ndcg@10": [0.1, 0.2],
            "like": [1.5, float("nan")],
        }
    )
    assert list(curve_points(curves)) == [
        ("training/neural/ndcg_at_10", 0.1, 1),
        ("training/neural/like", 1.5, 1),
        ("training/neural/ndcg_at_10", 0.2, 2),
    ]
    assert not list(curve_points(pd.DataFrame(columns=["recommender", "epoch"])))
