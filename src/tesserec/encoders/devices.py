"""The device and the number format that encode fastest on this machine."""

from typing import Literal

import torch

from tesserec.errors import ConfigError

Precision = Literal["fp32", "bf16", "fp16", "int8"]

DTYPES: dict[Precision, torch.dtype] = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
    "int8": torch.float32,  # of all that is no matrix of weights
}


def device_names(name: str) -> list[str]:
    """Return the devices that `name` stands for: every GPU for `auto` and `cuda`, or those between commas."""
    if name in ("auto", "cuda") and torch.cuda.device_count() > 1:
        return [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    return list(dict.fromkeys(part.strip() for part in name.split(",") if part.strip())) or [name]


def choose_device(name: str) -> torch.device:
    """Return the device called `name`; `auto` takes cuda, then mps, then cpu.

    Raises:
        ConfigError: If there is no such device here.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(
            f"device is {name!r}, which this machine does not offer: choose auto or cpu"
        ) from error


def choose_precision(name: Precision | Literal["auto"], device: torch.device) -> Precision:
    """Return the precision called `name`; `auto` takes bf16 where the processor multiplies it natively.

    Raises:
        ConfigError: If there is none of that name on this device.
    """
    if name == "int8" and device.type != "cpu":
        raise ConfigError(
            f"token_encoding.precision is int8, which is for processors, but the device is {device}: "
            "choose bf16, fp16 or fp32"
        )
    if name != "auto":
        return name
    return "bf16" if _has_native_bf16(device) else "fp32"


def _has_native_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        # Without these units bf16 is emulated, slower than fp32.
        capabilities = torch.cpu.get_capabilities()
        return any(capabilities.get(unit, False) for unit in ("amx_bf16", "avx512_bf16", "bf16"))
    return False
