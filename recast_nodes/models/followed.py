"""What FaceTrack knows of a shot: the picked face followed through it, its crops, and the faces that it meets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..stages.thresholds import Threshold
from ..stages.track.association import Trail
from ..stages.track.crop import course_squares, crop_matrix, mesh_square
from ..stages.track.crop203 import square_of
from ..stages.track.crowd import describe_crowd
from ..stages.track.depth import find_meetings
from ..stages.track.follow import (
    Course,
    bridge,
    gaps_remark,
    gather,
    lost_track,
    nearly_seen,
    pixel_aspect_of,
    place_of,
    track_trail,
)
from ..stages.track.hidden import Hidden, find_hidden
from ..stages.track.hull import boundary_hull, face_boundary, person_outline, with_jaw_room
from ..stages.track.identity import likeness_to_itself
from ..stages.track.pick import Cast, Pick, cast_of
from ..wires import Faces, Track
from .mesh.skin import learn_rest
from .tracker.identity import person_of

ON_IT = Threshold(
    0.1,
    "sizes of the face",
    "two readings of one face from two faces",
    "by the mean distance of their landmarks: steadied differently they are 0.005 apart, and faces never lie so close",
)


class FollowedFace(NamedTuple):
    """What FaceTrack knows of a shot before any frame is processed."""

    course: Course
    squares: Tensor  # (T, 4) smoothed crop squares in square pixels; 0 where lost
    pixel_aspect: float
    remarks: tuple[str, ...] = ()  # who else is there, and where the face is not seen
    rest: Tensor | None = None  # (3, h, w) as in Track
    nearer: dict[int, Tensor] = {}  # frame: (F, 64, 2) outlines of faces before this one
    farther: dict[int, Tensor] = {}  # and the boundaries of those behind it
    trust: dict[int, float] = {}  # frame: how far the face may be edited there, where it is hidden


class Following(NamedTuple):
    """How FaceTrack is set to follow: its knobs of these names."""

    lost: str
    steady: float
    stands: str | Mapping[int, str]  # by frame where it is keyed
    crop: tuple[float, float, float, bool, float]  # crop_scale, crop_x, crop_y, rotate, smooth
    published: bool  # the crop is made from LivePortrait's landmarks


def pick_of(knobs: Mapping[str, Any]) -> Pick:
    """Which face is meant, by FaceTrack's knobs. Raises MediaError, NoFace and ModelMissing for a person's picture."""
    person = person_of(knobs["person"]) if knobs["pick"] == "person" and knobs["person"] else None
    point = (knobs["point_x"], knobs["point_y"])
    return Pick(knobs["pick"], knobs["index"], knobs["box"], knobs["pick_frame"], point, person, knobs["person"])


def following_of(knobs: Mapping[str, Any], published: bool, stands: str | Mapping[int, str]) -> Following:
    """How it is followed, by FaceTrack's knobs; where it stands may differ from frame to frame."""
    crop = (knobs["crop_scale"], knobs["crop_x"], knobs["crop_y"], knobs["rotate"], knobs["smooth"])
    return Following(knobs["lost"], knobs["steady"], stands, crop, published)


def follow_face(faces: Mapping[int, Faces], pick: Pick, how: Following) -> FollowedFace:
    """The picked face over the whole shot, steadied, its crop squares, its skin at rest, and whom it meets.

    Raises NoFace.
    """
    cast = cast_of(faces, pick) or Cast([], [])
    nearer, farther = _meet(faces, cast, how.stands) if cast.others else ({}, {})
    hidden = _find_hidden(faces, cast.picked, nearer) if nearer else Hidden(frozenset(), {})
    trail = [sighting for sighting in cast.picked if sighting.frame not in hidden.unread]
    course, rest = learn_rest(track_trail(faces, trail, how.lost, how.steady))
    aspect = pixel_aspect_of(faces)
    crowd = describe_crowd(faces, pick, cast) if cast.picked else ""
    remarks = tuple(filter(None, (crowd, gaps_remark(course))))
    return FollowedFace(course, _squares(course, aspect, how), aspect, remarks, rest, nearer, farther, hidden.trust)


def is_same_face(one: FollowedFace, other: FollowedFace) -> bool:
    """Whether two FaceTracks of one plate follow the same face: they lie on each other in most frames."""
    places = zip(one.course.states, other.course.states, one.course.landmarks, other.course.landmarks, strict=True)
    both = [(a[:, :2], b[:, :2]) for here, there, a, b in places if here == there == "tracked"]
    near = [float((a - b).norm(dim=1).mean()) < ON_IT * float((a.amax(0) - a.amin(0)).amax()) for a, b in both]
    return sum(near) > len(near) / 2


def track_at(followed: FollowedFace, frame: int, hull_expand: float) -> Track:
    """The track at one frame."""
    course, place = followed.course, place_of(followed.course, frame)
    if course.states[place] == "lost":
        return lost_track(course.landmarks.shape[1], followed.pixel_aspect)
    landmarks = course.landmarks[place]
    return Track(
        landmarks=landmarks,
        coefficients=course.coefficients[place],
        crop=crop_matrix(followed.squares[place], followed.pixel_aspect),
        hull=boundary_hull(with_jaw_room(landmarks), hull_expand),
        confidence=float(course.confidence[place]),
        state=course.states[place],
        pixel_aspect=followed.pixel_aspect,
        published=None if course.published is None else course.published[place],
        head=course.heads[place],
        rest=followed.rest,
        seen=nearly_seen(course, place),
        nearer=followed.nearer.get(frame),
        farther=followed.farther.get(frame),
        trust=followed.trust.get(frame, 1.0),
    )


def _squares(course: Course, aspect: float, how: Following) -> Tensor:
    """The crop squares, by the landmarks that `crop_from` names."""
    found = [state != "lost" for state in course.states]
    if not how.published:
        return course_squares(course.landmarks, found, aspect, *how.crop, mesh_square)
    if course.published is None:  # no face in the whole shot
        return course.landmarks.new_zeros(len(found), 4)
    return course_squares(course.published, found, aspect, *how.crop, square_of)


def _meet(
    faces: Mapping[int, Faces], cast: Cast, stands: str | Mapping[int, str]
) -> tuple[dict[int, Tensor], dict[int, Tensor]]:
    """By frame, the outlines of the faces that stand before the picked one, and the boundaries of those behind it."""
    courses: dict[int, Course] = {}
    found: tuple[dict[int, list[Tensor]], dict[int, list[Tensor]]] = ({}, {})
    for meeting in find_meetings(cast.picked, cast.others, stands):
        if meeting.other not in courses:
            courses[meeting.other] = bridge(gather(faces, cast.others[meeting.other]), "interpolate")
        course, bound = courses[meeting.other], person_outline if meeting.nearer else face_boundary
        for frame in meeting.frames:
            place = place_of(course, frame)
            if course.states[place] != "lost":
                found[not meeting.nearer].setdefault(frame, []).append(bound(course.landmarks[place]))
    nearer, farther = ({frame: torch.stack(each) for frame, each in side.items()} for side in found)
    return nearer, farther


def _find_hidden(faces: Mapping[int, Faces], trail: Trail, nearer: Mapping[int, Tensor]) -> Hidden:
    """Where the faces before it hide the picked one."""
    own = {sighting.frame: faces[sighting.frame].landmarks[sighting.entry] for sighting in trail}
    return find_hidden(own, nearer, likeness_to_itself(trail), sorted(faces))
