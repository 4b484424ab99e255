"""The one protocol of all recommenders: fit on training data, score any list of profiles."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from inspect import isabstract
from itertools import chain
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
import scipy.sparse as sp
from tqdm import tqdm

from tesserec.features.blocks import FeatureBlocks, Matrix, pack_matrices, unpack_matrices
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import entries_at
from tesserec.state import Arrays, Config

# From positions of entries of histories and positions of items to what these entries add to the scores of
# these items, (pairs,) each; the entries of a person stand together.
Split: TypeAlias = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class TrainingData:
    """Everything a recommender may learn from.

    Args:
        profiles: Histories and user features of the people to learn from.
        items: Item features; row `j` describes item position `j` of the histories.
    """

    profiles: Profiles
    items: FeatureBlocks

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        parts = {"profiles": self.profiles.state(), "items": self.items.state()}
        arrays = {
            f"{part}/{name}": array for part, (arrays, _) in parts.items() for name, array in arrays.items()
        }
        return arrays, {part: config for part, (_, config) in parts.items()}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the training data that `state` described."""
        parts: dict[str, dict[str, np.ndarray]] = {"profiles": {}, "items": {}}
        for key, array in arrays.items():
            part, _, name = key.partition("/")
            parts[part][name] = array
        profiles = Profiles.from_state(parts["profiles"], config["profiles"])
        return cls(profiles, FeatureBlocks.from_state(parts["items"], config["items"]))


@dataclass
class Recommender(ABC):
    """A model that turns profiles into scores of all items.

    Subclasses are dataclasses: their fields are hyperparameters, and `fit` fills `learned` with the matrices
    that `score` needs, so that one pair of methods writes and reads every recommender.
    """

    kinds: ClassVar[dict[str, type["Recommender"]]] = {}
    learned: dict[str, Matrix] = field(default_factory=dict, init=False, repr=False)

    def __init_subclass__(cls, **options: Any) -> None:
        """Register the class under its name, for parameters and for reading from disk."""
        super().__init_subclass__(**options)
        Recommender.kinds[cls.__name__] = cls

    @property
    def reads(self) -> frozenset[str]:
        """Names of the feature blocks that it looks at, of items or of people; none: behaviour alone.

        They are what its options `block`, `blocks`, `item_blocks` and `user_blocks` name, as far as it has
        these.
        """
        several = (getattr(self, option, []) for option in ("blocks", "item_blocks", "user_blocks"))
        return frozenset(chain(*several, [self.block] if hasattr(self, "block") else []))

    def applies_to(self, data: TrainingData) -> bool:
        """Tell whether the data has what this recommender needs; others sit out."""
        return True

    @abstractmethod
    def fit(self, data: TrainingData) -> Self:
        """Learn from histories and features, and return the recommender itself."""

    def prepare(self) -> None:
        """Compute what scoring needs and is not saved, once and with all cores, before blocks are scored."""

    @abstractmethod
    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return a score of each item for each profile, (users, items) float32; higher is better.

        Beyond 20,000 items the scores are sparse: they list the best items, and `score_pairs` tells what the
        recommender says of any other.

        Args:
            profiles: The people.
            among: Positions of the items that can be recommended; None: all. Others may have a score too.
        """

    def score_pairs(
        self, profiles: Profiles, scores: Matrix, users: np.ndarray, items: np.ndarray
    ) -> np.ndarray:
        """Return the scores of (user, item) pairs, (pairs,) float32, whether or not they are listed.

        Args:
            profiles: The people.
            scores: What `score` returned for them.
            users: (pairs,) positions in the profiles, in ascending order.
            items: (pairs,) item positions.
        """
        return entries_at(scores, users, items)

    def history_weights(self, profiles: Profiles) -> sp.csr_array | None:
        """Return (users, items) weights of the histories in the score, or None if they play no part in it."""
        return None

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return what one unit of a history item adds to the score of an item, (pairs,).

        With `history_weights` it splits a score exactly over the history. Only for recommenders whose
        `history_weights` is not None.

        Args:
            history: (pairs,) item positions.
            items: (pairs,) item positions.
        """
        raise TypeError(f"{type(self).__name__} does not score items through the items of a history")

    def split(self, profiles: Profiles) -> Split | None:
        """Return what tells the part of each entry of a history in a score, or None if nothing can.

        The parts of all entries of a history sum to the score.

        Args:
            profiles: The people; entries are positions in their `items`.
        """
        weights = self.history_weights(profiles)
        if weights is None:
            return None
        through = entries_at(weights, profiles.rows, profiles.items)  # (entries,)

        def part(entries: np.ndarray, items: np.ndarray) -> np.ndarray:
            found = np.zeros(len(entries), dtype=np.float32)
            some = np.flatnonzero(through[entries])
            given, taken = entries[some], items[some]
            found[some] = through[given] * self.item_weights(profiles.items[given], taken)
            return found

        return part

    def training_curve(self) -> list[dict[str, float]]:
        """Return what was measured in each epoch of the last fit; nothing where there are no epochs."""
        return []

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        arrays, sparse = pack_matrices(self.learned)
        options = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.init}
        return arrays, {"kind": type(self).__name__, "options": options, "sparse": sparse}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> "Recommender":
        """Build the recommender that `state` described, of whatever class it was."""
        recommender = build_recommender(config["kind"], config["options"])
        recommender.learned = unpack_matrices(arrays, config["sparse"])
        return recommender


def fit_all(recommenders: Mapping[str, Recommender], data: TrainingData) -> dict[str, Recommender]:
    """Fit the recommenders that the data has something for, and return these."""
    usable = {name: model for name, model in recommenders.items() if model.applies_to(data)}
    with tqdm(usable.items(), desc="Fitting recommenders", unit="model") as progress:
        for name, recommender in progress:
            progress.set_postfix_str(name)
            recommender.fit(data)
    return usable


def score_all(
    recommenders: Mapping[str, Recommender], profiles: Profiles, among: np.ndarray | None
) -> dict[str, Matrix]:
    """Return the scores of fitted recommenders by name; see `Recommender.score`."""
    return {name: recommender.score(profiles, among) for name, recommender in recommenders.items()}


def build_recommender(
    kind: str, options: Mapping[str, Any], shared: Mapping[str, Any] = MappingProxyType({})
) -> Recommender:
    """Make an unfitted recommender of a registered class.

    Args:
        kind: Name of the class.
        options: Its hyperparameters.
        shared: Values for hyperparameters that are not in `options`, of classes that have them.

    Raises:
        ValueError: If the class is unknown or an option does not belong to it.
    """
    kinds = {name: model for name, model in Recommender.kinds.items() if not isabstract(model)}
    if kind not in kinds:
        raise ValueError(f"unknown recommender {kind!r}: choose one of {', '.join(sorted(kinds))}")
    model = kinds[kind]
    known = {entry.name for entry in fields(model) if entry.init}
    if unknown := set(options) - known:
        raise ValueError(f"{kind} has no option {sorted(unknown)[0]!r}: it has {', '.join(sorted(known))}")
    return model(**{name: value for name, value in shared.items() if name in known} | dict(options))
