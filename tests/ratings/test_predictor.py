from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.metrics import f1_score, roc_auc_score

from tesserec.ratings import Fold, PairPredictor, find_scale, training_pairs
from tesserec.state import load_state, save_state

USERS, ITEMS = 80, 50
ITEM_IDS = np.array([f"i{k}" for k in range(ITEMS)])


def planted(seed=0, kind="stars"):
    """Ratings from biases and the match of hidden tastes; the items' show as content."""
    rng = np.random.default_rng(seed)
    tastes, traits = rng.normal(size=(USERS, 2)), rng.normal(size=(ITEMS, 2))
    value = rng.normal(size=(USERS, 1)) * 0.4 + rng.normal(size=ITEMS) * 0.4 + tastes @ traits.T * 0.7
    users, items = np.nonzero(rng.random((USERS, ITEMS)) < 0.4)
    value = value[users, items]
    rows = pd.DataFrame({"user_id": [f"u{k}" for k in users], "item_id": ITEM_IDS[items]})
    if kind == "stars":
        rows["value"] = np.clip(np.round((3.2 + value) * 2) / 2, 0.5, 5)
    elif kind == "binary":
        rows["value"] = (rng.random(len(rows)) < expit(2 * value)).astype(float)
    else:
        rows = rows[rng.random(len(rows)) < expit(4 * value)].assign(value=np.nan)
    rows = rows.sample(frac=1, random_state=seed).reset_index(drop=True)
    cut, late = int(len(rows) * 0.7), int(len(rows) * 0.85)
    return rows[:cut], rows[cut:late], rows[late:], {"traits": traits}


def learn(history, held_out, blocks, scores=None):
    scale = find_scale(history, "auto")
    pairs = training_pairs(history, held_out, ITEM_IDS, scale, unseen_per_pair=4, seed=0)
    predictor = PairPredictor.fit([Fold(history, pairs, scores)], ITEM_IDS, blocks, scale, seed=0)
    return predictor.refit(history, ITEM_IDS, blocks), pairs


def rmse(predicted, truth):
    return float(np.sqrt(np.mean((predicted - truth) ** 2)))


def test_ratings_beat_the_means_and_the_biases():
    history, held_out, test, blocks = planted()
    predictor, _ = learn(history, held_out, blocks)
    known = pd.concat([history, held_out])
    predictor = predictor.refit(known, ITEM_IDS, blocks)
    predicted, truth = predictor.predict(test, None), test["value"].to_numpy()
    item_means = test["item_id"].map(known.groupby("item_id")["value"].mean())
    baseline = predictor.features.baseline(predictor.features.compute(test))
    error = rmse(predicted["rating"], truth)
    assert error < 0.85 * rmse(baseline, truth)
    assert error < 0.75 * rmse(item_means, truth)
    assert error < 0.75 * rmse(known["value"].mean(), truth)


@pytest.mark.parametrize("kind", ["stars", "binary"])
def test_likes_are_ordered_and_calibrated(kind):
    history, held_out, test, blocks = planted(kind=kind)
    predictor, _ = learn(history, held_out, blocks)
    predicted = predictor.predict(test, None)
    liked = predictor.scale.likes(test["value"].to_numpy())
    assert roc_auc_score(liked, predicted["score"]) > 0.75
    low = predicted["like_probability"] < predicted["like_probability"].median()
    for half in (low, ~low):
        assert predicted.loc[half, "like_probability"].mean() == pytest.approx(liked[half].mean(), abs=0.1)


def test_without_values_the_probability_is_that_of_occurring():
    history, held_out, _, blocks = planted(kind="none")
    predictor, _ = learn(history, held_out, blocks)
    every = pd.MultiIndex.from_product([history["user_id"].unique(), ITEM_IDS], names=["user_id", "item_id"])
    unseen = every[~every.isin(pd.MultiIndex.from_frame(history[["user_id", "item_id"]]))].to_frame(
        index=False
    )
    predicted = predictor.predict(unseen, None)
    occurred = pd.MultiIndex.from_frame(unseen).isin(
        pd.MultiIndex.from_frame(held_out[["user_id", "item_id"]])
    )
    assert predicted["rating"].isna().all()
    assert predicted["like_probability"].mean() == pytest.approx(occurred.mean(), rel=0.15)
    assert roc_auc_score(occurred, predicted["score"]) > 0.65


