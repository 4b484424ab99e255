"""The two groups of people who each have a blend of their own, and what these blends are learned from."""

from collections.abc import Iterator, Mapping

import numpy as np

from tesserec.evaluation.held_out import HeldOut
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.examples import Examples, collect_examples
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.support import Support

# People whose history is hidden: without one there is little to tell people apart by, so few teach it.
HIDDEN_PEOPLE = 2_000


def collect_groups(
    recommenders: Mapping[str, Recommender], support: Support, task: HeldOut, depth: int, seed: int
) -> Iterator[tuple[str, Examples]]:
    """Yield by group, as `tesserec.recommenders.blend.Blends` names them, what its blend is learned from.

    Args:
        recommenders: Fitted recommenders by name.
        support: Of the data that they were fitted on.
        task: Held-out people.
        depth: Items taken from each recommender's list.
        seed: Of the draw of people whose history is hidden.
    """
    for group, (people, shown) in _groups(task, seed).items():
        eligible = eligible_items(people.profiles, people.candidates)
        yield group, collect_examples(recommenders, support, shown, people.targets, eligible, depth)


def _groups(task: HeldOut, seed: int) -> dict[str, tuple[HeldOut, Profiles]]:
    """Return whom each blend is learned from, and what of them is shown."""
    known = task.take(np.flatnonzero(task.profiles.liked().lengths))
    # Whom nothing is known of is learned from people whose history is hidden, but who keep what they have.
    hidden = task.draw(HIDDEN_PEOPLE, seed)
    return {"no_history": (hidden, hidden.profiles.without_history()), "history": (known, known.profiles)}
