import json

import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError, DataError
from tesserec.tables.attributes import AttributeRules
from tesserec.tables.cleaning import clean_tables
from tesserec.tables.contract import CONTRACTS
from tesserec.tables.interactions import EventRules

ATTRIBUTES = AttributeRules(roles={}, limits={"age": (0, 120)}, outlier_fence=10.0)
EVENTS = EventRules(
    event_weights={},
    default_event_weight=1.0,
    value_weighting="auto",
    rating_scale="auto",
    date_limits=(-2_208_988_800.0, 2_000_000_000.0),
    minimum_user_events=0,
    minimum_item_events=0,
    outlier_fence=10.0,
)


def table(columns, *rows):
    return pd.DataFrame(list(rows), columns=columns.split(), dtype="str")


ITEMS = table("item_id title", ["a", "Alpha"], ["b", "Beta"], ["c", "Gamma"])


def clean(item_rules=ATTRIBUTES, user_rules=ATTRIBUTES, event_rules=EVENTS, **raw):
    tables = {name: contract.empty() for name, contract in CONTRACTS.items()}
    tables |= {"items": ITEMS, "interactions": table("user_id item_id", ["u", "a"])} | raw
    return clean_tables(tables, item_rules=item_rules, user_rules=user_rules, event_rules=event_rules)


def found(cleaned, name, kind):
    notes = cleaned.quality["tables"][name][kind]
    return {
        (note.get("column"), note["reason"].split(":")[0].split(" (")[0]): note["count"] for note in notes
    }


def test_events_are_sorted_by_user_time_and_row():
    raw = table(
        "user_id item_id timestamp",
        ["v", "a", "5"],
        ["u", "a", None],
        ["u", "c", "2"],
        ["u", "b", "2"],
        ["u", "a", "1"],
    )

    events = clean(interactions=raw).tables["interactions"]

    assert events["item_id"].tolist() == ["a", "c", "b", "a", "a"]
    assert events["user_id"].tolist() == ["u"] * 4 + ["v"]
    assert np.isnan(events["timestamp"][3])
    assert events.columns.tolist() == ["user_id", "item_id", "event", "value", "timestamp", "weight"]


def test_duplicates_and_unknown_items_are_dropped_and_counted():
    raw = table(
        "user_id item_id event value session",
        ["u", "a", "View", "1", "s1"],
        ["u", "a", "view", "1.0", "s2"],
        ["u", "a", "view", "2", "s2"],
        ["u", "z", "view", "1", "s3"],
    )

    cleaned = clean(interactions=raw)

    assert len(cleaned.tables["interactions"]) == 2
    quality = cleaned.quality["tables"]["interactions"]
    assert (quality["rows_read"], quality["rows_kept"]) == (4, 2)
    assert found(cleaned, "interactions", "dropped") == {
        (None, "column is not part of the contract of this table"): 1,
        (None, "item is not in the table items"): 1,
        (None, "exact duplicate"): 1,
    }


def test_impossible_values_are_set_aside_and_the_event_stays():
    stars = [["u", "a", "rating", str(1 + n % 5), str(n)] for n in range(200)]
    raw = table(
        "user_id item_id event value timestamp",
        *stars,
        ["u", "b", "rating", "99", "300"],
        ["u", "b", "rating", "good", "301"],
        *[["u", "b", "dwell", str(n), str(400 + n)] for n in range(150)],
        ["u", "c", "dwell", "-3", "600"],
    )

    cleaned = clean(interactions=raw)
    events = cleaned.tables["interactions"]

    assert found(cleaned, "interactions", "coerced") == {
        ("value", "not a number"): 1,
        ("value of rating", "impossible"): 1,
        ("value of dwell", "impossible"): 1,
    }
    assert len(events) == len(raw)
    assert events["value"].max() == 149
    assert events["value"].min() == 0
    assert events["value"].isna().sum() == 3


def test_a_scale_that_goes_below_zero_is_kept():
    raw = table(
        "user_id item_id event value", *[["u", "abc"[n % 3], "rating", str(n - 10)] for n in range(21)]
    )

    assert not clean(interactions=raw).quality["tables"]["interactions"]["coerced"]


