"""Ways to blend the same recommenders, from none to what the fusion learns by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tesserec.recommenders.blend import Blend, Blends, Form
from tesserec.recommenders.blend_learning import BlendLearner
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.gates import ALWAYS, GATES

Learn: TypeAlias = Callable[[BlendLearner, Examples], Blend]
# What each group of people teaches; see `tesserec.evaluation.teaching`.
Groups: TypeAlias = Mapping[str, Examples]

# Of reciprocal rank fusion, as its authors chose it.
RANK_OFFSET = 60


@dataclass(frozen=True)
class Method:
    """A way to blend: its name, and what learns the blend of one group of people."""

    name: str
    learn: Learn


def _form(form: Form) -> Learn:
    return lambda learner, examples: learner.learn(form, examples)


def _equal_weights(learner: BlendLearner, examples: Examples) -> Blend:
    names = learner.names
    weights = np.full((len(names), ALWAYS), 1 / len(names))
    return Blend(names, weights, Form()).with_fallback(learner.fallback)


def _best_alone(learner: BlendLearner, examples: Examples) -> Blend:
    return learner.learn(learner.best_alone(examples), examples)


CHOSEN = Method("chosen", BlendLearner.choose)
EQUAL_WEIGHTS = Method("equal weights", _equal_weights)
METHODS = (
    EQUAL_WEIGHTS,
    Method("best alone", _best_alone),
    Method("weighted sum", _form(Form(ALWAYS))),
    Method("weighted sum, trees", _form(Form(ALWAYS, corrected=True))),
    Method("gated sum", _form(Form(GATES))),
    Method("gated sum, trees", _form(Form(GATES, corrected=True))),
)


def learn_all(method: Method, learner: BlendLearner, groups: Groups, depth: int) -> Blends:
    """Learn the blend of each group of people."""
    blends = {group: method.learn(learner, examples) for group, examples in groups.items()}
    return Blends(**blends, depth=depth)


def reciprocal_ranks(candidates: Candidates, depth: int) -> np.ndarray:
    """Return `Σ_r 1 / (60 + rank in the list of r)` of each row, (rows,).

    Reciprocal rank fusion (Cormack et al. 2009, doi:10.1145/1571941.1572114): nothing is learned, and
    scores need not be comparable.

    Args:
        candidates: The rows.
        depth: Length of the recommenders' lists; what is not in a list gets nothing from it.
    """
    places = np.rint(np.expm1(candidates.places))
    return np.where(places < depth, 1 / (RANK_OFFSET + 1 + places), 0).sum(axis=1)
