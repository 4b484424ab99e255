"""The parameters under `ablation:`; conf/base/parameters/ablation.yml explains each."""

from pydantic import PositiveInt

from tesserec.options import Options


class AblationOptions(Options):
    """All parameters of the pipeline."""

    people: PositiveInt
    seeds: PositiveInt
    text_blocks: tuple[str, ...]
    seed: int
