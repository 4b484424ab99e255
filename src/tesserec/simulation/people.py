"""Simulated people: who they are, what they like, what they read, and whom they know."""

import numpy as np
import pandas as pd

from tesserec.simulation.catalogue import THEMES
from tesserec.simulation.randomness import generator, happens, pick

PUBLIC_COLUMNS = ["user_id", "age", "gender", "occupation", "city", "language"]
TASTE_COLUMNS = [f"taste_{theme}" for theme in THEMES]
LANGUAGES = ("en", "zh", "zh|en")
_CITIES = {
    "en": (
        "Bristol",
        "Edinburgh",
        "Dublin",
        "Leeds",
        "Toronto",
        "Melbourne",
        "Portland",
        "Cape Town",
        "Singapore",
    ),
    "zh": ("北京", "上海", "成都", "广州", "杭州", "西安", "武汉", "厦门"),
    "zh|en": ("Singapore", "香港", "上海", "Vancouver", "Melbourne", "北京"),
}
# Lower ends of the age bands, the last closed by `_OLDEST`, and the share of people in each.
_AGE_STARTS, _OLDEST = np.array([16, 23, 30, 40, 52, 66]), 84
_AGE_SHARES = np.array([0.15, 0.19, 0.24, 0.2, 0.13, 0.09])
_STUDENT_BAND, _RETIRED_BAND = 0, 5
_OF_AGE, _STUDENT_SHARE, _RETIRED_SHARE = 18, 0.7, 0.9
# What an occupation adds to the appeal of themes; the keys are all occupations.
_OCCUPATION_TASTES: dict[str, dict[str, float]] = {
    "student": {"music": 1.2, "technology": 0.8, "mystery": 0.5},
    "engineer": {"technology": 2.0, "science": 1.0},
    "teacher": {"history": 1.5, "family": 0.8, "science": 0.6},
    "nurse": {"wellness": 1.8, "family": 0.7, "mystery": 0.5},
    "cook": {"food": 2.4, "home": 0.5},
    "musician": {"music": 2.6},
    "designer": {"home": 1.4, "music": 0.7, "technology": 0.6},
    "gardener": {"home": 2.0, "outdoors": 1.2},
    "accountant": {"mystery": 1.2, "wellness": 0.7},
    "driver": {"outdoors": 1.1, "music": 0.9, "food": 0.5},
    "librarian": {"mystery": 1.6, "history": 1.4},
    "sales": {"food": 0.9, "wellness": 0.9, "family": 0.5},
    "retired": {"history": 1.3, "home": 1.3, "outdoors": 0.4},
}
_AGE_TASTES: tuple[dict[str, float], ...] = (
    {"music": 0.9, "technology": 0.6, "family": -1.5},
    {"outdoors": 0.7, "music": 0.4, "technology": 0.5, "family": -0.6},
    {"family": 1.6, "food": 0.4},
    {"family": 0.8, "food": 0.5, "wellness": 0.5},
    {"history": 0.7, "wellness": 0.6, "outdoors": 0.4, "family": -0.5},
    {"history": 0.9, "home": 0.8, "technology": -1.0},
)
_UNKNOWN_SHARE, _TWO_THEMES_SHARE = 0.04, 0.4
# Spread of the logarithm of activity; the most active meet `_MOST_ACTIVE` times the mean.
_ACTIVITY_SPREAD, _MOST_ACTIVE = 0.7, 8


