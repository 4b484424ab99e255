"""Runs that are killed at any moment and continued leave the store of a run that was not."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

TEXTS = 240
RUN = """
import sys, time
from pathlib import Path
sys.path.insert(0, {here!r})
from planted import LetterEncoder
from tesserec.encoders import corpus
from tesserec.encoders.store import VectorStore

class SlowEncoder(LetterEncoder):
    def read(self, prepared, progress):
        time.sleep({seconds})
        return super().read(prepared, progress)

corpus.CHUNK_TEXTS = 10
encoder, store = SlowEncoder(), VectorStore(Path({store!r}))
known = store.vectors_of(encoder.description.digest, 3).keys
texts = ["abc" * number for number in range({texts})]
chunks = corpus.new_chunks([texts[:100], texts[100:]], known, 10**9)
for chunk in corpus.encode_chunks(chunks, [encoder], len(texts)):
    store.append(chunk)
"""


def start(store: Path, seconds: float) -> subprocess.Popen:
    here = str(Path(__file__).parent)
    code = RUN.format(here=here, seconds=seconds, store=str(store), texts=TEXTS)
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)


def files(store: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.rglob("*") if path.is_file()}


def finished(store: Path) -> int:
    return len(list(store.rglob("[!.]*.safetensors")))


def test_five_kills_leave_the_store_of_an_undisturbed_run(tmp_path):
    assert start(tmp_path / "whole", 0).wait(60) == 0
    whole = files(tmp_path / "whole")
    chunks = len(whole) - 1  # beside them lies the encoder's description
    chances = random.Random(4)
    counts = []
    for _ in range(5):
        run = start(tmp_path / "store", 0.03)
        already = finished(tmp_path / "store")
        while finished(tmp_path / "store") == already and run.poll() is None:
            time.sleep(0.005)
        time.sleep(chances.uniform(0, 0.1))
        os.kill(run.pid, signal.SIGKILL)
        assert run.wait(10) == -signal.SIGKILL
        counts.append(finished(tmp_path / "store"))
    assert counts == sorted(set(counts))
    assert counts[-1] < chunks
    assert start(tmp_path / "store", 0).wait(60) == 0
    assert files(tmp_path / "store") == whole
