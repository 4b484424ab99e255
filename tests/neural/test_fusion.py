import numpy as np
import pytest
import torch

from tesserec.neural.fusion import FUSIONS, AttentionFusion, WeightedFusion
from tesserec.neural.items import ItemEncoder, log_share

PARTS = torch.tensor([[[1.0, 0.0], [0.0, 2.0]], [[1.0, 0.0], [9.0, 9.0]]])
PRESENT = torch.tensor([[1.0, 1.0], [1.0, 0.0]])


@pytest.mark.parametrize("name", FUSIONS)
class TestEveryFusion:
    def test_what_is_missing_plays_no_part(self, name):
        torch.manual_seed(0)
        fusion = FUSIONS[name](2, 2)
        other = PARTS.clone()
        other[1, 1] = -5
        torch.testing.assert_close(fusion(PARTS, PRESENT), fusion(other, PRESENT))
        assert not torch.allclose(fusion(PARTS, torch.ones(2, 2))[1], fusion(other, torch.ones(2, 2))[1])

    def test_without_any_part_it_stays_finite_and_trains(self, name):
        fusion = FUSIONS[name](2, 2)
        fused = fusion(PARTS, torch.zeros(2, 2))
        fused.sum().backward()
        assert torch.isfinite(fused).all()
        assert all(torch.isfinite(p.grad).all() for p in fusion.parameters() if p.grad is not None)


def test_weights_are_shared_among_the_parts_that_are_there():
    fusion = WeightedFusion(2, 2)
    with torch.no_grad():
        fusion.weights.copy_(torch.log(torch.tensor([1.0, 3.0])))
    torch.testing.assert_close(fusion(PARTS, PRESENT), torch.tensor([[0.25, 1.5], [1.0, 0.0]]))


def test_attention_starts_from_its_prior():
    fusion = AttentionFusion(2, 2)
    with torch.no_grad():
        fusion.query.weight.zero_()
        fusion.prior.copy_(torch.log(torch.tensor([1.0, 3.0])))
    torch.testing.assert_close(fusion(PARTS, PRESENT), torch.tensor([[0.25, 1.5], [1.0, 0.0]]))


class TestItemEncoder:
    def encoder(self, **options) -> ItemEncoder:
        torch.manual_seed(0)
        block = np.array([[1, 0], [0, 1], [0, 1], [0, 0]], dtype=np.float32)
        settings = {"id_embedding": True, "id_dropout": 0.0, **options}
        return ItemEncoder({"text": block}, np.array([4, 2, 0, 0]), 6, "gated", **settings)

    def test_vectors_have_length_one_and_an_item_of_which_nothing_is_known_is_zero(self):
        vectors, _ = self.encoder()(torch.arange(4))
        np.testing.assert_allclose(vectors.norm(dim=1).detach(), [1, 1, 1, 0], atol=1e-6)

    def test_an_untouched_item_is_what_its_features_say(self):
        encoder = self.encoder().eval()
        before = encoder(torch.tensor([1, 2]))
        with torch.no_grad():
            encoder.ids.weight.add_(1)
            encoder.popularity.add_(1)
        after = encoder(torch.tensor([1, 2]))
        assert not torch.allclose(before[0][0], after[0][0])
        torch.testing.assert_close(before[0][1], after[0][1])
        torch.testing.assert_close(before[1][1], after[1][1])

    def test_with_its_id_dropped_an_item_is_what_its_features_say(self):
        encoder = self.encoder(id_dropout=1.0)
        vectors, _ = encoder(torch.tensor([1, 2]))
        torch.testing.assert_close(vectors[0], vectors[1])
        assert not torch.allclose(*encoder.eval()(torch.tensor([1, 2]))[0])

    def test_unknown_fusion_names_the_known_ones(self):
        with pytest.raises(ValueError, match="item_fusion is 'sum': choose one of concat, weighted"):
            ItemEncoder({}, np.ones(2), 4, "sum", id_embedding=True, id_dropout=0)

    def test_items_without_anything_are_refused(self):
        with pytest.raises(ValueError, match="set id_embedding"):
            ItemEncoder({}, np.ones(2), 4, "gated", id_embedding=False, id_dropout=0)


def test_log_share_is_centred_on_known_items():
    np.testing.assert_allclose(log_share(np.array([1, np.e**2, 0])), [-1, 1, 0], rtol=1e-6)
    assert not log_share(np.zeros(3)).any()
