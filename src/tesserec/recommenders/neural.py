"""A causal sequence transformer over fused item features, as one more recommender."""

import logging
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal, Self

import numpy as np
import torch

from tesserec.encoders.devices import choose_device, choose_precision
from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.neural.checkpoint import fingerprint
from tesserec.neural.events import Events, fixed_order
from tesserec.neural.fusion import ItemFusion
from tesserec.neural.items import ItemEncoder
from tesserec.neural.kinds import EventKinds
from tesserec.neural.net import SequenceNet
from tesserec.neural.projection import project_items
from tesserec.neural.serving import best_scores, dense_scores, encode_histories, encode_items
from tesserec.neural.step import LossWeights, TrainingStep
from tesserec.neural.trainer import Trainer
from tesserec.neural.validation import hold_out_last
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import DENSE_ITEMS
from tesserec.recommenders.reading import ProfileReader

logger = logging.getLogger(__name__)
BLOCK_DIMENSIONS = 256
NET = "net/"


@dataclass
class NeuralSequence(Recommender):
    """A transformer over the last items of a history, whose items are fused from features and an id.

    `z_i = M(x_i) + T(y_1 ... y_n, x_i) + Σ_b w_b y_b` for a person with features `x_i` and history `y`, whose
    events count by learned weights for their age, strength and kind, and `⟨z_i, φ_j⟩ + b_j` for an item with
    features, as `tesserec.neural` has it. Nothing of it needs a user id, and items that nobody touched are
    reached through their features. An epoch takes time in proportion to `items of all histories ×
    (negatives × embedding_size + layers × embedding_size²)`, a score `embedding_size` multiply-adds; memory
    holds `4 × items × embedding_size` numbers while training.

    Args:
        embedding_size: Dimensions of items and states.
        layers: Transformer layers.
        heads: Attention heads of a layer; divides `embedding_size`.
        dropout: Share of activations dropped in training.
        history_length: Items at the end of a history that count.
        item_blocks: Feature blocks of items to use, as far as the data has them.
        item_fusion: How the blocks and the id become one vector.
        id_embedding: Give known items an embedding of their own beside their features.
        id_dropout: Share of a step's items that must do without it.
        user_blocks: Feature blocks of people to use, as far as the data has them. What people wrote about the
            very items of their histories gives these away in training: take `text` only where it is written
            apart from the events, as searches and biographies are.
        negatives: Items drawn for each batch beside its targets; if no more are known, all are ranked.
        like_weight: Of the loss that tells liked items from disliked and from unseen ones; 0: off.
        rating_weight: Of the loss that predicts the strength of events, where they differ; 0: off.
        contrastive_weight: Of the loss that makes a history and its masked copy alike; 0: off.
        epochs: At most.
        patience: Epochs without a better inner validation after which training ends.
        batch_tokens: Items of a batch, padding included.
        accumulation: Batches whose gradients make one update.
        learning_rate: After the warm-up.
        warmup: Updates until the full learning rate.
        weight_decay: Of matrices.
        gradient_clip: Greatest norm of the gradient.
        validation_people: Whose last item is kept for the inner validation, at most a twentieth of all items.
        depth: Best items of a person that are scored where there are too many for dense scores.
        precision: Of matrix products in training; auto: bf16 where the processor has it. Scores are fp32.
        device: auto, cpu, cuda, cuda:1, ...; cuda takes all GPUs there are for training.
        checkpoints: Folder for what it takes to resume a killed training; None: none is kept.
        seed: Of everything that is drawn.
    """

    embedding_size: int = 128
    layers: int = 2
    heads: int = 2
    dropout: float = 0.3
    history_length: int = 50
    item_blocks: list[str] = field(default_factory=lambda: ["text", "categories", "numbers"])
    item_fusion: ItemFusion = "gated"
    id_embedding: bool = True
    id_dropout: float = 0.2
    user_blocks: list[str] = field(default_factory=lambda: ["demographics", "relations"])
    negatives: int = 1024
    like_weight: float = 0.0
    rating_weight: float = 0.0
    contrastive_weight: float = 0.0
    epochs: int = 30
    patience: int = 3
    batch_tokens: int = 1024
    accumulation: int = 1
    learning_rate: float = 1e-3
    warmup: int = 100
    weight_decay: float = 0.01
    gradient_clip: float = 1.0
    validation_people: int = 2000
    depth: int = 1000
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    device: str = "auto"
    checkpoints: str | None = None
    seed: int = 0
    curves: list[dict[str, float]] = field(default_factory=list, init=False, repr=False)

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where nobody likes anything, or items have neither the features nor an id."""
        described = self.id_embedding or bool(data.items.select(self.item_blocks))
        return described and bool((data.profiles.weights > 0).any())

    def fit(self, data: TrainingData) -> Self:
        """Train, keep the best epoch, and leave the curves in `curves`: a row per epoch."""
        liked = data.profiles.liked()
        profiles = data.profiles.take(fixed_order(liked.indptr, liked.items))
        reader = ProfileReader.fit(profiles, self.user_blocks, BLOCK_DIMENSIONS, self.seed)
        events, generator = reader.read(profiles), np.random.default_rng(self.seed)
        training, task = hold_out_last(events, self.validation_people, generator)
        step = self._untrained_step(data.items, training, reader.kinds, ordered=profiles.ordered)
        trainer = self._trainer(TrainingData(profiles, data.items))
        self.curves = trainer.train(step, training, task, ordered=profiles.ordered)
        vectors, biases = encode_items(step.items, len(data.items))
        self.learned = {"vectors": vectors, "biases": biases, **reader.arrays()}
        self.learned |= {NET + key: value.cpu().numpy() for key, value in step.net.state_dict().items()}
        if reader.kinds.names:
            weights = ", ".join(f"{name} {weight:.2f}" for name, weight in self.kind_weights().items())
            logger.info("How much an event counts in the sum over a history, by kind: %s", weights)
        return self

    def kind_weights(self) -> dict[str, float]:
        """Return the learned weight of each kind of event, as a multiple of the average, by its name.

        Empty where all events are of one kind. What the transformer makes of a kind is not in it.
        """
        arrays = {key: array for key, array in self.learned.items() if isinstance(array, np.ndarray)}
        return EventKinds.from_arrays(arrays).weights(arrays[NET + "history_sum.by_kind"])

    def training_curve(self) -> list[dict[str, float]]:
        """Return epoch, parts of the loss, NDCG@10 of the inner validation and seconds, a row per epoch."""
        return self.curves

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return the scores, (users, items): dense and centred for each person, or sparse.

        Beyond `DENSE_ITEMS` items each person has scores of the best `depth` that can be recommended only,
        above the next best.
        """
        arrays = {key: array for key, array in self.learned.items() if isinstance(array, np.ndarray)}
        device = choose_device(self.device)
        reader = ProfileReader.from_arrays(arrays)
        events = reader.read(profiles)
        with torch.random.fork_rng(devices=[]):  # a new net draws its parameters before it is given them
            net = self._net(events, reader.kinds, ordered=profiles.ordered)
        net.load_state_dict(
            {k.removeprefix(NET): torch.from_numpy(v) for k, v in arrays.items() if k.startswith(NET)}
        )
        vectors, biases = (torch.from_numpy(arrays[key]).to(device) for key in ("vectors", "biases"))
        states = encode_histories(net.to(device), vectors, events, self.history_length, self.batch_tokens)
        if profiles.n_items > DENSE_ITEMS:
            return best_scores(states, vectors, biases, self.depth, among)
        return dense_scores(states, vectors, biases)

    def _net(self, events: Events, kinds: EventKinds, *, ordered: bool) -> SequenceNet:
        own = (self.embedding_size, self.layers, self.heads, self.dropout, self.history_length)
        return SequenceNet(*own, events.people.shape[1], torch.from_numpy(kinds.shares), ordered=ordered)

    def _untrained_step(
        self, items: FeatureBlocks, events: Events, kinds: EventKinds, *, ordered: bool
    ) -> TrainingStep:
        counts = np.bincount(events.items, minlength=len(items))
        blocks = project_items(
            items.select(self.item_blocks), np.flatnonzero(counts), BLOCK_DIMENSIONS, self.seed
        )
        varied = bool(events.strengths.any())
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            encoder = ItemEncoder(
                blocks,
                counts,
                self.embedding_size,
                self.item_fusion,
                id_embedding=self.id_embedding,
                id_dropout=self.id_dropout,
            )
            net = self._net(events, kinds, ordered=ordered)
            weights = LossWeights(self.like_weight, self.rating_weight * varied, self.contrastive_weight)
            shares = torch.from_numpy((counts / counts.sum()).astype(np.float32))
            device = choose_device(self.device)
            bf16 = choose_precision(self.precision, device) == "bf16"
            return TrainingStep(encoder, net, shares, weights, bf16=bf16).to(device)

    def _trainer(self, data: TrainingData) -> Trainer:
        own = {entry.name for entry in fields(Trainer)} & {entry.name for entry in fields(self)}
        options = {name: getattr(self, name) for name in own - {"checkpoints"}}
        folder = None
        if self.checkpoints is not None:
            settings = {k: v for k, v in self.state()[1]["options"].items() if k != "checkpoints"}
            folder = Path(self.checkpoints) / fingerprint(settings, data.state()[0])
        return Trainer(**options, checkpoints=folder)
