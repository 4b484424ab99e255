"""The settings of the fusion bench: what each lets the recommenders know."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from tesserec.ablation.alterations import FUSED, Alteration, keep_only, leave_out, randomise, shuffle
from tesserec.recommenders.base import Recommender, TrainingData

FULL, NO_TEXT, SHUFFLED, RANDOM = "full", "no text", "shuffled text", "random vectors"
# Each of these is the whole system but for the text: it must be better than all three.
CONTROLS = (NO_TEXT, SHUFFLED, RANDOM)


@dataclass(frozen=True)
class Setting:
    """What the recommenders of one row of the bench know.

    Args:
        name: What it is called.
        kind: `full`, `control`, `source` (only one kind of knowledge), `block` (one block left out),
            `fusion` (features fused before ranking) or `seed`.
        alteration: What is done to the data; None: nothing.
        changes: Names of the blocks that the alteration changes.
        admits: Which recommenders take part, as far as the altered data has something for them.
        seed: Added to the seed of whatever draws at random.
    """

    name: str
    kind: str
    alteration: Alteration | None = None
    changes: frozenset[str] = frozenset()
    admits: Callable[[Recommender], bool] = lambda recommender: True
    seed: int = 0

    def touches(self, model: Recommender) -> bool:
        """Tell whether the recommender learns something else in this setting than in the full one."""
        return bool(model.reads & self.changes) or (self.seed > 0 and hasattr(model, "seed"))

    def seeded(self, model: Recommender) -> Recommender:
        """Return the unfitted recommender with the seed of this setting, if it draws at random."""
        changed = {"seed": model.seed + self.seed} if hasattr(model, "seed") else {}
        return replace(model, **changed)


def settings(data: TrainingData, text_blocks: Collection[str], seeds: int, seed: int) -> Iterator[Setting]:
    """Yield the settings that the data has something for, the full one first.

    Args:
        data: Training data; its blocks are left out one by one.
        text_blocks: Names of the blocks that come from texts.
        seeds: Number of seeds under which the full system is learned, the first included.
        seed: Of the shuffling and of the random vectors.
    """
    present = sorted({*data.items.blocks, *data.profiles.blocks} - {FUSED})
    text = frozenset(name for name in present if name in text_blocks)
    other = frozenset(present) - text
    yield Setting(FULL, "full")
    if text:
        changed = text | {FUSED}
        yield Setting(NO_TEXT, "control", leave_out(text), changed)
        yield Setting(SHUFFLED, "control", shuffle(text, seed), changed)
        yield Setting(RANDOM, "control", randomise(text, seed), changed)
        yield Setting(
            "text only", "source", keep_only(text), other | {FUSED}, lambda model: bool(model.reads & changed)
        )
    yield Setting("behaviour only", "source", admits=lambda model: not model.reads)
    for name in present:
        yield Setting(f"without {name}", "block", leave_out([name]), frozenset({name, FUSED}))
    yield Setting("one embedding", "fusion", admits=lambda model: model.reads == {FUSED})
    for place in range(1, seeds):
        yield Setting(f"seed {place}", "seed", seed=place)
