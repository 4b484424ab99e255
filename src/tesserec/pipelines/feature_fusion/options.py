"""The parameters under `feature_fusion:`; conf/base/parameters/feature_fusion.yml explains each."""

from typing import Annotated

from pydantic import Field, PositiveInt

from tesserec.options import Options

Weight = Annotated[float, Field(ge=0)]


class FeatureFusionOptions(Options):
    """All parameters of the pipeline."""

    minimum_word_count: PositiveInt
    number_ranges: PositiveInt
    item_weights: dict[str, Weight]
    user_weights: dict[str, Weight]
    embedding_size: PositiveInt
    seed: int
