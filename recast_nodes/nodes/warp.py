"""Warp: the plate moved to the edited keypoints."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import KnobError
from ..knobs import Choice, Float, Int, Switch
from ..model_registry import MODELS
from ..node import AS_THEY_COME, Finding, Input, Node
from ..wires import Computing, Image, Motion, PlateFrame, Track, WarpField

if TYPE_CHECKING:
    from ..models.interface import Scene
    from ..stages.features.donor import Donor, Lender
    from ..stages.occlusion.complexion import Complexion
    from ..stages.occlusion.glasses_wires import Wire

LOOKED_AT = 32  # frames, spread evenly over the shot, that tell what the face looks like


class Learned(NamedTuple):
    """What Warp knows of a shot before any frame is processed."""

    lenders: Mapping[int, Lender]  # which frame lends its open eyes to which
    complexion: Complexion | None = None
    glasses: tuple[Wire, ...] = ()
    tracks: Mapping[Lender, Track] = MappingProxyType({})  # where the faces are in frames of takes that lend


class Warp(Node):
    """Warp the plate from its own keypoints to the edited ones, within the boundary hull.

    The mesh model warps the plate's own pixels in scene-linear light at plate resolution, with a smooth field that is
    zero on and outside the hull, avoids anything that is not the face, and never folds. It runs on the CPU in float32,
    one frame at a time.

    Behind a shut eyelid there are no pixels to move: an eye that is shut in the plate and opened by the edit comes from
    the nearest suitable frame in which it is open, the same frame for the whole of a blink. If the shot has none, it
    comes from the takes of MotionExtract.

    A neural model warps the features of the crop, from which Decode paints the face. The knobs below guard are for
    neural models; Decode also uses device, precision and compile.
    """

    image = Input(Image, "The plate.")
    track = Input(Track, "Its face.")
    motion = Input(Motion, "The edited performance.")
    plate = Input(Image, "The plate again, used when open_eyes is shot.", optional=True, many=True)
    plate_track = Input(Track, "Its face.", optional=True, many=True)
    gives = WarpField

    open_eyes = Choice(
        "shot",
        "Where the eye comes from when the plate has it shut and the edit opens it. shot: the same eye from a frame "
        "where it is open, warped and relit to fit. plate: this frame only, so a blink in the plate stays.",
        options=("shot", "plate"),
        animates=False,
    )
    guard = Float(
        1.0,
        "How firmly anything that is not the face is held in place: hands and glasses in front of it, hair and "
        "background around it. Those pixels are 0 in the matte layer. At 0 they move with the face.",
        limits=(0, 1),
    )
    device = Choice(
        "auto",
        "The device a neural model runs on. auto: CUDA if available, otherwise the CPU. mps (Mac GPUs) is untested.",
        options=("auto", "cpu", "cuda", "mps"),
    )
    precision = Choice(
        "auto",
        "The numeric precision of a neural model. auto: float16 on CUDA, otherwise float32. A frame that comes out "
        "black or not finite is computed again in float32.",
        options=("auto", "float32", "bfloat16", "float16"),
    )
    batch = Int(
        4,
        "How many frames a neural model warps at once, of those being rendered (as MotionExtract.batch).",
        limits=(1, 64),
        slider=(1, 16),
        animates=False,
        affects_result=False,
    )
    compile = Switch(
        False, "Compile the neural model for this machine: slower to start, then faster.", affects_result=False
    )

    performance = "motion"
    observes = ()
    analyses = ("image", "track")
    footage = {"image": "image", "track": "track"}

    def used_inputs(self) -> tuple[str, ...]:
        own = ("image", "track", "motion")
        return own if self.open_eyes == "plate" else (*own, "plate", "plate_track")

    def frames(self, frame: int, name: str, analysis: Learned | None = None) -> Iterable[int]:
        """The frame that lends its open eyes, where one does."""
        lender = None if analysis is None else analysis.lenders.get(frame)
        return () if lender is None or lender.take else (lender.frame,)

    def frames_of_takes(self, frame: int, analysis: Learned | None) -> Iterable[tuple[str, int]]:
        lender = None if analysis is None else analysis.lenders.get(frame)
        lends = lender is not None and lender.take and self.open_eyes == "shot"
        return ((lender.take, lender.frame),) if lends and lender is not None else ()

    def looks_at(self, frame: int, span: Sequence[int], keyed: Collection[str]) -> Sequence[str]:
        """The track everywhere; the plate in some frames all over the shot, and in none where the guard is off."""
        every = max(1, -(-(span[-1] - span[0] + 1) // LOOKED_AT))
        guarded = self.guard > 0 or "guard" in keyed
        return self.analyses if guarded and (frame - span[0]) % every == 0 else ("track",)

    def remarks(self, analysis: Learned) -> Iterable[str]:
        """Which frames of the shot show the open eyes of others."""
        from ..models.mesh.lenders import describe_lenders

        if analysis.lenders and self.open_eyes == "shot":
            yield f"Open eyes for shut ones are lent by {describe_lenders(analysis.lenders)}."

    def observe(self, track: Track, image: Image | None = None) -> PlateFrame:
        """What the frame tells of its eyes, what each point of its face shows, and what is before its eyes."""
        from ..models.mesh.complexion import observe_texture
        from ..models.mesh.glasses import view_from_front
        from ..stages.expression.head_pose import square
        from ..stages.features.eye_lenders import measure_eyes

        eyes = measure_eyes(square(track.landmarks, track.pixel_aspect), track.state == "tracked")
        if image is None:
            return PlateFrame(eyes, None, track=track)
        return PlateFrame(eyes, observe_texture(image, track), view_from_front(image, track), track)

    def analyse(self, records: Mapping[int, PlateFrame]) -> Learned:
        """Which frame lends its eyes to which, what the face looks like, and which glasses it wears."""
        return self.analyse_takes(records, {})

    def analyse_takes(
        self, records: Mapping[int, PlateFrame], takes: Mapping[str, Mapping[int, PlateFrame]]
    ) -> Learned:
        from ..models.mesh.complexion import learn_shot_complexion
        from ..models.mesh.glasses import find_shot_glasses
        from ..stages.features.eye_lenders import choose_lenders

        shot, *others = ({frame: record.eyes for frame, record in seen.items()} for seen in (records, *takes.values()))
        lenders = choose_lenders(shot, dict(zip(takes, others)))
        tracks = {each: takes[each.take][each.frame].track for each in lenders.values() if each.take}
        faces, fronts = ([getattr(record, name) for record in records.values()] for name in ("face", "front"))
        return Learned(lenders, learn_shot_complexion(faces), find_shot_glasses(fronts), tracks)  # type: ignore[arg-type]

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        """Devices and numbers that are asked for by name and that this machine does not have."""
        asked = {(moment.values["device"], moment.values["precision"]) for moment in moments} - {("auto", "auto")}
        if not asked:
            return
        from ..models.neural import runtime

        for device, precision in sorted(asked):
            entry = "device"
            try:
                on = runtime.device(device)
                entry = "precision"
                runtime.dtype(precision, on)
            except KnobError as problem:
                yield Finding(str(problem), entry)

    def process(
        self,
        image: Image,
        track: Track,
        motion: Motion,
        plate: Mapping[int, Image] | None = None,
        plate_track: Mapping[int, Track] | None = None,
        analysis: Learned | None = None,
        takes: Mapping[tuple[str, int], Image] | None = None,
    ) -> WarpField:
        """The field and the moved pixels; an unedited frame's field is empty."""
        given = {"image": image, "track": track, "motion": motion}
        lenders = {"plate": plate, "plate_track": plate_track, "analysis": analysis, "takes": takes}
        return self.process_batch([self], [given | lenders])[0]

    @classmethod
    def process_batch(cls, moments: Sequence[Warp], inputs: Sequence[Mapping[str, Any]]) -> list[WarpField]:  # type: ignore[override]
        from ..models import get

        fields: list[WarpField] = []
        for group in _batches(moments, inputs):
            fields += get(group[0][1]["motion"].model).warp_batch(
                [moment._scene(**given) for moment, given in group], group[0][0]._computing()
            )
        return fields

    def batch_size(self) -> int:
        return AS_THEY_COME

    def _computing(self) -> Computing:
        return Computing(*(self.values[name] for name in Computing._fields))

    def _scene(
        self,
        image: Image,
        track: Track,
        motion: Motion,
        plate: Mapping[int, Image] | None,
        plate_track: Mapping[int, Track] | None,
        analysis: Learned | None,
        takes: Mapping[tuple[str, int], Image] | None,
    ) -> Scene:
        from ..models.interface import Guard, Scene

        learned = analysis or Learned({})
        borrows = motion.edited and not MODELS.get(motion.model).paints
        pictures = {("", frame): picture for frame, picture in (plate or {}).items()} | dict(takes or {})
        eyes = self._lender(pictures, plate_track or {}, learned) if borrows else None
        guard = Guard(learned.complexion, self.guard, learned.glasses)
        return Scene(image, track, motion, eyes, self.frame, guard)

    def _lender(
        self, pictures: Mapping[tuple[str, int], Image], plate_track: Mapping[int, Track], learned: Learned
    ) -> Donor | None:
        """The open eyes of another frame, where one lends them."""
        from ..models.mesh.keypoints import donor_of

        lender = learned.lenders.get(self.frame)
        if lender is None or (lender.take, lender.frame) not in pictures:
            return None
        track = learned.tracks[lender] if lender.take else plate_track.get(lender.frame)
        return None if track is None else donor_of(pictures[lender.take, lender.frame], track)


def _batches(
    moments: Sequence[Warp], inputs: Sequence[Mapping[str, Any]]
) -> Iterator[list[tuple[Warp, Mapping[str, Any]]]]:
    """Stretches of frames of one model that are computed alike, at most `batch` long."""
    pairs = list(zip(moments, inputs, strict=True))
    for _, stretch in groupby(pairs, lambda pair: (pair[1]["motion"].model, pair[0]._computing())):
        group = list(stretch)
        size = group[0][0].batch
        yield from (group[start : start + size] for start in range(0, len(group), size))
