import os
import shutil
import subprocess
import sys
from pathlib import Path

import mlflow
import pandera.pandas as pandera
import pytest
import yaml
from click.testing import CliRunner, Result
from kedro.io import DataCatalog
from kedro.validation import DataValidationError

from tesserec import cli
from tesserec.errors import ConfigError, DataError

TABLES = {
    "interactions.csv": "user_id,item_id\nu1,i1\nu2,i2\n",
    "items.csv": "item_id,title\ni1,Lamp\ni2,Chair\n",
}


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def conf(project, tmp_path_factory, tracking_database):
    """The project's configuration with a tracking database of its own."""
    folder = tmp_path_factory.mktemp("configured")
    shutil.copy(tracking_database, folder)
    shutil.copytree(project / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    (folder / "conf" / "local").mkdir()
    mlflow_yml = folder / "conf" / "base" / "mlflow.yml"
    shipped = yaml.safe_load(mlflow_yml.read_text(encoding="utf-8"))
    shipped["server"]["mlflow_tracking_uri"] = f"sqlite:///{folder}/mlflow.db"
    shipped["tracking"]["experiment"]["create_experiment_kwargs"]["artifact_location"] = str(
        folder / "artifacts"
    )
    mlflow_yml.write_text(yaml.safe_dump(shipped), encoding="utf-8")
    before = mlflow.get_tracking_uri()
    yield folder / "conf"
    mlflow.set_tracking_uri(before)


@pytest.fixture
def run(project, conf, monkeypatch):
    """Run the command in this process, as `kedro run` would."""
    monkeypatch.chdir(project)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli.run, ["--conf-source", str(conf), *arguments])

    return invoke


def tracked(conf: Path) -> list[str]:
    """Return the runs in the tracking database of a configuration."""
    client = mlflow.MlflowClient(f"sqlite:///{conf.parent}/mlflow.db")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return [found.info.run_id for found in client.search_runs(experiments)]


def assert_one_sentence(result: Result, *parts: str) -> None:
    assert result.exit_code == 1
    sentence = result.stderr.strip()
    assert sentence.count("\n") == 0
    assert "Traceback" not in result.output
    for part in parts:
        assert part in sentence


class TestMistakesInTheCommand:
    """Each ends in one sentence, before anything is opened or written."""

    @pytest.mark.parametrize(
        ("arguments", "parts"),
        [
            (["--env=movilens"], ["environment 'movilens'", "did you mean 'movielens'?", "base"]),
            (["--pipelines=preprocesing"], ["pipeline 'preprocesing'", "did you mean 'preprocessing'?"]),
            (
                ["--from-nodes=preprocessing.split"],
                ["node 'preprocessing.split'", "preprocessing.split_events"],
            ),
            (["--nodes=nothing"], ["node 'nothing' does not exist"]),
            (["--namespaces=token_encodin"], ["namespace 'token_encodin'", "'token_encoding'"]),
            (["--to-outputs=protocl"], ["dataset 'protocl'", "'protocol'"]),
            (
                ["--params=preprocesing.split.seed=1"],
                ["'preprocesing.split.seed'", "'preprocessing.split.seed'"],
            ),
            (["--params=token_encoding.modl=x"], ["'token_encoding.modl'", "'token_encoding.model'"]),
            (["--params=dta_dir=.."], ["'dta_dir'", "'data_dir'"]),
            (["--params=data_dir="], ["'data_dir' is empty"]),
            (
                ["--params=preprocessing.split.seed=many"],
                ["'preprocessing.split.seed' cannot be 'many'", "valid integer"],
            ),
        ],
    )
    def test_one_sentence(self, run, data, tmp_path, monkeypatch, arguments, parts):
        def refuse(**_: object) -> None:
            raise AssertionError("the run was started")

        monkeypatch.setattr(cli.kedro_run, "callback", refuse)
        places = f"data_dir={data},output_dir={tmp_path / 'out'}"
        given = [f"{argument},{places}" if "--params" in argument else argument for argument in arguments]
        if arguments == ["--params=data_dir="]:
            given = [f"--params=data_dir=,output_dir={tmp_path / 'out'}"]
        assert_one_sentence(run(*given), *parts)
        assert not (tmp_path / "out").exists()