def test_a_telling_ranking_score_is_used():
    history, held_out, test, blocks = planted(kind="binary")
    noise = np.random.default_rng(0).normal(size=len(held_out))
    with_score, _ = learn(history, held_out, blocks, held_out["value"].to_numpy() + 0.3 * noise)
    assert roc_auc_score(test["value"], with_score.predict(test, test["value"].to_numpy())["score"]) > 0.99
    missing = with_score.predict(test, np.full(len(test), np.nan))
    pd.testing.assert_frame_equal(missing, with_score.predict(test, None))


def test_no_held_out_value_reaches_its_own_features():
    history, held_out, _, blocks = planted()
    everything = pd.concat([history, held_out])
    changed = everything.copy()
    changed.loc[held_out.index, "value"] = 0.5
    scale = find_scale(history, "auto")
    pairs = training_pairs(history, held_out, ITEM_IDS, scale, unseen_per_pair=4, seed=0)
    states = [
        PairPredictor.fit([Fold(log, pairs)], ITEM_IDS, blocks, scale, seed=0).state()
        for log in (history, everything, changed)
    ]
    for arrays, config in states[1:]:
        assert config == states[0][1]
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, states[0][0][name])


def test_each_fold_is_predicted_from_its_own_history():
    """Two logs that contradict each other: together the shared bias says nothing, each alone says all."""
    users = [f"u{k}" for k in range(40)]
    logs = []
    for good, bad in (("i0", "i1"), ("i1", "i0")):
        rows = [(user, item, value) for user in users for item, value in ((good, 5.0), (bad, 1.0))]
        table = pd.DataFrame(rows, columns=["user_id", "item_id", "value"])
        past = table[table["user_id"].isin(users[:20])]
        logs.append(
            Fold(
                past,
                training_pairs(
                    past,
                    table[~table["user_id"].isin(users[:20])],
                    ITEM_IDS,
                    find_scale(table, "auto"),
                    unseen_per_pair=1,
                    seed=0,
                ),
            )
        )
    predictor = PairPredictor.fit(logs, ITEM_IDS, {}, find_scale(logs[0].history, "auto"), seed=0)
    for fold in logs:
        served = predictor.refit(fold.history, ITEM_IDS, {}).predict(fold.pairs, None)
        liked = fold.pairs["liked"].to_numpy(bool)
        assert served.loc[liked, "like_probability"].min() > 0.8
        assert served.loc[~liked, "like_probability"].max() < 0.2


@pytest.mark.parametrize("kind", ["stars", "binary", "none"])
def test_strangers_get_a_probability_and_a_rating_on_the_scale(kind):
    history, held_out, _, blocks = planted(kind=kind)
    predictor, _ = learn(history, held_out, blocks)
    strangers = pd.DataFrame({"user_id": ["new", "u0", "new"], "item_id": ["i0", "new", "new"]})
    predicted = predictor.predict(strangers, None)
    assert predicted["like_probability"].between(0, 1).all()
    assert predicted["score"].notna().all()
    if kind != "none":
        assert predicted["rating"].between(predictor.scale.low, predictor.scale.high).all()


@pytest.mark.parametrize(("push", "edge"), [(9.0, 5.0), (-9.0, 0.5)])
def test_ratings_stay_on_the_scale(push, edge):
    history, held_out, test, blocks = planted()
    predictor, _ = learn(history, held_out, blocks)
    pushed = replace(predictor, rating_head=replace(predictor.rating_head, intercept=push))
    assert (pushed.predict(test, None)["rating"] == edge).all()


