import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tesserec.errors import ConfigError
from tesserec.features.blocks import FeatureBlocks
from tesserec.pipelines.recommendation.reranking import ReRankingOptions
from tesserec.recommenders import Profiles, TrainingData

OFF = {
    "depth": 4,
    "filters": [],
    "exclude": [],
    "boosts": [],
    "popularity_damping": 0,
    "caps": {},
    "diversity": 0,
}
ON = {
    "filters": [{"column": "price", "at_most": 50}],
    "exclude": ["i3"],
    "boosts": [{"column": "year", "in": [1999], "add": 0.5}, {"column": "price", "at_least": 9, "factor": 2}],
    "popularity_damping": 0.5,
    "caps": {"year": 2},
    "diversity": 0.25,
}
ITEMS = pd.DataFrame(
    {"item_id": ["i0", "i1", "i2", "i3"], "price": [5.0, 10, 60, 7], "year": ["1999", "2001", "1999", "1999"]}
)
ROLES = {"price": "number", "year": "category"}
EXCLUSIONS = pd.DataFrame({"item_id": [], "user_id": []}, dtype="str")


def options(**changes) -> ReRankingOptions:
    return ReRankingOptions.model_validate(OFF | changes)


def data(order: list[int], **blocks: np.ndarray) -> TrainingData:
    """Two people who like item i0, one of whom likes i1 too; the items stand in the given order."""
    place = np.argsort(order)
    profiles = Profiles(
        np.array(["u0", "u1"], dtype=object),
        np.array([0, 1, 3]),
        place[[0, 0, 1]].astype(np.int32),
        np.ones(3, np.float32),
        np.zeros(3, np.float32),
        np.zeros(3, np.int64),
        4,
        True,
        {},
        (),
    )
    return TrainingData(profiles, FeatureBlocks(np.array([f"i{item}" for item in order], object), blocks, {}))


def test_all_off_is_no_step():
    assert options().steps(data([0, 1, 2, 3]), ITEMS, ROLES, EXCLUSIONS).active == []


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_every_step_belongs_to_its_item_in_any_order(order):
    vectors = 2 * np.eye(4, dtype=np.float32)[order]
    steps = options(**ON).steps(data(order, fused=vectors), ITEMS, ROLES, EXCLUSIONS)
    assert len(steps.active) == 6
    assert steps.passing[np.argsort(order)].tolist() == [True, True, False, True]
    assert np.array(order)[steps.exclusions.everyone].tolist() == [3]
    np.testing.assert_allclose(steps.boosts.add[np.argsort(order)], [0.5, 0, 0.5, 0.5])
    np.testing.assert_allclose(steps.boosts.factor[np.argsort(order)], [1, 2, 2, 1])
    expected = [0.5, 0.5 * np.log(2) / np.log(3), 0, 0]
    np.testing.assert_allclose(steps.damping[np.argsort(order)], expected, rtol=1e-6)
    np.testing.assert_array_equal(steps.diversity.vectors, vectors / 2)
    year = steps.caps[0].codes[np.argsort(order), 0]
    assert year[0] == year[2] == year[3] != year[1]
    assert steps.caps[0].limit == 2


def test_an_exclusion_for_one_person_is_a_step():
    table = pd.DataFrame({"item_id": ["i1"], "user_id": ["u0"]}, dtype="str")
    assert options().steps(data([0, 1, 2, 3]), ITEMS, ROLES, table).active == ["exclusions"]


def test_diversity_without_any_knowledge_of_items_is_refused():
    with pytest.raises(ConfigError, match=r"recommendation\.reranking\.diversity .* set it to 0"):
        options(diversity=0.5).steps(data([0, 1, 2, 3]), ITEMS, ROLES, EXCLUSIONS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"filters": [{"column": "prize", "at_most": 1}]}, r"reranking\.filters\.0 .* did you mean price\?"),
        ({"boosts": [{"column": "year", "in": [1998], "add": 1}]}, r"reranking\.boosts\.0 .* '1998'"),
        ({"caps": {"price": 1}}, r"reranking\.caps\.price needs a column of categories"),
        ({"exclude": ["j0"]}, r"reranking\.exclude names the item 'j0'"),
    ],
)
def test_the_tables_alone_show_what_does_not_fit(changes, message):
    with pytest.raises(ConfigError, match=message):
        options(**changes).steps_of_tables(ITEMS, ROLES, EXCLUSIONS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"boosts": [{"column": "year", "in": ["1999"]}]}, "either a factor or an add"),
        (
            {"boosts": [{"column": "year", "in": [1999], "add": 1, "factor": 1}]},
            "either a factor or an add",
        ),
        ({"boosts": [{"column": "year", "in": ["1999"], "factor": -1}]}, "greater than or equal to 0"),
        ({"filters": [{"column": "year", "in": []}]}, "at least 1 item"),
        ({"filters": [{"column": "year", "is": "1999"}]}, "Extra inputs"),
        ({"diversity": 1.5}, "less than or equal to 1"),
        ({"caps": {"year": 0}}, "greater than 0"),
    ],
)
def test_impossible_parameters_are_refused_at_once(changes, message):
    with pytest.raises(ValidationError, match=message):
        options(**changes)
