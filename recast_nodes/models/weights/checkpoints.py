"""Files of weights: read as tensors and nothing else, and told apart by their tensors.

A published file is a pickle, which may hold anything; what asks for more than tensors is refused and nothing of it
runs. What a file is follows from the names and shapes of its tensors, not from the name of the file.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from ...errors import WeightsError
from ...media.files.atomic import whole_file
from ..networks.build import build, parts_of, with_networks


class NetworkPart(NamedTuple):
    """One network of one model."""

    model: str
    part: str


@functools.cache
def structure(model: str, part: str) -> dict[str, Tensor]:
    """The tensors of a network by name, without their numbers."""
    with torch.device("meta"):
        return build(model, part).state_dict()


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, mapped into memory. Raises WeightsError where it is not one, or not whole."""
    import safetensors
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (safetensors.SafetensorError, OSError, ValueError, KeyError) as error:
        raise WeightsError(f"{path} is not a whole safetensors file: {error}.") from error


def write_safetensors(path: Path, tensors: Mapping[str, Tensor], description: str) -> None:
    """Write tensors, with `description` in the header; whole or not at all. The same tensors make the same bytes."""
    from safetensors.torch import save_file

    with whole_file(path, renaming=True) as temporary:
        save_file(
            {name: tensor.contiguous() for name, tensor in tensors.items()}, temporary, {"recast": description}
        )  # several words would be in any order
        temporary.chmod(0o644)  # the library keeps it from everybody else; a farm shares the folder


def parts() -> list[NetworkPart]:
    """Every network of every model."""
    return [NetworkPart(model, part) for model in with_networks() for part in parts_of(model)]
