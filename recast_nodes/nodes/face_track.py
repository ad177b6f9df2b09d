"""FaceTrack: one face followed through the shot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..errors import KnobError
from ..knobs import Box, Choice, File, Float, Int, Switch
from ..menu import Menu
from ..node import Finding, Input, Node
from ..tracker_registry import TRACKERS
from ..wires import Faces, Image, Track
from ._depth_knobs import DEPTH_KNOBS, stands_over_time
from ._stills import check_still, stamp_of_still

if TYPE_CHECKING:
    from ..models.followed import FollowedFace
    from ..models.tracker.chain import Chain

TRACKED = "tracked"  # of crop_from: the landmarks that were found, and no others
FINDERS = Menu(TRACKERS, lambda traits: traits.finds_faces)
READERS = Menu(TRACKERS, lambda traits: not traits.finds_faces, (TRACKED,))


@lru_cache(maxsize=64)
def _chain(finder: str, reader: str, *search: Any) -> Chain:
    """Made once: every fingerprint asks."""
    from ..models.tracker.chain import Chain, Search

    return Chain(finder, reader, Search(*search))


def _place(tip: str) -> Float:
    return Float(0.0, tip, limits=(-1e6, 1e6), slider=None, animates=False, group="find")


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
        "Which face is meant where there are several: by its size over the shot, its place, its number, a box drawn "
        "about it, a point on it, or a picture of the person.",
        options=("largest", "left-most", "right-most", "nearest-to-centre", "index", "box", "point", "person"),
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
    point_x = _place("The point for pick point, pixels from the left: the face whose middle is nearest.")
    point_y = _place("The same, pixels from the top.")
    person = File("", "For pick person: a still of who is meant. It needs follow_by identity.", group="find")
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
    follow_by = Choice(
        "place",
        "How a face is known from frame to frame. place: by where it was. identity: by what it looks like too, so that "
        "it is not taken for another when faces cross or hide each other, and is found again after a cut. It takes "
        "SFace's model file and some 20 ms a face.",
        options=("place", "identity"),
        animates=False,
        group="follow",
    )
    vars().update(DEPTH_KNOBS)
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

    observes = ("detector", "confidence", "all_angles", "crop_from", "follow_by")
    analyses = ("image",)
    over_shot = ("in_front",)

    def used_inputs(self) -> tuple[str, ...]:
        """Nothing: the whole shot was looked at before."""
        return ()

    def stamp(self) -> str:
        """What the trackers are known by: the landmarks file, where one is read, and the user's own networks."""
        still = stamp_of_still(self.person, ("",)) if self._asks_for_person else ""
        return f"{self._trackers().fingerprint()} with skin{still}"  # unlike records of before skin was kept

    @property
    def _asks_for_person(self) -> bool:
        return self.pick == "person" and bool(self.person)

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
        if one.follow_by == "identity":
            from ..models.tracker.identity import missing

            yield from (Finding(text, "follow_by") for text in missing())
        elif one.pick == "person":
            yield Finding("A person is known by who they look like: set follow_by to identity.", "pick")
        if one._asks_for_person:
            yield from check_still(moments, "person", ("",))

    def _trackers(self) -> Chain:
        reader = "" if self.crop_from == TRACKED else self.crop_from
        return _chain(self.detector, reader, self.confidence, self.all_angles, self.landmarks)

    def named_frames(self, span: Sequence[int]) -> Iterable[int]:
        return () if self.pick_frame is None or self.pick_frame not in span else (self.pick_frame,)

    def observe(self, image: Image) -> Faces:
        """All faces of one frame, their skin, and who they are if asked for; none where landmarks come from a file."""
        from ..models.mesh.skin import observe_skin

        faces = self._trackers().observe(image)
        if self.follow_by == "identity":
            from ..models.tracker.identity import identify

            faces = identify(image, faces)
        return faces._replace(skin=observe_skin(image, faces))

    def analyse(self, records: Mapping[int, Faces]) -> FollowedFace:
        """The picked face over the whole shot, steadied, its crop squares, its skin at rest, and whom it meets."""
        from ..models.followed import follow_face, following_of, pick_of

        if mismatch := self._trackers().mismatch():
            raise KnobError(f"FaceTrack.crop_from: {mismatch}")
        faces, stands = self._trackers().complete(records), stands_over_time(self)
        return follow_face(faces, pick_of(self.values), following_of(self.values, self.crop_from != TRACKED, stands))

    def remarks(self, analysis: FollowedFace) -> Iterable[str]:
        """Which of several faces is followed, and where it is not seen."""
        return analysis.remarks

    def remarks_beside(self, analysis: FollowedFace, others: Mapping[str, FollowedFace]) -> Iterable[str]:
        """Which other FaceTrack follows the same face: one edit would lie over the other."""
        from ..models.followed import is_same_face

        same = [name for name, other in others.items() if is_same_face(analysis, other)]
        return (f"this follows the same face as {name}. Set pick of one of them to follow another." for name in same)

    def process(self, analysis: FollowedFace, image: Image | None = None) -> Track:
        """The track at this frame."""
        from ..models.followed import track_at

        return track_at(analysis, self.frame, self.hull_expand)
