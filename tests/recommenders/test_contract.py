"""What every recommender promises, whatever it learns from."""

import copy
from dataclasses import replace
from inspect import isabstract

import numpy as np
import pytest

from tesserec.recommenders import (
    Als,
    ContentKernel,
    ContentPopularity,
    ContentRegression,
    ContentTaste,
    Ease,
    FeatureRegression,
    ItemKnn,
    LinearSequence,
    NeuralSequence,
    Popularity,
    Profiles,
    Recommender,
    TextMatch,
    TrainingData,
    UserKnn,
    build_recommender,
)
from tesserec.recommenders.base import fit_all
from tesserec.state import load_state, save_state

from .planted import ITEMS, UNTOUCHED, people, training, weights_table, world

MODELS = {
    "popularity": Popularity(),
    "recent popularity": Popularity(half_life=0.1),
    "item kNN": ItemKnn(neighbours=4, shrinkage=1, half_life=2),
    "user kNN": UserKnn(neighbours=5, half_life=2),
    "user kNN by features": UserKnn(neighbours=5, block="fused"),
    "user kNN by words": UserKnn(neighbours=5, block="lexical"),
    "EASE": Ease(regularization=2, half_life=2),
    "sparse EASE": Ease(regularization=2, dense_items=5),
    "linear sequence": LinearSequence(regularization=2, half_life=2),
    "sparse linear sequence": LinearSequence(regularization=2, half_life=2, dense_items=5),
    "text kernel": ContentKernel(dimensions=3),
    "text kernel of the whole history": ContentKernel(dimensions=None, power=1, half_life=None),
    "word kernel": ContentKernel(block="lexical"),
    "text taste": ContentTaste(dimensions=3),
    "word taste": ContentTaste(block="lexical", dimensions=None, half_life=2),
    "text match": TextMatch(dimensions=3),
    "word match": TextMatch(block="lexical"),
    "feature regression": FeatureRegression(regularization=2),
    "content regression": ContentRegression(blocks=["text", "lexical"]),
    "content sequence": ContentRegression(blocks=["text"], source_half_life=2),
    "content popularity": ContentPopularity(),
    "ALS": Als(embedding_size=4, iterations=3),
    "neural sequence": NeuralSequence(
        embedding_size=8,
        layers=1,
        history_length=4,
        epochs=2,
        batch_tokens=64,
        negatives=8,
        validation_people=4,
        user_blocks=["demographics"],
        precision="fp32",
        device="cpu",
    ),
}


# What reaches items that nobody touched.
REACHING = ContentKernel | ContentTaste | ContentPopularity | ContentRegression | NeuralSequence | TextMatch


def through_history(model: Recommender) -> bool:
    return type(model).history_weights is not Recommender.history_weights


# Whose score does not rest on the items of a history, or (the network) only as a whole.
NOT_SPLIT = {
    "popularity",
    "recent popularity",
    "user kNN by features",
    "user kNN by words",
    "text match",
    "word match",
    "feature regression",
    "content popularity",
    "neural sequence",
}


@pytest.mark.parametrize("name", MODELS)
def test_entries_of_a_history_and_what_they_give_sum_to_the_score(name, data):
    """Item by item and person by person, also where the entries of some people only are asked for."""
    if name in NOT_SPLIT:
        assert MODELS[name].split(data.profiles) is None
        return
    fitted = copy.deepcopy(MODELS[name]).fit(data)
    split = fitted.split(data.profiles)
    scores = scored(fitted, data.profiles)
    new = ~data.profiles.seen().toarray().astype(bool)
    asked = np.arange(len(data.profiles.items))
    for item in range(ITEMS):
        parts = split(asked, np.full(len(asked), item))
        total = np.bincount(data.profiles.rows[asked], parts, minlength=30)
        there = new[:, item] & np.isin(np.arange(30), data.profiles.rows[asked])
        np.testing.assert_allclose(total[there], scores[there, item], rtol=1e-4, atol=1e-4)
        asked = np.flatnonzero(data.profiles.rows % 3 != item % 3)


def without_entry(profiles, place):
    """The same people without one entry of their histories."""
    return profiles.keep(np.arange(len(profiles.items)) != place)


def test_every_kind_of_recommender_is_held_to_the_contract():
    usable = {
        name
        for name, kind in Recommender.kinds.items()
        if not isabstract(kind) and kind.__module__.startswith("tesserec.")  # tests may make their own
    }
    assert {type(model).__name__ for model in MODELS.values()} == usable


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return world()


def scored(model: Recommender, profiles: Profiles) -> np.ndarray:
    """The scores as an array, (users, items), whatever form they have."""
    scores = model.score(profiles)
    return scores if isinstance(scores, np.ndarray) else scores.toarray()


