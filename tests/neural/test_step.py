import numpy as np
import pytest
import torch

from tesserec.neural.batches import PAD, Batch
from tesserec.neural.items import ItemEncoder
from tesserec.neural.net import SequenceNet
from tesserec.neural.step import LOSSES, LossWeights, TrainingStep

N = 9
COUNTS = np.array([4, 3, 2, 2, 1, 1, 1, 1, 0])  # nobody touched the last item
SHARES = torch.from_numpy(COUNTS / COUNTS.sum()).float()


def step(like: float = 0, rating: float = 0, contrastive: float = 0) -> TrainingStep:
    torch.manual_seed(0)
    text = np.random.default_rng(0).normal(size=(N, 4)).astype(np.float32)
    items = ItemEncoder({"text": text}, COUNTS, 6, "gated", id_embedding=True, id_dropout=0.0)
    net = SequenceNet(6, 1, 2, 0.0, 4, 2, torch.tensor([0.5, 0.25]), ordered=True)
    made = TrainingStep(items, net, SHARES, LossWeights(like, rating, contrastive), bf16=False)
    for parameter in made.parameters():
        parameter.data += 0.2 * torch.randn(parameter.shape)
    return made.eval()


def batch(disliked: list[list[int]], after: list[list[int]]) -> Batch:
    return Batch(
        torch.tensor([[0, 1, 2], [3, 1, PAD]]),
        torch.tensor([[0.5, -1.0, 1.0], [2.0, 0.0, 0.0]]),
        torch.tensor([[1, 3, 2], [1, 2, 0]]),
        torch.tensor([[1.0, 0.0], [0.0, 1.0]]),
        torch.tensor(disliked).reshape(2, -1),
        torch.tensor(after, dtype=torch.long).reshape(2, -1),
    )


PLAIN = batch([[], []], [[], []])
NEGATIVES = torch.tensor([[5, 6], [6, 0]])
ALL = torch.zeros((2, 0), dtype=torch.long)


def losses(model: TrainingStep, given: Batch, negatives: torch.Tensor) -> dict[str, float]:
    with torch.no_grad():
        return dict(zip(LOSSES, model(*given.tensors(), negatives)[0].tolist(), strict=True))


def states_and_items(model: TrainingStep):
    vectors, biases = (part.detach() for part in model.items(torch.arange(N)))
    tokens = vectors[PLAIN.items.clamp(min=0)] * (PLAIN.items != PAD)[..., None]
    states = model.net(tokens, PLAIN.strengths, PLAIN.kinds, PLAIN.people)
    return states.detach().numpy(), vectors.numpy(), biases.numpy()


@pytest.mark.parametrize(("negatives", "candidates"), [(NEGATIVES, [0, 1, 2, 3, 5, 6]), (ALL, range(8))])
def test_next_item_loss_position_by_position(negatives, candidates):
    model = step()
    states, vectors, biases = states_and_items(model)
    terms = []
    for window, history in enumerate([[0, 1, 2], [3, 1]]):
        for place, target in enumerate(history):
            scores = {}
            for item in set(candidates) - set(history[:place]):
                drawn = 1 - (1 - SHARES[item].item()) ** 5 * (1 - 1 / 8) ** 4
                scores[item] = vectors[item] @ states[window, place] + biases[item]
                scores[item] -= np.log(drawn) if negatives.numel() else 0
            terms.append(np.log(sum(np.exp(list(scores.values())))) - scores[target])
    assert np.isclose(losses(model, PLAIN, negatives)["next_item"], np.mean(terms), atol=1e-5)


def test_rating_loss_is_the_squared_error_of_the_strength_of_what_comes_next():
    model = step(rating=1)
    states, vectors, _ = states_and_items(model)
    errors = []
    for window, history in enumerate([[0, 1, 2], [3, 1]]):
        for place, target in enumerate(history):
            guess = model.rating(
                torch.from_numpy(states[window, place])[None], torch.from_numpy(vectors[[target]])
            )
            errors.append((guess.item() - PLAIN.strengths[window, place].item()) ** 2)
    assert np.isclose(losses(model, PLAIN, NEGATIVES)["rating"], np.mean(errors), atol=1e-5)


def test_a_dislike_is_judged_from_the_state_in_which_it_happened():
    model = step(like=1)
    with torch.no_grad():
        model.like.state.weight.copy_(torch.eye(6) * 50)
    states, vectors, _ = states_and_items(model)
    agreement = states[0, 3] @ vectors[7]
    for place in range(4):
        other = states[0, place] @ vectors[7]
        torch.manual_seed(0)
        worse = losses(model, batch([[7], [PAD]], [[place], [0]]), NEGATIVES)["like"]
        torch.manual_seed(0)
        best = losses(model, batch([[7], [PAD]], [[3], [0]]), NEGATIVES)["like"]
        assert (worse > best) == (other > agreement) or np.isclose(worse, best)


def test_what_is_masked_for_the_contrastive_loss_has_neither_strength_nor_kind():
    model, shown = step(contrastive=1), []
    model.mask_share = 0.5
    model.net.register_forward_pre_hook(lambda _, given: shown.append(given))
    for seed in range(3):
        torch.manual_seed(seed)
        losses(model, PLAIN, ALL)
        _, (tokens, strengths, kinds, _) = shown[-2:]
        kept = tokens.abs().sum(-1) > 0
        assert 0 < kept.sum() < 5
        assert torch.equal(strengths, PLAIN.strengths * kept)
        assert torch.equal(kinds, PLAIN.kinds * kept)


def test_losses_without_weight_are_not_computed():
    assert set(losses(step(), PLAIN, ALL).values()) - {0.0} == {losses(step(), PLAIN, ALL)["next_item"]}
    assert all(value > 0 for value in losses(step(1, 1, 1).train(), PLAIN, ALL).values())


def test_the_total_weighs_the_losses():
    assert step(0.5, 0.25, 2).total(torch.tensor([1.0, 2.0, 4.0, 8.0])) == 1 + 1 + 1 + 16


def test_a_batch_can_be_parted_among_devices():
    """`DataParallel` parts every tensor along its first dimension and gathers one row of losses for each."""
    model = step(like=1, rating=1)
    parts = [[tensor[[row]] for tensor in (*PLAIN.tensors(), NEGATIVES)] for row in range(2)]
    with torch.no_grad():
        gathered = torch.cat([model(*part) for part in parts])
    assert gathered.shape == (2, len(LOSSES))
    assert torch.isfinite(gathered).all()
