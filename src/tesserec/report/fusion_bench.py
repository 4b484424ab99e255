"""What the fusion bench found, for the report: is it the text that helps?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import pandas as pd

from tesserec.ablation import CONTROLS, FULL
from tesserec.metrics.names import metric_label
from tesserec.report.results import CHANCE
from tesserec.report.wording import p_value, signed

# Each control, as one says it.
_IN_WORDS = {
    "no text": "the same system without any text",
    "shuffled text": "the same system with every text given to another item or person",
    "random vectors": "the same system with random vectors in the place of texts",
}

_VERDICT = {
    True: "Yes: with its texts the system is better, beyond chance, than with any control in their place.",
    False: "Not beyond chance, or not against every control.",
}


@dataclass(frozen=True)
class FusionBench:
    """The tables of the fusion bench, or why there are none.

    Args:
        ablation: See `tesserec.ablation.compare_arms`; empty where there is nothing to show.
        text_value: See `tesserec.ablation.value_of_text`.
        missing: Why there is nothing; empty where there is.
    """

    ablation: pd.DataFrame
    text_value: pd.DataFrame
    missing: str = ""

    @classmethod
    def under(cls, protocol_hash: str, ablation: pd.DataFrame, text_value: pd.DataFrame) -> Self:
        """Take the tables if they were measured under the protocol of the run; others cannot be compared."""
        if ablation.empty:
            missing = "It was not measured what each part is worth."
        elif set(ablation["protocol_hash"]) != {protocol_hash}:
            missing = (
                "The fusion bench was last run under another protocol, or on other data, so it is not shown."
            )
        else:
            return cls(ablation, text_value)
        return cls(pd.DataFrame(), pd.DataFrame(), missing)

    @property
    def controls(self) -> pd.DataFrame:
        """The controls of the text, each with `beaten`: whether the full system is better beyond chance."""
        if self.ablation.empty:
            return pd.DataFrame(columns=["arm", "beaten"])
        rows = self.ablation[self.ablation["arm"].isin(CONTROLS)]
        beaten = (rows["difference"] > 0) & (rows["p_holm"] <= CHANCE)
        return rows.assign(beaten=beaten)

    @property
    def text_helps(self) -> bool | None:
        """Whether the full system beats every control of the text; None if that was not measured."""
        return bool(self.controls["beaten"].all()) if len(self.controls) else None


def bench_in_words(bench: FusionBench) -> Iterator[str]:
    """Yield what the text is worth against each of its controls, or how to find out."""
    if bench.missing:
        command = "kedro run --pipelines ablation,reporting"
        yield f"{bench.missing} `{command}`, with the --env and --params of this run, measures it."
        return
    if bench.text_helps is None:
        yield "This data has no texts, so there was nothing to take away."
        return
    full = bench.ablation.set_index("arm").loc[FULL]
    metric = metric_label(full["metric"])
    yield _VERDICT[bench.text_helps]
    yield (
        f"With one budget, on the same {int(full['users']):,} people, the whole system reaches {metric} "
        f"{full['value']:.4f}. Three controls are the whole system but for what texts say:"
    )
    for row in bench.controls.itertuples():
        yield (
            f"{_IN_WORDS[row.arm].capitalize()} reaches {row.value:.4f}: a gain of {signed(row.difference)} "
            f"(95\u202f% interval {signed(row.difference_low)} to {signed(row.difference_high)}, "
            f"{p_value(row.p_holm)} corrected), {'beyond chance' if row.beaten else 'which may be chance'}."
        )


def bench_cautions(bench: FusionBench) -> Iterator[str]:
    """Yield a warning if the text does not beat all of its controls."""
    controls = bench.controls
    names = [_IN_WORDS[arm] for arm in controls.loc[~controls["beaten"].astype(bool), "arm"]]
    if names:
        listed = "; nor than ".join(names)
        yield f"The text does not beat its controls: beyond chance it is not better than {listed}."
