"""The themes that people of the sample were planted to like come back as the interests of their profiles.

Two or three themes with weights of about .6, .27 and .13 guide a person, who also follows chance and habit:
even where the theme of every item is known, the two largest shares of a history are both planted ones for
three people in four. What can be told is the favourite: it is to be among the first two.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.semantics.interests import find_interests, weight_matrix
from tesserec.semantics.topics import find_topics
from tesserec.simulation.catalogue import PUBLIC_COLUMNS, THEMES, load_catalogue
from tesserec.simulation.events import EVENTS_PER_ENCOUNTER
from tesserec.simulation.people import TASTE_COLUMNS, draw_people
from tesserec.text.views import item_text_views

PROJECT = Path(__file__).parents[2]
ROLES = {"category": "category", "tags": "multi_category", "creator": "category"}
LEAST_EVENTS = 10


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    read = pd.read_csv(PROJECT / "data" / "01_raw" / "sample" / "interactions.csv")
    return read.sort_values(["user_id", "timestamp"], kind="stable").assign(weight=1.0)


@pytest.fixture(scope="module")
def tastes() -> pd.DataFrame:
    """What each person was planted to like, (people, themes)."""
    parameters = PROJECT / "conf" / "base" / "parameters" / "simulation.yml"
    values = yaml.safe_load(parameters.read_text(encoding="utf-8"))["simulation"]
    given = values["people"]
    people = draw_people(
        given["count"], given["events_per_person"] / EVENTS_PER_ENCOUNTER, given["chinese_share"],
        given["bilingual_share"], given["quiet_share"], given["single_share"], values["seed"],
    )  # fmt: skip
    return people.set_index("user_id")[TASTE_COLUMNS].set_axis(list(THEMES), axis=1)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_favourite_theme_is_among_the_first_two_interests(events, tastes, seed):
    catalogue = load_catalogue()
    views = item_text_views(catalogue[PUBLIC_COLUMNS], ROLES)
    vectors = TransformerEncoder("all-MiniLM-L6-v2", device="cpu").encode(views["contextual"].tolist())
    texts, languages = views["lexical"].tolist(), views["language"].to_numpy(dtype=object)
    counts = events.groupby("user_id").size()
    people = counts.index[counts >= LEAST_EVENTS]
    choices = weight_matrix(events, pd.Index(events["user_id"].unique()), pd.Index(catalogue["item_id"]))
    found = find_topics(texts, vectors, languages, 4, 40, 2, seed, choices.sign())
    interest = found.assign(texts, vectors, languages)
    cards = catalogue[["item_id"]].assign(
        interest=interest, interest_name="", topic=-1, topic_name="", keywords=""
    )
    none = pd.DataFrame({"user_id": [], "item_id": [], "interest": [], "topic": []})
    profiles = find_interests(people, events, none, cards, groups=2, keywords=1).set_index(people)
    theme = pd.crosstab(interest, catalogue["theme"].to_numpy()).idxmax(axis=1)
    first_two = [[theme[int(number)] for number in row.split("|")] for row in profiles["interests"]]
    favourites = tastes.loc[people].idxmax(axis=1)
    right = [favourite in two for favourite, two in zip(favourites, first_two, strict=True)]
    assert len(people) == 500
    assert np.mean(right) >= 0.85
