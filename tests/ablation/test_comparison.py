import numpy as np
import pandas as pd
import pytest

from tesserec.ablation import compare_arms

ARMS = pd.DataFrame({"arm": ["full", "no text"], "kind": ["full", "control"], "form": "", "recommenders": 2})


def user_metrics(full: np.ndarray, other: np.ndarray) -> pd.DataFrame:
    people = [f"u{place}" for place in range(len(full))]
    frames = [
        pd.DataFrame({"arm": arm, "user_id": people, "ndcg@10": values}).sample(frac=1, random_state=place)
        for place, (arm, values) in enumerate({"no text": other, "full": full}.items())
    ]
    return pd.concat(frames, ignore_index=True)


def test_the_difference_is_taken_person_by_person():
    """People differ by far more than the arms do, so only pairs can tell."""
    level = np.random.default_rng(0).random(200)
    noise = np.random.default_rng(1).normal(scale=0.01, size=200)
    table = compare_arms(user_metrics(level + 0.01 + noise, level), ARMS, "ndcg@10", seed=0).set_index("arm")
    assert table.loc["no text", "difference"] == pytest.approx(0.01 + noise.mean())
    assert 0 < table.loc["no text", "difference_low"] < table.loc["no text", "difference_high"]
    assert table.loc["no text", "p_value"] < 0.01
    assert table.loc["full", "value"] == pytest.approx((level + 0.01 + noise).mean())
    assert table.loc["full", "low"] < table.loc["no text", "value"]
    assert table["users"].tolist() == [200, 200]


def test_the_full_system_is_not_compared_with_itself():
    values = np.random.default_rng(0).random(20)
    table = compare_arms(user_metrics(values, values), ARMS, "ndcg@10", seed=0).set_index("arm")
    assert table.loc["full", ["difference", "p_value"]].isna().all()
    assert table.loc["no text", "difference"] == 0
    assert table.loc["no text", "p_value"] == 1
