"""Learn and judge the fusion in every setting, with one budget and one protocol."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tesserec.ablation.alterations import alter
from tesserec.ablation.methods import CHOSEN, EQUAL_WEIGHTS, METHODS, Groups, learn_all, reciprocal_ranks
from tesserec.ablation.settings import FULL, Setting
from tesserec.evaluation.held_out import HeldOut
from tesserec.evaluation.teaching import collect_groups
from tesserec.recommenders.base import Recommender, TrainingData, fit_all, score_all
from tesserec.recommenders.blend import Blends
from tesserec.recommenders.blend_learning import BlendLearner
from tesserec.recommenders.candidates import Candidates, list_items
from tesserec.recommenders.fusing import Fusing
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.parallel import work_in_blocks
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.support import Support

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class BenchStage:
    """What a stage learns from, and what it is judged on.

    Args:
        data: Training data of the stage.
        task: From training data of the same people and items to the held-out people, always the same.
    """

    data: TrainingData
    task: Callable[[TrainingData], HeldOut]


@dataclass(frozen=True)
class Arm:
    """A row of the bench.

    Args:
        name: What it is called.
        kind: As of `Setting`; `fusion` for another way to blend what the full system knows.
        setting: The setting that it was learned in.
        blends: What was learned.
        by_ranks: Whether reciprocal ranks take the place of the blends.
    """

    name: str
    kind: str
    setting: Setting
    blends: Blends
    by_ranks: bool = False

    @property
    def form(self) -> str:
        """How it blends, for people with a history."""
        return self.name if self.by_ranks else str(self.blends.history.form)

    def score(self, fusion: Fusion, candidates: Candidates, profiles: Profiles) -> np.ndarray:
        """Return the score of each row of the candidates that the fusion of its blends proposed, (rows,)."""
        if self.by_ranks:
            return reciprocal_ranks(candidates, self.blends.depth)
        return fusion.score(candidates, profiles)


@dataclass(frozen=True)
class Bench:
    """What is the same in all settings.

    Args:
        build: Makes the unfitted recommenders by name.
        learner: Makes what learns to blend the named recommenders.
        fusing: Makes the fused embeddings.
        depth: Items taken from each recommender's list.
        seed: Of the draw of people without a history.
    """

    build: Callable[[], dict[str, Recommender]]
    learner: Callable[[list[str]], BlendLearner]
    fusing: Fusing
    depth: int
    seed: int

    def learn(self, settings: Sequence[Setting], stage: BenchStage) -> list[Arm]:
        """Learn every arm on validation targets; settings that nothing is left in are passed over."""
        arms: list[Arm] = []
        for setting, data, models in self._fitted(settings, stage.data, "validation"):
            groups = collect_groups(models, Support.of(data), stage.task(data), self.depth, self.seed)
            learner = self._learner(setting, list(models))
            arms += _learn_setting(setting, learner, dict(groups), self.depth)
        return arms

    def rank(self, arms: Sequence[Arm], stage: BenchStage, length: int) -> dict[str, np.ndarray]:
        """Return the lists of every arm for the held-out people, (users, length) item positions, -1: none."""
        settings = list({arm.setting.name: arm.setting for arm in arms}.values())
        lists: dict[str, np.ndarray] = {}
        for setting, data, models in self._fitted(settings, stage.data, "test"):
            own = [arm for arm in arms if arm.setting is setting]
            lists |= _rank(own, models, data, stage.task(data), length)
        return lists

    def _fitted(
        self, settings: Sequence[Setting], data: TrainingData, targets: str
    ) -> Iterator[tuple[Setting, TrainingData, dict[str, Recommender]]]:
        """Yield each setting with its data and recommenders; those that it does not touch are fitted once."""
        shared = fit_all(self.build(), data)
        for place, setting in enumerate(settings, start=1):
            logger.info("Setting %d of %d on %s targets: %s", place, len(settings), targets, setting.name)
            altered = alter(data, setting.alteration, self.fusing) if setting.alteration else data
            own = {name: model for name, model in self.build().items() if setting.admits(model)}
            fresh = {name: setting.seeded(model) for name, model in own.items() if setting.touches(model)}
            known = {name: shared[name] for name in own if name in shared and name not in fresh}
            known |= fit_all(fresh, altered)
            if known:
                # In the order of the parameters, as the fusion has them.
                yield setting, altered, {name: known[name] for name in own if name in known}

    def _learner(self, setting: Setting, names: list[str]) -> BlendLearner:
        learner = self.learner(names)
        # Popularity would be behaviour in a setting that shall know none.
        fallback = learner.fallback if learner.fallback in names else names[0]
        return replace(learner, fallback=fallback, seed=learner.seed + setting.seed)


def _learn_setting(setting: Setting, learner: BlendLearner, groups: Groups, depth: int) -> Iterator[Arm]:
    """Yield what the fusion chooses by itself, and in the full setting every other way to blend as well."""
    yield Arm(setting.name, setting.kind, setting, learn_all(CHOSEN, learner, groups, depth))
    if setting.name != FULL:
        return
    for method in METHODS:
        logger.info("Learning to blend: %s", method.name)
        yield Arm(method.name, "fusion", setting, learn_all(method, learner, groups, depth))
    # It asks all recommenders, as equal weights do.
    equal = learn_all(EQUAL_WEIGHTS, learner, groups, depth)
    yield Arm("reciprocal ranks", "fusion", setting, equal, by_ranks=True)


def _rank(
    arms: Sequence[Arm], models: Mapping[str, Recommender], data: TrainingData, task: HeldOut, length: int
) -> dict[str, np.ndarray]:
    """Return the lists of arms of one setting, (users, length) each."""
    support = Support.of(data)
    fusions = {arm.name: Fusion(models, arm.blends, support) for arm in arms}

    def rank(place: slice, block: Profiles) -> dict[str, np.ndarray]:
        eligible = eligible_items(block, task.candidates)
        scores = score_all(models, block, eligible.among)
        lists = list_items(scores, eligible, arms[0].blends.depth)
        best = {}
        for arm in arms:
            candidates = fusions[arm.name].propose(lists, scores, block)
            values = arm.score(fusions[arm.name], candidates, block)
            best[arm.name], _ = candidates.best(values, length)
        return best

    parts = list(work_in_blocks(rank, models, task.profiles, "Ranking for held-out users"))
    return {arm.name: np.concatenate([part[arm.name] for part in parts]) for arm in arms}
