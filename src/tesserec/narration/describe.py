"""From facts to checked texts."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import pandas as pd
from tqdm import tqdm

from tesserec.narration.checks import find_fault
from tesserec.narration.facts import Facts
from tesserec.narration.prompts import PromptTemplate, field_values
from tesserec.narration.wording import word_description
from tesserec.recommenders.phrases import Language

logger = logging.getLogger(__name__)


class Writer(Protocol):
    """What continues prompts; see `tesserec.narration.writer.CausalWriter`."""

    @property
    def reserved(self) -> Sequence[str]:
        """Words that no text from outside may say."""

    def write(self, prompts: Sequence[str], progress: Callable[[int], object]) -> list[str]:
        """Return a text for each prompt."""


def describe(
    facts: Sequence[Facts],
    templates: Mapping[Language, PromptTemplate],
    writer: Writer | None,
    longest_description: int,
) -> pd.DataFrame:
    """Write a text about each piece of facts; one that breaks a check gives way to the text by rule.

    Args:
        facts: Of items and the people whom they are recommended to.
        templates: Prompts by language.
        writer: None: all texts are written by rule.
        longest_description: Characters of an item's description that a model is told.

    Returns:
        A row per piece: description; written_by (`model` or `template`); rejected (why the text of the model
        was not taken, empty where it was or there is none).
    """
    by_rule = [word_description(one) for one in facts]
    if writer is None:
        return _table(by_rule, ["template"] * len(facts), [""] * len(facts))
    told = [field_values(one, longest_description, writer.reserved) for one in facts]
    prompts = [templates[one.language].fill(values) for one, values in zip(facts, told, strict=True)]
    with tqdm(total=len(prompts), desc="Writing descriptions", unit="text") as progress:
        written = writer.write(prompts, progress.update)
    faults = [
        find_fault(text, one.language, values, templates[one.language])
        for text, one, values in zip(written, facts, told, strict=True)
    ]
    _report(faults)
    texts = [rule if fault else text for text, rule, fault in zip(written, by_rule, faults, strict=True)]
    return _table(texts, ["template" if fault else "model" for fault in faults], faults)


def _table(texts: Sequence[str], written_by: Sequence[str], rejected: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({"description": texts, "written_by": written_by, "rejected": rejected}, dtype="str")


def _report(faults: Sequence[str]) -> None:
    # The texts themselves speak of people: they do not belong into a log.
    kinds = Counter(fault.partition(":")[0] for fault in faults if fault)
    logger.info(
        "Of %d texts of the model, %d were rejected: %s",
        len(faults),
        kinds.total(),
        dict(kinds.most_common()),
    )