def draw_people(
    count: int,
    encounters_per_person: float,
    chinese_share: float,
    bilingual_share: float,
    quiet_share: float,
    single_share: float,
    seed: int,
) -> pd.DataFrame:
    """Draw people whose tastes depend on age, occupation and chance.

    A person likes two or three themes: those of the largest appeal of age + occupation + Gumbel noise (Gumbel
    top-k, which samples without replacement in proportion to exp(appeal)).

    Args:
        count: Number of people.
        encounters_per_person: Mean number of items that an active person meets.
        chinese_share: Share of people who read Chinese only.
        bilingual_share: Share of people who read both languages.
        quiet_share: Share of people who never touch an item.
        single_share: Share of people with exactly one event.
        seed: The seed of the simulation.

    Returns:
        One row per person: the columns of the `users` table (some attributes unknown), `encounters` (number
        of items that they will meet) and `TASTE_COLUMNS`, non-negative weights that sum to 1.
    """
    random = generator(seed, "people")
    bands = pick(_AGE_SHARES, random.random(count))
    ages = _ages(bands, random)
    occupations = _occupations(bands, ages, random)
    names = np.array(list(_OCCUPATION_TASTES))
    english_share = 1 - chinese_share - bilingual_share
    genders = pick(np.array([0.49, 0.48, 0.03]), random.random(count))
    languages = pick(np.array([english_share, chinese_share, bilingual_share]), random.random(count))
    people = pd.DataFrame({
        "user_id": [f"u{number:05d}" for number in range(1, count + 1)],
        "age": pd.array(ages, dtype="Int64"),
        "gender": np.array(["female", "male", "other"])[genders],
        "occupation": names[occupations],
        "city": _cities(languages, random),
        "language": np.array(LANGUAGES)[languages],
        "encounters": _encounters(count, encounters_per_person, quiet_share, single_share, random),
    })  # fmt: skip
    tastes = _tastes(bands, occupations, random)
    for column in ("age", "gender", "occupation"):
        people[column] = people[column].mask(happens(_UNKNOWN_SHARE, count, random))
    return people.assign(**dict(zip(TASTE_COLUMNS, tastes.T, strict=True)))


def _ages(bands: np.ndarray, random: np.random.Generator) -> np.ndarray:
    ends = np.append(_AGE_STARTS[1:], _OLDEST)
    return (_AGE_STARTS[bands] + random.random(len(bands)) * (ends - _AGE_STARTS)[bands]).astype(np.int64)


def _occupations(bands: np.ndarray, ages: np.ndarray, random: np.random.Generator) -> np.ndarray:
    names = list(_OCCUPATION_TASTES)
    student, retired = names.index("student"), names.index("retired")
    working = np.array([name not in {"student", "retired"} for name in names], dtype=float)
    chosen = pick(working, random.random(len(bands)))
    studies = (bands == _STUDENT_BAND) & happens(_STUDENT_SHARE, len(bands), random) | (ages < _OF_AGE)
    rests = (bands == _RETIRED_BAND) & happens(_RETIRED_SHARE, len(bands), random)
    return np.where(studies, student, np.where(rests, retired, chosen))


def _cities(languages: np.ndarray, random: np.random.Generator) -> np.ndarray:
    draws = random.random(len(languages))
    choices = [_CITIES[language] for language in LANGUAGES]
    return np.array([choices[group][int(draw * len(choices[group]))]
                     for group, draw in zip(languages, draws, strict=True)])  # fmt: skip


def _encounters(
    count: int, mean: float, quiet_share: float, single_share: float, random: np.random.Generator
) -> np.ndarray:
    # exp(spread * normal - spread² / 2) has mean 1.
    active = mean * np.exp(_ACTIVITY_SPREAD * random.standard_normal(count) - _ACTIVITY_SPREAD**2 / 2)
    encounters = np.clip(np.round(active), 2, _MOST_ACTIVE * mean).astype(np.int64)
    kind = random.random(count)
    encounters[kind < quiet_share + single_share] = 1
    encounters[kind < quiet_share] = 0
    return encounters


def _tastes(bands: np.ndarray, occupations: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return taste weights, (people, themes), rows summing to 1 with two or three entries above 0."""
    by_occupation = _appeals(tuple(_OCCUPATION_TASTES.values()))
    by_age = _appeals(_AGE_TASTES)
    gumbel = -np.log(-np.log(random.random((len(bands), len(THEMES)))))
    order = np.argsort(-(by_occupation[occupations] + by_age[bands] + gumbel), axis=1, kind="stable")
    weights = np.array([0.6, 0.27, 0.13]) * (0.8 + 0.4 * random.random((len(bands), 3)))
    weights[happens(_TWO_THEMES_SHARE, len(bands), random), 2] = 0.0
    tastes = np.zeros((len(bands), len(THEMES)))
    np.put_along_axis(tastes, order[:, :3], weights, axis=1)
    return np.round(tastes / tastes.sum(axis=1, keepdims=True), 6)


def _appeals(groups: tuple[dict[str, float], ...]) -> np.ndarray:
    return np.array([[group.get(theme, 0.0) for theme in THEMES] for group in groups])
