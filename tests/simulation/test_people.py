import numpy as np
import pandas as pd
import pytest

from tesserec.simulation.people import TASTE_COLUMNS, draw_people


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return draw_people(4000, 10.0, 0.25, 0.1, 0.05, 0.03, seed=3)


def test_everybody_likes_two_or_three_themes(people):
    tastes = people[TASTE_COLUMNS].to_numpy()
    assert set((tastes > 0).sum(axis=1)) == {2, 3}
    np.testing.assert_allclose(tastes.sum(axis=1), 1.0, atol=1e-5)


def test_taste_depends_on_occupation_and_age(people):
    by_occupation = people.groupby("occupation")[TASTE_COLUMNS].mean()
    favourites = by_occupation.idxmax(axis=1)
    planted = {"engineer": "taste_technology", "cook": "taste_food", "musician": "taste_music",
               "nurse": "taste_wellness", "teacher": "taste_history"}  # fmt: skip
    assert favourites[list(planted)].to_dict() == planted
    parents, teenagers = people["age"].between(30, 39), people["age"] < 20
    assert people[parents]["taste_family"].mean() > 3 * people[teenagers]["taste_family"].mean()


def test_occupation_fits_age(people):
    known = people.dropna(subset=["age", "occupation"])
    assert (known[known["occupation"] == "retired"]["age"] >= 66).all()
    assert (known[known["occupation"] == "student"]["age"] < 23).all()
    assert (known[known["age"] < 18]["occupation"] == "student").all()
    assert known["age"].between(16, 84).all()


def test_shares_are_as_asked(people):
    language = people["language"].value_counts(normalize=True)
    assert language["zh"] == pytest.approx(0.25, abs=0.02)
    assert language["zh|en"] == pytest.approx(0.1, abs=0.02)
    assert (people["encounters"] == 0).mean() == pytest.approx(0.05, abs=0.01)
    assert (people["encounters"] == 1).mean() == pytest.approx(0.03, abs=0.01)
    assert people["encounters"][people["encounters"] > 1].mean() == pytest.approx(10, rel=0.05)


def test_chinese_readers_live_in_cities_written_in_chinese(people):
    is_chinese = people["city"].str.contains(r"[\u4e00-\u9fff]")
    assert is_chinese[people["language"] == "zh"].all()
    assert not is_chinese[people["language"] == "en"].any()


def test_some_attributes_are_unknown(people):
    unknown = people[["age", "gender", "occupation"]].isna().mean()
    assert unknown.between(0.02, 0.06).all()


def test_the_seed_decides():
    first, again, other = (draw_people(50, 10.0, 0.25, 0.1, 0.05, 0.03, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
