import pandas as pd
import pytest
import yaml
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from tesserec.catalog import TableDataset
from tesserec.errors import ConfigError
from tesserec.narration.writer import CausalWriter
from tesserec.pipelines.recommendation import create_pipeline
from tesserec.pipelines.recommendation.descriptions import describe_recommendations, read_prompts

from ...narration.conftest import writers
from ..market import PARAMETERS, market, options

__all__ = ["writers"]

COLUMNS = ["user_id", "item_id", "description", "written_by", "rejected"]


def chosen(**changed):
    values = yaml.safe_load((PARAMETERS / "recommendation.yml").read_text(encoding="utf-8"))
    return options("recommendation", descriptions=values["recommendation"]["descriptions"] | changed)


def tables():
    lists = pd.DataFrame(
        [(user, item, rank, "Popular with everyone." if user != "cook2" else "大家都喜欢。")
         for user in ("pilot1", "cook0", "cook2") for rank, item in enumerate(("oven0", "plane1"), start=1)],
        columns=["user_id", "item_id", "rank", "reason"],
    )  # fmt: skip
    return market() | {"recommendations": lists}


def described(**changed):
    given, asked = tables(), chosen(**changed)
    prompts = read_prompts(given["description_prompt_en"], given["description_prompt_zh"], asked)
    names = ("recommendations", "items", "column_roles", "item_cards", "user_profiles")
    before = {name: given[name].copy() for name in names if name != "column_roles"}
    table = describe_recommendations(*(given[name] for name in names), prompts, asked)
    for name, copy in before.items():
        pd.testing.assert_frame_equal(given[name], copy)
    return table


class TestWithoutAModel:
    def test_the_top_of_each_list_in_its_order(self):
        table = described()
        assert list(table.columns) == COLUMNS
        assert list(table["user_id"]) == ["pilot1", "cook0", "cook2"]
        assert table["description"][1] == (
            "“Oven0” (oven) belongs to the subject you choose most (oven). "
            "Why this one? Popular with everyone."
        )
        assert table["description"][2] == "为您推荐《Oven0》。推荐理由：大家都喜欢。"

    @pytest.mark.parametrize(
        ("changed", "rows"),
        [({"ranks": 2}, 6), ({"ranks": 2, "people": 2}, 4), ({"people": 9}, 3), ({"ranks": 0}, 0)],
    )
    def test_as_many_as_are_asked_for(self, changed, rows):
        table = described(**changed)
        assert len(table) == rows and list(table.columns) == COLUMNS

    def test_the_column_category_comes_before_other_categories(self):
        given = tables()
        names = ("recommendations", "items", "item_cards", "user_profiles")
        lists, items, cards, people = (given[name] for name in names)
        shelved = items.assign(shelf="A1", category="cooker")
        roles = {"items": {"shelf": "category", "category": "category"}}
        table = describe_recommendations(lists, shelved, roles, cards, people, {}, chosen())
        assert "(cooker)" in table["description"][0] and "A1" not in table["description"][0]

    def test_items_without_categories(self):
        given = tables()
        names = ("recommendations", "items", "item_cards", "user_profiles")
        lists, items, cards, people = (given[name] for name in names)
        table = describe_recommendations(lists, items, {"items": {}}, cards, people, {}, chosen())
        assert table["description"][0] == (
            "Something for you: “Oven0”. It is described by these words: oven. Why this one? "
            "Popular with everyone."
        )


class TestWithAModel:
    def test_a_random_model_is_not_let_through(self, writers):
        table = described(model=str(writers["gpt2"]), max_new_tokens=20)
        assert set(table["written_by"]) == {"template"}
        assert (table["rejected"] != "").all()
        pd.testing.assert_frame_equal(table, described(model=str(writers["gpt2"]), max_new_tokens=20))

    def test_a_wrong_model_is_named_before_anything_is_computed(self):
        with pytest.raises(ConfigError, match=r"recommendation\.descriptions\.model"):
            read_prompts("", "", chosen(model="./no-such-model"))

    def test_a_killed_run_leaves_the_texts_of_the_last_one(self, writers, tmp_path, monkeypatch):
        def run(**changed):
            given = tables() | {"params:recommendation": chosen(**changed)}
            catalog = DataCatalog({name: MemoryDataset(value) for name, value in given.items()})
            catalog["descriptions"] = TableDataset(filepath=str(tmp_path / "descriptions.parquet"))
            names = ("recommendation.read_prompts", "recommendation.describe_recommendations")
            SequentialRunner().run(create_pipeline().filter(node_names=names), catalog)
            return catalog["descriptions"].load()

        before = run()

        def killed(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(CausalWriter, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            run(model=str(writers["gpt2"]))
        assert [path.name for path in tmp_path.iterdir()] == ["descriptions.parquet"]
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "descriptions.parquet"), before)
