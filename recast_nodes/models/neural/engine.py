"""A model's networks at work: each loaded when first used, prepared for its device, and asked by one thread at a time.

Tensors come and go as float32 on the CPU, whatever a network computes in; only F's volumes stay where W takes them.
Which device and which numbers is `models.neural.runtime`'s to say, and so is what happens to a frame that half
precision spoils.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from ...natives import every_core
from ...wires import Computing
from .. import prepare
from . import runtime

Load = Callable[[str], nn.Module]  # a network in its plain form, with its weights, by part

EXACT = ("M", "S_stitching", "S_lip", "S_eye")  # parts that are small and always computed in float32
CALLED = {"F": "the appearance", "M": "the motion", "W": "the warp", "G": "the face"}  # in messages to the artist
OUT, PICTURE = "out", "G"
MOST = 64  # frames together, at most: Warp.batch goes no further
# Bytes that one more frame takes in float32: peak memory of two frames over that of one, on a CPU, rounded up.
FRAME = {"F": 64 << 20, "M": 48 << 20, "W": 400 << 20, "G": 400 << 20}
REMEMBERED = 4  # answers about pictures that are kept: a still plate is looked at once


class Engine:
    """The networks of one model."""

    def __init__(self, model: str, load: Load, prepare: Callable[..., nn.Module] = prepare):
        self.model, self._load, self._prepare = model, load, prepare
        self._networks: dict[tuple[object, ...], nn.Module] = {}
        self._careful: dict[tuple[object, ...], runtime.Careful] = {}
        self._answers: OrderedDict[tuple[str, Computing, str], runtime.Results] = OrderedDict()

    def run(
        self,
        part: str,
        computing: Computing,
        inputs: Sequence[Tensor],
        frames: Sequence[int] = (0,),
        stays: bool = False,
    ) -> runtime.Results:
        """What a network gives for a batch, by name; a single tensor is called `out`. `frames` are for messages.

        What `stays` is left on the device, for a network that takes it there.
        """
        device = runtime.device(computing.device)
        dtype = torch.float32 if part in EXACT else runtime.dtype(computing.precision, device)
        key = (part, device, dtype, computing.compile)
        if key not in self._careful:
            what = f"{CALLED.get(part, part)} of {self.model}"
            self._careful[key] = runtime.Careful(
                what, dtype, MOST, OUT if part == PICTURE else None, device, FRAME.get(part, 0)
            )

        def compute(dtype: torch.dtype, *inputs: Tensor) -> runtime.Results:
            answer = self._network(part, device, dtype, computing.compile)(*(each.to(device) for each in inputs))
            return dict(answer) if isinstance(answer, dict) else {OUT: answer}

        with every_core(), torch.inference_mode():
            keep = runtime.as_they_are if stays else runtime.fetch  # a card need not hold more than one batch's
            return self._careful[key](compute, inputs, frames, keep)

    def look(
        self, part: str, computing: Computing, pictures: Tensor, frames: Sequence[int], stays: bool = False
    ) -> list[runtime.Results]:
        """What F or M gives for each of (B, 3, H, W) pictures, without a batch; the same picture is looked at once."""
        keys = [(part, computing, _digest(picture)) for picture in pictures]
        with every_core():
            known = {key: self._answers[key] for key in keys if key in self._answers}
            new = {key: at for at, key in enumerate(keys) if key not in known}
            if new:
                rows = list(new.values())
                given = self.run(part, computing, [pictures[rows]], [frames[at] for at in rows], stays)
                known |= {key: {name: value[row] for name, value in given.items()} for row, key in enumerate(new)}
            self._remember(known)
        return [known[key] for key in keys]

    def _remember(self, known: dict[tuple[str, Computing, str], runtime.Results]) -> None:
        for key, answer in known.items():
            self._answers[key] = answer
            self._answers.move_to_end(key)
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)

    def _network(self, part: str, device: torch.device, dtype: torch.dtype, compiled: bool) -> nn.Module:
        key = (part, device, dtype, compiled)
        if key not in self._networks:
            self._networks[key] = self._prepare(self._load(part), device, dtype, compiled)
        return self._networks[key]


def _digest(picture: Tensor) -> str:
    return hashlib.blake2b(picture.contiguous().numpy().tobytes(), digest_size=16).hexdigest()
