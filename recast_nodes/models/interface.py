"""What every model can do: parameters from a tracked face, an edit, a warped plate, a new face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from torch import Tensor

from ..face.blendshapes import SHAPES
from ..face.regions import REGIONS
from ..model_registry import ModelTraits
from ..stages.expression.look_at import EyeEdit
from ..stages.features.donor import Donor
from ..stages.occlusion.complexion import Complexion
from ..stages.occlusion.glasses_wires import Wire
from ..wires import Computing, Face, Image, Motion, Track, WarpField
from .performance import Performance
from .performer.file import Performer
from .tracker.still import Portrait


class MixKnobs(NamedTuple):
    """The knobs of ExpressionMix at one frame, as numbers."""

    transfer: str
    replace: float
    enhance: float
    regions: tuple[float, ...]  # in the order of `face.regions.REGIONS`
    pose: float
    retarget: float
    likeness: float
    protect: float
    sliders: tuple[float, ...]  # in the order of `stages.expression.sliders.SLIDERS`
    calibrate: float = 0.0
    missing: Tensor | None = None  # (52,) coefficients that this edit would miss of the driver, by trials
    shapes: tuple[float, ...] = ()  # in the order of `face.blendshapes.SHAPES`; () where all are 0
    eyeballs: EyeEdit = EyeEdit()

    def region(self, name: str) -> float:
        """The knob of one region."""
        return self.regions[list(REGIONS).index(name)]

    def shape(self, name: str) -> float:
        """How much of one of ARKit's shapes is set by hand."""
        return self.shapes[SHAPES.index(name)] if self.shapes else 0.0

    @property
    def nothing(self) -> bool:
        """Whether the source comes out as it is."""
        carried = (self.replace != 0 or self.enhance != 0) and any(self.regions)
        return not carried and not self.by_hand and not self.turns

    @property
    def by_hand(self) -> bool:
        """Whether anything is asked for that needs no driver."""
        return any(self.sliders) or any(self.shapes) or not self.eyeballs.nothing

    @property
    def turns(self) -> bool:
        return self.transfer == "expression-and-pose" and self.pose != 0

    @property
    def literal(self) -> bool:
        """Whether the paper's equations are meant to the letter: nothing held, fitted or calibrated."""
        return self.transfer == "paper-equations"

    @property
    def calibrated(self) -> float:
        """How far the edit follows what trials showed."""
        return 0.0 if self.missing is None or self.literal else self.calibrate * self.replace


class DecodeKnobs(NamedTuple):
    """The knobs of Decode at one frame, as numbers."""

    detail: float
    grain: float
    sharpen: float
    exposure_match: float
    frame: int
    performer: Performer | None = None  # what was learned of the plate's actor
    performer_share: float = 0.0  # 0..1: how much of what it finishes is shown


class TrackedFrame(NamedTuple):
    """One frame that parameters are extracted from."""

    frame: int
    track: Track
    image: Image | None  # None for a model that looks at landmarks alone
    direct: bool = False  # a small picture of the face is sampled directly, not averaged from a larger one


class Guard(NamedTuple):
    """What keeps its place because it is not the face: how firmly, 0..1, and what the face looks like over the shot."""

    complexion: Complexion | None = None
    amount: float = 0.0
    glasses: tuple[Wire, ...] = ()  # those that the actor wears


class Scene(NamedTuple):
    """One frame that is warped."""

    image: Image
    track: Track
    motion: Motion
    eyes: Donor | None = None  # another frame of the plate, for eyes that this one shuts; a model that paints has none
    frame: int = 0
    guard: Guard = Guard()  # what keeps its place; a model that paints its own pixels has no use for it


class Model(Protocol):
    """A model. Everything is a pure function of its arguments; several frames equal one after another."""

    traits: ModelTraits  # as it is declared

    def analyse(self, tracks: Mapping[int, Track], still: Portrait | int | None) -> Any:
        """What the shot shows of the performer; `still` is where the face rests: a frame, a tracked image, or
        unknown.
        """

    def extract_batch(self, sights: Sequence[TrackedFrame], analysis: Any) -> list[Motion]:
        """The parameters of several frames of one shot."""

    def expression_of(self, still: Portrait, canonical: Tensor) -> Tensor:
        """The expression (K, 3) of a tracked image against a resting face."""

    def rest(self, performance: Performance) -> Tensor:
        """The driver's expression (K, 3) at rest, as far as its performance shows."""

    def mix(
        self, source: Motion, driving: Motion | None, first: Motion | None, reference: Tensor | None, mix: MixKnobs
    ) -> Motion:
        """The edit at one frame.

        `driving` is the driver's motion with its settled expression, `reference` (K, 3) what enhancement counts from,
        and `first` the driver's first motion where its pose is taken relative to that.
        """

    def warp_batch(self, scenes: Sequence[Scene], computing: Computing) -> list[WarpField]:
        """The plate moved to the edited keypoints, in several frames."""

    def decode_batch(
        self, fields: Sequence[WarpField], donors: Sequence[Donor | None], finishes: Sequence[DecodeKnobs]
    ) -> list[Face]:
        """The pixels of the new face in several frames."""


class FrameByFrame:
    """The verbs of `Model` for several frames, of a model that gains nothing by seeing them together."""

    def extract_batch(self, sights: Sequence[TrackedFrame], analysis: Any) -> list[Motion]:
        return [self.extract(sight.image, sight.track, analysis, sight.frame) for sight in sights]

    def warp_batch(self, scenes: Sequence[Scene], computing: Computing) -> list[WarpField]:
        return [self.warp(scene) for scene in scenes]

    def decode_batch(
        self, fields: Sequence[WarpField], donors: Sequence[Donor | None], finishes: Sequence[DecodeKnobs]
    ) -> list[Face]:
        return [self.decode(*given) for given in zip(fields, donors, finishes, strict=True)]

    def extract(self, image: Image | None, track: Track, analysis: Any, frame: int) -> Motion:
        """One frame's parameters."""
        raise NotImplementedError

    def warp(self, scene: Scene) -> WarpField:
        """The plate moved to the edited keypoints."""
        raise NotImplementedError

    def decode(self, field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Face:
        """The pixels of the new face."""
        raise NotImplementedError
