import gzip
import json
import logging

import pytest

from tesserec.errors import DataError
from tesserec.sources import read_source
from tesserec.sources.amazon.wording import category_paths, plain, price


def rows(table):
    return list(table.astype("object").where(table.notna(), None).itertuples(index=False, name=None))


def lines(*records, write=json.dumps):
    return "\n".join(map(write, records)) + "\n"


def put(folder, files):
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return folder


def old(user, item, stars, time, **more):
    return {"reviewerID": user, "asin": item, "overall": stars, "unixReviewTime": time, **more}


R2014 = [
    old("A1", "B01", 5.0, 1158019200, helpful=[3, 3], summary="Lovely", reviewText="Soft &amp; it's light."),
    old("A2", "B01", 1.0, 1158019201, summary="", reviewText=""),
    old("A2", "B03", 4.0, 1158019202, summary="Really?", reviewText="Yes."),
]
M2014 = [
    {
        "asin": "B01",
        "title": 'Tom &amp; Co\'s "Cream"',
        "description": "A cream for 'asin': 'B99'",
        "categories": [["Beauty", "Skin Care", "Face"], ["Health", "Skin"], ["Health", "Skin"]],
        "brand": "Tom's",
        "price": 12.99,
        "related": {"also_bought": ["B03"]},
    },
    {"asin": "B02", "title": "Nobody reviewed it"},
    {"asin": "B01", "title": "Comes a second time"},
]


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("write", [json.dumps, repr])
def test_2014_reads_strict_and_loose_lines(tmp_path, packed, write):
    files = {
        f"reviews_Beauty_5.json{packed}": "\ufeff" + lines(*R2014, write=write).replace("\n", "\r\n"),
        f"meta_Beauty.json{packed}": lines(*M2014, write=write),
    }
    tables = read_source("amazon", put(tmp_path, files))
    assert rows(tables["interactions"]) == [
        ("A1", "B01", "rating", 5.0, 1158019200.0),
        ("A2", "B01", "rating", 1.0, 1158019201.0),
        ("A2", "B03", "rating", 4.0, 1158019202.0),
    ]
    assert rows(tables["texts"]) == [
        ("A1", "B01", "review", "Lovely. Soft & it's light.", 1158019200.0),
        ("A2", "B03", "review", "Really? Yes.", 1158019202.0),
    ]
    assert list(tables["items"]) == ["item_id", "title", "description", "category", "brand", "price"]
    path = "Beauty > Skin Care > Face|Health > Skin"
    assert rows(tables["items"]) == [
        ("B01", 'Tom & Co\'s "Cream"', "A cream for 'asin': 'B99'", path, "Tom's", 12.99),
        ("B03", "", "", None, None, None),
    ]


def test_2018_lists_entities_scripts_and_duplicates(tmp_path, caplog):
    review = old(
        "A1", "B01", 5.0, 1425168000, verified=True, reviewText="Works", summary="Good &#34;thing&#34;!"
    )
    other_day = review | {"unixReviewTime": 1425254400, "reviewText": "Still works"}
    files = {
        "All_Beauty.json.gz": lines(
            review, review | {"style": {"Color:": " Red"}}, other_day, old("A2", "B02", 3, 1)
        ),
        "meta_All_Beauty.json.gz": lines(
            {
                "asin": "B01",
                "title": "Comb",
                "description": ["First &amp; foremost.", "", "Second."],
                "category": ["Beauty", "Hair &amp; Care", "</span></span>", "Combs"],
                "feature": ["Wood", "Light"],
                "price": "$1,299.50",
                "brand": "",
            },
            {
                "asin": "B02",
                "title": "var aPageStart = (new Date()).getTime();",
                "description": [],
                "category": [],
                "price": "$5.00 - $9.00",
            },
        ),
    }
    with caplog.at_level(logging.INFO):
        tables = read_source("amazon", put(tmp_path, files))
    assert [row[4] for row in rows(tables["interactions"])] == [1425168000.0, 1425254400.0, 1.0]
    assert [row[3] for row in rows(tables["texts"])] == ['Good "thing"! Works', 'Good "thing"! Still works']
    assert "left out 1 reviews that are there twice" in caplog.text
    assert list(tables["items"]) == ["item_id", "title", "description", "features", "category", "price"]
    assert rows(tables["items"]) == [
        ("B01", "Comb", "First & foremost. Second.", "Wood Light", "Beauty > Hair & Care", 1299.5),
        ("B02", "", "", None, None, None),
    ]


META_2023 = [
    {
        "main_category": "All Beauty",
        "parent_asin": "B01",
        "title": "Brush",
        "features": ["Soft", "Round"],
        "description": ["A brush."],
        "price": 8.5,
        "store": "Howard",
        "categories": ["Beauty", "Tools"],
        "details": {"Brand": "Other"},
    },
    {
        "main_category": "All Beauty",
        "parent_asin": "B02",
        "title": "Gel",
        "price": None,
        "categories": [],
        "store": None,
        "details": {"Brand": "Yes To"},
    },
]


