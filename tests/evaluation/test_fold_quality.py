import math

import numpy as np
import pandas as pd
import pytest

from tesserec.evaluation.fold_quality import ndcg_alone, ndcg_fused
from tesserec.evaluation.folds import user_folds
from tesserec.evaluation.held_out import hold_out
from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import Popularity, TrainingData, build_profiles
from tesserec.recommenders.blend import Form
from tesserec.recommenders.blend_learning import BlendLearner
from tesserec.recommenders.examples import collect_examples
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.support import Support
from tesserec.splits import history

# Item i has 13 - i holders: popularity ranks i0, i1, ... Each judge has i0 and should find another item.
ITEMS = 12
WANTED = {"first": "i1", "second": "i2", "last": "i11"}
PROTOCOL = {"split": {"method": "random_ratio"}, "relevance": {"threshold": None}}


def folds_of(*people: str):
    """A fold for each of these judges."""
    wanted = {name: WANTED[name] for name in people}
    holders = [(f"u{user}", f"i{item}", "train") for item in range(ITEMS) for user in range(13 - item)]
    judges = [(name, "i0", "train") for name in wanted] + [(*pair, "valid") for pair in wanted.items()]
    log = pd.DataFrame([*holders, *judges], columns=["user_id", "item_id", "split"])
    log = log.assign(event="click", value=np.nan, timestamp=np.nan, weight=1.0)
    names = np.array(sorted(log["user_id"].unique()), dtype=object)
    items = np.array([f"i{item}" for item in range(ITEMS)], dtype=object)
    profiles = build_profiles(history(log, "tuning"), items, FeatureBlocks(names, {}, {}))
    data = TrainingData(profiles, FeatureBlocks(items, {}, {}))
    return user_folds(data, hold_out(data, log, [], PROTOCOL, "tuning"), len(people), seed=0)


def by_name(folds, values) -> dict[str, float]:
    return {fold.task.profiles.user_ids[0]: found.item() for fold, found in zip(folds, values, strict=True)}


def test_alone_it_is_the_ndcg_of_what_a_person_does_not_have():
    folds = folds_of("first", "second", "last")
    found = by_name(folds, [ndcg_alone(Popularity(), fold) for fold in folds])
    # i1 and i2 are first and second; i11 is eleventh, behind the list.
    assert found == pytest.approx({"first": 1.0, "second": 1 / math.log2(3), "last": 0.0})


class _Backwards(Popularity):
    """Right where popularity is wrong."""

    def score(self, profiles, among=None):
        return -super().score(profiles, among)


def test_the_blend_of_a_fold_is_learned_on_the_others_alone():
    folds, examples = folds_of("first", "last"), []
    learner = BlendLearner(["forwards", "backwards"], "forwards", regularization=0.0, seed=0, new_items=True)
    for fold in folds:
        task = fold.task
        models = {"forwards": Popularity().fit(fold.data), "backwards": _Backwards().fit(fold.data)}
        asked = (task.profiles, task.targets, eligible_items(task.profiles, task.candidates))
        examples.append(collect_examples(models, Support.of(fold.data), *asked, depth=ITEMS))
    # Each one's blend goes by what served the other, and finds nothing; what it served itself would find all.
    assert by_name(folds, ndcg_fused(examples, learner)) == {"first": 0, "last": 0}
    of_itself = [one.ndcg(learner.learn(Form(), one).score(one.candidates)) for one in examples]
    assert by_name(folds, of_itself) == {"first": 1, "last": 1}
