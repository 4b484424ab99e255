import numpy as np
import pandas as pd
import pytest

from tesserec.simulation.catalogue import THEMES
from tesserec.simulation.market import describe_items, open_market

FOOD, HISTORY = THEMES.index("food"), THEMES.index("history")


@pytest.fixture
def items() -> pd.DataFrame:
    """One item per theme, a second and a third one on food: one in Chinese, one cold."""
    themes = [*THEMES, "food", "food"]
    return pd.DataFrame({
        "domain": "books", "language": ["en"] * 10 + ["zh", "en"], "theme": themes,
        "second_theme": ["food" if theme == "history" else "" for theme in themes], "creator": themes,
        "popularity": [1.0] * 10 + [3.0, 0.0], "peak_month": 0,
        "follower_1": 0, "follower_2": 0, "follower_3": 0,
    })  # fmt: skip


def draw_many(items: pd.DataFrame, theme: int, reader: int, month: int = 0) -> np.ndarray:
    requests = 20_000
    draws = np.random.default_rng(0).random(requests)
    themes, readers, months = (np.full(requests, number) for number in (theme, reader, month))
    drawn = open_market(items).draw(themes, readers, months, draws)
    return np.bincount(drawn, minlength=len(items)) / requests


def test_items_are_drawn_by_theme_language_and_popularity(items):
    # Bilingual readers take an English item at 0.6 and a Chinese one at 1; a second theme counts 0.35.
    weights = {FOOD: 0.6 * 1.0, HISTORY: 0.35 * 0.6 * 1.0, 10: 1.0 * 3.0}
    expected = np.zeros(12)
    expected[list(weights)] = np.array(list(weights.values())) / sum(weights.values())
    np.testing.assert_allclose(draw_many(items, FOOD, reader=2), expected, atol=0.01)


def test_readers_rarely_meet_the_other_language(items):
    assert draw_many(items, FOOD, reader=0)[10] < 0.15
    assert draw_many(items, FOOD, reader=1)[10] > 0.95


def test_a_cold_item_is_never_drawn_nor_followed(items):
    assert not any(draw_many(items, theme, reader)[11] for theme in range(10) for reader in range(3))
    assert not open_market(items).readable[:, 11].any()


def test_popularity_drifts(items):
    items.loc[0, "theme"] = "food"
    items.loc[0, "peak_month"] = 6
    in_peak, out_of_peak = (draw_many(items.head(10).assign(theme=["food", *THEMES[1:]]), FOOD, 0, month)[0]
                            for month in (6, 0))  # fmt: skip
    assert in_peak > 2 * out_of_peak


def test_popularity_is_skewed_and_some_items_are_cold(world):
    described = describe_items(world.items, popularity_skew=1.0, cold_items=5, seed=0)
    ranked = np.sort(described["popularity"])[::-1]
    assert (ranked == 0).sum() == 5
    assert set(np.round(1 / ranked[ranked > 0]).astype(int)) <= set(range(1, len(described) + 1))


def test_followers_share_creator_or_theme_and_language(world):
    items = world.items
    first = items.loc[items["follower_1"]].reset_index(drop=True)
    assert (first["creator"] == items["creator"]).all()
    for column in ("follower_2", "follower_3"):
        other = items.loc[items[column]].reset_index(drop=True)
        assert (other[["theme", "language"]] == items[["theme", "language"]]).all(axis=None)
