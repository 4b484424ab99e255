import pandas as pd
import pandera.errors
import pytest

from tesserec import schemas


def events(**columns):
    return pd.DataFrame({
        "user_id": ["u", "v"],
        "item_id": ["a", "b"],
        "event": ["view", "view"],
        "value": [1.0, None],
        "timestamp": [None, 2.0],
        "weight": [1.0, 0.0],
    } | columns)  # fmt: skip


def explain(schema, frame):
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        schema.validate(frame, lazy=True)
    return schemas.explain_failure(caught.value, "interactions")


def test_a_clean_table_passes_as_it_is():
    pd.testing.assert_frame_equal(schemas.Interactions.validate(events(), lazy=True), events())


def test_a_failure_is_one_sentence_with_column_row_and_value():
    message = explain(schemas.Interactions, events(weight=[1.0, -2.0], item_id=["a", ""]))

    assert "column weight fails greater_than_or_equal_to(0) in 1 rows (row 2: -2.0)" in message
    assert "column item_id fails str_length" in message
    assert message.startswith("interactions does not have its expected form") and message.count("\n") == 0


def test_missing_columns_and_wrong_types_are_named():
    message = explain(schemas.Interactions, events(user_id=[1, 2]).drop(columns=["event", "value"]))

    assert "these columns are missing: event, value" in message
    assert "column user_id fails dtype(" in message
    assert "in 2 rows (row 1, 2: 1, 2)" in message


def test_missing_and_repeated_ids_fail():
    items = pd.DataFrame({"item_id": ["a", "a"], "title": ["x", "y"], "description": ["", ""]})

    assert "column item_id fails field_uniqueness in 2 rows (row 1, 2: 'a', 'a')" in explain(
        schemas.Items, items
    )
    assert "column user_id fails not_nullable" in explain(schemas.Interactions, events(user_id=["u", None]))


def test_only_the_first_findings_are_told():
    message = explain(schemas.Interactions, events(user_id="", item_id="", event="", weight=-1.0))

    assert message.endswith("; and 1 more.")
