"""A model's networks at work: each loaded when first used, prepared for its device, and asked by one thread at a time.

Tensors come and go as float32 on the CPU, whatever a network computes in.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ..natives import every_core
from ..wires import Computing

Load = Callable[[str], nn.Module]  # a network in its plain form, with its weights, by part

EXACT = ("M", "S_stitching", "S_lip", "S_eye")  # parts that are small and always computed in float32
REMEMBERED = 4  # answers about pictures that are kept: a still plate is looked at once


class Engine:
    """The networks of one model."""

    def __init__(self, load: Load):
        self._load = load
        self._networks: dict[tuple[str, torch.device, torch.dtype, bool], nn.Module] = {}
        self._answers: OrderedDict[tuple[str, Computing, str], Any] = OrderedDict()

    def run(self, part: str, computing: Computing, *inputs: Tensor) -> Any:
        """What a network gives for a batch: a tensor, or a dict of them."""
        device = _device(computing.device)
        dtype = torch.float32 if part in EXACT else _dtype(computing.precision, device)
        with every_core(), torch.inference_mode():
            network = self._network(part, device, dtype, computing.compile)
            return _home(network(*(given.to(device) for given in inputs)))

    def look(self, part: str, computing: Computing, pictures: Tensor) -> list[Any]:
        """What F or M gives for each of (B, 3, H, W) pictures, without a batch; the same picture is looked at once."""
        keys = [(part, computing, _digest(picture)) for picture in pictures]
        known = {key: self._answers[key] for key in keys if key in self._answers}
        new = {key: at for at, key in enumerate(keys) if key not in known}
        if new:
            given = self.run(part, computing, pictures[list(new.values())])
            known |= {key: _one(given, row) for row, key in enumerate(new)}
        for key in keys:
            self._answers[key] = known[key]
            self._answers.move_to_end(key)
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return [known[key] for key in keys]

    def _network(self, part: str, device: torch.device, dtype: torch.dtype, compiled: bool) -> nn.Module:
        key = (part, device, dtype, compiled)
        if key not in self._networks:
            self._networks[key] = self._load(part).to(device)
            if compiled:
                self._networks[key].compile()
        return self._networks[key]


def _device(name: str) -> torch.device:
    found = ("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name
    return torch.device(found)


def _dtype(name: str, device: torch.device) -> torch.dtype:
    return torch.float32


def _digest(picture: Tensor) -> str:
    return hashlib.blake2b(picture.contiguous().numpy().tobytes(), digest_size=16).hexdigest()


def _home(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {name: _home(value) for name, value in given.items()}
    return given.float().cpu()


def _one(given: Any, row: int) -> Any:
    return {name: value[row] for name, value in given.items()} if isinstance(given, Mapping) else given[row]
