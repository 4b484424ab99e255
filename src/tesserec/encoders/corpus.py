"""Encode a stream of texts: what is new only, chunk by chunk, one chunk prepared while another is read."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from queue import SimpleQueue

import numpy as np
from tqdm import tqdm

from tesserec.encoders.keys import KEY, KeySet, content_keys
from tesserec.encoders.protocol import Encoder
from tesserec.encoders.store import StoredChunk

CHUNK_TEXTS = 16_384
# A killed run loses the chunk that it reads, so that should be short; but texts of many batches, sorted by
# length, need less padding than those of few.
_BATCHES, _CHARACTERS_PER_TOKEN = 64, 4


@dataclass(frozen=True)
class TextChunk:
    """Different texts without a vector.

    Args:
        keys: Their `content_keys`, (texts,).
        texts: The texts.
        rows: How many texts of the stream were looked through for them.
    """

    keys: np.ndarray
    texts: list[str]
    rows: int


def chunk_characters(batch_tokens: int) -> int:
    """Return how many characters make a chunk for an encoder that reads batches of so many tokens."""
    return batch_tokens * _BATCHES * _CHARACTERS_PER_TOKEN


def new_chunks(batches: Iterable[Sequence[str]], known: np.ndarray, characters: int) -> Iterator[TextChunk]:
    """Gather the texts of a stream that have no vector yet, each once; texts of white space need none.

    Where chunks begin depends on the sequence of new texts alone. So a run that was killed after some chunks
    is continued with the very chunks that it had before it.

    It takes some microseconds a text, and 16 bytes of memory for each different one.

    Args:
        batches: The stream.
        known: Keys of texts that have a vector, ascending, (known,).
        characters: How long a chunk is to be.

    Yields:
        Chunks that end with the text that makes them `CHUNK_TEXTS` texts or so many characters long; the last
        one may be shorter.
    """
    seen = KeySet(known)
    pending: dict[bytes, str] = {}
    length = rows = 0
    for texts in batches:
        keys = content_keys(texts)
        fresh = zip(keys.tolist(), texts, ~seen.holds(keys), strict=True)
        new = {key: text for key, text, is_new in fresh if is_new and key not in pending and text.strip()}
        rows += len(texts)
        for key, text in new.items():
            pending[key] = text
            length += len(text)
            if len(pending) == CHUNK_TEXTS or length >= characters:
                chunk = _chunk(pending, rows)
                seen.add(chunk.keys)
                yield chunk
                pending, length, rows = {}, 0, 0
    if pending:
        yield _chunk(pending, rows)


def encode_chunks(
    chunks: Iterable[TextChunk], encoders: Sequence[Encoder], total: int
) -> Iterator[StoredChunk]:
    """Encode chunks and yield them in their order, with a bar that shows how far they are.

    Each encoder reads one chunk at a time, while the next is prepared in another thread. So memory holds
    the texts and vectors of two chunks more than there are encoders. Nothing is loaded where nothing is new.

    Args:
        chunks: Texts to encode.
        encoders: Copies of the same one, each on a device of its own.
        total: Texts of the whole stream, for the bar.
    """
    free: SimpleQueue[Encoder] = SimpleQueue()
    for encoder in encoders:
        free.put(encoder)

    def encode(chunk: TextChunk) -> StoredChunk:
        ready = encoders[0].prepare(chunk.texts)
        encoder = free.get()
        try:
            made = encoder.read(ready, bar.update)
        finally:
            free.put(encoder)
        bar.update(chunk.rows - len(chunk.texts))  # those that were known, or came twice
        return StoredChunk(encoder.description, chunk.keys, made)

    waiting = iter(chunks)
    first = list(islice(waiting, 1))
    for encoder in encoders if first else ():
        encoder.load()
    workers = len(encoders) + 1
    with (
        tqdm(total=total, desc="encoding", unit=" texts") as bar,
        ThreadPoolExecutor(workers, thread_name_prefix="encode") as pool,
    ):
        under_way = deque(pool.submit(encode, chunk) for chunk in chain(first, islice(waiting, workers - 1)))
        while under_way:
            done = under_way.popleft().result()
            under_way.extend(pool.submit(encode, chunk) for chunk in islice(waiting, 1))
            yield done
        bar.update(total - bar.n)


def _chunk(texts: dict[bytes, str], rows: int) -> TextChunk:
    return TextChunk(np.array(list(texts), dtype=KEY), list(texts.values()), rows)
