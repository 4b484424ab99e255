import numpy as np
import torch

from tesserec.neural.net import HistorySum, SequenceNet
from tesserec.neural.step import earlier_items

SHARES = torch.tensor([0.5, 0.25])


def net(user_size: int = 0, *, ordered: bool = True) -> SequenceNet:
    torch.manual_seed(0)
    made = SequenceNet(8, 2, 2, 0.0, 5, user_size, SHARES, ordered=ordered).eval()
    for parameter in made.parameters():
        parameter.data += 0.3 * torch.randn(parameter.shape)
    return made


ITEMS = torch.nn.functional.normalize(
    torch.randn((2, 5, 8), generator=torch.Generator().manual_seed(1)), dim=-1
)
FLAT = torch.zeros((2, 5))
NOBODY = torch.zeros((2, 0))
KINDS = torch.tensor([[1, 2, 3, 0, 1], [2, 2, 1, 1, 3]])


class TestSequenceNet:
    def test_a_state_sees_nothing_of_what_comes_after(self):
        model = net()
        states = model(ITEMS, FLAT, KINDS, NOBODY)
        changed = ITEMS.clone()
        changed[:, 3] = -changed[:, 3]
        after = model(changed, FLAT, KINDS, NOBODY)
        torch.testing.assert_close(after[:, :4], states[:, :4])
        assert (after[:, 4:] - states[:, 4:]).abs().amax(-1).min() > 1e-3

    def test_padding_at_the_end_changes_nothing(self):
        model = net()
        torch.testing.assert_close(
            model(ITEMS[:, :2], FLAT[:, :2], KINDS[:, :2], NOBODY), model(ITEMS, FLAT, KINDS, NOBODY)[:, :3]
        )

    def test_without_history_a_person_is_what_their_features_say(self):
        model = net(user_size=3)
        people = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])
        states = model(ITEMS[:, :0], FLAT[:, :0], KINDS[:, :0], people)
        assert states.shape == (2, 1, 8)
        assert not torch.allclose(states[0], states[1])

    def test_the_kind_of_an_event_changes_what_comes_after_it(self):
        model = net()
        states = model(ITEMS, FLAT, KINDS, NOBODY)
        changed = KINDS.clone()
        changed[:, 3] ^= 3
        after = model(ITEMS, FLAT, changed, NOBODY)
        torch.testing.assert_close(after[:, :4], states[:, :4])
        assert (after[:, 4:] - states[:, 4:]).abs().amax(-1).min() > 1e-3

    def test_an_untrained_net_makes_nothing_of_kinds(self):
        model = SequenceNet(8, 1, 2, 0.0, 5, 0, SHARES, ordered=True)
        torch.testing.assert_close(model(ITEMS, FLAT, KINDS, NOBODY), model(ITEMS, FLAT, 0 * KINDS, NOBODY))

    def test_order_matters_where_it_is_known(self):
        given = (FLAT[:, :2], torch.zeros_like(KINDS[:, :2]), NOBODY)
        assert not torch.allclose(net()(ITEMS[:, [1, 0]], *given)[:, -1], net()(ITEMS[:, :2], *given)[:, -1])

    def test_without_an_order_nothing_of_places_is_learned(self):
        model = SequenceNet(8, 1, 2, 0.0, 5, 0, SHARES, ordered=False)
        assert not model.places.any() and not model.places.requires_grad
        assert not model.history_sum.by_age.any() and not model.history_sum.by_age.requires_grad


class TestHistorySum:
    def test_starts_as_a_mean_that_halves_every_two_items(self):
        items = torch.eye(3)[None]
        weights = HistorySum(3, 0, ordered=True)(items, torch.zeros(1, 3), torch.zeros(1, 3, 0))[0]
        raw = 0.5 ** (np.arange(3) / 2)
        np.testing.assert_allclose(weights[2].detach(), raw[::-1] / raw.sum(), rtol=1e-5)
        np.testing.assert_allclose(weights[0].detach(), [1, 0, 0], atol=1e-7)

    def test_strong_events_can_count_more(self):
        layer = HistorySum(2, 0, ordered=False)
        with torch.no_grad():
            layer.by_strength.fill_(float(np.log(3)))
        weights = layer(torch.eye(2)[None], torch.tensor([[0.0, 1.0]]), torch.zeros(1, 2, 0))[0, 1]
        np.testing.assert_allclose(weights.detach(), [0.25, 0.75], rtol=1e-5)

    def test_a_kind_can_count_more_and_several_kinds_multiply(self):
        layer = HistorySum(3, 2, ordered=False)
        with torch.no_grad():
            layer.by_kind.copy_(torch.tensor([2.0, 3.0]).log())
        marks = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]])
        weights = layer(torch.eye(3)[None], torch.zeros(1, 3), marks)[0, 2]
        np.testing.assert_allclose(weights.detach(), np.array([2, 3, 6]) / 11, rtol=1e-5)


def test_earlier_items_by_hand():
    """Windows 7 8 9 and 4 5, as candidates 2 3 4 and 0 1: positions count through the real items."""
    columns = torch.tensor([[2, 3, 4], [0, 1, 0]])
    real = torch.tensor([[True, True, True], [True, True, False]])
    pairs = set(map(tuple, earlier_items(columns, real).T.tolist()))
    assert pairs == {(1, 2), (2, 2), (2, 3), (4, 0)}
