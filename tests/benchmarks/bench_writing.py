"""What texts by a language model cost: tokens per second of processor time, and memory, by size of model.

    python tests/benchmarks/bench_writing.py [SHAPE ...]

Models have the shape of published ones and random weights, which are as fast as trained ones; they never stop
early, so this is the most that a text costs. Prompts are as long as those of the sample.

- `read` and `write`: prompt tokens, and new tokens, per second; `write` for a batch of this many texts.
- `per text`: seconds for a text of as many new tokens as the parameters allow.
- `peak`: memory of the process at most so far, of which `weights` is the model.
"""

import argparse
import logging
import resource
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from tesserec.encoders.protocol import nobody
from tesserec.narration.writer import CausalWriter

logger = logging.getLogger("bench_writing")

PROMPT, NEW, ROOM = 350, 80, 1024
QWEN = {"num_key_value_heads": 2, "max_position_embeddings": ROOM, "tie_word_embeddings": True}
SHAPES = {
    "gpt2, 124M": lambda: GPT2LMHeadModel(GPT2Config(n_positions=ROOM)),
    "qwen2.5, 0.5B": lambda: Qwen2ForCausalLM(
        Qwen2Config(
            hidden_size=896, intermediate_size=4864, num_hidden_layers=24, num_attention_heads=14, **QWEN
        )
    ),
    "qwen2.5, 1.5B": lambda: Qwen2ForCausalLM(
        Qwen2Config(
            hidden_size=1536, intermediate_size=8960, num_hidden_layers=28, num_attention_heads=12, **QWEN
        )
    ),
}
BATCHES = (1, 8, 16)


def save(shape: str, folder: Path) -> float:
    """Save a random model and a tokenizer of bytes; return the model's parameters in billions."""
    torch.set_default_dtype(torch.bfloat16)  # half the memory, so that the peak is that of writing
    model = SHAPES[shape]()
    torch.set_default_dtype(torch.float32)
    model.save_pretrained(folder)
    alphabet = {letter: place for place, letter in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    tokenizer = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)
    return sum(parameter.numel() for parameter in model.parameters()) / 1e9


def seconds(folder: Path, precision: str, new: int, batch: int) -> float:
    """Return the processor time of one batch, the model being loaded."""
    writer = CausalWriter(
        str(folder),
        precision=precision,
        max_new_tokens=new,
        batch_tokens=batch * (PROMPT + new),
        device="cpu",
    )
    prompts = [chr(ord("a") + place) * PROMPT for place in range(batch)]
    writer.write(["a"], nobody)
    start = process_time()
    writer.write(prompts, nobody)
    return process_time() - start


def main(shapes: Sequence[str]) -> None:
    """Measure each shape in both number formats."""
    for shape in shapes:
        with TemporaryDirectory() as folder:
            billions = save(shape, Path(folder))
            for precision in ("bf16", "fp32"):
                for batch in BATCHES:
                    reading = seconds(Path(folder), precision, 1, batch)
                    both = seconds(Path(folder), precision, NEW, batch)
                    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
                    logger.info(
                        "%s  %s  batch %2d  read %5.0f/s  write %5.1f/s  per text %6.2f s  "
                        "weights %.1f GB  peak %.1f GB",
                        shape,
                        precision,
                        batch,
                        batch * PROMPT / reading,
                        batch * (NEW - 1) / (both - reading),
                        both / batch,
                        billions * (4 if precision == "fp32" else 2),
                        peak,
                    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shapes", nargs="*", default=list(SHAPES), choices=list(SHAPES))
    main(parser.parse_args().shapes)
