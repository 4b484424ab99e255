"""What a folder of the sentence-transformers library says of the model in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tesserec.encoders.dense import DenseLayer
from tesserec.encoders.loading import read_json, transformer_settings
from tesserec.encoders.pooling import Pooling
from tesserec.errors import ConfigError

_ORDER = ("Transformer", "Pooling", "Dense", "Normalize")
_REPEATED = {"Dense"}

# The library's names in the order in which it concatenates them, and the flags that stood for each before its
# fifth version.
_POOLINGS: dict[str, tuple[str, Pooling]] = {
    "cls": ("pooling_mode_cls_token", "cls"),
    "max": ("pooling_mode_max_tokens", "max"),
    "mean": ("pooling_mode_mean_tokens", "mean"),
    "mean_sqrt_len_tokens": ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len"),
    "weightedmean": ("pooling_mode_weightedmean_tokens", "weighted_mean"),
    "lasttoken": ("pooling_mode_lasttoken", "last_token"),
}


@dataclass(frozen=True)
class SentenceTransformersFolder:
    """What becomes of the token vectors of a model, as sentence-transformers would have it.

    Without arguments it is what holds for a folder that says nothing.

    Args:
        poolings: How token vectors become one; several are concatenated; none leaves the choice to others.
        include_prompt: Whether the tokens of a prompt are pooled with those of the text.
        dense: Layers that the pooled vector goes through.
        normalize: Whether vectors are brought to length one.
        prompt: Put before each text, unless another is asked for.
    """

    poolings: tuple[Pooling, ...] = ()
    include_prompt: bool = True
    dense: tuple[DenseLayer, ...] = ()
    normalize: bool = True
    prompt: str = ""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the configuration in `folder`; weights are left where they are.

        Raises:
            ConfigError: If it asks for something that does not exist here.
        """
        if not (folder / "modules.json").exists():
            return cls()
        modules = _modules(folder)
        _check_transformer(folder)
        pooled = {} if "Pooling" not in modules else read_json(modules["Pooling"][0] / "config.json")
        return cls(
            poolings=_poolings(pooled, folder),
            include_prompt=pooled.get("include_prompt", True),
            dense=tuple(DenseLayer.read(path) for path in modules.get("Dense", ())),
            normalize="Normalize" in modules,
            prompt=_default_prompt(folder),
        )


def _modules(folder: Path) -> dict[str, list[Path]]:
    """Return the folder of each module by its kind, in the order in which they are run."""
    listed = read_json(folder / "modules.json")
    for module in listed:
        library, _, kind = module["type"].partition(".")
        if library != "sentence_transformers" or kind.rpartition(".")[2] not in _ORDER:
            raise ConfigError(
                f"token_encoding.model in {folder} has a module {module['type']}, which is not known here: "
                f"choose a model of {', '.join(_ORDER)} only"
            )
    kinds = [module["type"].rpartition(".")[2] for module in listed]
    once = [kind for kind in kinds if kind not in _REPEATED]
    if kinds != sorted(kinds, key=_ORDER.index) or len(set(once)) < len(once) or listed[0]["path"]:
        raise ConfigError(
            f"token_encoding.model in {folder} runs {', '.join(kinds)}, an order that does not exist here: "
            f"choose a model that lies in the folder itself and runs {', '.join(_ORDER)}"
        )
    modules: dict[str, list[Path]] = {}
    for kind, module in zip(kinds, listed, strict=True):
        modules.setdefault(kind, []).append(folder / module["path"])
    return modules


def _check_transformer(folder: Path) -> None:
    """Refuse a model of which something else is read than the last hidden state of a text."""
    settings = transformer_settings(folder)
    modalities = settings.get("modality_config") or {"text": {}}
    task = settings.get("transformer_task", "feature-extraction")
    output = modalities.get("text", {"method_output_name": None}).get(
        "method_output_name", "last_hidden_state"
    )
    if task != "feature-extraction" or output != "last_hidden_state":
        raise ConfigError(
            f"token_encoding.model in {folder} is made for {task} with the output {output}: "
            "choose a model for feature-extraction, whose output is last_hidden_state"
        )


def _poolings(described: dict[str, Any], folder: Path) -> tuple[Pooling, ...]:
    """Return the poolings that a module's configuration names, in either of its formats."""
    flags = [name for name, (flag, _) in _POOLINGS.items() if described.get(flag)]
    named = described.get("pooling_mode", flags or "mean") if described else []
    names = [named] if isinstance(named, str) else named
    if unknown := [name for name in names if name not in _POOLINGS]:
        raise ConfigError(
            f"token_encoding.model in {folder} asks for the pooling {', '.join(unknown)}, which is not known "
            f"here: choose a model with {', '.join(_POOLINGS)}"
        )
    return tuple(_POOLINGS[name][1] for name in names)


def _default_prompt(folder: Path) -> str:
    """Return the prompt that a folder puts before texts unless told otherwise."""
    path = folder / "config_sentence_transformers.json"
    described = read_json(path) if path.exists() else {}
    name = described.get("default_prompt_name")
    # The library has these two names in every model, with nothing to put before a text.
    prompts = {"query": "", "document": ""} | (described.get("prompts") or {})
    if name is not None and name not in prompts:
        raise ConfigError(
            f"{path} has no prompt of the name {name!r}, which it makes its default: "
            "set token_encoding.prompt to the text that should stand before each text"
        )
    return (prompts[name] or "") if name is not None else ""
