import logging

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from pydantic import ValidationError

from tesserec import cli
from tesserec.catalog import StudiesDataset, TableDataset
from tesserec.commands.configuration import config_loader
from tesserec.errors import ConfigError
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.tuning import create_pipeline, nodes
from tesserec.pipelines.tuning.options import TuningOptions
from tesserec.pipelines.tuning.plan import with_options

from ..market import PARAMETERS, few_recommenders, market, options

SPACE = {
    "sequence": {
        "regularization": {"low": 0.1, "high": 1000.0, "log": True},
        "half_life": {"choices": [0.5, 2, 50]},
    },
    "item_knn": {"neighbours": {"low": 1, "high": 100, "log": True}},
}
# The next item follows from the last one alone, which these values of today hide.
TODAY = {"sequence": {"regularization": 900.0, "half_life": 50}}


def tuning(**changed) -> TuningOptions:
    values = yaml.safe_load((PARAMETERS / "tuning.yml").read_text(encoding="utf-8"))["tuning"]
    return TuningOptions(**(values | {"trials": 12, "space": SPACE} | changed))


def search(folder, *, tables=None, models=None, chosen=None) -> dict:
    """Run the pipeline, with its trials in a folder, and return what it makes."""
    tables = tables or market()
    given = {name: tables[name] for name in ("split_interactions", "candidates", "protocol")}
    given["tuning_data"] = training_data_builder("tuning")(
        *(tables[name] for name in INPUTS), options("feature_fusion")
    )
    given["params:model_training"] = models or with_options(few_recommenders(), TODAY)
    given["params:tuning"] = chosen or tuning()
    catalog = DataCatalog({name: MemoryDataset(data, copy_mode="assign") for name, data in given.items()})
    for name in ("studies_before", "studies"):
        catalog[name] = StudiesDataset(filepath=str(folder / "tuning.db"))
    catalog["tuning_folds"] = MemoryDataset(copy_mode="assign")
    catalog["trials"] = TableDataset(filepath=str(folder / "trials.csv"))
    made = SequentialRunner().run(create_pipeline(), catalog)
    return {name: dataset.load() for name, dataset in made.items()} | {"trials": catalog.load("trials")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tuning")


@pytest.fixture(scope="module")
def found(folder) -> dict:
    return search(folder)


def results(found: dict) -> pd.DataFrame:
    return found["tuning_results"].set_index("recommender")


class TestWhatIsFound:
    def test_the_planted_optimum(self, found):
        row = results(found).loc["sequence"]
        assert row["taken"]
        assert row["tuned"] > row["default"] + 0.1
        chosen = yaml.safe_load(found["tuned_parameters"])["run"]["params"]["model_training"]["recommenders"]
        assert chosen["sequence"]["half_life"] == 0.5
        assert chosen["sequence"]["regularization"] < 300

    def test_values_are_those_that_the_trials_have(self, found):
        trials = found["trials"]
        for name, row in results(found).drop("fusion").iterrows():
            whole = trials[(trials["recommender"] == name) & (trials["state"] == "COMPLETE")]
            assert row["default"] == whole.loc[whole["trial"] == 0, "value"].item()
            expected = whole["value"].max() if row["taken"] else row["default"]
            assert row["tuned"] == expected
        assert trials.groupby("recommender").size().to_dict() == {"item_knn": 12, "sequence": 12}

    def test_the_first_trial_is_what_the_recommender_is_today(self, found):
        first = found["trials"].query("trial == 0 and recommender == 'sequence'").iloc[0]
        assert first[["regularization", "half_life"]].tolist() == [900, 50]

    def test_a_fusion_of_better_recommenders_is_better(self, found):
        row = results(found).loc["fusion"]
        assert row["taken"]
        assert row["gain"] > 0

    def test_figures_show_what_was_searched_for(self, found):
        assert len(found["parallel_coordinate_figure"].data) == 2
        assert {"half_life", "regularization"} <= set(found["importance_figure"].data[0].y[1])


@pytest.fixture
def run(project, monkeypatch):
    """Give the command `kedro run` some arguments, and return the parameters that Kedro's own is given."""
    monkeypatch.chdir(project)
    given = {}
    monkeypatch.setattr(cli.kedro_run, "callback", lambda **options: given.update(options))

    def invoke(*arguments: str) -> dict:
        result = CliRunner().invoke(cli.run, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return given["params"]

    return invoke


class TestTheNextRun:
    @pytest.fixture
    def file(self, found, tmp_path):
        path = tmp_path / "tuned_parameters.yml"
        path.write_text(found["tuned_parameters"], encoding="utf-8")
        return str(path)

    def fitted(self, given: dict) -> dict:
        """The recommenders as the next run builds them, on top of what the parameters are today."""
        loader = config_loader(PARAMETERS.parents[1], "local", given)
        return ModelTrainingOptions(**loader["parameters"]["model_training"]).build()

    def test_it_fits_other_recommenders(self, run, file):
        after, before = self.fitted(run("--config", file)), options("model_training").build()
        assert after["sequence"].half_life == 0.5 != before["sequence"].half_life
        assert after["sequence"].regularization != before["sequence"].regularization
        del after["sequence"], before["sequence"]
        assert after == before

    def test_params_add_to_the_file_and_win_over_it(self, run, file):
        given = run(
            "--config", file, "--params", "output_dir=/x,model_training.recommenders.sequence.half_life=3"
        )
        assert given["output_dir"] == "/x"
        sequence = self.fitted(given)["sequence"]
        assert sequence.half_life == 3
        assert sequence.regularization == self.fitted(run("--config", file))["sequence"].regularization

    def test_without_a_file_nothing_is_added(self, run):
        assert run("--params", "output_dir=/x") == {"output_dir": "/x"}
        assert run() == {}

    def test_where_nothing_is_better_the_file_changes_nothing_and_says_so(self, run, tmp_path):
        best = with_options(few_recommenders(), {"sequence": {"regularization": 1.0, "half_life": 0.5}})
        space = {"sequence": {"regularization": {"low": 1.0, "high": 1000.0, "log": True}}}
        written = search(tmp_path, models=best, chosen=tuning(space=space, trials=4))["tuned_parameters"]
        assert "defaults\n# stay" in written
        file = tmp_path / "tuned_parameters.yml"
        file.write_text(written, encoding="utf-8")
        assert run("--config", str(file)) == {}
        assert run("--config", str(file), "--params", "output_dir=/x") == {"output_dir": "/x"}


class TestWhatItDependsOn:
    def test_test_events_are_never_looked_at(self, found, tmp_path):
        tables = market()
        garbage = tables["split_interactions"].copy()
        rows = garbage["split"] == "test"
        garbage.loc[rows, "item_id"] = np.random.default_rng(0).permutation(garbage.loc[rows, "item_id"])
        garbage.loc[rows, "value"] = 0.0
        other = search(tmp_path, tables=tables | {"split_interactions": garbage})
        told = ["study", "trial", "state", "value", "gain_error", "regularization", "half_life", "neighbours"]
        pd.testing.assert_frame_equal(other["trials"][told], found["trials"][told])

    def test_a_second_run_makes_no_trial_and_comes_to_the_same(self, folder, found):
        again = search(folder)
        pd.testing.assert_frame_equal(again["trials"], found["trials"])
        assert again["tuned_parameters"] == found["tuned_parameters"]

    def test_a_larger_number_adds_to_what_is_there(self, folder, found):
        more = search(folder, chosen=tuning(trials=14))["trials"]
        assert more.groupby("recommender").size().to_dict() == {"item_knn": 14, "sequence": 14}
        told = ["study", "trial", "value", "seconds"]
        kept = more[more["trial"] < 12][told].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, found["trials"][told])

    @pytest.mark.parametrize("change", ["space", "data", "folds", "today"])
    def test_what_changes_the_trials_begins_a_new_study_and_says_so(self, folder, found, change, caplog):
        tables, chosen, models = market(), tuning(trials=1), with_options(few_recommenders(), TODAY)
        if change == "space":
            space = SPACE | {"sequence": {"half_life": {"choices": [0.5, 50]}}}
            chosen = tuning(trials=1, space=space)
        elif change == "data":
            events = tables["split_interactions"]
            last = events.index[events["split"] == "valid"][-1]
            tables["split_interactions"] = events.drop(index=last).reset_index(drop=True)
        elif change == "folds":
            chosen = tuning(trials=1, folds=tuning().folds.model_dump() | {"count": 2})
        else:
            models = with_options(models, {"sequence": {"target_half_life": 4.0}})
        with caplog.at_level(logging.INFO):
            trials = search(folder, tables=tables, chosen=chosen, models=models)["trials"]
        assert trials[trials["recommender"] == "sequence"]["trial"].tolist() == [0]
        assert "sequence: the data, the folds, the space or the defaults changed; a new study" in caplog.text
        item_knn_is_the_same = change in {"space", "today"}
        assert (trials["study"].isin(found["trials"]["study"]).any()) == item_knn_is_the_same

    def test_time_that_is_over_ends_the_search_and_the_next_run_goes_on(self, found, tmp_path):
        first = search(tmp_path, chosen=tuning(timeout=1e-9))
        assert len(first["trials"]) == 1
        told = ["study", "trial", "state", "value"]
        pd.testing.assert_frame_equal(search(tmp_path)["trials"][told], found["trials"][told])


class TestMistakes:
    @pytest.mark.parametrize(
        ("space", "message"),
        [
            ({"sequenze": {}}, r"recommender of tuning.space 'sequenze' does not exist \(did you mean 'seq"),
            (
                {"sequence": {"regularisation": {"choices": [1, 2]}}},
                "option of tuning.space.sequence 'regula",
            ),
            ({"sequence": {"half_life": {"choices": [1, 2]}}}, "half_life leaves out 50, the value of today"),
            ({"text_taste": {"half_life": {"low": 1, "high": 9, "log": True}}}, "leaves out None"),
            ({"sequence": {"half_life": {"low": 60, "high": 90, "log": True}}}, "half_life leaves out 50"),
        ],
    )
    def test_a_space_that_does_not_fit_is_refused(self, tmp_path, space, message):
        with pytest.raises(ConfigError, match=message):
            search(tmp_path, chosen=tuning(space=space))

    @pytest.mark.parametrize(
        ("dimension", "message"),
        [
            ({"low": 3, "high": 3, "log": False}, "low must be below high"),
            ({"low": 0, "high": 3, "log": True}, "low must be above 0 where log is true"),
            ({"choices": [1]}, "at least 2 items"),
            ({"low": 1, "high": 3}, "log"),
            ({"low": 1, "high": 3, "log": False, "step": 1}, "step"),
        ],
    )
    def test_a_dimension_that_makes_no_sense_is_refused(self, dimension, message):
        with pytest.raises(ValidationError, match=message):
            tuning(space={"ease": {"regularization": dimension}})

    def test_whole_ends_make_whole_numbers(self):
        space = tuning().space
        assert not space["item_knn"]["neighbours"].holds(2.5)
        assert space["sequence"]["regularization"].holds(2.5)


def test_the_shipped_space_holds_the_shipped_options():
    models = options("model_training")
    shipped = yaml.safe_load((PARAMETERS / "tuning.yml").read_text(encoding="utf-8"))["tuning"]
    built = models.build()
    for name, space in TuningOptions(**shipped).space.items():
        for option, dimension in space.items():
            assert dimension.holds(getattr(built[name], option)), (name, option)


def test_a_recommender_that_sits_out_is_not_searched_for(tmp_path):
    made = search(tmp_path, tables=market("random_ratio", timed=False), chosen=tuning(trials=2))
    assert set(made["trials"]["recommender"]) == {"item_knn"}


def test_nodes_say_where_nobody_was_tuned(tmp_path):
    made = search(tmp_path, chosen=tuning(space={}))
    assert made["tuning_results"].empty
    assert nodes.draw_parallel_coordinates(made["trials"], tuning(space={})).layout.annotations
