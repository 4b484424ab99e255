"""The parameters under `model_training:`; conf/base/parameters/model_training.yml explains each."""

from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt, model_validator

from tesserec.options import Options
from tesserec.recommenders import Recommender, build_recommender
from tesserec.recommenders.blend_learning import BlendLearner


class FusionOptions(Options):
    """How the fusion learns to blend recommenders."""

    fallback: str
    people: PositiveInt
    depth: Annotated[int, Field(ge=10)]
    regularization: NonNegativeFloat
    seed: int

    def learner(self, recommenders: list[str], *, new_items: bool = False) -> BlendLearner:
        """Make what learns to blend the named recommenders, for new items or for known ones."""
        return BlendLearner(recommenders, self.fallback, self.regularization, self.seed, new_items)


class PairOptions(Options):
    """How ratings and likes of pairs are predicted."""

    people: PositiveInt
    like_threshold: float | Literal["auto"]
    unseen_per_pair: PositiveInt
    blocks: list[str]
    blocks_without_ratings: list[str]
    seed: int

    def blocks_for(self, *, graded: bool) -> list[str]:
        """Name the item blocks for a log with ratings, or for one without."""
        return self.blocks if graded else self.blocks_without_ratings


class ModelTrainingOptions(Options):
    """All parameters of the pipeline."""

    recommenders: dict[str, dict[str, Any]]
    max_memory_gb: PositiveFloat
    fusion: FusionOptions
    pairs: PairOptions

    @model_validator(mode="after")
    def _can_be_built(self) -> "ModelTrainingOptions":
        self.build()
        if self.fusion.fallback not in self.recommenders:
            raise ValueError(f"fallback names {self.fusion.fallback!r}, which is not among the recommenders")
        if self.recommenders[self.fusion.fallback].get("kind") != "Popularity":
            raise ValueError("the fallback must be of kind Popularity, which has a score for everyone")
        if slashed := [name for name in self.recommenders if "/" in name]:
            raise ValueError(f"the name {slashed[0]!r} has a slash, which parts names in saved models")
        return self

    def build(self) -> dict[str, Recommender]:
        """Make the unfitted recommenders by name."""
        kinds = {name: options.get("kind", "") for name, options in self.recommenders.items()}
        # Linear models are fitted one after the other; the weights of content kernels stand side by side.
        shares = {"ContentKernel": list(kinds.values()).count("ContentKernel")}
        return {
            name: build_recommender(
                kind,
                {key: value for key, value in self.recommenders[name].items() if key != "kind"},
                {"max_memory_gb": self.max_memory_gb / shares.get(kind, 1)},
            )
            for name, kind in kinds.items()
        }
