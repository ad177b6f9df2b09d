"""Metrics that need a network: which are there, and what is missing for the others.

A metric whose network is not on this machine is left out of the table and named; it is never replaced by another.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .clips import ShownClip


class Metric(Protocol):
    """One network's metric."""

    name: str

    def missing(self) -> str: ...  # what to do to have it; "" where it is there


class Networks:
    """The networks' metrics that this machine has."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def pairs(self, result: NDArray, truth: NDArray, face: NDArray[np.bool_]) -> dict[str, float | None]:
        """Numbers of one frame beside its truth."""
        return {}

    def features(self, result: ShownClip, truth: ShownClip, frames: int) -> dict[str, tuple[NDArray, NDArray]]:
        """Features of a clip and of its truth, by metric, of which distances of sets are made."""
        return {}
