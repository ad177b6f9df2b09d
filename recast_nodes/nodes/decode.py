"""Decode: the pixels of the new face."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..errors import KnobError, NoFace
from ..knobs import Choice, File, Float, Int
from ..model_registry import MODELS
from ..node import AS_THEY_COME, Finding, Input, Node
from ..wires import Face, Image, MouthFrame, Track, WarpField
from ._performer import check_performer, doubt, stamp_of_performer, with_performer

if TYPE_CHECKING:
    from ..models.interface import DecodeKnobs
    from ..models.mesh.lenders import Lenders, LentMouth
    from ..stages.features.donor import Donor

LOOKED_AT = 64  # frames, spread evenly over the shot, that may lend their mouths


class Decode(Node):
    """Make the new face's pixels: fill disocclusions, and restore the detail and grain that the warp removed.

    Lips that part further than the plate's reveal a mouth: the actor's own, from the frame whose lips fit best, or the
    driver's, matched to the plate's exposure and colour; if neither shows one, a dark one with this frame's teeth.
    Where another frame's lips fit much better than its own, they come along. A neural model paints its own mouth.
    """

    field = Input(WarpField, "The warped plate.")
    driving = Input(Image, "The driver, for its folds, and for inner_mouth auto and driving.", optional=True)
    driving_track = Input(Track, "Its face.", optional=True)
    plate = Input(Image, "The plate, for inner_mouth auto and hold.", optional=True, many=True)
    plate_track = Input(Track, "Its face.", optional=True, many=True)
    gives = Face

    inner_mouth = Choice(
        "auto",
        "What is seen between open lips. auto: the actor's own mouth from the frame that fits best, lips included; the "
        "driver's where no frame fits. driving: the driver's mouth. hold: the plate's own mouth at mouth_frame. plate: "
        "this frame's own teeth in a dark mouth.",
        options=("auto", "driving", "plate", "hold"),
        animates=False,
    )
    mouth_frame = Int(
        1001,
        "The frame of the plate whose open mouth is used when inner_mouth is hold.",
        limits=(-1_000_000, 10_000_000),
        slider=None,
        animates=False,
    )
    detail = Float(
        1.0,
        "The plate's fine detail in the new face. In the mesh model detail follows the warp: 1 leaves it as it is, "
        "lower softens it, higher enhances it. A neural model paints no detail finer than 512 pixels: 1 adds the "
        "plate's, warped to fit; 0 shows the painted face alone.",
        limits=(0, 2),
    )
    grain = Float(
        1.0,
        "How much of the grain lost in the warp is restored. It is the plate's own grain, at the strength measured in "
        "the plate, and it holds still where the plate's grain does.",
        limits=(0, 2),
        slider=(0, 1),
    )
    folds = Float(
        1.0,
        "How deep the folds and shading are that the driver's expression brings: frown lines, the line from nose to "
        "mouth, crow's feet. The plate's own go where its expression is replaced. 0 leaves light as it is. For mesh: a "
        "neural model paints its own.",
        limits=(0, 2),
    )
    sharpen = Float(0.0, "Sharpens the warped pixels.", limits=(0, 2), slider=(0, 1))
    exposure_match = Float(
        1.0, "How closely a borrowed mouth is matched to the exposure and colour around the plate's own.", limits=(0, 1)
    )

    performer = File(
        "",
        "A model of this actor by `recast train performer`: teeth, lids, folds from frames that show them. For mesh.",
        animates=False,
    )
    performer_share = Float(1.0, "How much of what the performer finishes is shown.", limits=(0, 1))

    performance = "field"
    observes = ("inner_mouth",)
    analyses = ("plate", "plate_track", "driving_track")

    def used_inputs(self) -> tuple[str, ...]:
        driver, own = ("driving", "driving_track"), ("plate", "plate_track")
        donors = {"auto": driver + own, "driving": driver, "hold": own, "plate": ()}[self.inner_mouth]
        return ("field", *dict.fromkeys((*(driver if self.folds > 0 else ()), *donors)))

    footage = {"plate": "image", "plate_track": "track"}

    def stamp(self) -> str:
        return stamp_of_performer(self.performer)

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        return check_performer(moments)

    def frames(self, frame: int, name: str, analysis: Lenders | None = None) -> Iterable[int]:
        """The frame that is held, or those that lend their mouths."""
        if self.inner_mouth == "hold":
            return (self.mouth_frame,)
        lent = () if analysis is None else analysis.of(frame)
        return tuple(dict.fromkeys(each.frame for each in lent if not each.take))

    def frames_of_takes(self, frame: int, analysis: Lenders | None) -> Iterable[tuple[str, int]]:
        lent = () if analysis is None else analysis.of(frame)
        return tuple(dict.fromkeys((each.take, each.frame) for each in lent if each.take))

    def looks_at(self, frame: int, span: Sequence[int], keyed: Collection[str]) -> Sequence[str]:
        """For auto the tracks everywhere, and the plate in some frames all over the shot; else nothing."""
        if self.inner_mouth != "auto":
            return ()
        every = max(1, -(-(span[-1] - span[0] + 1) // LOOKED_AT))
        looked_at = len(span) <= LOOKED_AT or (frame - span[0]) % every == 0
        return self.analyses if looked_at else ("plate_track", "driving_track")

    def observe(
        self, plate: Image | None = None, plate_track: Track | None = None, driving_track: Track | None = None
    ) -> MouthFrame:
        """Where the faces are, and what the plate's mouth is worth to other frames."""
        from ..models.mesh.lenders import observe_mouth

        return observe_mouth(plate, plate_track, driving_track)

    def analyse(self, records: Mapping[int, MouthFrame]) -> Lenders:
        """Whose mouth is shown at each frame."""
        return self.analyse_takes(records, {})

    def analyse_takes(
        self, records: Mapping[int, MouthFrame], takes: Mapping[str, Mapping[int, MouthFrame]]
    ) -> Lenders:
        from ..models.mesh.lenders import learn_lenders

        doubt(self.performer, records)
        return learn_lenders(records, takes)

    def remarks(self, analysis: Lenders) -> Iterable[str]:
        """Who lends to whom, where the actor's own frames do."""
        from ..models.mesh.lenders import describe_lenders

        if any((lent := analysis.lent_to_others()).values()):
            yield f"Mouths are lent by {describe_lenders(lent)}."

    def process(
        self,
        field: WarpField,
        driving: Image | None = None,
        driving_track: Track | None = None,
        plate: Mapping[int, Image] | None = None,
        plate_track: Mapping[int, Track] | None = None,
        analysis: Lenders | None = None,
        takes: Mapping[tuple[str, int], Image] | None = None,
    ) -> Face:
        """The face; an unedited frame's is empty."""
        given = {"driving": driving, "driving_track": driving_track, "plate": plate, "plate_track": plate_track}
        return self.process_batch([self], [{"field": field, **given, "analysis": analysis, "takes": takes}])[0]

    @classmethod
    def process_batch(cls, moments: Sequence[Decode], inputs: Sequence[Mapping[str, Any]]) -> list[Face]:  # type: ignore[override]
        from ..models import get

        faces: list[Face] = []
        for name, stretch in groupby(zip(moments, inputs, strict=True), lambda pair: pair[1]["field"].model):
            group, paints = list(stretch), MODELS.get(name).paints
            fields = [given["field"] if paints else moment._with_folds(**given) for moment, given in group]
            donors = [None if paints else moment._donor_for(**given) for moment, given in group]
            faces += get(name).decode_batch(fields, donors, [moment._finish() for moment, _ in group])
        return faces

    def batch_size(self) -> int:
        return AS_THEY_COME

    def _with_folds(
        self, field: WarpField, driving: Image | None, driving_track: Track | None, **others: Any
    ) -> WarpField:
        """The field with the folds of its edit."""
        from ..models.mesh.folds import fold_texture

        return field._replace(folds=fold_texture(field, driving, driving_track, self.folds))

    def _donor_for(
        self,
        field: WarpField,
        driving: Image | None,
        driving_track: Track | None,
        plate: Mapping[int, Image] | None,
        plate_track: Mapping[int, Track] | None,
        analysis: Lenders | None,
        takes: Mapping[tuple[str, int], Image] | None,
    ) -> Donor | None:
        """The mouth from elsewhere: another frame's of the actor, or what the field opens from the driver's."""
        if not field.edited:
            return None
        lent = analysis.mouths.get(self.frame) if analysis is not None and self.inner_mouth == "auto" else None
        if analysis is not None and lent is not None and lent.lender is not None:
            pictures = {("", frame): image for frame, image in (plate or {}).items()} | dict(takes or {})
            return self._own(lent, analysis, pictures, plate_track or {})
        if not bool((field.occlusion < 1).any()):
            return None
        still = (plate or {}).get(self.mouth_frame), (plate_track or {}).get(self.mouth_frame)
        return self._donor(*(still if self.inner_mouth == "hold" else (driving, driving_track)))

    def _own(
        self,
        lent: LentMouth,
        analysis: Lenders,
        pictures: Mapping[tuple[str, int], Image],
        tracks: Mapping[int, Track],
    ) -> Donor:
        """The actor's own mouth, and the one that it dissolves from or into."""
        from ..models.mesh.lenders import lend_mouth

        faces = {**{each: tracks[each.frame] for each in lent.lenders if not each.take}, **analysis.tracks}
        first, *rest = (lend_mouth(pictures[each.take, each.frame], faces[each], each) for each in lent.lenders)
        return first._replace(fading=(rest[0], lent.share)) if rest and lent.other else first

    def _donor(self, image: Image | None, track: Track | None) -> Donor | None:
        from ..models.mesh.keypoints import donor_of
        from ..notices import notice

        if self.inner_mouth == "plate":
            return None
        if image is None or track is None:
            if self.inner_mouth == "hold":
                raise KnobError("Decode.inner_mouth is hold, but the inputs plate and plate_track are not connected.")
            asked = f"Decode.inner_mouth is {self.inner_mouth}"
            notice(f"{asked}, but no driver is connected to Decode: open mouths will be dark.")
            return None
        try:
            return donor_of(image, track)
        except NoFace:
            if self.inner_mouth == "hold":
                raise NoFace(
                    f"Decode.mouth_frame is {self.mouth_frame}, but the plate has no face in that frame."
                ) from None
            notice(f"The driver has no face at frame {self.frame}: an open mouth will be dark there.")
            return None

    def _finish(self) -> DecodeKnobs:
        from ..models.interface import DecodeKnobs

        own = DecodeKnobs(self.detail, self.grain, self.sharpen, self.exposure_match, self.frame)
        return with_performer(own, self.performer, self.performer_share)
