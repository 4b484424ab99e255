import pytest

from tesserec.errors import ConfigError, DataError
from tesserec.sources import SOURCES
from tesserec.sources.categories import AMAZON_CATEGORIES
from tesserec.sources.published import find_publication, published_checksum


def test_movielens_has_a_checksum_beside_each_archive():
    publication = find_publication("movielens-1m")
    assert publication.folder == "movielens/movielens-1m"
    (file,) = publication.files
    assert file.url == "https://files.grouplens.org/datasets/movielens/ml-1m.zip"
    assert file.checksum_url == file.url + ".md5"
    assert file.name == "ml-1m.zip"


@pytest.mark.parametrize(
    ("name", "reviews", "meta"),
    [
        ("amazon-2014-Beauty", "reviews_Beauty.json.gz", "meta_Beauty.json.gz"),
        ("amazon-2014-Beauty-5core", "reviews_Beauty_5.json.gz", "meta_Beauty.json.gz"),
        ("amazon-2018-All_Beauty", "All_Beauty.json.gz", "meta_All_Beauty.json.gz"),
        ("amazon-2018-All_Beauty-5core", "All_Beauty_5.json.gz", "meta_All_Beauty.json.gz"),
        ("amazon-2023-Gift_Cards", "Gift_Cards.jsonl.gz", "meta_Gift_Cards.jsonl.gz"),
        ("amazon-2023-Gift_Cards-5core", "Gift_Cards.csv.gz", "meta_Gift_Cards.jsonl.gz"),
    ],
)
def test_amazon_names_year_category_and_core(name, reviews, meta):
    publication = find_publication(name)
    assert [file.name for file in publication.files] == [reviews, meta]
    assert all(file.url.startswith("https://") and file.checksum_url is None for file in publication.files)
    assert publication.source in SOURCES


def test_categories_are_all_there():
    assert {year: len(set(names)) for year, names in AMAZON_CATEGORIES.items()} == {
        "2014": 24,
        "2018": 29,
        "2023": 34,
    }


def test_unknown_names_list_the_known():
    with pytest.raises(
        ConfigError, match=r"'movielens-2m' is no known data set.*movielens-1m, .*amazon-2014-Beauty-5core"
    ):
        find_publication("movielens-2m")
    with pytest.raises(
        ConfigError, match=r"Amazon Reviews 2018 has the categories AMAZON_FASHION, All_Beauty"
    ):
        find_publication("amazon-2018-Beauty")


@pytest.mark.parametrize("text", ["MD5 (a.zip) = {}\n", "{}  a.zip", "{}"])
def test_checksum_in_its_usual_forms(text):
    assert published_checksum(text.format("0123456789ABCDEF" * 2)) == "0123456789abcdef" * 2


def test_no_checksum():
    with pytest.raises(DataError, match="holds no MD5"):
        published_checksum("Not found")
