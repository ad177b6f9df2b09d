"""What every model can do: parameters from a tracked face, an edit, a warped plate, a new face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from torch import Tensor

from ..stages.mouth import Donor
from ..wires import Face, Image, Motion, Track, WarpField


class Mix(NamedTuple):
    """The knobs of ExpressionMix at one frame, as numbers."""

    mode: str
    replace: float
    enhance: float
    regions: tuple[float, ...]  # in the order of `stages.regions.REGIONS`
    pose: float
    retarget: float
    likeness: float
    protect: float
    sliders: tuple[float, ...]  # in the order of `stages.sliders.SLIDERS`

    @property
    def nothing(self) -> bool:
        """Whether the source comes out as it is."""
        carried = (self.replace != 0 or self.enhance != 0) and any(self.regions)
        return not carried and not any(self.sliders) and not self.turns

    @property
    def turns(self) -> bool:
        return self.mode == "animate" and self.pose != 0


class Finish(NamedTuple):
    """The knobs of Decode at one frame, as numbers."""

    detail: float
    grain: float
    sharpen: float
    exposure_match: float
    seed: int


class Model(Protocol):
    """A model. Everything is a pure function of its arguments."""

    name: str
    source: str  # the term of IPTC's digital source types for frames that it made

    def weights(self) -> str:
        """What its weights are known by."""

    def analyse(self, seen: Mapping[int, Track], still: Track | int | None) -> Any:
        """What the shot tells of the performer; `still` is where the face rests: a frame, a tracked image, or
        unknown.
        """

    def extract(self, image: Image | None, track: Track, analysis: Any, frame: int) -> Motion:
        """One frame's parameters."""

    def expression_of(self, still: Track, canonical: Tensor) -> Tensor:
        """The expression (K, 3) of a tracked image against a resting face."""

    def mix(
        self, source: Motion, driving: Motion | None, first: Motion | None, reference: Tensor | None, mix: Mix
    ) -> Motion:
        """The edit at one frame.

        `driving` is the driver's motion with its settled expression, `reference` (K, 3) what enhancement counts from,
        and
        `first` the driver's first motion where its pose is taken relative to that.
        """

    def warp(self, image: Image, track: Track, motion: Motion, eyes: Donor | None = None) -> WarpField:
        """The plate moved to the edited keypoints. `eyes` is another frame of it, for eyes that this one shuts."""

    def decode(self, field: WarpField, donor: Donor | None, finish: Finish) -> Face:
        """The pixels of the new face."""
