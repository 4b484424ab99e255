"""The parameters under `reporting:`; conf/base/parameters/reporting.yml explains each."""

from pydantic import Field, NonNegativeInt, PositiveInt

from tesserec.options import Options


class ReportingOptions(Options):
    """What the report is about and how much it shows."""

    title: str = Field(min_length=1)
    metric: str
    baseline: str
    rounds: PositiveInt
    seed: NonNegativeInt
    people: NonNegativeInt
    history: PositiveInt
    suggestions: PositiveInt
    excerpt: PositiveInt
    word_pairs: PositiveInt
    private: bool
    data_dir: str
    output_dir: str
