"""The parameters under `model_training:`; conf/base/parameters/model_training.yml explains each."""

from typing import Any, Literal

from pydantic import NonNegativeFloat, PositiveInt, model_validator

from tesserec.options import Options
from tesserec.recommenders import Recommender, build_recommender


class FusionOptions(Options):
    """How the weights of the fusion are learned."""

    recommenders: list[str]
    fallback: str
    people: PositiveInt
    depth: PositiveInt
    regularization: NonNegativeFloat
    seed: int


class PairOptions(Options):
    """How ratings and likes of pairs are predicted."""

    people: PositiveInt
    like_threshold: float | Literal["auto"]
    unseen_per_pair: PositiveInt
    blocks: list[str]
    seed: int


class ModelTrainingOptions(Options):
    """All parameters of the pipeline."""

    recommenders: dict[str, dict[str, Any]]
    fusion: FusionOptions
    pairs: PairOptions

    @model_validator(mode="after")
    def _can_be_built(self) -> "ModelTrainingOptions":
        self.build()
        named = {*self.fusion.recommenders, self.fusion.fallback}
        if unknown := sorted(named - set(self.recommenders)):
            raise ValueError(f"fusion names {unknown[0]!r}, which is not among the recommenders")
        if self.recommenders[self.fusion.fallback].get("kind") != "Popularity":
            raise ValueError("the fallback must be of kind Popularity, which has a score for everyone")
        if slashed := [name for name in self.recommenders if "/" in name]:
            raise ValueError(f"the name {slashed[0]!r} has a slash, which parts names in saved models")
        return self

    def build(self) -> dict[str, Recommender]:
        """Make the unfitted recommenders by name."""
        return {
            name: build_recommender(
                options.get("kind", ""), {k: v for k, v in options.items() if k != "kind"}
            )
            for name, options in self.recommenders.items()
        }