def test_2023_takes_the_parent_product_and_milliseconds(tmp_path):
    review = {"rating": 4.0, "title": "Nice", "text": "Great<br />gift", "asin": "B77", "parent_asin": "B01"}
    files = {
        "All_Beauty.jsonl": lines(
            review | {"user_id": "AG", "timestamp": 1588687728923},
            review
            | {"user_id": "AH", "parent_asin": "B02", "timestamp": 1588687728000, "title": "", "text": ""},
        ),
        "meta_All_Beauty.jsonl.gz": lines(*META_2023),
    }
    tables = read_source("amazon", put(tmp_path, files))
    assert rows(tables["interactions"]) == [
        ("AG", "B01", "rating", 4.0, 1588687728.923),
        ("AH", "B02", "rating", 4.0, 1588687728.0),
    ]
    assert rows(tables["texts"]) == [("AG", "B01", "review", "Nice. Great<br />gift", 1588687728.923)]
    assert rows(tables["items"]) == [
        ("B01", "Brush", "A brush.", "Soft Round", "Beauty > Tools", "Howard", 8.5),
        ("B02", "Gel", "", None, "All Beauty", "Yes To", None),
    ]


def test_2023_five_core_has_stars_alone(tmp_path):
    files = {
        "All_Beauty.csv.gz": "user_id,parent_asin,rating,timestamp\r\nAG,B02,5.0,1588687728923\r\n",
        "meta_All_Beauty.jsonl.gz": lines(*META_2023),
    }
    tables = read_source("amazon", put(tmp_path, files))
    assert rows(tables["interactions"]) == [("AG", "B02", "rating", 5.0, 1588687728.923)]
    assert tables["texts"].empty
    assert tables["items"]["item_id"].tolist() == ["B02"]


def test_metadata_spaced_in_another_way(tmp_path):
    meta = json.dumps({"asin": "B01", "title": "Comb"}, separators=(" , ", " : "))
    tables = read_source("amazon", put(tmp_path, {"Toys.json": many(1), "meta_Toys.json": meta}))
    assert tables["items"]["title"].tolist() == ["Comb"]


def many(count, **replaced):
    good = [json.dumps(old(f"A{n}", "B01", 5.0, n)) for n in range(count)]
    for place, line in replaced.items():
        good[int(place[1:]) - 1] = line
    return "\n".join(good) + "\n"


@pytest.mark.parametrize(
    "broken", ["{'asin': ", '{"asin": "B01"}', "17", "[" * 3000, '{"reviewerID": "A", "asin": ""}']
)
def test_a_few_broken_lines_are_left_out_and_reported(tmp_path, caplog, broken):
    put(tmp_path, {"Toys.json": many(200, l7=broken, l9=broken), "meta_Toys.json": lines({"asin": "B01"})})
    tables = read_source("amazon", tmp_path)
    assert len(tables["interactions"]) == 198
    assert "Toys.json: left out 2 of 200 lines that are broken, the first is line 7" in caplog.text


META = {"meta_Toys.json": lines({"asin": "B01"})}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {},
            r"does not hold a complete data set: Amazon Reviews need a file of reviews.*kedro run",
        ),
        ({"Toys.json": many(2)}, "does not hold a complete data set"),
        (META | {"interactions.csv": "user_id,item_id\n"}, "does not hold a complete data set"),
        (
            META | {"Toys.json": many(100, l3="x", l5="y")},
            r"Toys\.json, line 3: not a record as published, nor are 1",
        ),
        (META | {"Toys.json": b""}, r"Toys\.json is empty"),
        (
            META | {"Toys.json": gzip.compress(many(2000).encode())[:-400]},
            r"Toys\.json is cut off .* after line \d+",
        ),
        (
            META | {"Toys.json": many(2), "Books.json": many(2)},
            r"Books\.json and Toys\.json, of which one can",
        ),
        (
            META | {"Toys.csv": "user_id,parent_asin,stars,timestamp\nA,B,5,1\n"},
            r"Toys\.csv, line 2: not a record",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, files, message):
    with pytest.raises(DataError, match=message) as error:
        read_source("amazon", put(tmp_path, files))
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (9.49, 9.49),
        (3, 3.0),
        ("$12.99", 12.99),
        ("12", 12.0),
        ("$ 1,299.00", 1299.0),
        ("$5.00 - $9.00", None),
        ("from 5.00", None),
        (".a-box-inner{color:red}", None),
        (-1.0, None),
        (float("inf"), None),
        (True, None),
        ("", None),
        (None, None),
    ],
)
def test_price(written, number):
    assert price(written) == pytest.approx(float("nan") if number is None else number, nan_ok=True)


def test_wording_of_odd_shapes():
    assert plain([" a &lt;b&gt; ", ["c", None], 3]) == "a <b> c"
    assert category_paths([["A", "B"], [], "stray"]) == "A > B"
    assert category_paths(["A|B", "x" * 61, "C"]) == "A/B"
    assert category_paths("Beauty") == ""
