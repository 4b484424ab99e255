"""The part of a score that each named feature gave: a word, a text, a category, an attribute of a person."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from tesserec.recommenders.base import Recommender
from tesserec.recommenders.content import ContentTaste, TextMatch
from tesserec.recommenders.neighbours import UserKnn
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.regression import FeatureRegression

Names = Mapping[str, Sequence[str]]


def named_parts(
    recommender: Recommender, profiles: Profiles, item_names: Names, users: np.ndarray, items: np.ndarray
) -> tuple[sp.csr_array, Sequence[str]] | None:
    """Split the scores of pairs over features that have names, or return None where they have none.

    A score that is the inner product of a person's features and of an item's, column by column those of one
    block, is the sum of the columns' products. That holds for the words that a person wrote, for the
    categories of a history, and for attributes of a person; not for dense embeddings. But a mean of
    embeddings is a sum over texts, each of which is named by how it is quoted.

    Args:
        recommender: Fitted.
        profiles: The people.
        item_names: Names of the columns of the items' blocks.
        users: (pairs,) positions in the profiles.
        items: (pairs,) item positions.

    Returns:
        (pairs, columns), whose rows sum to the recommender's scores, and the names of the columns;
        a column without one has an empty name.
    """
    names: Sequence[str] | None
    if isinstance(recommender, UserKnn):
        return recommender.feature_parts(profiles, users, items)
    if isinstance(recommender, FeatureRegression):
        names, people = profiles.names.get(recommender.block), profiles.blocks[recommender.block]
        weights = recommender.learned["weights"]
        table = weights.T if isinstance(weights, np.ndarray) else sp.csr_array(weights.T)
    elif isinstance(recommender, TextMatch) and recommender.block == "text" and profiles.texts is not None:
        return recommender.text_parts(profiles.texts, users, items), profiles.texts.quotes
    elif isinstance(recommender, TextMatch | ContentTaste):
        names, table = item_names.get(recommender.block), recommender.item_factors
        # Dense factors are directions of an embedding, which have no names.
        people = recommender.people_factors(profiles) if not isinstance(table, np.ndarray) else table
    else:
        return None
    if not names or isinstance(people, np.ndarray):
        return None
    return sp.csr_array(sp.csr_array(people)[users].multiply(table[items])), names