@pytest.mark.parametrize("name", MODELS)
class TestContract:
    @pytest.fixture
    def model(self, name) -> Recommender:
        return copy.deepcopy(MODELS[name])

    @pytest.fixture
    def fitted(self, model, data) -> Recommender:
        assert model.applies_to(data)
        assert model.fit(data) is model
        return model

    def test_scores_are_one_finite_number_per_person_and_item(self, fitted, data):
        scores = scored(fitted, data.profiles)
        assert scores.shape == (30, ITEMS)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
        assert scores.any()

    def test_blocks_of_people_score_like_all_at_once(self, fitted, data):
        whole = scored(fitted, data.profiles)
        for size in (1, 7):
            parts = [scored(fitted, block) for _, block in data.profiles.in_blocks(size)]
            np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-4, atol=1e-5 * abs(whole).max())

    def test_the_order_of_people_does_not_matter(self, fitted, data):
        order = np.random.default_rng(1).permutation(30)
        shuffled = scored(fitted, data.profiles.take(order))
        whole = scored(fitted, data.profiles)
        np.testing.assert_allclose(shuffled, whole[order], rtol=1e-4, atol=1e-5 * abs(whole).max())

    def test_the_order_of_training_people_does_not_matter(self, model, data):
        if isinstance(model, UserKnn):
            model.neighbours = 30  # where likeness ties at the cut, who comes first is a neighbour
        scores = scored(model.fit(data), data.profiles)
        other = copy.deepcopy(model).fit(replace(data, profiles=data.profiles.take(np.arange(30)[::-1])))
        np.testing.assert_allclose(
            scored(other, data.profiles), scores, rtol=1e-3, atol=1e-4 * abs(scores).max()
        )

    def test_a_newcomer_scores_like_anyone_with_the_same_history(self, fitted, data):
        known = data.profiles
        person = 6
        history = known.items[known.indptr[person] : known.indptr[person + 1]]
        weights = known.weights[known.indptr[person] : known.indptr[person + 1]]
        blocks = {key: block[[person]] for key, block in known.blocks.items()}
        newcomer = people([history], ITEMS, [weights], **blocks)
        scores = scored(fitted, known)[[person]]
        np.testing.assert_allclose(scored(fitted, newcomer), scores, rtol=1e-4, atol=1e-5)

    def test_an_empty_history_and_an_empty_block_of_people_are_scored(self, fitted, data):
        nobody_known = data.profiles.without_history()
        assert np.isfinite(scored(fitted, nobody_known)).all()
        assert scored(fitted, data.profiles.take(np.zeros(0, int))).shape == (0, ITEMS)

    def test_a_folder_gives_the_same_recommender_back(self, fitted, data, tmp_path):
        save_state(fitted, tmp_path / "model")
        loaded = load_state(Recommender, tmp_path / "model")
        assert type(loaded) is type(fitted)
        assert loaded.state()[1] == fitted.state()[1]
        np.testing.assert_array_equal(scored(loaded, data.profiles), scored(fitted, data.profiles))

    def test_two_fits_agree(self, fitted, name, data):
        again = copy.deepcopy(MODELS[name]).fit(world())
        np.testing.assert_array_equal(scored(again, data.profiles), scored(fitted, data.profiles))

    def test_refitting_forgets_what_was_learned_before(self, fitted, name):
        other = world(seed=9)
        fresh = scored(copy.deepcopy(MODELS[name]).fit(other), other.profiles)
        np.testing.assert_array_equal(scored(fitted.fit(other), other.profiles), fresh)

    def test_it_looks_at_no_block_that_it_does_not_name(self, fitted, name, data):
        reads = fitted.reads
        profiles = replace(
            data.profiles, blocks={k: b for k, b in data.profiles.blocks.items() if k in reads}
        )
        items = replace(data.items, blocks={k: b for k, b in data.items.blocks.items() if k in reads})
        bare = copy.deepcopy(MODELS[name]).fit(replace(data, profiles=profiles, items=items))
        np.testing.assert_array_equal(scored(bare, profiles), scored(fitted, data.profiles))

    def test_inputs_stay_as_they_are(self, model, data):
        before, _ = copy.deepcopy(data.state())
        scored(model.fit(data), data.profiles)
        after, _ = data.state()
        assert all(np.array_equal(array, after[key]) for key, array in before.items())

    def test_without_timestamps_it_works_or_sits_out(self, model):
        unordered = world(ordered=False)
        if model.applies_to(unordered):
            assert np.isfinite(scored(model.fit(unordered), unordered.profiles)).all()
        else:
            assert isinstance(model, LinearSequence | ContentRegression)

    def test_a_dislike_in_a_profile_is_no_evidence(self, fitted, data):
        """The person's second item is disliked, so it must score as if it had not been there."""
        disliked = data.profiles
        place = disliked.indptr[6] + 1
        weights = disliked.weights.copy()
        weights[place] = 0
        scores = scored(fitted, replace(disliked, weights=weights))
        expected = scored(fitted, without_entry(disliked, place))
        np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-5)

    def test_a_dislike_in_training_is_no_evidence(self, model, data):
        profiles = data.profiles
        place = profiles.indptr[6] + 1
        weights = profiles.weights.copy()
        weights[place] = 0
        scores = copy.deepcopy(model).fit(replace(data, profiles=replace(profiles, weights=weights)))
        expected = model.fit(replace(data, profiles=without_entry(profiles, place)))
        cold = profiles.without_history()
        for shown in (profiles, cold):
            np.testing.assert_allclose(scores.score(shown), expected.score(shown), rtol=1e-3, atol=1e-4)

    def test_an_item_that_nobody_touched_gets_a_score_through_content_only(self, fitted, data):
        scores = scored(fitted, data.profiles)[:, UNTOUCHED]
        assert scores.any() == isinstance(fitted, REACHING)

    def test_a_score_is_the_sum_of_what_history_items_gave(self, fitted, data):
        if not through_history(fitted):
            assert fitted.history_weights(data.profiles) is None
            with pytest.raises(TypeError, match="history"):
                fitted.item_weights(np.array([0]), np.array([1]))
            return
        every = np.arange(ITEMS)
        parts = fitted.history_weights(data.profiles) @ weights_table(fitted, every, every)
        scores = scored(fitted, data.profiles)
        new = ~data.profiles.seen().toarray().astype(bool)
        np.testing.assert_allclose(parts[new], scores[new], rtol=1e-4, atol=1e-5)

    def test_people_who_like_nothing_leave_nothing_to_learn_but_do_not_break_it(self, model):
        nothing = people([[0, 1], [2]], 4, [[0, 0], [0]], text=np.eye(2, 6, dtype=np.float32))
        blocks = {"fused": nothing.blocks["text"], "lexical": np.eye(2, 6, dtype=np.float32)}
        blocks["demographics"] = np.ones((2, 1), np.float32)
        nothing = replace(nothing, blocks={**nothing.blocks, **blocks})
        features = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
        data = training(nothing, text=features, lexical=features)
        if model.applies_to(data):
            assert np.isfinite(scored(model.fit(data), nothing)).all()
            if through_history(model):
                assert model.item_weights(np.array([0, 1]), np.array([2, 2])).shape == (2,)


