"""FaceTrack: one face followed through the shot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import KnobError
from ..knobs import Box, Choice, File, Float, Int, Switch
from ..menu import Menu
from ..node import Finding, Input, Node
from ..tracker_registry import TRACKERS
from ..wires import Faces, Image, Track

if TYPE_CHECKING:
    from torch import Tensor

    from ..models.tracker.chain import Chain
    from ..stages.track.follow import Course

TRACKED = "tracked"  # of crop_from: the landmarks that were found, and no others
FINDERS = Menu(TRACKERS, lambda traits: traits.finds_faces)
READERS = Menu(TRACKERS, lambda traits: not traits.finds_faces, (TRACKED,))


@lru_cache(maxsize=64)
def _chain(finder: str, reader: str, *search: Any) -> Chain:
    """Made once: every fingerprint asks."""
    from ..models.tracker.chain import Chain, Search

    return Chain(finder, reader, Search(*search))


class FollowedFace(NamedTuple):
    """What FaceTrack knows of a shot before any frame is processed."""

    course: Course
    squares: Tensor  # (T, 4) smoothed crop squares in square pixels; 0 where lost
    pixel_aspect: float
    remarks: tuple[str, ...] = ()  # who else is there, and where the face is not seen
    rest: Tensor | None = None  # (3, h, w) as in Track


class FaceTrack(Node):
    """Finds one face, follows it through the shot, and gives its landmarks, crop and boundary.

    Every frame is looked at by itself; what is smoothed is smoothed over the whole shot, as far ahead as back, so
    nothing lags and a frame comes out the same whichever frames are rendered. Landmarks that another tracker made come
    in through `landmarks`.
    """

    image = Input(Image, "The plate, or the driving performance.")
    gives = Track

    detector = Choice(
        TRACKERS.default,
        "What finds faces.",
        options=FINDERS,
        group="find",
    )
    landmarks = File(
        "", "Landmarks from elsewhere: CSV, JSON or NumPy, 478 or 468 points a frame, y down.", group="find"
    )
    confidence = Float(
        0.5,
        "How sure the detector must be: lower finds hidden, turned and dark faces, and more mistakes.",
        limits=(0.05, 0.99),
        slider=(0.2, 0.9),
        animates=False,
        group="find",
    )
    all_angles = Switch(
        False,
        "Look for faces that lie or are upside down beside others that stand upright; where none does, they are looked "
        "for anyway. It takes longer.",
        animates=False,
        group="find",
    )
    pick = Choice(
        "largest",
        "Which face is meant where there are several: by its size over the shot, its place, its number, or a box drawn "
        "about it.",
        options=("largest", "left-most", "nearest-to-centre", "index", "box"),
        group="find",
    )
    index = Int(
        0,
        "The number of the face for pick index, counted from the left.",
        limits=(0, 15),
        slider=(0, 5),
        animates=False,
        group="find",
    )
    box = Box(None, "The region for pick box: the face whose middle is inside it.", group="find")
    pick_frame = Int(
        None,
        "The frame in which the face is picked.",
        limits=(-1_000_000, 10_000_000),
        slider=None,
        unset="the whole shot",
        animates=False,
        group="find",
    )
    steady = Float(
        2.0,
        "How calm landmarks are kept: a face that keeps still is averaged over up to twelve times as many frames to "
        "either side. Blinks and speech keep their speed; 0 leaves all as measured.",
        limits=(0, 20),
        slider=(0, 6),
        animates=False,
        group="follow",
    )
    lost = Choice(
        "interpolate",
        "What becomes of frames in which the face is not seen. interpolate: bridge gaps of up to 24 frames, longer "
        "ones go through unedited. hold: keep the last face. pass: go through unedited. error: stop and name them.",
        options=("interpolate", "hold", "pass", "error"),
        group="follow",
    )
    crop_from = Choice(
        TRACKED,
        "The landmarks that the crop is made from, for a neural model. tracked: those of the track.",
        options=READERS,
        group="crop",
    )
    crop_scale = Float(
        1.5, "Size of the crop against the face.", limits=(0.5, 10), slider=(1, 3), animates=False, group="crop"
    )
    crop_x = Float(
        0.0,
        "Moves the crop to the right, in crop sizes.",
        limits=(-2, 2),
        slider=(-0.5, 0.5),
        animates=False,
        group="crop",
    )
    crop_y = Float(
        -0.125, "Moves the crop down, in crop sizes.", limits=(-2, 2), slider=(-0.5, 0.5), animates=False, group="crop"
    )
    rotate = Switch(True, "Turn the crop with the head, so that the face stands upright in it.", group="crop")
    smooth = Float(
        5.0,
        "Frames over which the crop's place, size and turn are smoothed; it then neither shakes nor pumps.",
        limits=(0, 100),
        slider=(0, 20),
        animates=False,
        group="crop",
    )
    hull_expand = Float(
        0.25,
        "How much larger than the face the boundary is, beyond which no pixel may change.",
        limits=(0, 2),
        slider=(0, 0.6),
        animates=False,
        group="boundary",
    )

    observes = ("detector", "confidence", "all_angles", "crop_from")
    analyses = ("image",)

    def used_inputs(self) -> tuple[str, ...]:
        """Nothing: the whole shot was looked at before."""
        return ()

    def stamp(self) -> str:
        """What the trackers are known by: the landmarks file, where one is read, and the user's own networks."""
        return f"{self._trackers().fingerprint()} with skin"  # unlike records of before skin was kept

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        """What the trackers need and is not there: model files, networks, packages, a landmarks file."""
        one: FaceTrack = moments[0]  # type: ignore[assignment]
        trackers = one._trackers()
        if mismatch := trackers.mismatch():
            yield Finding(mismatch, "crop_from")
        for traits, text in trackers.missing():
            found_by = "landmarks" if traits.reads_file else "detector"
            yield Finding(text, found_by if traits.finds_faces else "crop_from")

    def _trackers(self) -> Chain:
        reader = "" if self.crop_from == TRACKED else self.crop_from
        return _chain(self.detector, reader, self.confidence, self.all_angles, self.landmarks)

    def named_frames(self, span: Sequence[int]) -> Iterable[int]:
        return () if self.pick_frame is None or self.pick_frame not in span else (self.pick_frame,)

    def observe(self, image: Image) -> Faces:
        """All faces of one frame, and what they show of their skin; none where landmarks come from a file."""
        from ..models.mesh.skin import observe_skin

        faces = self._trackers().observe(image)
        return faces._replace(skin=observe_skin(image, faces))

    def analyse(self, records: Mapping[int, Faces]) -> FollowedFace:
        """The picked face over the whole shot, steadied, its crop squares, and its skin at rest."""
        from ..models.mesh.skin import learn_rest
        from ..stages.track.association import Pick
        from ..stages.track.crowd import remark
        from ..stages.track.follow import gaps_remark, pixel_aspect_of, track

        if mismatch := self._trackers().mismatch():
            raise KnobError(f"FaceTrack.crop_from: {mismatch}")
        faces = self._trackers().complete(records)
        pick = Pick(self.pick, self.index, self.box, self.pick_frame)
        course, rest = learn_rest(track(faces, pick, self.lost, self.steady))
        aspect = pixel_aspect_of(records)
        remarks = tuple(filter(None, (remark(faces, pick), gaps_remark(course))))
        return FollowedFace(course, self._squares(course, aspect), aspect, remarks, rest)

    def remarks(self, analysis: FollowedFace) -> Iterable[str]:
        """Which of several faces is followed, and where it is not seen."""
        return analysis.remarks

    def _squares(self, course: Course, aspect: float) -> Tensor:
        """The crop squares, by the landmarks that `crop_from` names."""
        from ..stages.track.crop import course_squares, mesh_square
        from ..stages.track.crop203 import square_of

        found = [state != "lost" for state in course.states]
        knobs = (self.crop_scale, self.crop_x, self.crop_y, self.rotate, self.smooth)
        if self.crop_from == TRACKED:
            return course_squares(course.landmarks, found, aspect, *knobs, mesh_square)
        if course.published is None:  # no face in the whole shot
            return course.landmarks.new_zeros(len(found), 4)
        return course_squares(course.published, found, aspect, *knobs, square_of)

    def process(self, analysis: FollowedFace, image: Image | None = None) -> Track:
        """The track at this frame."""
        from ..stages.track.crop import crop_matrix
        from ..stages.track.follow import lost_track, nearly_seen, place_of
        from ..stages.track.hull import boundary_hull, with_jaw_room

        course, place = analysis.course, place_of(analysis.course, self.frame)
        if course.states[place] == "lost":
            return lost_track(course.landmarks.shape[1], analysis.pixel_aspect)
        landmarks = course.landmarks[place]
        return Track(
            landmarks=landmarks,
            coefficients=course.coefficients[place],
            crop=crop_matrix(analysis.squares[place], analysis.pixel_aspect),
            hull=boundary_hull(with_jaw_room(landmarks), self.hull_expand),
            confidence=float(course.confidence[place]),
            state=course.states[place],
            pixel_aspect=analysis.pixel_aspect,
            published=None if course.published is None else course.published[place],
            head=course.heads[place],
            rest=analysis.rest,
            seen=nearly_seen(course, place),
        )
