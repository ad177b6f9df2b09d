"""FaceTrack: one face followed through the shot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..errors import KnobError, RecastError
from ..knobs import Box, Choice, File, Float, Int, Switch
from ..node import Finding, Input, Node
from ..wires import Faces, Image, Track

if TYPE_CHECKING:
    from torch import Tensor

    from ..stages.track.follow import Course

FROM_FILE = "published asks a network about the picture, and landmarks-file looks at no picture: take tracked."


class FollowedFace(NamedTuple):
    """What FaceTrack knows of a shot before any frame is processed."""

    course: Course
    squares: Tensor  # (T, 4) smoothed crop squares in square pixels; 0 where lost
    pixel_aspect: float
    remarks: tuple[str, ...] = ()  # who else is there, and where the face is not seen


class FaceTrack(Node):
    """Finds one face, follows it through the shot, and gives its landmarks, crop and boundary.

    Every frame is looked at by itself; what is smoothed is smoothed over the whole shot, as far ahead as back, so
    nothing lags and a frame comes out the same whichever frames are rendered. Landmarks that another tracker made come
    in through `landmarks`.
    """

    image = Input(Image, "The plate, or the driving performance.")
    gives = Track

    detector = Choice(
        "auto",
        "What finds faces. auto: YuNet, and MediaPipe where YuNet finds none. insightface: your own copy of its "
        "detector (not for commercial use). landmarks-file: none, the landmarks are read from a file.",
        options=("auto", "mediapipe", "insightface", "landmarks-file"),
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
        "How calm landmarks are held: a face that keeps still is averaged over up to twelve times as many frames to "
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
        "tracked",
        "The landmarks that the crop is made from, for a neural model. tracked: those of the track. published: "
        "LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network "
        "(see docs/models.md).",
        options=("tracked", "published"),
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

    def wanted(self) -> tuple[str, ...]:
        """Nothing: the whole shot was looked at before."""
        return ()

    def stamp(self) -> str:
        """The state of the landmarks file, where one is read, and the user's own networks that are asked."""
        known = self._file_stamp() if self.detector == "landmarks-file" else ""
        for name in self._networks().values():
            from ..models.weights import onnx_faces

            known += onnx_faces.known_by(name)
        return known

    def _file_stamp(self) -> str:
        from ..media.sequences import open_source

        return open_source(self.landmarks).fingerprint(1) if self.landmarks else ""

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        """Model files and landmark files that are not there, and networks that cannot be run here."""
        from ..models.weights.files import path_of, required

        one: FaceTrack = moments[0]  # type: ignore[assignment]
        try:
            if one.detector == "landmarks-file":
                one._file_stamp()
            else:
                for name in required():
                    path_of(name)
        except RecastError as problem:
            yield Finding(str(problem), "landmarks" if one.detector == "landmarks-file" else "detector")
        yield from one._check_networks()

    def _check_networks(self) -> Iterable[Finding]:
        if self.crop_from == "published" and self.detector == "landmarks-file":
            yield Finding(FROM_FILE, "crop_from")
        for knob, name in self._networks().items():
            from ..models.weights import onnx_faces

            try:
                onnx_faces.require(name)
            except RecastError as problem:
                yield Finding(str(problem), knob)

    def _networks(self) -> dict[str, str]:
        """The user's own networks that are asked, each by the knob that asks for it."""
        from ..models.weights.onnx_faces import DETECTOR, LANDMARKS

        asked = {}
        if self.detector == "insightface":
            asked["detector"] = DETECTOR
        if self.crop_from == "published" and self.detector != "landmarks-file":
            asked["crop_from"] = LANDMARKS
        return asked

    def observe(self, image: Image) -> Faces:
        """All faces of one frame; none where landmarks come from a file."""
        from ..models.tracker.landmarker import no_faces, observe_faces

        if self.detector == "landmarks-file":
            return no_faces(image)
        faces = observe_faces(image, self.detector, self.confidence, self.all_angles)
        if self.crop_from == "tracked":
            return faces
        from ..models.tracker.landmarker203 import of_faces

        return faces._replace(published=of_faces(image, faces.landmarks))

    def analyse(self, seen: Mapping[int, Faces]) -> FollowedFace:
        """The picked face over the whole shot, steadied, and its crop squares."""
        from ..stages.track.association import Pick
        from ..stages.track.crowd import remark
        from ..stages.track.follow import gaps_remark, pixel_aspect_of, track

        faces = self._from_file(seen) if self.detector == "landmarks-file" else seen
        pick = Pick(self.pick, self.index, self.box, self.pick_frame)
        course = track(faces, pick, self.lost, self.steady)
        aspect = pixel_aspect_of(seen)
        said = tuple(filter(None, (remark(faces, pick), gaps_remark(course))))
        return FollowedFace(course, self._squares(course, aspect), aspect, said)

    def remarks(self, analysis: FollowedFace) -> Iterable[str]:
        """Which of several faces is followed, and where it is not seen."""
        return analysis.remarks

    def _squares(self, course: Course, aspect: float) -> Tensor:
        """The crop squares, by the landmarks that `crop_from` names."""
        from ..stages.track.crop import course_squares, mesh_square
        from ..stages.track.crop203 import square_of

        found = [state != "lost" for state in course.states]
        knobs = (self.crop_scale, self.crop_x, self.crop_y, self.rotate, self.smooth)
        if self.crop_from == "tracked":
            return course_squares(course.landmarks, found, aspect, *knobs, mesh_square)
        if self.detector == "landmarks-file":
            raise KnobError(f"FaceTrack.crop_from: {FROM_FILE}")
        if course.published is None:  # no face in the whole shot
            return course.landmarks.new_zeros(len(found), 4)
        from ..notices import notice

        notice("FaceTrack makes the crop from LivePortrait's 203 landmarks, by your own copy of its network.")
        return course_squares(course.published, found, aspect, *knobs, square_of)

    def process(self, analysis: FollowedFace, image: Image | None = None) -> Track:
        """The track at this frame."""
        from ..stages.track.crop import crop_matrix
        from ..stages.track.follow import lost_track, place_of
        from ..stages.track.hull import boundary_hull, with_jaw_room

        place = place_of(analysis.course, self.frame)
        course, state = analysis.course, analysis.course.states[place]
        if state == "lost":
            return lost_track(course.landmarks.shape[1], analysis.pixel_aspect)
        landmarks = course.landmarks[place]
        return Track(
            landmarks=landmarks,
            coefficients=course.coefficients[place],
            crop=crop_matrix(analysis.squares[place], analysis.pixel_aspect),
            hull=boundary_hull(with_jaw_room(landmarks), self.hull_expand),
            confidence=float(course.confidence[place]),
            state=state,
            pixel_aspect=analysis.pixel_aspect,
            published=None if course.published is None else course.published[place],
        )

    def _from_file(self, seen: Mapping[int, Faces]) -> dict[int, Faces]:
        """The file's faces in the shot's frames; the frames it does not hold have none."""
        from ..media.landmarks.landmarks import read_landmarks

        if not self.landmarks:
            raise KnobError("FaceTrack.detector is landmarks-file, and FaceTrack.landmarks names no file.")
        held = read_landmarks(self.landmarks, first=min(seen))
        return {frame: held.get(frame, faces) for frame, faces in seen.items()}
