import pandas as pd

from tesserec.text.views import item_text_views, user_text_views

ROLES = {"category": "multi_category", "path": "category", "year": "number", "plot": "text"}


def items(**columns: list[object]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    table = {
        "item_id": [str(number) for number in range(size)],
        "title": [""] * size,
        "description": [""] * size,
    }
    empty: dict[str, list[object]] = {name: [None] * size for name in ROLES}
    return pd.DataFrame({**table, **empty, **columns})


def views_of(**columns: list[object]) -> tuple[str, str, str]:
    row = item_text_views(items(**columns), ROLES).iloc[0]
    return row["language"], row["contextual"], row["lexical"]


def test_title_then_categories_then_description_then_texts() -> None:
    language, contextual, lexical = views_of(
        title=["The Polish"], category=["Nails|Hands"], path=["Beauty > Makeup"], year=[1999.0],
        description=["It is not a bad one!"], plot=["A story"],
    )  # fmt: skip
    assert language == "en"
    assert contextual == "The Polish. Nails, Hands. Beauty, Makeup. It is not a bad one! A story."
    assert lexical == "polish nails hands beauty makeup not bad story"


def test_chinese_item() -> None:
    language, contextual, lexical = views_of(title=["我来到北京"], category=["剧情|悬疑"])
    assert (language, contextual) == ("zh", "我来到北京。剧情, 悬疑。")
    assert lexical.split()[-2:] == ["剧情", "悬疑"]
    assert "我" not in lexical.split()


def test_item_without_title_or_without_anything() -> None:
    table = item_text_views(items(title=["", ""], description=["Only ships", ""]), ROLES)
    assert table["contextual"].tolist() == ["Only ships.", ""]
    assert table["lexical"].tolist() == ["ships", ""]
    assert table["language"].tolist() == ["en", "other"]


def test_repeated_parts_are_said_once() -> None:
    assert views_of(title=["Heat"], description=["Heat"], plot=["Heat"])[1] == "Heat."


def test_equal_texts_of_different_items_and_any_index() -> None:
    table = items(title=["Heat", "Dust", "Heat"])
    table.index = pd.Index([7, 7, 2])
    views = item_text_views(table, ROLES)
    assert views["item_id"].tolist() == ["0", "1", "2"]
    assert views["lexical"].tolist() == ["heat", "dust", "heat"]
    assert views.columns.tolist() == ["item_id", "language", "contextual", "lexical"]


def test_user_texts_keep_their_keys() -> None:
    texts = pd.DataFrame({
        "text_id": ["a", "b", "c"], "user_id": ["u", "u", "v"], "item_id": ["i", None, None],
        "kind": ["review", "search", "bio"], "text": ["I don't like it", "科幻大片", ""],
        "timestamp": [1.0, float("nan"), 2.0],
    }, index=[4, 5, 6])  # fmt: skip
    views = user_text_views(texts)
    keys = ["text_id", "user_id", "item_id", "kind", "timestamp"]
    assert views.columns.tolist() == [*keys, "language", "contextual", "lexical"]
    pd.testing.assert_frame_equal(views[keys], texts[keys].reset_index(drop=True))
    assert views["contextual"].tolist() == ["I don't like it", "科幻大片", ""]
    assert views["lexical"].tolist() == ["don't like", "科幻 大片", ""]
    assert views["language"].tolist() == ["en", "zh", "other"]


def test_no_texts_at_all() -> None:
    columns = ["text_id", "user_id", "item_id", "kind", "text", "timestamp"]
    views = user_text_views(pd.DataFrame(columns=columns, dtype="str").astype({"timestamp": "float64"}))
    assert views.empty
    assert "lexical" in views
