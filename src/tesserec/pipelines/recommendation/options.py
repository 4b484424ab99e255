"""The parameters under `recommendation:`; conf/base/parameters/recommendation.yml explains each."""

from typing import Literal

from pydantic import NonNegativeInt, PositiveInt

from tesserec.options import Options
from tesserec.pipelines.recommendation.reranking import ReRankingOptions


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