def test_impossible_dates_are_unknown_times():
    raw = table(
        "user_id item_id timestamp",
        ["u", "a", "1800-01-01"],
        ["u", "b", "2020-01-01"],
        ["u", "c", "2999-01-01"],
    )

    cleaned = clean(interactions=raw)

    assert cleaned.tables["interactions"]["item_id"].tolist() == ["b", "a", "c"]
    assert found(cleaned, "interactions", "coerced") == {("timestamp", "impossible date"): 2}


def test_impossible_ages_are_missing_and_far_prices_only_reported():
    ages = [[f"u{n}", str(20 + n)] for n in range(40)]
    prices = [[f"i{n}", "x", str(10 + n / 10)] for n in range(40)]

    cleaned = clean(
        users=table("user_id age", *ages, ["old", "239"]),
        items=table("item_id title price", *prices, ["gold", "x", "9000"]),
        interactions=table("user_id item_id", ["u0", "i0"]),
    )

    assert np.isnan(cleaned.tables["users"].set_index("user_id").loc["old", "age"])
    assert found(cleaned, "users", "coerced") == {("age", "impossible"): 1}
    assert cleaned.tables["items"]["price"].max() == 9000
    assert found(cleaned, "items", "noticed") == {
        ("price", "far outside 11 to 13, where half of the values are"): 1
    }


def test_attributes_follow_their_roles():
    items = table(
        "item_id title description genres maker runtime story",
        ["a", "Alpha &amp; Omega", "<b>Good</b>", "Drama|Comedy|Drama", "Ａcme", "104 minutes", "x"],
        ["b", "None", "nan", "Comedy", "N/A", "98 minutes", None],
        ["c", None, None, None, "Bolt", "unknown", "y"],
    )
    rules = AttributeRules(roles={"runtime": "number", "story": "text"}, limits={}, outlier_fence=10.0)

    cleaned = clean(items=items, item_rules=rules)
    clean_items = cleaned.tables["items"]

    assert cleaned.roles["items"] == {
        "genres": "multi_category",
        "maker": "category",
        "runtime": "number",
        "story": "text",
    }
    assert clean_items["title"].tolist() == ["Alpha & Omega", "None", ""]
    assert clean_items["description"].tolist() == ["Good", "", ""]
    assert clean_items["genres"].fillna("-").tolist() == ["Drama|Comedy", "Comedy", "-"]
    assert clean_items["maker"].fillna("-").tolist() == ["Acme", "-", "Bolt"]
    assert clean_items["runtime"].fillna(-1).tolist() == [104, 98, -1]
    assert clean_items["story"].tolist() == ["x", "", "y"]
    assert found(cleaned, "items", "coerced") == {("runtime", "not a number"): 1}


def test_a_column_that_says_nothing_is_left_out_and_reported():
    items = table("item_id title shop", ["a", "x", "one"], ["b", "y", "one"])

    cleaned = clean(items=items)

    assert cleaned.tables["items"].columns.tolist() == ["item_id", "title", "description"]
    assert cleaned.quality["tables"]["items"]["dropped"][0]["examples"] == ["shop"]


def test_a_role_that_fits_no_value_is_refused():
    items = table("item_id title tone", ["a", "x", "dark"], ["b", "y", "light"])
    rules = AttributeRules(roles={"tone": "number"}, limits={}, outlier_fence=10.0)

    with pytest.raises(ConfigError, match=r"items\.tone is number, but no value is one, such as 'dark'"):
        clean(items=items, item_rules=rules, interactions=table("user_id item_id", ["u", "a"]))


def test_users_hold_everyone_who_is_mentioned():
    cleaned = clean(
        users=table("user_id town", ["w", "Köln"], ["u", "Rom"]),
        interactions=table("user_id item_id", ["u", "a"], ["v", "z"]),
        texts=table("user_id text", ["t", "looking for shoes"]),
    )

    users = cleaned.tables["users"]
    assert users["user_id"].tolist() == ["w", "u", "v", "t"]
    assert users["town"].fillna("-").tolist() == ["Köln", "Rom", "-", "-"]


