"""Checkpoints of a run: everything that the next step depends on, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..errors import DocumentError, MediaError, WeightsError
from ..media.files.atomic import whole_file
from ..models.trained import CARD
from ..models.trained.sizes import PARTS
from ..models.trained.weights import load
from .settings import RunSettings, decides_numbers

VERSION = 1
NAME = re.compile(r"checkpoint_(\d{8})\.pt")


def save_checkpoint(run: Path, state: Mapping[str, Any], settings: RunSettings, seconds: float, keep: int) -> Path:
    """Write a checkpoint of `Trainer.state`, and remove the oldest beyond `keep`. `seconds` is how long was trained."""
    path = run / f"checkpoint_{state['step']:08d}.pt"
    content = {"version": VERSION, "decides": decides_numbers(settings), "seconds": seconds, "state": dict(state)}
    with whole_file(path, renaming=True) as part:
        torch.save(content, part)
    for old in checkpoints(run)[:-keep]:
        old.unlink(missing_ok=True)
    return path


def checkpoints(run: Path) -> list[Path]:
    """A run's checkpoints, the oldest first."""
    return sorted(path for path in run.glob("checkpoint_*.pt") if NAME.fullmatch(path.name))


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What `save_checkpoint` wrote; read as tensors and plain data, and as nothing else. Raises WeightsError."""
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        if content["version"] != VERSION:
            raise ValueError(f"it is of version {content['version']}")
    except Exception as error:  # a damaged file raises whatever its first wrong byte leads to
        raise WeightsError(f"{path} is not a checkpoint of `recast train`: {error}.") from error
    return content


def refuse_changes(content: Mapping[str, Any], settings: RunSettings, run: Path) -> None:
    """Raises DocumentError where settings were changed that a run's numbers depend on."""
    before, now = content["decides"], decides_numbers(settings)
    changed = [
        f"{name} was {before.get(name)!r} and is {value!r}" for name, value in now.items() if before.get(name) != value
    ]
    if changed:
        raise DocumentError(
            [f"{run} was begun with other settings: {'; '.join(changed)}. Name another folder, or go back."]
        )


def trained_weights(place: Path) -> dict[str, Tensor]:
    """The averaged weights of a run's folder, or those of a model that was exported, as `Reenactor` names them.

    Raises MediaError where the folder holds neither, WeightsError for a damaged file.
    """
    found = checkpoints(place)
    if found:
        weights: dict[str, Tensor] = read_checkpoint(found[-1])["state"]["average"]
        return weights
    if not (place / CARD).is_file():
        raise MediaError(f"{place} holds no checkpoint and no exported model.")
    return {f"{part}.{name}": value for part in PARTS for name, value in load(place, part).state_dict().items()}
