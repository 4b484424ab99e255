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
        alone = [examples.ndcg_alone(column).mean() for column in range(len(self.names))]
        single = Form(alone=self.names[int(np.argmax(alone))])
        best, other = (Form(), Form(GATES)) if self.new_items else (Form(GATES), Form())
        ndcg = self._cross_validate(best, examples)
        best, ndcg = self._challenge(best, ndcg, other, examples)
        best, ndcg = self._challenge(best, ndcg, replace(best, corrected=True), examples)
        best, _ = self._challenge(best, ndcg, single, examples)
        logger.info("Chosen: %s", best)
        return self.learn(best, examples)

    def _challenge(
        self, best: Form, ndcg: np.ndarray, form: Form, examples: Examples
    ) -> tuple[Form, np.ndarray]:
        """Return the better of the best form so far and another, with its cross-validated NDCG@10."""
        challenge = self._cross_validate(form, examples)
        logger.info("%s: NDCG@10 %.4f, %s: %.4f", best, ndcg.mean(), form, challenge.mean())
        wins = exceeds(challenge, ndcg, by=1 if form.alone or self.new_items else CLEARLY)
        return (form, challenge) if wins else (best, ndcg)

    def learn(self, form: Form, examples: Examples) -> Blend:
        """Learn a blend of a given form.

        Args:
            form: What to learn.
            examples: Held-out people; without any whose items can be found, all recommenders weigh alike.
        """
        people = examples.take(examples.findable)
        if form.alone:
            weights = np.array([[float(name == form.alone)] for name in self.names])
        elif len(people.held_out):
            weights = learn_weights(people.candidates, people.relevant, form.gates, self.regularization)
        else:
            weights = np.full((len(self.names), ALWAYS), 1 / len(self.names))
        blend = Blend(self.names, weights, form).with_fallback(self.fallback)
        if form.corrected and len(people.held_out):
            start = blend.sum(people.candidates)
            trees = learn_trees(people.candidates, people.relevant, start, self.seed)
            blend = replace(blend, trees=trees)
        return blend

    def _cross_validate(self, form: Form, examples: Examples) -> np.ndarray:
        """Return NDCG@10 of each person under a blend that was learned on others, (users,)."""
        people = len(examples.held_out)
        things = int(examples.candidates.items.max(initial=0)) + 1 if self.new_items else people
        folds = FOLDS_OF_FEW if people <= FEW_PEOPLE and not self.new_items else FOLDS
        fold = np.random.default_rng(self.seed).permutation(things) % folds
        ndcg = np.zeros(people)
        for held in range(folds):
            inside = fold == held
            if self.new_items:
                judged, learned_from = examples.among(inside), examples.among(~inside)
                place, share = np.arange(people), 1 / folds
            else:
                place, share = np.flatnonzero(inside), 1.0
                judged, learned_from = examples.take(place), examples.take(np.flatnonzero(~inside))
            blend = self.learn(form, learned_from)
            ndcg[place] += share * judged.ndcg(blend.score(judged.candidates))
        return ndcg


def exceeds(values: np.ndarray, others: np.ndarray, by: float) -> bool:
    """Tell whether paired values are greater by so many standard errors of their mean difference."""
    difference = values - others
    return bool(difference.mean() > by * difference.std() / np.sqrt(len(difference)))


def shares(blend: Blend, examples: Examples) -> np.ndarray:
    """Return what share of the scores of recommended items each recommender gives, (recommenders,), sum 1."""
    lists, _ = examples.candidates.best(blend.score(examples.candidates), LIST_LENGTH)
    given = np.maximum(blend.contributions(examples.candidates.at(lists))[:, :-1], 0).sum(axis=0)
    return given / given.sum() if given.sum() > 0 else np.full(len(given), 1 / len(given))
