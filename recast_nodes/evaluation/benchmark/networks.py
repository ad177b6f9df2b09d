"""Metrics that need a network. One whose network is not here is left out of the table and named; none is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelMissing
from ...models.tracker import identity
from ...models.weights.downloads import path_of
from ...models.weights.model_files import ALEXNET
from .clips import ShownClip
from .i3d import I3d
from .inception import Inception
from .lpips import Lpips, mean_of_layers, read_lpips
from .own_networks import OwnNetworks
from .readings import FaceReader


class Networks:
    """The networks' metrics that this machine has; `notes` says what the others need, and which are the user's own.

    `own` are files by metric; see `own_networks`. Raises WeightsError where one of them is something else.
    """

    def __init__(self, own: Mapping[str, Path] | None = None) -> None:
        brought = OwnNetworks(own)
        self.reader = FaceReader(brought)
        self.notes: list[str] = [network.note for network in brought.by_metric.values()]
        self.columns = {name: about for each in brought.by_metric.values() for name, about in each.columns.items()}
        self.files = {metric: (str(each.file), each.sha256) for metric, each in brought.by_metric.items()}
        self._lpips: Lpips | None = None
        try:
            self._lpips = read_lpips(path_of(ALEXNET))
        except ModelMissing as missing:
            self.notes.append(f"LPIPS is left out. {missing}")
        self._inception: Inception | None = None
        try:
            self._inception = Inception()
        except ModelMissing as missing:
            self.notes.append(f"FID is left out. {missing}")
        self._i3d: I3d | None = None
        try:
            self._i3d = I3d()
        except ModelMissing as missing:
            self.notes.append(f"FVD is left out. {missing}")
        if not identity.available() and "csim" not in brought.by_metric:
            self.notes.append(f"CSIM is left out. {identity.MISSING}")

    @property
    def known_by(self) -> list[str]:
        """What numbers depend on beside the pictures: which networks there are."""
        here = {"lpips": self._lpips, "inception": self._inception, "i3d": self._i3d}
        found = [name for name, network in here.items() if network is not None]
        found += ["sface"] if identity.available() else []
        return [*found, *(f"{metric} {sha256}" for metric, (_, sha256) in sorted(self.files.items()))]

    def pairs(self, result: NDArray, truth: NDArray, face: NDArray[np.bool_]) -> dict[str, float | None]:
        """Numbers of one frame beside its truth."""
        if self._lpips is None:
            return {}
        layers = self._lpips.layers(result, truth)
        return {"lpips": mean_of_layers(layers), "lpips face": mean_of_layers(layers, face) if face.any() else None}

    def features(self, result: ShownClip, truth: ShownClip, frames: int) -> dict[str, tuple[NDArray, NDArray]]:
        """Features of a clip and of its truth, by network, of which distances of sets are made."""
        networks = {"inception": self._inception, "i3d": self._i3d}
        return {
            name: (network.of_clip(result, frames), network.of_clip(truth, frames))
            for name, network in networks.items()
            if network is not None
        }
