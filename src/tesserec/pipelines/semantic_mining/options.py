"""The parameters of this pipeline; `conf/base/parameters/semantic_mining.yml` explains each."""

from typing import Literal, Self

from pydantic import NonNegativeInt, PositiveInt, model_validator

from tesserec.options import Options


class SemanticMiningOptions(Options):
    """How many words and topics describe items and users."""

    keywords_per_item: PositiveInt
    phrases_per_keyword: PositiveInt
    keywords_per_user: PositiveInt
    topics_per_user: PositiveInt
    likings_per_user: PositiveInt
    words_per_topic: PositiveInt
    words_per_topic_name: PositiveInt
    fewest_topics: PositiveInt
    most_topics: PositiveInt
    minimum_items: PositiveInt
    kinds_without_opinion: list[str]
    opinion_reader: Literal["frozen", "tuned"]
    aspects: PositiveInt
    minimum_aspect_texts: PositiveInt
    seed: NonNegativeInt

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> Self:
        if self.fewest_topics > self.most_topics:
            raise ValueError(
                f"semantic_mining.fewest_topics is {self.fewest_topics}, above most_topics {self.most_topics}"
            )
        return self