def test_texts_get_keys_of_their_content():
    rows = (
        ["u", "Great &lt;3", "a"],
        ["u", "Great &lt;3", "a"],
        ["u", "  ", "a"],
        ["u", "x", "z"],
        ["v", "shoes", None],
    )
    forward = clean(texts=table("user_id text item_id", *rows))
    backward = clean(texts=table("user_id text item_id", *rows[::-1])).tables["texts"]

    texts = forward.tables["texts"]
    assert texts["text"].tolist() == ["Great <3", "shoes"]
    assert texts["item_id"].fillna("-").tolist() == ["a", "-"]
    assert set(texts["text_id"]) == set(backward["text_id"])
    assert found(forward, "texts", "dropped") == {
        (None, "text is empty"): 1,
        (None, "item is not in the table items"): 1,
        (None, "exact duplicate"): 1,
    }


def test_small_tables_lose_unknown_items_and_duplicates():
    cleaned = clean(
        relations=table(
            "head_type head_id relation tail_type tail_id",
            ["User", "u", "Friend", "user", "stranger"],
            ["item", "a", "director", "person", "p"],
            ["item", "a", "director", "person", "p"],
            ["item", "z", "director", "person", "p"],
        ),
        candidates=table("item_id", ["a"], ["a"], ["z"]),
        pairs=table("user_id item_id", ["u", "a"], ["u", "z"]),
    )

    assert cleaned.tables["relations"]["head_id"].tolist() == ["u", "a"]
    assert cleaned.tables["relations"]["relation"].tolist() == ["friend", "director"]
    assert cleaned.tables["candidates"]["item_id"].tolist() == ["a"]
    assert len(cleaned.tables["pairs"]) == 1


def test_exclusions_are_for_one_person_or_for_everybody():
    raw = table(
        "item_id user_id note",
        ["a", "u", ""],
        ["a", " ", ""],
        ["b", None, ""],
        ["z", "u", ""],
        ["a", "u", ""],
    )

    cleaned = clean(exclusions=raw)

    kept = cleaned.tables["exclusions"]
    assert kept["item_id"].tolist() == ["a", "a", "b"]
    assert kept["user_id"].isna().tolist() == [False, True, True]
    assert found(cleaned, "exclusions", "noticed") == {("user_id", "no user is named"): 2}
    assert found(cleaned, "exclusions", "dropped") == {
        (None, "column is not part of the contract of this table"): 1,
        (None, "item is not in the table items"): 1,
        (None, "exact duplicate"): 1,
    }


def test_exclusions_without_a_user_column_are_for_everybody():
    kept = clean(exclusions=table("item_id", ["a"], ["b"])).tables["exclusions"]
    assert kept["item_id"].tolist() == ["a", "b"]
    assert kept["user_id"].isna().all()
    assert kept["user_id"].dtype == "str"


def test_an_exclusion_for_somebody_unknown_is_noted_because_it_does_nothing():
    cleaned = clean(exclusions=table("item_id user_id", ["a", "u"], ["a", "stranger"]))
    assert found(cleaned, "exclusions", "noticed") == {("user_id", "user is in no other table"): 1}


@pytest.mark.parametrize(
    ("name", "columns", "row"),
    [
        ("interactions", "user_id item_id", ["u", "z"]),
        ("texts", "user_id text item_id", ["u", "x", "z"]),
        ("candidates", "item_id", ["z"]),
        ("pairs", "user_id item_id", ["u", "z"]),
        ("exclusions", "item_id user_id", ["z", "u"]),
        ("relations", "head_type head_id relation tail_type tail_id", ["item", "z", "r", "item", "a"]),
    ],
)
def test_a_table_about_unknown_items_only_is_refused(name, columns, row):
    with pytest.raises(DataError, match=name):
        clean(**{name: table(columns, row)})


def test_a_core_that_holds_nothing_is_refused():
    rules = EventRules(**{**vars(EVENTS), "minimum_user_events": 2})

    with pytest.raises(DataError, match=r"lower preprocessing\.minimum_user_events"):
        clean(event_rules=rules)


def test_inputs_stay_as_they_were_and_the_report_is_json():
    raw = table("user_id item_id value", ["u", "a", "x"], ["u", "b", "1"])
    before = raw.copy()

    cleaned = clean(interactions=raw)

    pd.testing.assert_frame_equal(raw, before)
    assert set(json.loads(json.dumps(cleaned.quality, allow_nan=False))["tables"]) == set(CONTRACTS)
