import os
from typing import Literal

import pytest

from tesserec import preflight
from tesserec.errors import ConfigError, DataError
from tesserec.options import Options


class Window(Options):
    length: int | Literal["auto"]
    overlap: int


class Encoding(Options):
    model: str
    window: Window
    weights: dict[str, float]


PARAMETERS = {"encoding": {"model": "m", "window": {"length": 8, "overlap": 2}, "weights": {"view": 1.0}}}


def changed(**encoding):
    return {"encoding": {**PARAMETERS["encoding"], **encoding}}


class TestKnownNames:
    def test_one_that_is_known_passes_and_one_that_is_not_does_not(self):
        preflight.check_known("tag", "b", ["a", "b"])
        with pytest.raises(ConfigError, match="tag 'b' does not exist"):
            preflight.check_known("tag", "b", ["a"])

    def test_a_typing_error_gets_the_closest_name_and_the_list(self):
        with pytest.raises(ConfigError) as error:
            preflight.check_known("pipeline", "evaluatoin", ["simulation", "evaluation"])
        assert str(error.value) == (
            "The pipeline 'evaluatoin' does not exist (did you mean 'evaluation'?); "
            "there are evaluation, simulation."
        )

    def test_a_long_list_is_left_out(self):
        with pytest.raises(ConfigError) as error:
            preflight.check_known("node", "xyz", [f"node_{number}" for number in range(100)])
        assert str(error.value) == "The node 'xyz' does not exist."

    def test_an_environment_is_a_folder(self, tmp_path):
        (tmp_path / "movielens").mkdir()
        (tmp_path / "logging.yml").touch()
        preflight.check_environment(tmp_path, "movielens")
        for name in ("movilens", "logging.yml"):
            with pytest.raises(ConfigError, match="there are movielens"):
                preflight.check_environment(tmp_path, name)


class TestNamesOnTheCommandLine:
    def test_placeholders_are_found_in_the_files_of_the_environments_asked_for(self, tmp_path):
        for environment, text in {
            "base": "a: ${runtime_params:data_dir,${globals:data_dir}}/x",
            "local": "b: ${runtime_params: output_dir}",
            "other": "c: ${runtime_params:unused}",
        }.items():
            (tmp_path / environment).mkdir()
            (tmp_path / environment / "catalog.yml").write_text(text)
        assert preflight.placeholders(tmp_path, ["base", "local"]) == {"data_dir", "output_dir"}

    def test_known_groups_and_places_pass(self):
        given = {"data_dir": "here", "encoding": {"model": "n"}, "output_dir": 2024}
        places = ["data_dir", "output_dir"]
        preflight.check_names(given, PARAMETERS, places)
        for place in places:
            with pytest.raises(ConfigError, match=f"'{place}' is unknown"):
                preflight.check_names(given, PARAMETERS, set(places) - {place})

    @pytest.mark.parametrize(
        ("given", "path", "suggestion"),
        [
            ({"encodin": {"model": "x"}}, "encodin.model", "encoding.model"),
            ({"dta_dir": ".."}, "dta_dir", "data_dir"),
        ],
    )
    def test_unknown_groups_and_folders_are_refused(self, given, path, suggestion):
        with pytest.raises(ConfigError) as error:
            preflight.check_names(given, PARAMETERS, ["data_dir"])
        assert str(error.value) == f"The parameter '{path}' is unknown (did you mean '{suggestion}'?)."

    def test_an_empty_folder_is_refused(self):
        with pytest.raises(ConfigError, match="'data_dir' is empty"):
            preflight.check_names({"data_dir": ""}, PARAMETERS, ["data_dir"])


class TestValues:
    def test_free_keys_pass_with_values_that_fit(self):
        preflight.check_values(changed(weights={"free": 2}), {"encoding": Encoding})
        with pytest.raises(ConfigError, match=r"'encoding.weights.free' cannot be 'x'"):
            preflight.check_values(changed(weights={"free": "x"}), {"encoding": Encoding})

    @pytest.mark.parametrize(
        ("parameters", "sentence"),
        [
            (
                changed(modle="x"),
                "The parameter 'encoding.modle' is unknown (did you mean 'encoding.model'?).",
            ),
            (
                changed(window={"length": 8, "overlap": 2, "overlp": 3}),
                "The parameter 'encoding.window.overlp' is unknown "
                "(did you mean 'encoding.window.overlap'?).",
            ),
            (changed(window={"length": 8}), "The parameter 'encoding.window.overlap' is missing."),
            (changed(window=3), "The parameter 'encoding.window' is a group and cannot be 3."),
            (
                changed(window={"length": 8, "overlap": "many"}),
                "The parameter 'encoding.window.overlap' cannot be 'many': "
                "it should be a valid integer, unable to parse string as an integer.",
            ),
            (
                changed(weights={"view": "much"}),
                "The parameter 'encoding.weights.view' cannot be 'much': "
                "it should be a valid number, unable to parse string as a number.",
            ),
            (
                changed(window={"length": "long", "overlap": 2}),
                "The parameter 'encoding.window.length' cannot be 'long': "
                "it should be a valid integer, unable to parse string as an integer (1 more like it).",
            ),
        ],
    )
    def test_one_sentence_names_parameter_value_and_reason(self, parameters, sentence):
        with pytest.raises(ConfigError) as error:
            preflight.check_values(parameters, {"encoding": Encoding})
        assert str(error.value) == sentence

    def test_a_group_that_is_not_there_is_refused(self):
        with pytest.raises(ConfigError, match="'encoding'"):
            preflight.check_values({}, {"encoding": Encoding})


class TestFolders:
    def test_the_data_folder_must_be_a_folder(self, tmp_path):
        preflight.check_data_folder(tmp_path)
        with pytest.raises(DataError, match="does not exist"):
            preflight.check_data_folder(tmp_path / "nowhere")
        (tmp_path / "table.csv").touch()
        with pytest.raises(DataError, match="is a file"):
            preflight.check_data_folder(tmp_path / "table.csv")

    def test_output_folders_need_not_exist_and_are_not_made(self, tmp_path):
        preflight.check_writable([tmp_path / "new" / "deep" / "file.json"])
        assert not any(tmp_path.iterdir())

    def test_a_file_in_the_way_is_refused(self, tmp_path):
        (tmp_path / "out").touch()
        with pytest.raises(ConfigError, match="out is a file"):
            preflight.check_writable([tmp_path / "out" / "deep" / "file.json"])

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_that_may_not_be_written_to_is_refused(self, tmp_path):
        tmp_path.chmod(0o500)
        with pytest.raises(ConfigError, match="may not be written to"):
            preflight.check_writable([tmp_path / "file.json"])

    def test_missing_results_of_an_earlier_pipeline_are_named_with_their_maker(self, tmp_path):
        paths = {"protocol": tmp_path / "protocol.json", "published": tmp_path / "archive.zip"}
        with pytest.raises(DataError, match=r"'protocol' .*--pipelines=preprocessing"):
            preflight.check_earlier_results(paths, {"protocol": "preprocessing"})
        (tmp_path / "protocol.json").touch()
        preflight.check_earlier_results(paths, {"protocol": "preprocessing"})
