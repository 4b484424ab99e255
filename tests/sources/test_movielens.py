import logging

import pandas as pd
import pytest

from tesserec.errors import DataError
from tesserec.sources import read_source


def rows(table):
    """Rows as tuples, with None for whatever is missing."""
    return list(table.astype("object").where(table.notna(), None).itertuples(index=False, name=None))


def put(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


LATEST = {
    "ratings.csv": "userId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n7,2,4.0,851868750\r\n",
    "movies.csv": (
        "\ufeffmovieId,title,genres\r\n"
        '31,"Misérables, Les (1995)",Drama|War\r\n'
        "2,Death Note: Desu nôto (2006–2007) ,(no genres listed)\r\n"
        "9,Babylon 5,Sci-Fi\r\n"
        "10,2001: A Space Odyssey (1968),Sci-Fi\r\n"
    ),
    "tags.csv": (
        'userId,movieId,tag,timestamp\r\n7,2,"dark, ""gritty""",1445714994\r\n7,2,NA,1445714995\r\n7,2,,1\r\n'
    ),
    "links.csv": "movieId,imdbId,tmdbId\r\n31,0113497,862\r\n2,0110000,\r\n9,1,77.0\r\n10,2,62\r\n",
}
METADATA = (
    "adult,genres,id,overview,tagline\n"
    "False,\"[{'id': 16, 'name': 'Animation'}]\",862,No overview found.,\n"
    'False,[],862,"A thief steals bread;\nhe pays for it.",\n'
    "False,[],862,A later duplicate.,\n"
    " - Written by Ørnås\n"
    "0.065736,[],1997-08-20,1,\n"
    "False,[],77,  ,The last best hope.\n"
)
TMDB_5000 = 'budget,id,overview,tagline\n1,77,"A station in space.",\n1,62,,\n1,862,Other words.,Bread!\n'


def test_latest_reads_ratings_films_and_tags(tmp_path):
    tables = read_source("movielens", put(tmp_path, LATEST))
    assert rows(tables["interactions"]) == [
        ("1", "31", "rating", 2.5, 1260759144.0),
        ("7", "2", "rating", 4.0, 851868750.0),
    ]
    assert list(tables["interactions"]) == ["user_id", "item_id", "event", "value", "timestamp"]
    assert list(tables["items"]) == ["item_id", "title", "genres", "year"]
    assert rows(tables["items"]) == [
        ("31", "Misérables, Les (1995)", "Drama|War", 1995.0),
        ("2", "Death Note: Desu nôto (2006–2007)", None, 2006.0),
        ("9", "Babylon 5", "Sci-Fi", None),
        ("10", "2001: A Space Odyssey (1968)", "Sci-Fi", 1968.0),
    ]
    assert rows(tables["texts"]) == [
        ("7", "2", "tag", 'dark, "gritty"', 1445714994.0),
        ("7", "2", "tag", "NA", 1445714995.0),
    ]
    assert list(tables["users"]) == ["user_id"]
    assert tables["users"].empty


def test_latest_without_tags_and_links(tmp_path):
    tables = read_source(
        "movielens", put(tmp_path, {name: LATEST[name] for name in ("ratings.csv", "movies.csv")})
    )
    assert list(tables["texts"]) == ["user_id", "item_id", "kind", "text", "timestamp"]
    assert tables["texts"].empty
    assert len(tables["items"]) == 4


@pytest.mark.parametrize("place", ["inside", "beside"])
def test_plots_are_joined_by_tmdb_id(tmp_path, caplog, place):
    folder = put(tmp_path / "ml-latest-small", LATEST)
    put(
        folder if place == "inside" else tmp_path,
        {"movies_metadata.csv": METADATA, "tmdb_5000_movies.csv": TMDB_5000},
    )
    with caplog.at_level(logging.INFO):
        items = read_source("movielens", tmp_path)["items"]
    assert list(items) == ["item_id", "title", "description", "tagline", "genres", "year"]
    assert [row[2:4] for row in rows(items)] == [
        ("A thief steals bread;\nhe pays for it.", None),
        (None, None),
        ("A station in space.", None),
        (None, None),
    ]
    assert "TMDB describes 2 of 4 films" in caplog.text
    assert "left out 2 broken rows" in caplog.text


def test_tmdb_file_of_another_kind(tmp_path):
    put(tmp_path, LATEST | {"movies_metadata.csv": "id,title\n862,Toy Story\n"})
    with pytest.raises(DataError, match=r"movies_metadata\.csv has no column 'overview'"):
        read_source("movielens", tmp_path)


ML_1M = {
    "ratings.dat": "1::1193::5::978300760\n2::48::3::978298413\n",
    "movies.dat": "1193::One Flew: Over (1975)::Drama\n48::Él (1952)::Drama|Romance\n".encode("latin-1"),
    "users.dat": "1::F::1::10::48067-1234\n2::M::56::16::70072\n",
}


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_1m_turns_codes_into_words(tmp_path, encoding):
    movies = ML_1M["movies.dat"].decode("latin-1").encode(encoding)
    tables = read_source("movielens", put(tmp_path, ML_1M | {"movies.dat": movies}))
    assert rows(tables["interactions"])[1] == ("2", "48", "rating", 3.0, 978298413.0)
    assert rows(tables["items"]) == [
        ("1193", "One Flew: Over (1975)", "Drama", 1975.0),
        ("48", "Él (1952)", "Drama|Romance", 1952.0),
    ]
    assert list(tables["users"]) == ["user_id", "gender", "age_group", "occupation", "zip_region"]
    assert rows(tables["users"]) == [
        ("1", "F", "under 18", "school student", "4xxxx"),
        ("2", "M", "56 and over", "self-employed", "7xxxx"),
    ]
    assert tables["texts"].empty


def item_line(number, title, date, *genres):
    return f"{number}|{title}|{date}||http://us.imdb.com/|" + "|".join(
        str(int(g in genres)) for g in range(19)
    )


GENRES = """
    unknown Action Adventure Animation Children's Comedy Crime Documentary Drama Fantasy Film-Noir Horror
    Musical Mystery Romance Sci-Fi Thriller War Western
""".split()
ML_100K = {
    "u.data": "196\t242\t3\t881250949\n186\t302\t4\t891717742\n",
    "u.genre": "\n".join(f"{genre}|{code}" for code, genre in enumerate(GENRES)) + "\n\n",
    "u.item": "\n".join(
        [
            item_line(1, "Toy Story (1995)", "01-Jan-1995", 3, 4, 5),
            item_line(267, "unknown", "", 0),
            item_line(302, 'Dr. "Q", Café (1964)', "26-Jan-1997", 18),
        ]
    ).encode("latin-1"),
    "u.user": "196|24|M|technician|85711\n186|53|F|other|T8H1N\n",
    "u.occupation": "other\ntechnician\n",
}


def test_100k_reads_flags_and_people(tmp_path):
    tables = read_source("movielens", put(tmp_path, ML_100K))
    assert rows(tables["interactions"]) == [
        ("196", "242", "rating", 3.0, 881250949.0),
        ("186", "302", "rating", 4.0, 891717742.0),
    ]
    assert rows(tables["items"]) == [
        ("1", "Toy Story (1995)", "Animation|Children's|Comedy", 1995.0),
        ("267", "", None, None),
        ("302", 'Dr. "Q", Café (1964)', "Western", 1964.0),
    ]
    assert list(tables["users"]) == ["user_id", "gender", "occupation", "zip_region", "age"]
    assert rows(tables["users"]) == [
        ("196", "M", "technician", "8xxxx", 24.0),
        ("186", "F", "other", "Txxxx", 53.0),
    ]


def test_types_do_not_depend_on_the_version(tmp_path):
    for number, files in enumerate((LATEST, ML_1M, ML_100K)):
        tables = read_source("movielens", put(tmp_path / str(number), files))
        for name in ("interactions", "texts"):
            words = [
                column for column in ("user_id", "item_id", "event", "kind", "text") if column in tables[name]
            ]
            assert all(isinstance(tables[name][column].dtype, pd.StringDtype) for column in words)
            assert tables[name]["timestamp"].dtype == "float64"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, r"does not hold a complete data set: MovieLens needs ratings\.csv.*u\.data.*grouplens\.org"),
        ({"ratings.csv": LATEST["ratings.csv"]}, "does not hold a complete data set"),
        (
            LATEST | {"ratings.csv": "userId,movieId,rating\n1,2,3\n"},
            r"ratings\.csv has no column 'timestamp'",
        ),
        (
            LATEST | {"ratings.csv": "userId,movieId,rating,timestamp\n1,31,4,5\n1,2,good,6\n"},
            r"ratings\.csv, line 3: rating is 'good', not a number",
        ),
        (LATEST | {"ratings.csv": ""}, r"ratings\.csv is empty"),
        (
            LATEST | {"movies.csv": "movieId,title,genres\n1,\xe9,x\n".encode("latin-1")},
            r"movies\.csv is not UTF-8",
        ),
        (LATEST | {"movies.csv": 'movieId,title,genres\n1,"Open,x\n'}, r"movies\.csv cannot be read"),
        (
            LATEST | {"movies.csv": "movieId,title,genres\n1,A,x\n1,B,x\n"},
            r"\(items\): column item_id holds the id '1'",
        ),
        (
            LATEST | {"ratings.csv": "userId,movieId,rating,timestamp\n,31,4,5\n"},
            r"column user_id has no id in 1 of 1",
        ),
        (
            ML_1M | {"ratings.dat": "1::1193::5::978300760\n2::48::x::1\n"},
            r"ratings\.dat, line 2: value is 'x'",
        ),
        (ML_1M | {"users.dat": " \n"}, r"users\.dat is empty"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, files, message):
    with pytest.raises(DataError, match=message) as error:
        read_source("movielens", put(tmp_path, files))
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_one_unpacked_archive_inside_is_found_and_two_are_not_guessed_at(tmp_path):
    put(tmp_path / "ml-1m", ML_1M)
    put(tmp_path / ".half-downloaded", LATEST)
    assert len(read_source("movielens", tmp_path)["users"]) == 2
    put(tmp_path / "ml-100k", ML_100K)
    with pytest.raises(
        DataError, match=r"several data sets \(ml-100k, ml-1m\): name one with --params data_dir="
    ):
        read_source("movielens", tmp_path)


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="nowhere does not exist: MovieLens needs"):
        read_source("movielens", tmp_path / "nowhere")
