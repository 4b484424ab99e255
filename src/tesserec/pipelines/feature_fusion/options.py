"""The parameters under `feature_fusion:`; conf/base/parameters/feature_fusion.yml explains each."""

from typing import Annotated

from pydantic import Field, PositiveInt

from tesserec.options import Options
from tesserec.recommenders.fusing import Fusing

Weight = Annotated[float, Field(ge=0)]


class FeatureFusionOptions(Options):
    """All parameters of the pipeline."""

    minimum_word_count: PositiveInt
    number_ranges: PositiveInt
    item_weights: dict[str, Weight]
    user_weights: dict[str, Weight]
    embedding_size: PositiveInt
    seed: int

    def fusing(self) -> Fusing:
        """Make what fuses blocks into one embedding."""
        return Fusing(self.item_weights, self.user_weights, self.embedding_size, self.seed)
