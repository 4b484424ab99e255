"""Where a language model comes from, for whoever passes on what was made with it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from huggingface_hub.repocard import metadata_load

from tesserec.encoders.models import BUNDLED_NAMES, resolve_model
from tesserec.errors import ConfigError


@dataclass(frozen=True)
class Provenance:
    """What is known of the origin of a model.

    Args:
        hub_name: Its name on the Hugging Face hub; None if it has none.
        licence: Its licence as its own model card names it; None if there is no card, or none in it.
        languages: The languages that its own model card names.
    """

    hub_name: str | None = None
    licence: str | None = None
    languages: tuple[str, ...] = ()

    @classmethod
    def find(cls, model: str, revision: str | None) -> Self:
        """Look into the model's folder; one that is not on this machine tells its name only.

        Args:
            model: The bundled model's name, the path of a folder, or a name on the hub.
            revision: Branch, tag or commit on the hub; None for the newest.
        """
        try:
            card = Path(resolve_model(model, revision)) / "README.md"
        except ConfigError:
            return cls(_hub_name(model))
        told = (metadata_load(card) if card.is_file() else None) or {}
        languages = told.get("language") or ()
        return cls(
            _hub_name(model),
            told.get("license"),
            (languages,) if isinstance(languages, str) else tuple(languages),
        )


def _hub_name(model: str) -> str | None:
    if model in BUNDLED_NAMES:
        return BUNDLED_NAMES[1]
    on_hub = re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", model) and not Path(model).expanduser().exists()
    return model if on_hub else None
