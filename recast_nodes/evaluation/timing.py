"""Calls timed: several that take turns, on a processor's or a wall's clock, the median counting."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}  # the latter sums over all cores


@dataclass(frozen=True)
class Way:
    """How the networks are run and timed."""

    device: str
    dtype: torch.dtype  # of the fast form
    repeat: int = 3
    plain: bool = True  # the plain form is run, too
    compiled: bool = False
    clock: str = "wall"  # one of CLOCKS


def seconds(forms: dict[str, Callable[[], object]], way: Way) -> dict[str, float]:
    """The median time of each of some calls, which take turns; each is called once before, on a card three times."""
    measured: dict[str, list[float]] = {name: [] for name in forms}
    clock = CLOCKS[way.clock]
    before = 1 if way.device == "cpu" else 3  # a card's work is recorded at the second
    for turn in range(way.repeat + before):
        for name, call in forms.items():
            synchronize(way.device)
            start = clock()
            call()
            synchronize(way.device)
            if turn >= before:
                measured[name].append(clock() - start)
    return {name: statistics.median(times) for name, times in measured.items()}


def synchronize(device: str) -> None:
    """Wait until the device has done what it was asked."""
    kind = torch.device(device).type
    if kind == "cuda":
        torch.cuda.synchronize(device)
    elif kind == "mps":
        torch.mps.synchronize()
