"""From texts to their stored vectors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple

import numpy as np
import pandas as pd

from tesserec.encoders.compression import Compression
from tesserec.encoders.embeddings import Embeddings
from tesserec.encoders.keys import KeySet, content_keys
from tesserec.encoders.statistics import CorpusStatistics
from tesserec.encoders.store import StoredVectors
from tesserec.errors import DataError


def gather(
    batches: Iterable[tuple[np.ndarray, Sequence[str]]], stored: StoredVectors, compression: Compression
) -> Iterator[tuple[Embeddings, CorpusStatistics]]:
    """Look up the vectors of texts.

    Args:
        batches: Ids and texts, (n,) each.
        stored: Vectors of one encoder, by content.
        compression: What the embeddings are made smaller with.

    Yields:
        The embeddings of each batch, and what all texts so far are.

    Raises:
        DataError: If an id repeats, or a text that is more than white space has no vector.
    """
    so_far, ids_so_far = CorpusStatistics(), KeySet(content_keys([]))
    counted = np.zeros(len(stored), dtype=bool)
    for ids, texts in batches:
        _check_new(ids, ids_so_far)
        said = np.array([bool(text.strip()) for text in texts], dtype=bool)
        places = np.where(said, stored.places(content_keys(texts)), -1)
        _check_all_there(ids[said & (places < 0)])
        vectors = np.zeros((len(texts), stored.size), dtype=np.float32)
        vectors[said] = stored.vectors(places[said])
        counts = stored.counts(places[said])
        different, first = np.unique(places[said], return_index=True)
        new = first[~counted[different]]
        counted[different] = True
        empty = len(texts) - int(np.count_nonzero(counts["windows"]))
        so_far = _plus(so_far, len(texts), empty, {name: values[new] for name, values in counts.items()})
        yield Embeddings(ids, compression.compress(vectors), compression), so_far


def _check_new(ids: np.ndarray, before: KeySet) -> None:
    keys = content_keys(ids)
    repeated = before.holds(keys) | pd.Index(ids).duplicated()
    if repeated.any():
        raise DataError(
            f"the id {ids[repeated][0]!r} stands in more than one row of the texts: keep one of them"
        )
    before.add(keys)


def _check_all_there(ids: np.ndarray) -> None:
    if len(ids):
        raise DataError(
            f"{len(ids)} texts have no vector yet, the first is that of {ids[0]!r}: encode them with "
            "'kedro run --pipelines=token_encoding' and the same data_dir and output_dir"
        )


def _plus(before: CorpusStatistics, texts: int, empty: int, new: dict[str, np.ndarray]) -> CorpusStatistics:
    windows = new["windows"]
    more = (
        texts, empty, (windows > 0).sum(), (windows > 1).sum(), windows.sum(), new["tokens"].sum(),
        new["truncated"].sum(),
    )  # fmt: skip
    return CorpusStatistics(*(one + int(other) for one, other in zip(astuple(before), more, strict=True)))
