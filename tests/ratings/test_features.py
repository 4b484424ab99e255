import numpy as np
import pandas as pd

from tesserec.ratings.biases import Shrinkage
from tesserec.ratings.content import ItemContent
from tesserec.ratings.features import FEATURES, PairFeatures

ITEMS = np.array([f"{kind}{k}" for kind in "AB" for k in range(6)])
KINDS = {"kind": np.repeat(np.eye(2), 6, axis=0)}
NOTHING = pd.DataFrame({"user_id": [], "item_id": [], "value": []})


def opposites():
    """Half of the people love A and hate B, half the other way round; nobody has rated A5 or B5."""
    rows = []
    for user in range(20):
        for item in ITEMS[[k for k in range(12) if k % 6 < 5]]:
            if (int(item[1]) + user) % 3:
                rows.append((f"u{user}", item, 5.0 if (item[0] == "A") == (user < 10) else 1.0))
    return pd.DataFrame(rows, columns=["user_id", "item_id", "value"])


def fitted(table, blocks=KINDS, graded=True):
    return PairFeatures.fit(table, ItemContent.of(ITEMS, blocks), graded=graded, shrinkage=Shrinkage())


def feature(features, name, *pairs):
    table = pd.DataFrame(pairs, columns=["user_id", "item_id"])
    return features.compute(table)[:, FEATURES.index(name)]


def test_content_neighbours_know_the_taste_for_an_item_without_ratings():
    values = feature(fitted(opposites()), "similar_content", ("u0", "A5"), ("u0", "B5"), ("u19", "A5"))
    assert values[0] > 1
    assert values[1] < -1
    assert values[2] < -1


def test_behaviour_neighbours_know_the_taste_without_content():
    features = fitted(opposites(), blocks={})
    for name in ("similar_items", "similar_users"):
        love, hate = feature(features, name, ("u0", "A0"), ("u0", "B0"))
        assert love > 0.3
        assert hate < -0.3
    assert not feature(features, "similar_content", ("u0", "A0")).any()


def test_the_value_of_a_pair_stays_out_of_its_neighbours():
    table = opposites()
    pair = tuple(table.loc[0, ["user_id", "item_id"]])
    features = fitted(table, graded=False)
    without = fitted(table.drop(index=0), graded=False)
    assert feature(features, "similar_content", pair) == feature(without, "similar_content", pair)


def test_occurrences_count_events():
    features = fitted(opposites().assign(value=1.0), graded=False)
    assert feature(features, "item", ("u0", "A5")) == 0
    assert feature(features, "item", ("u0", "A1")) == np.log1p((opposites()["item_id"] == "A1").sum())


def test_strangers_get_zeros():
    row = fitted(opposites()).compute(pd.DataFrame({"user_id": ["new"], "item_id": ["new"]}))
    np.testing.assert_allclose(row, np.zeros((1, len(FEATURES))), atol=1e-12)


def test_an_empty_history_has_features():
    assert not fitted(NOTHING).compute(pd.DataFrame({"user_id": ["a"], "item_id": ["A0"]})).any()
