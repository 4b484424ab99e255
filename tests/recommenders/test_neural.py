from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
import torch

from tesserec.neural.checkpoint import Checkpoint
from tesserec.neural.fusion import FUSIONS
from tesserec.neural.trainer import Trainer
from tesserec.recommenders import TrainingData, neural
from tesserec.recommenders.neural import NeuralSequence
from tesserec.state import load_state, save_state

from .planted import people, training, world

CYCLE = 8
RANDOM = {"epochs": 5, "dropout": 0.2, "id_dropout": 0.3, "negatives": 4}


def cycle(**blocks) -> TrainingData:
    """Everybody goes 0, 1, ..., 7, 0, ... from a place of their own."""
    histories = [[(start + step) % CYCLE for step in range(5)] for start in range(CYCLE)] * 10
    return training(people(histories, CYCLE), **blocks)


def tiny(**options) -> NeuralSequence:
    settings = {
        "embedding_size": 16,
        "layers": 1,
        "dropout": 0.0,
        "history_length": 5,
        "epochs": 12,
        "patience": 12,
        "batch_tokens": 100,
        "learning_rate": 0.02,
        "warmup": 2,
        "validation_people": 20,
        "precision": "fp32",
        "device": "cpu",
    }
    return NeuralSequence(**{**settings, **options})


def follows(model: NeuralSequence) -> float:
    """Share of items after which the next of the cycle scores best."""
    scores = model.score(people([[item] for item in range(CYCLE)], CYCLE))
    scores[np.arange(CYCLE), np.arange(CYCLE)] = -np.inf
    return float((scores.argmax(axis=1) == (np.arange(CYCLE) + 1) % CYCLE).mean())


def text_of(items: int = CYCLE) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(items, 12)).astype(np.float32)


class TestOrder:
    def test_learns_what_follows(self):
        assert follows(tiny().fit(cycle())) == 1

    def test_learns_with_few_negatives(self):
        assert follows(tiny(negatives=3).fit(cycle())) == 1

    @pytest.mark.parametrize("fusion", FUSIONS)
    def test_every_fusion_learns_from_text_alone(self, fusion):
        data = cycle(text=text_of(), categories=sp.csr_array(np.eye(CYCLE, 3, dtype=np.float32)))
        assert follows(tiny(item_fusion=fusion, id_embedding=False).fit(data)) == 1

    def test_only_the_newest_items_count(self):
        model = tiny(history_length=2).fit(cycle())
        long, short = model.score(people([[5, 7, 3, 1], [3, 1]], CYCLE))
        np.testing.assert_allclose(long, short, atol=1e-5)

    def test_all_losses_together_learn_too(self):
        data = cycle(text=text_of())
        weights = np.random.default_rng(0).choice(
            [0.0, 1.0, 2.0], len(data.profiles.items), p=[0.1, 0.5, 0.4]
        )
        data = replace(data, profiles=replace(data.profiles, weights=weights.astype(np.float32)))
        model = tiny(like_weight=0.2, rating_weight=0.2, contrastive_weight=0.1).fit(data)
        first, last = model.curves[0], model.curves[-1]
        assert all(last[name] < first[name] for name in ("next_item", "like", "contrastive"))
        assert 0 < last["rating"] < 2


class TestCold:
    def test_an_untouched_item_is_found_by_its_text(self):
        """Item 14 speaks the language of the first taste, item 15 that of the second."""
        data = world()
        scores = tiny(epochs=4, id_dropout=0.5).fit(data).score(data.profiles)[6:]
        prefers_second = scores[:, 15] > scores[:, 14]
        assert (prefers_second == (np.arange(6, 30) % 2 == 1)).mean() > 0.9

    def test_a_person_without_history_is_known_by_their_features(self):
        data = world()
        nobody = data.profiles.without_history()
        scores = tiny(user_blocks=["demographics"]).fit(data).score(nobody)
        second = scores[:, 7:14].mean(axis=1) > scores[:, :7].mean(axis=1)
        assert (second == (np.arange(30) % 2 == 1)).mean() > 0.9

    def test_a_person_of_whom_nothing_is_known_gets_what_is_popular(self):
        histories = [[0, 1], [0, 2], [0, 3], [0]] * 10
        model = tiny().fit(training(people(histories, 5)))
        assert model.score(people([[]], 5)).argmax() == 0

    def test_sits_out_where_there_is_nothing_to_learn_from(self):
        assert not tiny().applies_to(training(people([[0, 1]], 2, [[0, 0]])))
        assert not tiny(id_embedding=False).applies_to(cycle())
        assert tiny(id_embedding=False).applies_to(cycle(text=text_of()))


class TestRandomness:
    def test_a_seed_decides_everything_and_leaves_the_global_generator_alone(self):
        torch.manual_seed(1)
        data = cycle(text=text_of())
        options = {"dropout": 0.2, "negatives": 4, "epochs": 2, "id_dropout": 0.3}
        first = tiny(**options).fit(data)
        first.score(data.profiles)
        after = torch.rand(1)
        torch.manual_seed(2)
        again, other = tiny(**options).fit(data), tiny(**options, seed=1).fit(data)
        np.testing.assert_array_equal(first.score(data.profiles), again.score(data.profiles))
        assert not np.allclose(first.score(data.profiles), other.score(data.profiles))
        torch.manual_seed(1)
        assert torch.rand(1) == after


