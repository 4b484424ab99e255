"""The parameters under `recommendation:`; conf/base/parameters/recommendation.yml explains each."""

from typing import Literal

from pydantic import NonNegativeInt, PositiveInt

from tesserec.narration.writer import CausalWriter
from tesserec.options import Options
from tesserec.pipelines.recommendation.reranking import ReRankingOptions


class DescriptionOptions(Options):
    """For whom texts are written, and by which language model."""

    ranks: NonNegativeInt
    people: PositiveInt | None
    model: str | None
    revision: str | None
    trust_remote_code: bool
    device: str
    precision: Literal["auto", "fp32", "bf16", "fp16"]
    batch_tokens: PositiveInt
    max_new_tokens: PositiveInt
    max_sentences: PositiveInt
    longest_description: PositiveInt

    def writer(self) -> CausalWriter | None:
        """Find the model, downloaded first if it is only on the hub; None where texts are written by rule."""
        if self.model is None or not self.ranks:
            return None
        return CausalWriter(
            **self.model_dump(exclude={"ranks", "people", "longest_description"}),
        )


class FaithfulnessOptions(Options):
    """How the reasons are checked."""

    people: PositiveInt
    rounds: PositiveInt
    seed: NonNegativeInt


class RecommendationOptions(Options):
    """All parameters of the pipeline."""

    list_length: PositiveInt
    repeats: bool
    reason_language: Literal["auto", "en", "zh"]
    faithfulness: FaithfulnessOptions
    reranking: ReRankingOptions
    descriptions: DescriptionOptions
