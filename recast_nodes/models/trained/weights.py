"""A trained model's networks: read and written as one safetensors file each, half precision, beside the card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn

from ...errors import WeightsError
from ...model_registry import MODELS
from ..weights.checkpoints import read_safetensors, write_safetensors
from ..weights.notes import sha256_of
from .card import ModelCard, read_card, write_card
from .sizes import PARTS, networks


def fingerprint(name: str) -> str:
    """What the results of the trained model of that name are known by. Raises WeightsError for a broken folder."""
    folder = Path(MODELS.get(name).folder)
    card = read_card(folder)
    for part in PARTS:
        if not (folder / f"{part}.safetensors").is_file():
            raise WeightsError(f"{folder} holds no {part}.safetensors, which its card names: export {name} again.")
    known = [sorted(card.sha256.items()), card.equation]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def store(folder: Path, card: ModelCard, parts: Mapping[str, Mapping[str, Tensor]]) -> ModelCard:
    """Write the networks' tensors, floats in half precision, and the card with their hashes; the card as written."""
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {}
    for part in PARTS:
        path = folder / f"{part}.safetensors"
        halves = {name: each.half() if each.is_floating_point() else each for name, each in parts[part].items()}
        write_safetensors(path, halves, f"recast trained {part}")
        hashes[part] = sha256_of(path)
    card = replace(card, sha256=hashes)
    write_card(folder, card)
    return card


def load(folder: Path, part: str) -> nn.Module:
    """One network in its plain form, float32, eval mode, on the CPU. Raises WeightsError."""
    card, path = read_card(folder), folder / f"{part}.safetensors"
    if not path.is_file() or _sha256(path, path.stat().st_mtime_ns) != card.sha256.get(part):
        raise WeightsError(f"{path} is missing, or not the file that its card names: export the model again.")
    with torch.device("meta"):
        network = networks(card.sizes)[part]()
    tensors = {
        name: each.float() if each.is_floating_point() else each for name, each in read_safetensors(path).items()
    }
    try:
        network.load_state_dict(tensors, strict=True, assign=True)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit the sizes on its card.") from error
    return network.eval().requires_grad_(False)


@lru_cache(maxsize=64)
def _sha256(path: Path, _changed: int) -> str:
    return sha256_of(path)