class TestResuming:
    def test_a_killed_training_goes_on_as_if_nothing_had_happened(self, tmp_path, monkeypatch):
        data = cycle(text=text_of())
        whole = tiny(**RANDOM).fit(data)
        save, trained = Checkpoint.save, []

        def killed(checkpoint, *arguments):
            save(checkpoint, *arguments)
            if checkpoint.epoch == 3:
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Checkpoint, "save", killed)
            with pytest.raises(KeyboardInterrupt):
                tiny(**RANDOM, checkpoints=str(tmp_path)).fit(data)
        epoch = Trainer._epoch
        monkeypatch.setattr(Trainer, "_epoch", lambda *a, **k: trained.append(1) or epoch(*a, **k))
        resumed = tiny(**RANDOM, checkpoints=str(tmp_path)).fit(data)
        assert len(trained) == 2
        assert all(np.array_equal(array, resumed.learned[key]) for key, array in whole.learned.items())
        for row, other in zip(whole.curves, resumed.curves, strict=True):
            assert {**row, "seconds": 0} == {**other, "seconds": 0}
        assert len(list(tmp_path.glob("*/epoch-*"))) == 1

    def test_other_data_or_options_start_afresh(self, tmp_path):
        data = cycle(text=text_of())
        for model, given in (
            (tiny(epochs=1), data),
            (tiny(epochs=1, layers=2), data),
            (tiny(epochs=1), cycle(text=text_of() + 1)),
        ):
            model.checkpoints = str(tmp_path)
            assert len(model.fit(given).curves) == 1
        assert len(list(tmp_path.iterdir())) == 3


class TestTraining:
    def test_the_best_epoch_is_kept_and_patience_ends_training(self, monkeypatch):
        measured = iter([0.1, 0.5, 0.2, 0.3, 0.9])
        monkeypatch.setattr("tesserec.neural.validation.Validation.ndcg", lambda *_: next(measured))
        kept = tiny(patience=2).fit(cycle())
        assert [row["ndcg@10"] for row in kept.curves] == [0.1, 0.5, 0.2, 0.3]
        monkeypatch.setattr("tesserec.neural.validation.Validation.ndcg", lambda *_: 0.0)
        second = tiny(epochs=2).fit(cycle())
        np.testing.assert_array_equal(kept.learned["vectors"], second.learned["vectors"])

    def test_accumulated_batches_make_the_update_of_one_large_batch(self):
        options = {"epochs": 1, "id_dropout": 0.0, "validation_people": 0}
        large = tiny(**options, batch_tokens=400).fit(cycle())
        small = tiny(**options, batch_tokens=200, accumulation=2).fit(cycle())
        np.testing.assert_allclose(small.learned["vectors"], large.learned["vectors"], atol=1e-4)

    def test_half_precision_learns_too(self):
        assert follows(tiny(precision="bf16").fit(cycle())) == 1

    def test_curves_have_a_row_per_epoch(self):
        curves = tiny(epochs=2).fit(cycle()).curves
        assert [row["epoch"] for row in curves] == [1, 2]
        names = ["epoch", "next_item", "like", "rating", "contrastive", "ndcg@10", "seconds"]
        assert all(list(row) == names for row in curves)
        assert curves[0]["like"] == curves[0]["rating"] == curves[0]["contrastive"] == 0


class TestScores:
    def test_many_items_get_sparse_scores_of_the_same_order(self, monkeypatch):
        data = world()
        model = tiny(epochs=1, depth=6).fit(data)
        dense = model.score(data.profiles)
        monkeypatch.setattr(neural, "DENSE_ITEMS", 10)
        sparse = model.score(data.profiles)
        assert isinstance(sparse, sp.csr_array)
        for user in range(len(dense)):
            best = np.argsort(-dense[user])[:6]
            assert set(sparse[[user]].indices) == set(best)
            assert np.argmax(sparse[[user]].toarray()) == best[0]

    def test_a_folder_gives_a_model_with_people_features_back(self, tmp_path):
        data = world()
        model = tiny(epochs=1, user_blocks=["demographics", "text"]).fit(data)
        save_state(model, tmp_path / "model")
        loaded = load_state(neural.Recommender, tmp_path / "model")
        np.testing.assert_array_equal(loaded.score(data.profiles), model.score(data.profiles))

    def test_without_an_order_of_events_it_still_learns_tastes(self):
        data = world(ordered=False)
        scores = tiny(epochs=6).fit(data).score(data.profiles)
        scores[data.profiles.rows, data.profiles.items] = -np.inf
        assert (scores[6:, :14].argmax(axis=1) // 7 == np.arange(6, 30) % 2).mean() > 0.9