class TestPlantedTastes:
    """Two tastes that never mix: what is recommended must be of one's own."""

    @pytest.mark.parametrize(
        "name",
        ["item kNN", "user kNN", "EASE", "linear sequence", "user kNN by features", "feature regression"],
    )
    def test_the_best_new_item_is_of_ones_own_taste(self, name):
        data = world()
        scores = copy.deepcopy(MODELS[name]).fit(data).score(data.profiles)
        scores[data.profiles.rows, data.profiles.items] = -np.inf
        asked = np.arange(6, 30)
        assert (scores[asked].argmax(axis=1) // 7 == asked % 2).mean() > 0.95

    def test_popularity_cannot_tell_tastes_apart(self):
        data = world()
        scores = Popularity().fit(data).score(data.profiles)
        assert len(set(scores.argmax(axis=1))) == 1


class TestKinds:
    def test_unknown_kind_names_the_known_ones(self):
        with pytest.raises(ValueError, match=r"unknown recommender 'Eas'.*Ease, FeatureRegression"):
            build_recommender("Eas", {})

    def test_a_base_class_is_no_choice(self):
        with pytest.raises(ValueError, match="unknown recommender 'LinearItemModel'") as failure:
            build_recommender("LinearItemModel", {})
        assert "LinearItemModel," not in str(failure.value)

    @pytest.mark.parametrize("option", ["halflife", "learned"])
    def test_unknown_option_names_the_known_ones(self, option):
        with pytest.raises(ValueError, match=f"Popularity has no option '{option}': it has half_life"):
            build_recommender("Popularity", {option: 1})

    def test_only_recommenders_that_the_data_serves_are_fitted(self):
        data = training(people([[0, 1], [1, 2]], 3, ordered=False))
        fitted = fit_all({name: copy.deepcopy(model) for name, model in MODELS.items()}, data)
        assert list(fitted) == [
            "popularity",
            "recent popularity",
            "item kNN",
            "user kNN",
            "EASE",
            "sparse EASE",
            "ALS",
            "neural sequence",
        ]
        assert all(model.learned for model in fitted.values())
