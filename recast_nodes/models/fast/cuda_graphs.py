"""A network on an NVIDIA card whose work is recorded once and then replayed (CUDA graphs).

A frame is some thousand small calls, and a processor takes longer to make them than the card to do them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ...notices import notice

Key = tuple[tuple[int, ...], ...]  # the shapes of what goes in
MOST_RECORDINGS = 4  # recordings: each holds on to the memory that its frames take


class Graphed(nn.Module):
    """Calls a network, and from a shape's second time on replays it. What comes out is the caller's to keep.

    A shape's first time is as it is, for a frame that is shown and never again; but the rest of a shot that is
    smaller than a recorded batch is filled up with its last frame. What does not fit into memory as a recording, which
    keeps what it takes, is called as it is, and that is said. `rounding` allows the card to round what goes into
    products of float32 to 10 bits (TF32), as fine as float16; without it float32 is float32.
    """

    def __init__(self, network: nn.Module, compiled: bool, rounding: bool):
        super().__init__()
        self.network, self.compiled, self.rounding = network, compiled, rounding
        self._met_keys: set[Key] = set()
        self._recorded: OrderedDict[Key, Recording] = OrderedDict()
        self._unrecorded: set[Key] = set()  # for which memory did not suffice
        if compiled:
            self.network.compile(dynamic=False)

    def forward(self, *inputs: Tensor) -> Any:
        key = tuple(tuple(each.shape) for each in inputs)
        with libraries(self.rounding, search=self.compiled):
            if key not in self._recorded and key not in self._met_keys:
                self._met_keys.add(key)
                larger = self._larger(key)
                if larger is not None:
                    return first(self._recorded[larger](*fill_batches(inputs, larger[0][0])), key[0][0])
                if not self.compiled:
                    return self.network(*inputs)
            recording = self._recording(key, inputs)
            return self.network(*inputs) if recording is None else recording(*inputs)

    def _larger(self, key: Key) -> Key | None:
        """The smallest recorded batch of such frames that holds more of them."""
        frames = [shape[1:] for shape in key]
        fitting = [
            have for have in self._recorded if [shape[1:] for shape in have] == frames and have[0][0] > key[0][0]
        ]
        return min(fitting, default=None)

    def _recording(self, key: Key, inputs: tuple[Tensor, ...]) -> Recording | None:
        if key not in self._recorded and key not in self._unrecorded:
            while len(self._recorded) >= MOST_RECORDINGS:
                self._recorded.popitem(last=False)
            recording = record(self.network, inputs)
            if recording is None:
                self._unrecorded.add(key)
                notice(f"The card's memory does not suffice to record {key[0][0]} frames: they take longer.")
                return None
            self._recorded[key] = recording
        if key in self._recorded:
            self._recorded.move_to_end(key)
        return self._recorded.get(key)


def record(network: nn.Module, inputs: tuple[Tensor, ...]) -> Recording | None:
    """A recording, or none where memory does not suffice for it."""
    try:
        return Recording(network, inputs)
    except torch.OutOfMemoryError:
        pass  # outside the handler: the error holds on to the frames of the stack, and these to the tensors
    torch.cuda.empty_cache()
    return None


class Recording:
    """One network's work for inputs of certain shapes."""

    def __init__(self, network: nn.Module, inputs: tuple[Tensor, ...]):
        self.inputs = tuple(each.clone() for each in inputs)
        beside = torch.cuda.Stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):  # libraries choose their ways and take their memory now, not while recording
            network(*self.inputs)
        torch.cuda.current_stream().wait_stream(beside)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.outputs = network(*self.inputs)

    def __call__(self, *inputs: Tensor) -> Any:
        for place, each in zip(self.inputs, inputs, strict=True):
            place.copy_(each)
        self.graph.replay()
        return first(self.outputs, len(self.inputs[0]))


def fill_batches(inputs: tuple[Tensor, ...], count: int) -> tuple[Tensor, ...]:
    """Batches made longer by their last frames."""
    return tuple(torch.cat([each, each[-1:].expand(count - len(each), *each.shape[1:])]) for each in inputs)


def first(outputs: Any, count: int) -> Any:
    """The first frames of what a network gives, in memory of their own."""
    if isinstance(outputs, Tensor):
        return outputs[:count].clone()
    return {name: value[:count].clone() for name, value in outputs.items()}


@contextmanager
def libraries(rounding: bool, search: bool) -> Iterator[None]:
    """How NVIDIA's libraries are used inside it.

    `rounding` lets products and convolutions of float32 be rounded; `search` tries their ways for every new shape and
    takes the fastest, which may be another one each time the program starts, and differ in the last bits.
    """
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = rounding
    try:
        with torch.backends.cudnn.flags(enabled=True, benchmark=search, deterministic=False, allow_tf32=rounding):
            yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before
