"""Choose how to blend recommenders, by cross-validation on held-out people."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tesserec.recommenders.blend import Blend, Form
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.gates import ALWAYS, GATES, learn_weights
from tesserec.recommenders.trees import learn_trees

logger = logging.getLogger(__name__)

# Parts of the people in cross-validation: more where they are few, so that each learns from most of them.
FEW_PEOPLE, FOLDS_OF_FEW, FOLDS = 2_000, 5, 2
# Standard errors by which a richer form must be better.
CLEARLY = 0.5
# Of a list, when it is told what a blend listens to.
LIST_LENGTH = 10
# People whose lists tell it: the split of a score over the trees takes longer than the score.
ASKED_PEOPLE = 2_000


@dataclass(frozen=True)
class BlendLearner:
    """Learns blends from held-out people.

    Args:
        names: The recommenders, in the order of the columns of the candidates.
        fallback: The one of them that ranks whatever no other has a score for.
        regularization: Of the weights, as in `learn_weights`.
        seed: Of the split into folds and of the trees.
        new_items: Whether the blend will rank items that nobody has yet. Then it is judged on items that it
            was not learned on, since trees could learn these by heart; else on people.
    """

    names: Sequence[str]
    fallback: str
    regularization: float
    seed: int
    new_items: bool = False

    def choose(self, examples: Examples) -> Blend:
        """Learn several forms of blends, and keep the one that is best where it was not learned.

        A weighted sum with gates on support, which carry over to later data better than the plain sum even
        where cross-validation cannot tell; the plain sum, or the better of them corrected by trees, if it is
        better by half a standard error of the paired difference. The best recommender alone takes their place
        if it is better by a whole one (Breiman et al. 1984), since the best of many looks better than it is.
        For new items the plain sum is first, and richer forms need a whole one, since people are many, but
        look for the same items. So the blend is never worse than its best recommender by more than noise, as
        far as the examples tell.

        Args:
            examples: Held-out people.
        """
        if not len(examples.findable):
            return self.learn(Form(), examples)
        single = self.best_alone(examples)
        first, second = (Form(), Form(GATES)) if self.new_items else (Form(GATES), Form())
        folds = self._folds(examples)
        best = self._better(self._try(first, folds), self._try(second, folds))
        best = self._better(best, self._correct(best, folds))
        best = self._better(best, self._try(single, folds))
        logger.info("Chosen: %s", best.form)
        return self.learn(best.form, examples)

    def best_alone(self, examples: Examples) -> Form:
        """Return the recommender whose own lists are best, as a form."""
        alone = [examples.ndcg_alone(column).sum() for column in range(len(self.names))]
        return Form(alone=self.names[int(np.argmax(alone))])

    def _better(self, best: "_Tried", other: "_Tried") -> "_Tried":
        """Return the better of the best form so far and another."""
        logger.info("%s: NDCG@10 %.4f, %s: %.4f", best.form, best.ndcg.mean(), other.form, other.ndcg.mean())
        by = 1 if other.form.alone or self.new_items else CLEARLY
        return other if exceeds(other.ndcg, best.ndcg, by) else best

    def learn(self, form: Form, examples: Examples) -> Blend:
        """Learn a blend of a given form.

        Args:
            form: What to learn.
            examples: Held-out people; without any whose items can be found, all recommenders weigh alike.
        """
        people = examples.take(examples.findable)
        blend = self._learn_sum(replace(form, corrected=False), people)
        return self._add_trees(blend, people) if form.corrected else blend

    def _learn_sum(self, form: Form, people: Examples) -> Blend:
        if form.alone:
            weights = np.array([[float(name == form.alone)] for name in self.names])
        elif len(people.held_out):
            weights = learn_weights(people.candidates, people.relevant, form.gates, self.regularization)
        else:
            weights = np.full((len(self.names), ALWAYS), 1 / len(self.names))
        return Blend(self.names, weights, form).with_fallback(self.fallback)

    def _add_trees(self, blend: Blend, people: Examples) -> Blend:
        form = replace(blend.form, corrected=True)
        if not len(people.held_out):
            return replace(blend, form=form)
        start = blend.sum(people.candidates)
        return replace(
            blend, form=form, trees=learn_trees(people.candidates, people.relevant, start, self.seed)
        )

    def _folds(self, examples: Examples) -> list["_Fold"]:
        """Split the people, or the items if these will be new ones, into what is learned from and judged."""
        people = len(examples.held_out)
        things = int(examples.candidates.items.max(initial=0)) + 1 if self.new_items else people
        folds = FOLDS_OF_FEW if people <= FEW_PEOPLE and not self.new_items else FOLDS
        fold = np.random.default_rng(self.seed).permutation(things) % folds
        split = []
        for held in range(folds):
            inside = fold == held
            if self.new_items:
                place, judged, others = np.arange(people), examples.among(inside), examples.among(~inside)
            else:
                place, others = np.flatnonzero(inside), examples.take(np.flatnonzero(~inside))
                judged = examples.take(place)
            split.append(_Fold(others.take(others.findable), judged, place))
        return split

    def _try(self, form: Form, folds: Sequence["_Fold"]) -> "_Tried":
        return _judge([self._learn_sum(form, fold.learned_from) for fold in folds], folds)

    def _correct(self, tried: "_Tried", folds: Sequence["_Fold"]) -> "_Tried":
        """Try the same sums with trees."""
        corrected = (
            self._add_trees(blend, fold.learned_from) for blend, fold in zip(tried.blends, folds, strict=True)
        )
        return _judge(list(corrected), folds)


@dataclass(frozen=True)
class _Fold:
    """A part of the examples that is judged, with the findable rest that is learned from.

    Args:
        learned_from: Examples of other people, or of other items.
        judged: The part.
        place: Positions of its people among all.
    """

    learned_from: Examples
    judged: Examples
    place: np.ndarray


@dataclass(frozen=True)
class _Tried:
    """A form of blends in cross-validation: one of each fold, and NDCG@10 of each person under it."""

    blends: Sequence[Blend]
    ndcg: np.ndarray

    @property
    def form(self) -> Form:
        return self.blends[0].form


def _judge(blends: Sequence[Blend], folds: Sequence[_Fold]) -> _Tried:
    """Judge each blend on what it was not learned on; who is judged in several folds counts by the mean."""
    places = np.concatenate([fold.place for fold in folds])
    ndcg = np.zeros(places.max() + 1)
    for blend, fold in zip(blends, folds, strict=True):
        ndcg[fold.place] += fold.judged.ndcg(blend.score(fold.judged.candidates))
    return _Tried(blends, ndcg / np.bincount(places))


def exceeds(values: np.ndarray, others: np.ndarray, by: float) -> bool:
    """Tell whether paired values are greater by so many standard errors of their mean difference."""
    difference = values - others
    return bool(difference.mean() > by * difference.std() / np.sqrt(len(difference)))


def shares(blend: Blend, examples: Examples) -> np.ndarray:
    """Return what share of the scores of recommended items each recommender gives, (recommenders,), sum 1.

    Measured on the lists of at most `ASKED_PEOPLE`, evenly drawn.
    """
    people = len(examples.held_out)
    examples = examples.take(np.unique(np.linspace(0, people - 1, min(people, ASKED_PEOPLE)).astype(int)))
    lists, _ = examples.candidates.best(blend.score(examples.candidates), LIST_LENGTH)
    given = np.maximum(blend.contributions(examples.candidates.at(lists))[:, :-1], 0).sum(axis=0)
    return given / given.sum() if given.sum() > 0 else np.full(len(given), 1 / len(given))
