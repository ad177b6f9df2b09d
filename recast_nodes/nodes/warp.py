"""Warp: the plate moved to the edited keypoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..knobs import Choice, Int, Switch
from ..node import Input, Node
from ..wires import Image, Motion, Track, WarpField

if TYPE_CHECKING:
    from ..stages.mouth import Donor
    from ..stages.open_eyes import Sight


class Warp(Node):
    """Move the plate from the keypoints that it shows to the edited ones, within the boundary hull.

    The mesh model moves the plate's own pixels in scene-linear light at plate resolution: a smooth field that is zero
    on the hull and outside it and folds nowhere. It computes on the CPU in float32, a frame at a time; the knobs are
    for the neural models.

    Behind a shut lid there are no pixels to move: an eye that the plate shuts and the edit opens is shown as the
    shot's nearest fitting frame shows it open, the same frame for the whole of a blink.
    """

    image = Input(Image, "The plate.")
    track = Input(Track, "Its face.")
    motion = Input(Motion, "The edited performance.")
    plate = Input(Image, "The plate again, for open_eyes shot.", optional=True, many=True)
    plate_track = Input(Track, "Its face.", optional=True, many=True)
    gives = WarpField

    open_eyes = Choice(
        "shot",
        "What an eye shows that the plate shuts and the edit opens. shot: the same eye from a frame that has it open, "
        "moved and lit to fit. plate: nothing but this frame's own pixels, so a blink of the plate stays.",
        options=("shot", "plate"),
        animates=False,
    )
    device = Choice(
        "auto", "Where a neural model computes. auto: a GPU where there is one.", options=("auto", "cpu", "cuda")
    )
    precision = Choice(
        "auto",
        "Numbers that a neural model computes with; a frame that is not finite is made again in float32.",
        options=("auto", "float32", "bfloat16", "float16"),
    )
    batch = Int(
        4,
        "Frames that a neural model takes together.",
        limits=(1, 64),
        slider=(1, 16),
        animates=False,
        affects_result=False,
    )
    compile = Switch(
        False, "Compile a neural model for this machine: slow to start, faster after.", affects_result=False
    )

    observes = ()
    analyses = ("track",)

    def wanted(self) -> tuple[str, ...]:
        own = ("image", "track", "motion")
        return own if self.open_eyes == "plate" else (*own, "plate", "plate_track")

    def frames(self, frame: int, name: str, analysis: Mapping[int, int] | None = None) -> Iterable[int]:
        """The frame that lends its open eyes, where one does."""
        lender = (analysis or {}).get(frame)
        return () if lender is None else (lender,)

    def observe(self, track: Track) -> Sight:
        """What the frame tells of its eyes."""
        from ..stages.motion import square
        from ..stages.open_eyes import sight

        return sight(square(track.landmarks, track.pixel_aspect), track.state == "tracked")

    def analyse(self, seen: Mapping[int, Sight]) -> dict[int, int]:
        """Which frame lends its eyes to which."""
        from ..stages.open_eyes import lending_frames

        return lending_frames(seen)

    def process(
        self,
        image: Image,
        track: Track,
        motion: Motion,
        plate: Mapping[int, Image] | None = None,
        plate_track: Mapping[int, Track] | None = None,
        analysis: Mapping[int, int] | None = None,
    ) -> WarpField:
        """The field and the moved pixels; an unedited frame's field is empty."""
        from ..models import get

        model, eyes = get(motion.model), None
        if motion.edited and motion.model == "mesh":
            eyes = self._lender(plate or {}, plate_track or {}, analysis or {})
        return model.warp(image, track, motion) if eyes is None else model.warp(image, track, motion, eyes)

    def _lender(
        self, plate: Mapping[int, Image], plate_track: Mapping[int, Track], analysis: Mapping[int, int]
    ) -> Donor | None:
        from ..models.mesh import donor_of

        lender = analysis.get(self.frame)
        if lender is None or lender not in plate or lender not in plate_track:
            return None
        return donor_of(plate[lender], plate_track[lender])
