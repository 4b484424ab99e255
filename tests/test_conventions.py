"""The rules that every pipeline, dataset and parameter of the project keeps."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.validation import TypeExtractor
from kedro_viz.data_access import DataAccessManager
from kedro_viz.server import populate_data

from tesserec import settings
from tesserec.options import Options
from tesserec.pipeline_registry import register_pipelines

PROJECT = Path(__file__).resolve().parents[1]
CONF = PROJECT / "conf"
PACKAGE = PROJECT / "src" / "tesserec"
ENVIRONMENTS = sorted(folder.name for folder in CONF.iterdir() if folder.is_dir())
LAYERS = (
    "01_raw",
    "02_intermediate",
    "03_primary",
    "04_feature",
    "05_model_input",
    "06_models",
    "07_model_output",
    "08_reporting",
)
STAGES = (
    "preprocessing",
    "token_encoding",
    "semantic_mining",
    "feature_fusion",
    "model_training",
    "evaluation",
    "recommendation",
    "reporting",
)


def load(environment: str, kind: str) -> dict[str, Any]:
    loader = OmegaConfigLoader(str(CONF), env=environment, **settings.CONFIG_LOADER_ARGS)
    return loader[kind]


@pytest.fixture(scope="module")
def pipelines() -> dict[str, Pipeline]:
    return register_pipelines()


@pytest.fixture(scope="module")
def models(pipelines) -> dict[str, type[Options]]:
    """The model of each group of parameters."""
    return TypeExtractor(pipelines).extract_types_from_pipelines()


@pytest.fixture(scope="module")
def graph(pipelines) -> DataAccessManager:
    """What Kedro-Viz shows."""
    graph = DataAccessManager()
    populate_data(graph, DataCatalog.from_config(load("base", "catalog")), pipelines, {})
    return graph


def own(pipelines: dict[str, Pipeline]) -> dict[str, Pipeline]:
    return {name: pipeline for name, pipeline in pipelines.items() if name != "__default__"}


class TestEnvironments:
    @pytest.mark.parametrize("environment", ENVIRONMENTS)
    def test_configuration_loads_and_every_dataset_can_be_made(self, environment):
        catalog = DataCatalog.from_config(load(environment, "catalog"))
        assert [name for name in catalog if catalog.get(name) is None] == []

    @pytest.mark.parametrize("environment", ENVIRONMENTS)
    def test_parameters_fit_their_models(self, environment, models):
        parameters = load(environment, "parameters")
        fitting = {group: model.model_validate(parameters[group]) for group, model in models.items()}
        # What stands in the files is what the models hold: nothing is left to a default unseen.
        for group, options in fitting.items():
            assert options.model_fields_set == set(type(options).model_fields), group

    @pytest.mark.parametrize("environment", ENVIRONMENTS)
    def test_runs_are_tracked_in_the_project_whatever_the_current_folder(self, environment):
        uri = load(environment, "mlflow")["server"]["mlflow_tracking_uri"]
        assert uri == f"sqlite:///{PROJECT.as_posix()}/mlflow.db"


class TestCatalog:
    @pytest.mark.parametrize("environment", ENVIRONMENTS)
    def test_every_dataset_has_a_layer(self, environment):
        layers = {
            name: entry.get("metadata", {}).get("kedro-viz", {}).get("layer")
            for name, entry in load(environment, "catalog").items()
        }
        assert {name: layer for name, layer in layers.items() if layer not in LAYERS} == {}

    def test_every_dataset_of_a_pipeline_is_declared(self, pipelines):
        declared = load("base", "catalog")
        for name, pipeline in pipelines.items():
            used = {dataset for dataset in pipeline.datasets() if not dataset.startswith("params:")}
            assert used - set(declared) == set(), name

    def test_every_declared_dataset_is_used(self, pipelines):
        used = {dataset for pipeline in pipelines.values() for dataset in pipeline.datasets()}
        assert set(load("base", "catalog")) - used == set()

    def test_every_file_is_written_by_one_node_and_to_its_own_place(self, pipelines):
        outputs = [output for node in nodes(pipelines) for output in node.outputs]
        entries = load("base", "catalog")
        paths = [entries[name]["filepath"] for name in set(outputs) if "filepath" in entries[name]]
        assert len(paths) == len(set(paths))
        assert sorted(output for output in set(outputs) if outputs.count(output) > 1) == []

    def test_an_environment_changes_only_what_is_declared(self):
        declared = set(load("base", "catalog"))
        assert {env: set(load(env, "catalog")) - declared for env in ENVIRONMENTS} == {
            env: set() for env in ENVIRONMENTS
        }


class TestKedroViz:
    """What Kedro-Viz makes of the project: its own code builds the graph."""

    # Tables of what people are and wrote, and of what was read from that.
    PRIVATE = frozenset(
        {
            "users",
            "texts",
            "user_profiles",
            "opinions",
            "aspect_opinions",
            "descriptions",
            "evidence",
        }
    )

    def test_layers_follow_one_another_in_every_pipeline(self, pipelines, graph):
        """They would not with a circle of layers, or where their names do not sort as the layers do."""
        for name in pipelines:
            nodes = graph.get_nodes_for_registered_pipeline(name)
            shown = {getattr(node, "layer", None) for node in nodes} - {None}
            layers = graph.get_sorted_layers_for_registered_pipeline(name)
            assert [layer for layer in layers if layer in shown] == sorted(shown), name

    def test_every_stage_collapses_and_keeps_to_itself_what_nobody_else_reads(self, pipelines, graph):
        tree = graph.create_modular_pipelines_tree_for_registered_pipeline("__default__")
        assert set(tree) == {"__root__", *STAGES}
        outside = {child.id for child in tree["__root__"].children}
        names = {node.id: node.name for node in graph.get_nodes_for_registered_pipeline("__default__")}
        inner = {names[id] for id in set(names) - outside}
        assert {"testing_features", "item_phrases", "results", "cost_figure"} <= inner
        assert {names[id] for id in outside} >= {"tuning_data", "recommendations", "report"}

    def test_figures_metrics_and_tables_can_be_looked_at(self):
        catalog = DataCatalog.from_config(load("base", "catalog"))
        unseen = {
            name
            for name, entry in load("base", "catalog").items()
            if entry["type"].endswith(("JSONDataset", "DocumentDataset", "TableDataset", "TextDataset"))
            and (not hasattr(catalog.get(name), "preview") or hides(entry))
        }
        raw = {name for name in catalog if name.startswith(("raw_", "simulated_"))}
        assert unseen == {*raw, *self.PRIVATE, "report"}


def hides(entry: dict[str, Any]) -> bool:
    return entry["metadata"]["kedro-viz"].get("preview") is False


class TestParameters:
    FILES = sorted((CONF / "base" / "parameters").glob("*.yml"))

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_a_file_holds_the_one_group_of_its_pipeline(self, file, pipelines, models):
        assert list(yaml.safe_load(file.read_text(encoding="utf-8"))) == [file.stem]
        assert file.stem in pipelines
        assert issubclass(models[file.stem], Options)

    def test_every_group_that_a_node_asks_for_exists_whole(self, pipelines):
        asked = {
            name
            for pipeline in pipelines.values()
            for name in pipeline.inputs()
            if name.startswith("params:")
        }
        assert asked == {f"params:{file.stem}" for file in self.FILES}

    def test_options_have_no_defaults(self, models):
        found = [
            f"{model.__name__}.{name}" for model, name, field in fields(models) if not field.is_required()
        ]
        assert found == []

    def test_every_parameter_is_used(self, models):
        """A field counts as used where its name stands in code, beside its declaration."""
        words: set[str] = set()
        for file in PACKAGE.rglob("*.py"):
            pattern = r"self\.(\w+)" if file.name == "options.py" else r"\w+"
            words.update(re.findall(pattern, file.read_text(encoding="utf-8")))
        assert sorted({name for _, name, _ in fields(models)} - words) == []

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_every_parameter_is_explained(self, file, models):
        lines = file.read_text(encoding="utf-8").splitlines()
        places = dict(keys(lines))
        unexplained = [
            path for path in value_paths(models[file.stem], file.stem) if not explained(lines, places[path])
        ]
        assert unexplained == []


class TestPipelines:
    def test_the_default_is_the_sum_of_the_stages(self, pipelines):
        expected = sum((pipelines[stage] for stage in STAGES), Pipeline([]))
        assert pipelines["__default__"].describe() == expected.describe()

    def test_names_are_those_of_the_folders(self, pipelines):
        folders = {file.parent.name for file in (PACKAGE / "pipelines").glob("*/pipeline.py")}
        assert set(own(pipelines)) == folders

    def test_nodes_are_named_with_their_pipeline_and_a_verb(self, pipelines):
        for name, pipeline in own(pipelines).items():
            for node in pipeline.nodes:
                assert re.fullmatch(rf"{name}\.[a-z_]+", node.name), node.name
                assert node.namespace == name

    def test_node_functions_say_what_they_do(self, pipelines):
        assert [node.name for node in nodes(pipelines) if not (node.func.__doc__ or "").strip()] == []

    def test_node_functions_are_typed(self, pipelines):
        assert [node.name for node in nodes(pipelines) if "return" not in get_type_hints(node.func)] == []


def nodes(pipelines: dict[str, Pipeline]) -> list[Any]:
    return [node for pipeline in own(pipelines).values() for node in pipeline.nodes]


def inner_model(annotation: Any) -> type[Options] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, Options) else None


def fields(models: dict[str, type[Options]]) -> Iterator[tuple[type[Options], str, Any]]:
    """Yield every field of the models and of those inside them."""
    todo = list(models.values())
    while todo:
        model = todo.pop()
        for name, field in model.model_fields.items():
            yield model, name, field
            if inner := inner_model(field.annotation):
                todo.append(inner)


def value_paths(model: type[Options], prefix: str) -> Iterator[str]:
    """Yield the dotted path of every value; a free dictionary is one value."""
    for name, field in model.model_fields.items():
        if inner := inner_model(field.annotation):
            yield from value_paths(inner, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}"


def keys(lines: list[str]) -> Iterator[tuple[str, int]]:
    """Yield the dotted path and the line of every key of a YAML file in block style."""
    above: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        found = re.match(r"( *)(\w+):", line)
        if found:
            indent = len(found[1])
            above = [*(key for key in above if key[0] < indent), (indent, found[2])]
            yield ".".join(key for _, key in above), number


def explained(lines: list[str], number: int) -> bool:
    """Tell whether a comment is beside the key, above it and its run, or above its group and names it."""
    if " #" in lines[number] or comment_above(lines, number):
        return True
    indent, name = re.match(r"( *)(\w+)", lines[number]).groups()
    group = next((at for at in range(number, -1, -1) if re.match(rf"(?!{indent}) *\w", lines[at])), None)
    return group is not None and bool(re.search(rf"\b{name}\b", comment_above(lines, group)))


def comment_above(lines: list[str], number: int) -> str:
    """Return the comment above a key and the unbroken run of keys before it, empty if there is none."""
    indent = re.match(" *", lines[number])[0]
    at = number - 1
    while at >= 0 and re.match(rf"{indent}\w", lines[at]):
        at -= 1
    comment = []
    while at >= 0 and re.match(rf"{indent}#", lines[at]):
        comment.append(lines[at])
        at -= 1
    return "\n".join(comment)


class TestTheRulesThemselves:
    """A rule that lets everything pass would be no rule."""

    LINES = """\
group:
  # One explanation for two keys.
  first: 1
  second: 2

  lonely: 3
  beside: 4 # explained
  inner:
    deep: 5
  # Its member called low is explained here.
  outer:
    low: 6
    high: 7
""".splitlines()

    @pytest.mark.parametrize(
        ("path", "is_explained"),
        [
            ("group", False),
            ("group.first", True),
            ("group.second", True),
            ("group.lonely", False),
            ("group.beside", True),
            ("group.inner", False),
            ("group.inner.deep", False),
            ("group.outer.low", True),
            ("group.outer.high", False),
        ],
    )
    def test_explanations(self, path, is_explained):
        assert explained(self.LINES, dict(keys(self.LINES))[path]) is is_explained
