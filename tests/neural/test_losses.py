import numpy as np
import torch

from tesserec.neural.losses import contrastive_loss, sampled_softmax_loss
from tesserec.neural.sampling import draw_negatives, log_inclusion

NOTHING = torch.zeros((2, 0), dtype=torch.long)


class TestSampledSoftmax:
    def test_gradient_is_the_corrected_probability_less_the_target(self):
        """By hand: corrected logits 0 - ln 0.5, 0 - ln 0.25, 0 - ln 0.25 make odds 2 : 4 : 4."""
        logits = torch.zeros((1, 3), requires_grad=True)
        log_q = torch.log(torch.tensor([0.5, 0.25, 0.25]))
        loss = sampled_softmax_loss(logits, -log_q, torch.tensor([0]), NOTHING)
        loss.backward()
        assert np.isclose(loss.item(), -np.log(0.2))
        np.testing.assert_allclose(logits.grad, [[0.2 - 1, 0.4, 0.4]], atol=1e-6)

    def test_what_a_person_has_takes_no_part(self):
        logits = torch.tensor([[1.0, 2.0, 50.0], [0.0, 0.0, 0.0]], requires_grad=True)
        excluded = torch.tensor([[0], [2]])
        loss = sampled_softmax_loss(logits, torch.zeros(3), torch.tensor([0, 2]), excluded)
        loss.backward()
        first = np.log(1 + np.e)
        assert np.isclose(loss.item(), (first + np.log(3)) / 2)
        assert logits.grad[0, 2] == 0

    def test_correction_undoes_the_sampling(self):
        """Candidates drawn by popularity: on average the corrected odds are those of the full softmax."""
        generator = np.random.default_rng(0)
        shares = torch.tensor([0.6, 0.2, 0.1, 0.05, 0.05])
        logits = torch.tensor([0.5, -0.2, 0.1, 0.3, -0.4])
        full = torch.softmax(logits, 0)
        odds_of_drawing = shares.double().numpy() / shares.double().numpy().sum()
        odds = torch.zeros(5)
        for _ in range(1500):
            drawn = np.unique(generator.choice(5, size=3, p=odds_of_drawing))
            log_q = log_inclusion(shares[drawn], 3, 0, 5)
            odds[drawn] += torch.exp(logits[drawn] - log_q)
        np.testing.assert_allclose(odds / odds.sum(), full, atol=0.03)


class TestSampling:
    def test_inclusion_by_hand(self):
        """Two targets and one uniform draw of four: 1 - (1 - p)^2 * 3/4."""
        logs = log_inclusion(torch.tensor([0.5, 0.0]), positives=2, negatives=1, n_items=4)
        np.testing.assert_allclose(logs.exp(), [1 - 0.25 * 0.75, 0.25], rtol=1e-5)

    def test_inclusion_is_what_a_simulation_counts(self):
        generator = np.random.default_rng(1)
        shares = np.array([0.5, 0.3, 0.2])
        counts = np.zeros(3)
        for _ in range(2000):
            drawn = [*generator.choice(3, 2, p=shares), *draw_negatives(np.arange(3), 2, 1, generator)[0]]
            counts[np.unique(drawn)] += 1
        expected = log_inclusion(torch.from_numpy(shares).float(), 2, 2, 3).exp()
        np.testing.assert_allclose(counts / 2000, expected, atol=0.04)

    def test_draws_are_known_items_in_rows(self):
        drawn = draw_negatives(np.array([3, 5, 9]), 10, 4, np.random.default_rng(0))
        assert drawn.shape == (4, 3)
        assert set(drawn.ravel()) <= {3, 5, 9}


def test_contrastive_loss_by_hand():
    """Orthogonal pairs at temperature 1: each finds itself with odds e : 1."""
    views = torch.eye(2) * 3
    assert np.isclose(contrastive_loss(views, views, temperature=1.0).item(), np.log(1 + np.exp(-1)))
    assert contrastive_loss(views, views.flip(0), temperature=1.0) > contrastive_loss(views, views, 1.0)
