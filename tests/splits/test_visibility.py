import pandas as pd
import pytest

from tesserec.splits import visible_relations, visible_texts

from .planted import events

NAN = float("nan")


def texts(*rows: tuple[str, str | None, float, str]) -> pd.DataFrame:
    """Make texts from (user, item, time, what the text is)."""
    return pd.DataFrame(
        rows, columns=["user_id", "item_id", "timestamp", "text"], index=range(5, 5 + len(rows))
    )


def seen(table: pd.DataFrame, divided: pd.DataFrame, stage: str) -> set[str]:
    visible = visible_texts(table, divided, stage)
    assert visible.index.tolist() == list(range(len(visible)))
    return set(visible["text"])


# u's last item is of time 30; v lives later, so no moment divides everybody.
BY_USER = events(
    ("u", "a", 10), ("u", "b", 20), ("u", "c", 30), ("v", "a", 50), ("v", "b", 60), ("v", "c", 70)
).assign(split=["train", "valid", "test"] * 2)
TEXTS = texts(
    ("u", "a", 11, "review of train"),
    ("u", "a", NAN, "undated review of train"),
    ("u", "a", 35, "late review of train"),
    ("u", "b", 21, "review of valid"),
    ("u", "b", NAN, "undated review of valid"),
    ("u", "c", 29, "early review of test"),
    ("u", "c", NAN, "undated review of test"),
    ("u", None, 5, "early search"),
    ("u", None, 20, "search on the day of valid"),
    ("u", None, 30, "search on the day of test"),
    ("u", None, NAN, "undated bio"),
    ("u", "elsewhere", 5, "early tag"),
    ("u", "elsewhere", 40, "late tag"),
    ("w", None, 99, "somebody without interactions"),
)
TUNING = {
    "review of train", "undated review of train", "early search", "undated bio", "early tag",
    "somebody without interactions",
}  # fmt: skip
TESTING = TUNING | {"review of valid", "undated review of valid", "search on the day of valid"}


@pytest.mark.parametrize(
    ("stage", "expected"), [("tuning", TUNING), ("testing", TESTING), ("serving", set(TEXTS["text"]))]
)
def test_nothing_about_or_after_a_target_is_visible(stage: str, expected: set[str]) -> None:
    assert seen(TEXTS, BY_USER, stage) == expected


def test_a_link_to_a_target_is_hidden_from_either_end() -> None:
    links = pd.DataFrame(
        [
            ("user", "u", "saved", "item", "a"),
            ("user", "u", "saved", "item", "b"),
            ("item", "c", "saved by", "user", "u"),
            ("user", "u", "saved", "item", "elsewhere"),
            ("user", "u", "friend", "user", "c"),
            ("item", "b", "sequel", "item", "c"),
        ],
        columns=["head_type", "head_id", "relation", "tail_type", "tail_id"],
    )
    for stage, kept in (("tuning", [0, 3, 4, 5]), ("testing", [0, 1, 3, 4, 5]), ("serving", range(6))):
        expected = links.iloc[list(kept)].reset_index(drop=True)
        pd.testing.assert_frame_equal(visible_relations(links, BY_USER, stage), expected)


def test_one_moment_for_everybody_holds_for_everybody() -> None:
    divided = events(("u", "a", 10), ("v", "a", 20), ("v", "b", 30)).assign(split=["train", "valid", "test"])
    table = texts(
        ("u", None, 25, "before test"), ("u", None, 30, "with test"), ("w", None, 19, "stranger before valid")
    )
    assert seen(table, divided, "tuning") == {"stranger before valid"}
    assert seen(table, divided, "testing") == {"before test", "stranger before valid"}


def test_random_splits_keep_texts_about_known_items() -> None:
    # The held-out pair is the user's first: time does not order this split.
    divided = events(("u", "a", 10), ("u", "b", 20), ("u", "c", 30)).assign(split=["test", "valid", "train"])
    table = texts(
        ("u", "c", 30, "known"), ("u", "a", 10, "target"), ("u", None, 25, "search"), ("u", "c", 31, "later")
    )
    assert seen(table, divided, "tuning") == {"known"}


def test_review_of_the_same_day_as_the_target() -> None:
    divided = events(("u", "a", 10), ("u", "b", 20), ("u", "c", 20)).assign(split=["train", "valid", "test"])
    table = texts(("u", "b", 20, "known"), ("u", "c", 20, "target"))
    assert seen(table, divided, "testing") == {"known"}


def test_unknown_times_are_judged_by_pair() -> None:
    divided = events(("u", "a", NAN), ("u", "b", NAN), ("u", "c", NAN)).assign(
        split=["train", "valid", "test"]
    )
    table = texts(("u", "a", NAN, "known"), ("u", "c", NAN, "target"), ("u", None, NAN, "bio"))
    assert seen(table, divided, "testing") == {"known", "bio"}


def test_a_pair_with_later_repetitions_is_known() -> None:
    divided = events(("u", "a", 1), ("u", "b", 2), ("u", "c", 3), ("u", "a", 4)).assign(
        split=["train", "valid", "test", "test"]
    )
    table = texts(("u", "a", 1, "first words"), ("u", "a", 4, "second words"))
    assert seen(table, divided, "testing") == {"first words"}


def test_no_texts() -> None:
    assert visible_texts(TEXTS[:0], BY_USER, "tuning").empty