class TestMistakesThatTheHooksFind:
    """Each ends in one sentence, before the first node runs and before MLflow opens a run."""

    @pytest.mark.parametrize(
        ("params", "parts"),
        [
            ("data_dir={tmp}/nowhere", ["nowhere", "does not exist", "--params data_dir=PATH"]),
            (
                "data_dir={data},output_dir={data}/items.csv",
                ["items.csv is a file", "--params output_dir=PATH"],
            ),
            (
                "data_dir={data},token_encoding.model=no-such-model",
                ["token_encoding.model", "'no-such-model'"],
            ),
            ("data_dir={data},token_encoding.model={tmp}/no-folder", ["token_encoding.model", "no-folder"]),
        ],
    )
    def test_one_sentence(self, run, conf, data, tmp_path, params, parts):
        given = params.format(tmp=tmp_path, data=data)
        if "output_dir" not in given:
            given += f",output_dir={tmp_path / 'out'}"
        before = tracked(conf)
        assert_one_sentence(run("--pipelines=preprocessing,token_encoding", f"--params={given}"), *parts)
        assert not (tmp_path / "out").exists()
        assert {path.name for path in data.iterdir()} == set(TABLES)
        assert tracked(conf) == before

    def test_a_part_without_its_inputs_names_the_pipeline_that_makes_them(self, run, data, tmp_path):
        result = run("--pipelines=token_encoding", f"--params=data_dir={data},output_dir={tmp_path / 'out'}")
        assert_one_sentence(result, "'item_texts'", "--pipelines=preprocessing")


class TestMistakesInTheData:
    def test_one_sentence_and_the_output_stays(self, run, data, tmp_path):
        (data / "items.csv").write_text("id,name\ni1,Lamp\n")
        kept = tmp_path / "out" / "02_intermediate" / "items.parquet"
        kept.parent.mkdir(parents=True)
        kept.write_text("earlier result")
        result = run("--pipelines=preprocessing", f"--params=data_dir={data},output_dir={tmp_path / 'out'}")
        assert_one_sentence(result, "items.csv", "item_id")
        assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == [kept]
        assert kept.read_text() == "earlier result"


class TestVerbose:
    def test_the_error_itself_comes_through(self, run):
        result = run("--verbose", "--env=movilens")
        assert isinstance(result.exception, ConfigError)


class TestInterrupt:
    def test_the_mlflow_run_counts_as_killed(self, run, monkeypatch):
        def interrupt(**_: object) -> None:
            mlflow.set_experiment("interrupted")
            mlflow.start_run()
            raise KeyboardInterrupt

        monkeypatch.setattr(cli.kedro_run, "callback", interrupt)
        assert run("--pipelines=preprocessing").exit_code == 1
        (found,) = mlflow.search_runs(experiment_names=["interrupted"], output_format="list")
        assert found.info.status == "KILLED"


class TestFolders:
    def test_they_are_meant_from_where_the_user_stands(self, run, project, monkeypatch):
        seen = {}
        monkeypatch.setattr(cli.kedro_run, "callback", lambda **options: seen.update(options["params"]))
        monkeypatch.chdir(project / "src")
        run("--params=data_dir=../x,output_dir=s3://bucket/y,simulation_format=parquet")
        assert seen == {
            "data_dir": str(project / "x"),
            "output_dir": "s3://bucket/y",
            "simulation_format": "parquet",
        }


class TestExplain:
    def test_a_cause_anywhere_in_the_chain(self):
        try:
            try:
                raise DataError("items.csv is empty.")
            except DataError as cause:
                raise RuntimeError("while loading") from cause
        except RuntimeError as error:
            assert cli.explain(error) == "items.csv is empty."

    def test_a_bug_is_not_explained_away(self):
        assert cli.explain(RuntimeError("bug")) is None

    def test_a_broken_schema_is_one_sentence_that_names_the_dataset(self, tmp_path):
        import pandas as pd

        class Positive(pandera.DataFrameModel):
            value: float = pandera.Field(gt=0)

        catalog = DataCatalog.from_config(
            {"numbers": {"type": "pandas.CSVDataset", "filepath": f"{tmp_path}/n.csv"}}
        )
        assert "numbers" in catalog
        try:
            Positive.validate(pd.DataFrame({"value": [1.0, -1.0]}), lazy=True)
        except pandera.errors.SchemaErrors as cause:
            error = DataValidationError("broken", dataset_name="numbers")
            error.__cause__ = cause
        sentence = cli.explain(error)
        assert sentence is not None
        assert "'numbers'" in sentence and "\n" not in sentence

    def test_an_unreadable_configuration_file(self):
        try:
            yaml.safe_load("a: [1")
        except yaml.YAMLError as error:
            assert "\n" not in str(cli.explain(error))


class TestProcesses:
    """What only a process of its own shows: how commands are found, and what else is printed."""

    def call(self, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "COLUMNS": "200"}
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=environment, check=False
        )

    def test_kedro_run(self, project):
        kedro = Path(sys.executable).with_name("kedro")
        done = self.call(str(kedro), "run", "--env=movilens", folder=project)
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith("The environment 'movilens' does not exist")
        assert done.stderr.count("\n") == 1

    def test_python_m(self, project):
        done = self.call(sys.executable, "-m", "tesserec", "--env=movilens", folder=project)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("The environment 'movilens' does not exist")
        assert done.stderr.count("\n") == 1
