"""Texts tell the form of an item loudly and its theme softly; people choose by the theme."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import adjusted_rand_score

from tesserec.semantics.taste_space import TasteSpace
from tesserec.semantics.topics import find_topics

ITEMS, PEOPLE, CHOICES = 240, 400, 12
FORMS = [[f"{form}{number}" for number in range(4)] for form in ("book", "film", "song")]
THEMES = [[f"{theme}{number}" for number in range(5)] for theme in ("sea", "tea", "war", "cat")]
generator = np.random.default_rng(3)
FORM, THEME = generator.integers(0, 3, ITEMS), generator.integers(0, 4, ITEMS)
TEXTS = [
    " ".join([*FORMS[form], *generator.choice(THEMES[theme], 2, replace=False), f"own{item}"])
    for item, (form, theme) in enumerate(zip(FORM, THEME, strict=True))
]
BLIND = np.zeros((ITEMS, 8), dtype=np.float32)
ENGLISH = np.full(ITEMS, "en", dtype=object)


def choices(groups: np.ndarray) -> sp.csr_matrix:
    """Return choices of people who each seek one group, one time in six another."""
    random = np.random.default_rng(5)
    wanted = random.integers(0, groups.max() + 1, PEOPLE)
    rows = np.repeat(np.arange(PEOPLE), CHOICES)
    at_will = random.random(len(rows)) < 1 / 6
    columns = [
        random.integers(ITEMS) if free else random.choice(np.flatnonzero(groups == wanted[row]))
        for row, free in zip(rows, at_will, strict=True)
    ]
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(PEOPLE, ITEMS)).sign()


def interests(chosen: sp.csr_matrix | None, texts=TEXTS, vectors=BLIND) -> np.ndarray:
    found = find_topics(texts, vectors, ENGLISH, 2, 20, 2, seed=0, choices=chosen)
    return found.assign(texts, vectors, ENGLISH)


def test_interests_are_what_people_choose_by_and_topics_are_what_texts_are():
    assert adjusted_rand_score(FORM, interests(None)) == 1
    assert adjusted_rand_score(THEME, interests(choices(THEME))) > 0.95
    assert adjusted_rand_score(FORM, interests(choices(FORM))) > 0.95


def test_what_only_the_embedding_tells_counts_too():
    vectors = np.eye(8, dtype=np.float32)[THEME]
    forms_alone = [text.rsplit(maxsplit=3)[0] for text in TEXTS]
    assert adjusted_rand_score(THEME, interests(choices(THEME), forms_alone, vectors)) > 0.95


def test_two_tastes_lie_along_one_axis():
    space = TasteSpace.fit(TEXTS, BLIND, choices(THEME % 2), 2, seed=0)
    placed = space.place(TEXTS[:50], BLIND[:50])
    assert placed.shape == (50, 1)
    assert adjusted_rand_score(THEME[:50] % 2, placed[:, 0] > 0) == 1


def test_items_that_nobody_chose_are_placed_by_their_text():
    chosen = choices(THEME).tolil()
    chosen[:, :60] = 0
    assert adjusted_rand_score(THEME[:60], interests(chosen.tocsr())[:60]) > 0.9


def test_choices_by_chance_tell_nothing_and_leave_topics():
    by_chance = choices(np.zeros(ITEMS, dtype=int))
    assert TasteSpace.fit(TEXTS, BLIND, by_chance, 2, 0) is None
    np.testing.assert_array_equal(interests(by_chance), interests(None))


def test_choices_that_texts_do_not_tell_leave_topics():
    themes = np.random.default_rng(1).permutation(THEME)
    assert TasteSpace.fit(TEXTS, BLIND, choices(themes), 2, 0) is None


def test_there_are_no_more_interests_than_ends_of_axes():
    """Four themes lie along three axes."""
    found = find_topics(TEXTS, BLIND, ENGLISH, 2, 20, 2, seed=0, choices=choices(THEME)).languages["en"]
    assert len(found.space.centre) == 3
    assert max(found.silhouettes) == 6


def test_of_numbers_that_separate_as_well_the_largest_is_taken():
    """Points all around a circle: no number of groups is right."""
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    round_about = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    found = find_topics([""] * 400, round_about, np.full(400, "en", dtype=object), 4, 30, 2, seed=0)
    tried = found.languages["en"].silhouettes
    good = [count for count, value in tried.items() if value >= 0.95 * max(tried.values())]
    assert found.count == max(good) > max(tried, key=tried.get)


@pytest.mark.parametrize("people", [0, 1, PEOPLE])
def test_who_chose_one_item_shows_no_taste(people):
    rows = np.arange(people)
    alone = sp.csr_matrix((np.ones(people), (rows, rows % ITEMS)), shape=(people, ITEMS))
    assert TasteSpace.fit(TEXTS, BLIND, alone, 2, 0) is None


def test_a_text_that_says_nothing_lies_nowhere():
    space = TasteSpace.fit(TEXTS, BLIND, choices(THEME), 2, 0)
    placed = space.place(["", "sea1 sea2", "unheard"], BLIND[:3])
    assert not placed[[0, 2]].any()
    assert np.linalg.norm(placed[1]) == pytest.approx(1)
