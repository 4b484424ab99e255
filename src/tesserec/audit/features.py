"""Whether feature blocks hold what the stage may read alone, and learned from what it knows alone."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.audit.allowed import Allowed
from tesserec.audit.check import Check, described, leak
from tesserec.audit.recount import (
    categories,
    frequent,
    gathering,
    mean_rows,
    numbers,
    ranges,
    weighed,
)
from tesserec.audit.sources import Sources
from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.features.fusion import LEARNED_ROWS

# What items say of themselves has no time; interests are checked where they are learned, links by themselves.
UNDATED = {"item": ("text", "relations", "interests"), "user": ("relations",)}
# What single precision may change in a number of a row of length 1.
TOLERANCE = 1e-5
# What it may leave of an inner product that is zero, as a part of the greatest. One strange row among n that
# were learned from leaves about 0.4 / n.
ROUNDING = 1e-4


@dataclass(frozen=True)
class Recounted:
    """A block as the stage may know it.

    Attributes:
        rows: (rows, columns).
        learned_from: What it may be learned from, in words.
        names: What the columns are called; None: they have no names.
        of_texts: Whether it is made of user texts.
    """

    rows: Matrix
    learned_from: str
    names: list[str] | None = None
    of_texts: bool = False


def check_blocks(
    found: FeatureBlocks,
    kind: str,
    sources: Sources,
    allowed: Allowed,
    hidden: np.ndarray,
    *,
    minimum_word_count: int,
    number_ranges: int,
    seed: int,
) -> Check:
    """Check the blocks of items or people against blocks counted anew.

    Args:
        found: Blocks of a stage.
        kind: item or user.
        sources: What they are made of.
        allowed: What the stage may know.
        hidden: The texts that it must not read, (texts,) bool.
        minimum_word_count: Texts that a word must occur in.
        number_ranges: Ranges that a number column of people is cut into.
        seed: Of the draw of rows that the block `fused` is learned from.

    Raises:
        LeakError: If a block holds a text, a word or a statistic of what the stage must not know, or if
            nobody has said how to check it.
    """
    if kind == "item":
        counted = _items(sources, allowed, hidden, minimum_word_count)
    else:
        counted = _people(sources, allowed, hidden, minimum_word_count, number_ranges)
    for name, block in found.blocks.items():
        if name in counted:
            _compare(name, found, kind, counted[name], sources.texts[hidden], allowed)
        elif name not in (*UNDATED[kind], "fused"):
            finding = f"nobody can tell what the {kind} block '{name}' was made from"
            leak(f"{allowed.stage}_data", finding, 1, "tesserec.audit.features, which has no check of it")
    if "fused" in found.blocks:
        known = allowed.known_items(found.ids) if kind == "item" else allowed.known_users(found.ids)
        _check_directions(found.blocks["fused"], known, kind, allowed.stage, seed)
    compared = ", ".join(name for name in found.blocks if name not in UNDATED[kind])
    return Check(allowed.stage, f"{kind} features", f"{compared} with a count of what is known", len(found))


def _items(sources: Sources, allowed: Allowed, hidden: np.ndarray, minimum: int) -> dict[str, Recounted]:
    count = len(sources.items)
    known = allowed.known_items(sources.items["item_id"].to_numpy(object))
    read = np.flatnonzero(~hidden & (sources.subject >= 0))
    said = gathering(sources.subject[read], count) @ sources.text_words[read]
    words, rarity = frequent(sources.item_words, known, minimum)
    spoken, rarity_spoken = frequent(said, known, minimum)
    names, held = categories(sources.item_categories, known, count)
    from_items = f"the {len(known):,} items of its histories"
    from_texts = f"the {len(read):,} texts that were written about items before"
    return {
        "lexical": Recounted(
            weighed(sources.item_words, words, rarity), from_items, sources.vocabulary[words].tolist()
        ),
        "reviews": Recounted(
            mean_rows(sources.subject[read], sources.vectors[read], count), from_texts, of_texts=True
        ),
        "review_words": Recounted(
            weighed(said, spoken, rarity_spoken),
            from_texts,
            sources.vocabulary[spoken].tolist(),
            of_texts=True,
        ),
        "categories": Recounted(held, from_items, names),
        "numbers": Recounted(numbers(sources.items, sources.roles["items"], known), from_items),
    }


def _people(
    sources: Sources, allowed: Allowed, hidden: np.ndarray, minimum: int, number_ranges: int
) -> dict[str, Recounted]:
    count = len(sources.users)
    known = allowed.known_users(sources.users["user_id"].to_numpy(object))
    known_items = allowed.known_items(sources.items["item_id"].to_numpy(object))
    read = np.flatnonzero(~hidden & (sources.author >= 0))
    said = gathering(sources.author[read], count) @ sources.text_words[read]
    words, rarity = frequent(sources.item_words, known_items, minimum)
    _, held = categories(sources.user_categories, known, count)
    within = ranges(sources.users, sources.roles["users"], known, number_ranges)
    from_texts = f"the {len(read):,} texts that people wrote before"
    return {
        "text": Recounted(
            mean_rows(sources.author[read], sources.vectors[read], count), from_texts, of_texts=True
        ),
        "lexical": Recounted(
            weighed(said, words, rarity), from_texts, sources.vocabulary[words].tolist(), of_texts=True
        ),
        "demographics": Recounted(
            sp.csr_array(sp.hstack([held, sp.csr_array(within)])), f"the {len(known):,} people with a history"
        ),
    }


def _compare(
    name: str, found: FeatureBlocks, kind: str, counted: Recounted, hidden: pd.DataFrame, allowed: Allowed
) -> None:
    """End the run where a block is not what was counted; `hidden` are the texts that must not be read."""
    block = found.blocks[name]
    place, mend = f"{allowed.stage}_data, {kind} block '{name}'", f"tesserec.features.{kind}s"
    new = sorted(set(found.names.get(name, [])) - set(counted.names or found.names.get(name, [])))
    if new:
        finding = f"it knows '{new[0]}', which cannot be learned from {counted.learned_from}"
        leak(place, finding, len(new), mend)
    if block.shape != counted.rows.shape:
        finding = (
            f"it has {block.shape[1]:,} columns, but {counted.learned_from} give {counted.rows.shape[1]:,}"
        )
        leak(place, finding, 1, mend)
    wrong = _differing(block, counted.rows)
    if not len(wrong):
        return
    row_id = found.ids[wrong[0]]
    finding = f"the row of {kind} {row_id} is not what {counted.learned_from} give"
    own = hidden[hidden[f"{kind}_id"] == row_id]
    if counted.of_texts and len(own):
        told = f"{len(own):,} of its texts must not be read before {allowed.begins}"
        finding += f": {told}, such as that {described(own.iloc[0])}"
    leak(place, finding, len(wrong), mend)


def _differing(block: Matrix, expected: Matrix) -> np.ndarray:
    """Return the rows in which two matrices differ."""
    if block.shape[1] == 0:
        return np.zeros(0, dtype=int)
    furthest = abs(block - expected).max(axis=1)
    return np.flatnonzero((furthest.toarray() if sp.issparse(furthest) else furthest) > TOLERANCE)


def _check_directions(fused: np.ndarray, known: np.ndarray, kind: str, stage: str, seed: int) -> None:
    """Check that directions are the principal ones of the known rows: their columns are orthogonal then.

    Learned from any other rows, they are orthogonal on those, and not on these.
    """
    if len(known) > LEARNED_ROWS:
        known = np.sort(np.random.default_rng(seed).choice(known, LEARNED_ROWS, replace=False))
    rows = fused[known].astype(float)
    products = rows.T @ rows
    lengths = np.diag(products).copy()
    np.fill_diagonal(products, 0)
    if abs(products).max(initial=0) > ROUNDING * lengths.max(initial=0):
        finding = (
            f"its directions are not those of the {len(known):,} {kind}s with events that the stage may see"
        )
        leak(f"{stage}_data, {kind} block 'fused'", finding, 1, "tesserec.features.fusion")
