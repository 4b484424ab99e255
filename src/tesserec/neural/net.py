"""The causal transformer over a history, with the plain weighted sum of the history beside it."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from tesserec.neural.kinds import KindMarks

HALF_LIFE = 2.0
HISTORY_SCALE = 8.0


class Block(nn.Module):
    """A pre-norm transformer layer: causal self-attention, then a GELU feed-forward of four times the width.

    Xiong et al. 2020, arXiv:2002.04745; Hendrycks and Gimpel 2016, arXiv:1606.08415.
    """

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.before_attention = nn.LayerNorm(size)
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(size), nn.Linear(size, 4 * size), nn.GELU(), nn.Linear(4 * size, size)
        )
        self.drop = nn.Dropout(dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map (batch, tokens, size) to the same shape; a token sees itself and what came before it."""
        batch, length, size = tokens.shape
        qkv = self.qkv(self.before_attention(tokens)).view(batch, length, 3, self.heads, size // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # (batch, heads, tokens, size of a head)
        mixed = functional.scaled_dot_product_attention(
            query, key, value, is_causal=True, dropout_p=self.dropout if self.training else 0.0
        )
        tokens = tokens + self.drop(self.out(mixed.transpose(1, 2).reshape(batch, length, size)))
        return tokens + self.drop(self.feed_forward(tokens))


class HistorySum(nn.Module):
    """`Σ_b w_b y_b`: the mean of the history's items by learned weights for age, strength and kinds of event.

    The weights of the kinds multiply where an item had events of several.
    """

    def __init__(self, history_length: int, n_kinds: int, *, ordered: bool) -> None:
        super().__init__()
        ages = torch.arange(history_length) * float(ordered)
        self.by_age = nn.Parameter(ages / HALF_LIFE * math.log(0.5), requires_grad=ordered)
        self.by_strength = nn.Parameter(torch.zeros(()))
        self.by_kind = nn.Parameter(torch.zeros(n_kinds), requires_grad=n_kinds > 0)

    def forward(self, items: Tensor, strengths: Tensor, marks: Tensor) -> Tensor:
        """Return the mean of all items up to each place, (batch, items, size).

        Args:
            items: (batch, items, size), oldest first.
            strengths: (batch, items) standardised strength of each event.
            marks: (batch, items, kinds) of each event, see `KindMarks`.
        """
        place = torch.arange(items.shape[1], device=items.device)
        age = place[:, None] - place[None, :]
        by_event = self.by_strength * strengths + (marks * self.by_kind).sum(-1)  # (batch, items)
        logits = self.by_age[age.clamp(min=0)] + by_event[:, None, :]
        weights = torch.softmax(logits.masked_fill(age < 0, -torch.inf), dim=-1)
        return weights.to(items.dtype) @ items


class SequenceNet(nn.Module):
    """From a history and what is known of a person to the vector that items are compared with.

    `z_i = M(x_i) + T(y_1 ... y_n, x_i) + Σ_b w_b y_b`, where `x_i` are the person's features, `y_b` the
    vectors of the history's items and `T` a causal transformer (Kang and McAuley 2018, arXiv:1808.09781) that
    starts with a token for the person. Without a history `M(x_i) + T(x_i)` remains; without features of the
    person either, a learned start.

    Args:
        size: Dimensions of item vectors and states.
        layers: Transformer layers.
        heads: Attention heads of a layer.
        dropout: Share of activations dropped in training.
        history_length: Longest history.
        user_size: Dimensions of the features of a person; 0: there are none.
        kind_shares: (kinds,) share of the liked entries of each kind of event that is told apart.
        ordered: Whether the order of histories is known; if not, places have no embedding.
    """

    def __init__(
        self,
        size: int,
        layers: int,
        heads: int,
        dropout: float,
        history_length: int,
        user_size: int,
        kind_shares: Tensor,
        *,
        ordered: bool,
    ) -> None:
        super().__init__()
        self.start = nn.Parameter(0.02 * torch.randn(size))
        self.person_token = nn.Parameter(0.02 * torch.randn(user_size, size))
        self.person_state = nn.Parameter(torch.zeros(user_size, size))
        self.strength = nn.Parameter(torch.zeros(size))
        n_kinds = len(kind_shares)
        self.marks = KindMarks(kind_shares)
        self.kind = nn.Parameter(torch.zeros(n_kinds, size), requires_grad=n_kinds > 0)
        places = history_length + 1
        self.places = nn.Parameter(0.02 * torch.randn(places, size) * ordered, requires_grad=ordered)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(size, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(size)
        self.out = nn.Linear(size, size)
        nn.init.normal_(self.out.weight, std=0.02)
        self.history_sum = HistorySum(history_length, n_kinds, ordered=ordered)
        self.history_scale = nn.Parameter(torch.tensor(HISTORY_SCALE))

    def forward(self, items: Tensor, strengths: Tensor, kinds: Tensor, people: Tensor) -> Tensor:
        """Return the state before each item and after the last, (batch, items + 1, size).

        Args:
            items: (batch, items, size) unit vectors, oldest first, padded at the end.
            strengths: (batch, items) standardised strength of each event.
            kinds: (batch, items) int64 bits of the kinds of each event; 0: none is known.
            people: (batch, user size).
        """
        _, length, size = items.shape
        first = (self.start + people @ self.person_token)[:, None, :]
        marks = self.marks(kinds)  # (batch, items, kinds)
        events = items * math.sqrt(size) + strengths[..., None] * self.strength + marks @ self.kind
        tokens = self.drop(torch.cat([first, events], dim=1) + self.places[: length + 1])
        for block in self.blocks:
            tokens = block(tokens)
        states = self.out(self.norm(tokens)) + (people @ self.person_state)[:, None, :]
        if length == 0:
            return states
        summed = self.history_scale * self.history_sum(items, strengths, marks)
        return states + functional.pad(summed, (0, 0, 1, 0))
