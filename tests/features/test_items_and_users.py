"""The blocks of items and people, and that nothing in them is learned from rows that are not known."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tesserec.encoders import Embeddings
from tesserec.features.blocks import FeatureBlocks
from tesserec.features.items import build_item_blocks
from tesserec.features.texts import LexicalBlock
from tesserec.features.users import build_user_blocks

ITEM_ROLES = {"genre": "multi_category", "price": "number", "blurb": "text"}
USER_ROLES = {"job": "category", "age": "number"}
NO_LINKS = pd.DataFrame(columns=["head_type", "head_id", "relation", "tail_type", "tail_id"], dtype="str")
LINKS = pd.DataFrame(
    [("item", "i0", "by", "person", "kim"), ("user", "u0", "friend", "user", "u1")], columns=NO_LINKS.columns
)
KNOWN = np.array([0, 1, 2])


def world() -> dict:
    return {
        "items": pd.DataFrame(
            {
                "item_id": ["i0", "i1", "i2", "i3"],
                "genre": ["a|b", "a", None, "c"],
                "price": [1.0, 3.0, np.nan, 1000.0],
                "blurb": ["x", "y", "z", "w"],
            }
        ),
        "users": pd.DataFrame(
            {
                "user_id": ["u0", "u1", "u2", "u3"],
                "job": ["cook", "cook", "vet", "spy"],
                "age": [20.0, 30, 40, 99],
            }
        ),
        "words": pd.Series(["red hat", "red shoe", "blue hat", "rare rare"]),
        "texts": pd.DataFrame(
            {
                "text_id": ["t0", "t1", "t2", "t3"],
                "user_id": ["u0", "u0", "u1", "u3"],
                "item_id": pd.Series(["i0", "i1", None, "i3"], dtype=object),
                "lexical": ["nice hat", "nice shoe", "red hat", "odd odd"],
            }
        ),
        "item_embeddings": Embeddings(np.array(["i1", "i0"], dtype=object), np.eye(2, 3, dtype=np.float32)),
        "text_embeddings": Embeddings(
            np.array(["t0", "t1", "t2", "t3"], dtype=object), np.eye(4, dtype=np.float32)[:, :3]
        ),
        "interests": pd.DataFrame({"item_id": ["i2", "i3", "gone", "i0"], "interest": [1, -1, 0, 0]}),
        "relations": LINKS,
    }


def blocks_of(tables: dict) -> tuple[FeatureBlocks, FeatureBlocks]:
    vocabulary = LexicalBlock(1).fit(tables["words"].iloc[KNOWN])
    items = build_item_blocks(
        tables["items"],
        ITEM_ROLES,
        tables["words"],
        vocabulary,
        tables["item_embeddings"],
        tables["texts"],
        tables["text_embeddings"],
        tables["interests"],
        tables["relations"],
        KNOWN,
    )
    users = build_user_blocks(
        tables["users"],
        USER_ROLES,
        tables["texts"],
        tables["text_embeddings"],
        tables["relations"],
        KNOWN,
        vocabulary,
        2,
    )
    return items, users


def dense(block) -> np.ndarray:
    return sp.csr_array(block).toarray()


class TestItems:
    @pytest.fixture
    def items(self) -> FeatureBlocks:
        return blocks_of(world())[0]

    def test_every_table_gives_its_block_in_the_order_of_items(self, items):
        assert items.ids.tolist() == ["i0", "i1", "i2", "i3"]
        assert set(items.blocks) == {
            "text", "lexical", "reviews", "review_words", "interests", "categories", "numbers", "relations",
        }  # fmt: skip
        assert all(block.shape[0] == 4 for block in items.blocks.values())
        np.testing.assert_array_equal(items.blocks["text"], [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]])
        np.testing.assert_array_equal(dense(items.blocks["interests"]), [[1, 0], [0, 0], [0, 1], [0, 0]])
        assert dense(items.blocks["relations"]).ravel().tolist() == [1, 0, 0, 0]

    def test_columns_have_names(self, items):
        for name, names in items.names.items():
            assert items.blocks[name].shape[1] == len(names)
        assert items.names["numbers"] == ["price"]
        assert "hat" in items.names["lexical"]

    def test_reviews_are_texts_about_the_item(self, items):
        np.testing.assert_array_equal(items.blocks["reviews"][:3], [[1, 0, 0], [0, 1, 0], [0, 0, 0]])
        words = dict(zip(items.names["review_words"], dense(items.blocks["review_words"])[0], strict=True))
        assert set(words) == {"nice", "hat", "shoe"}
        assert words["shoe"] == 0

    def test_blocks_without_data_are_left_out(self):
        tables = world() | {"relations": NO_LINKS, "texts": world()["texts"].iloc[:0]}
        tables["interests"] = tables["interests"].assign(interest=-1)
        assert set(blocks_of(tables)[0].blocks) == {"text", "lexical", "categories", "numbers"}


class TestUsers:
    @pytest.fixture
    def users(self) -> FeatureBlocks:
        return blocks_of(world())[1]

    def test_every_table_gives_its_block_in_the_order_of_users(self, users):
        assert users.ids.tolist() == ["u0", "u1", "u2", "u3"]
        assert set(users.blocks) == {"text", "lexical", "demographics", "relations"}
        half = np.sqrt(0.5)
        np.testing.assert_allclose(
            users.blocks["text"][:3], [[half, half, 0], [0, 0, 1], [0, 0, 0]], rtol=1e-6
        )
        assert dense(users.blocks["relations"]).tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]

    def test_words_are_those_of_the_items(self, users):
        items = blocks_of(world())[0]
        assert users.names["lexical"] == items.names["lexical"]
        assert "nice" not in users.names["lexical"]

    def test_demographics_by_hand(self, users):
        assert users.names["demographics"] == ["job: cook", "job: vet", "age: below 30", "age: 30 or more"]
        assert dense(users.blocks["demographics"]).tolist() == [
            [1, 0, 1, 0],
            [1, 0, 0, 1],
            [0, 1, 0, 1],
            [0, 0, 0, 1],
        ]

    def test_blocks_without_data_are_left_out(self):
        bare = world() | {"relations": NO_LINKS, "texts": world()["texts"].iloc[:0]}
        assert set(blocks_of(bare)[1].blocks) == {"demographics"}


class TestLeaks:
    """The last row of every table is not known. Whatever it holds, the known rows stay as they are."""

    @pytest.fixture
    def pair(self) -> tuple[dict, dict]:
        tables, changed = world(), world()
        changed["items"].loc[3, ["genre", "price"]] = ["a|b|unheard", -1e6]
        changed["users"].loc[3, ["job", "age"]] = ["cook", 21.0]
        changed["words"].iloc[3] = "red red hat unheard"
        changed["texts"].loc[3, "lexical"] = "nice hat unheard"
        return tables, changed

    @pytest.mark.parametrize("side", [0, 1], ids=["items", "users"])
    def test_known_rows_do_not_move(self, pair, side):
        one, other = (blocks_of(tables)[side] for tables in pair)
        assert one.names == other.names
        for name, block in one.blocks.items():
            np.testing.assert_array_equal(dense(block)[:3], dense(other.blocks[name])[:3], err_msg=name)

    def test_the_unknown_rows_did_change(self, pair):
        one, other = (blocks_of(tables)[0] for tables in pair)
        for name in ("lexical", "review_words", "categories", "numbers"):
            assert not np.array_equal(dense(one.blocks[name])[3], dense(other.blocks[name])[3]), name


def test_tables_are_not_changed():
    tables, before = world(), world()
    blocks_of(tables)
    for name in ("items", "users", "texts", "relations"):
        pd.testing.assert_frame_equal(tables[name], before[name])
