import re

import pandas as pd
import pytest

from tesserec.simulation.catalogue import DOMAINS, THEMES, extend_catalogue, load_catalogue


@pytest.fixture(scope="module")
def catalogue() -> pd.DataFrame:
    return load_catalogue()


def test_there_are_enough_different_items(catalogue):
    assert len(catalogue) >= 320
    assert catalogue["item_id"].is_unique
    assert catalogue["title"].is_unique
    assert catalogue["description"].is_unique
    assert catalogue.groupby("domain").size().reindex(list(DOMAINS)).min() >= 50


def test_a_quarter_is_chinese_in_every_domain(catalogue):
    shares = (catalogue["language"] == "zh").groupby(catalogue["domain"]).mean()
    assert shares.to_dict() == dict.fromkeys(DOMAINS, 0.25)


def test_chinese_items_are_chinese_and_english_ones_are_not(catalogue):
    chinese = catalogue["language"] == "zh"
    for column in ("title", "description", "category", "creator"):
        has_chinese = catalogue[column].str.contains(r"[\u4e00-\u9fff]")
        assert (has_chinese == chinese).all(), column
    assert not catalogue.loc[chinese, "description"].str.contains("[A-Za-z]{3}").any()


def test_descriptions_have_the_length_of_real_ones(catalogue):
    english = catalogue[catalogue["language"] == "en"]["description"].str.split().str.len()
    chinese = catalogue[catalogue["language"] == "zh"]["description"].str.len()
    assert english.between(25, 60).all()
    assert chinese.between(50, 130).all()


def test_descriptions_do_not_open_alike(catalogue):
    openings = catalogue["description"].map(lambda text: tuple(re.split(r"[\s，。：]", text)[:2]))
    assert openings.value_counts().max() <= 3


def test_themes_reach_across_domains(catalogue):
    assert set(catalogue["theme"]) == set(THEMES)
    assert set(catalogue["second_theme"]) <= {*THEMES, ""}
    assert (catalogue["second_theme"] != catalogue["theme"]).all()
    assert catalogue.groupby("theme")["domain"].nunique().min() >= 3
    assert catalogue.groupby("domain")["theme"].nunique().min() >= 6


def test_attributes_are_plausible(catalogue):
    assert catalogue["price"].between(3, 4000).all()
    assert catalogue["year"].between(2015, 2024).all()
    assert (catalogue["tags"].str.split("|").map(lambda tags: len(set(tags))) == 3).all()
    assert catalogue["category"].str.fullmatch(r"[^>]+ > [^>]+").all()


def test_one_copy_is_the_catalogue_itself(catalogue):
    pd.testing.assert_frame_equal(extend_catalogue(catalogue, 1, seed=0), catalogue)


def test_composed_items_keep_theme_and_mix_words(catalogue):
    extended = extend_catalogue(catalogue, 3, seed=0)
    assert len(extended) == 3 * len(catalogue)
    assert extended["item_id"].is_unique
    pd.testing.assert_frame_equal(extended.head(len(catalogue)), catalogue)
    copies = extended.tail(len(catalogue)).reset_index(drop=True)
    for column in ("domain", "language", "theme", "creator"):
        assert (copies[column] == catalogue[column]).all()
    # The opening sentence is the item's own, what follows comes from another of the theme.
    assert (copies["description"].str[:5] == catalogue["description"].str[:5]).all()
    assert (copies["description"] != catalogue["description"]).all()