@pytest.mark.parametrize("rows", [0, 3])
def test_next_to_nothing_to_learn_from(rows):
    history, held_out, test, blocks = planted(kind="binary")
    predictor, _ = learn(history, held_out[:rows], blocks)
    predicted = predictor.predict(test, None)
    assert predicted["like_probability"].between(0, 1).all()
    assert roc_auc_score(test["value"], predicted["score"]) > 0.55


def test_one_constant_value_is_no_rating():
    history, held_out, test, blocks = planted()
    predictor, _ = learn(history.assign(value=4.0), held_out.assign(value=4.0), blocks)
    predicted = predictor.predict(test, None)
    assert predicted["rating"].isna().all()
    assert predicted["like_probability"].between(0, 1).all()


def test_batch_equals_single_and_inputs_stay():
    history, held_out, test, blocks = planted()
    copies = history.copy(), held_out.copy(), {name: block.copy() for name, block in blocks.items()}
    predictor, _ = learn(history, held_out, blocks)
    batch = predictor.predict(test[:5], None)
    single = pd.concat([predictor.predict(test[k : k + 1], None) for k in range(5)], ignore_index=True)
    pd.testing.assert_frame_equal(batch, single)
    pd.testing.assert_frame_equal(history, copies[0])
    pd.testing.assert_frame_equal(held_out, copies[1])
    np.testing.assert_array_equal(blocks["traits"], copies[2]["traits"])


@pytest.mark.parametrize("kind", ["stars", "none"])
def test_a_saved_predictor_predicts_the_same_after_refit(kind, tmp_path):
    history, held_out, test, blocks = planted(kind=kind)
    predictor, _ = learn(history, held_out, blocks)
    save_state(predictor, tmp_path / "predictor")
    read = load_state(PairPredictor, tmp_path / "predictor")
    with pytest.raises(RuntimeError, match="refit"):
        read.predict(test, None)
    assert read.threshold == predictor.threshold
    one, other = (thing.refit(history, ITEM_IDS, blocks).predict(test, None) for thing in (predictor, read))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("kind", ["stars", "binary"])
def test_the_threshold_is_good_on_the_pairs_that_were_learned_on(kind):
    history, held_out, _, blocks = planted(kind=kind)
    predictor, pairs = learn(history, held_out, blocks)
    probabilities = predictor.predict(pairs, None)["like_probability"]
    scores = [f1_score(pairs["liked"], probabilities >= at) for at in np.linspace(0, 1, 101)]
    assert f1_score(pairs["liked"], probabilities >= predictor.threshold) > max(scores) - 0.02


def test_without_ratings_the_threshold_is_that_of_rare_likes():
    history, held_out, _, blocks = planted(kind="none")
    predictor, pairs = learn(history, held_out, blocks)
    probabilities = predictor.predict(pairs, None)["like_probability"]
    assert 0 < predictor.threshold < 0.5
    scores = [f1_score(pairs["liked"], probabilities >= at) for at in np.unique(probabilities)]
    assert f1_score(pairs["liked"], probabilities >= predictor.threshold) > max(scores) - 0.05


def test_drawing_people_does_not_lower_the_probability():
    history, held_out, _, blocks = planted(kind="none")
    scale = find_scale(history, "auto")
    means = []
    for people in (None, 20):
        pairs = training_pairs(history, held_out, ITEM_IDS, scale, unseen_per_pair=4, seed=0, people=people)
        predictor = PairPredictor.fit([Fold(history, pairs)], ITEM_IDS, blocks, scale, seed=0)
        every = pd.MultiIndex.from_product([history["user_id"].unique(), ITEM_IDS]).to_frame(index=False)
        predicted = predictor.refit(history, ITEM_IDS, blocks).predict(
            every.set_axis(["user_id", "item_id"], axis=1), None
        )
        means.append(predicted["like_probability"].mean())
    assert means[1] == pytest.approx(means[0], rel=0.2)
