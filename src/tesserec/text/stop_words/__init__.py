"""Words that carry grammar and no topic, per language.

Negations are left out of both lists on purpose (not, no, never, nothing, don't; 不, 没, 没有, 无, 非, 别):
"not good" without its first word is praise.
"""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType


def _read(language: str) -> frozenset[str]:
    return frozenset(files(__name__).joinpath(f"{language}.txt").read_text(encoding="utf-8").split())


# Chinese texts carry English words, so they lose the words of both lists.
STOP_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"en": _read("en"), "zh": _read("zh") | _read("en"), "other": frozenset()}
)
