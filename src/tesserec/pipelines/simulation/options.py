"""Parameters of the simulation; `conf/base/parameters/simulation.yml` explains each."""

from datetime import UTC, date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from tesserec.options import Options

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class PeopleOptions(Options):
    """Who the people are."""

    count: Count
    events_per_person: Annotated[float, Field(gt=0)]
    chinese_share: Share
    bilingual_share: Share
    quiet_share: Share
    single_share: Share
    friends_per_person: Annotated[float, Field(ge=0)]
    homophily: Share

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if self.chinese_share + self.bilingual_share > 1 or self.quiet_share + self.single_share > 1:
            raise ValueError(
                "chinese_share + bilingual_share, and quiet_share + single_share, must be at most 1"
            )
        return self


class ItemsOptions(Options):
    """What there is to like."""

    multiplier: Count
    popularity_skew: Annotated[float, Field(ge=0)]
    cold_share: Annotated[float, Field(ge=0, lt=1)]


class BehaviourOptions(Options):
    """What the people do with the items."""

    start_date: date
    days: Count
    noise: Share
    stay: Share
    follow: Share
    review_share: Share
    search_share: Share
    pairs: Annotated[int, Field(ge=0)]

    @property
    def start(self) -> int:
        """First second of the simulated time, since the epoch."""
        return int(
            datetime(self.start_date.year, self.start_date.month, self.start_date.day, tzinfo=UTC).timestamp()
        )

    @model_validator(mode="after")
    def _chances_fit(self) -> Self:
        if self.noise + self.stay > 1:
            raise ValueError("noise + stay must be at most 1")
        return self


class SimulationOptions(Options):
    """Everything that decides what a simulation makes."""

    seed: Annotated[int, Field(ge=0)]
    people_per_chunk: Count
    people: PeopleOptions
    items: ItemsOptions
    behaviour: BehaviourOptions
