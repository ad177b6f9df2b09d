"""One face through a whole shot: picked, followed, bridged where it was not seen, and steadied over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import torch
from torch import Tensor

from ...errors import NoFace
from ...face.anatomy import LANDMARKS
from ...face.blendshapes import COEFFICIENTS
from ...wires import Faces, HeadParameters, SkinTexture, Track
from ..thresholds import Amount, Amounts, Count
from .association import Trail
from .hull import CORNERS
from .pick import Pick, cast_of
from .smoothing import jitter, steady

LOST = ("interpolate", "hold", "pass", "error")
LONGEST_BRIDGE = Count(24, "frames", "a second: a face that is away for longer has left, and is not made up")
NOISE = Amounts(
    (0.0003, 0.0008),
    "of the face's size",
    "the least is the landmarker's error, for single frames of a still face are read 0.001 off; what is more than the "
    "most is acting (decision 21)",
)
DEPTH_NOISE = Amount(
    3.0,
    "times that across the picture",
    "NOISE in z. Why 3 is not on record: in 14 frames of four clips z trembles 0.6 to 1.1 times as much",
)
SHY = Count(
    4, "frames", "over which what depends on the face's own picture comes and goes: a sixth of a second, no pop"
)
COEFFICIENT_NOISE = Amounts((0.003, 0.01), "of a coefficient's range", "as NOISE; no measurement is on record")


class Course(NamedTuple):
    """One face over the T frames of a shot."""

    frames: tuple[int, ...]
    landmarks: Tensor  # (T, K, 3) pixels; 0 where lost
    coefficients: Tensor  # (T, 52); NaN where lost or unknown
    confidence: Tensor  # (T,) 0 where no face was seen
    states: tuple[str, ...]  # as in Track
    heads: tuple[HeadParameters | None, ...]  # as in Track
    published: Tensor | None = None  # (T, 203, 2) LivePortrait's landmarks, where they were looked for; 0 where lost
    skins: tuple[SkinTexture | None, ...] = ()  # what each frame shows of the skin; none where the face was not seen

    def sets(self) -> dict[str, Tensor]:
        """Copies of the sets of landmarks that are followed, by their fields."""
        sets = {"landmarks": self.landmarks, "published": self.published}
        return {name: points.clone() for name, points in sets.items() if points is not None}

    def with_sets(self, sets: Mapping[str, Tensor]) -> Course:
        """The same with these sets of landmarks."""
        return self._replace(landmarks=sets["landmarks"], published=sets.get("published"))


def track(seen: Mapping[int, Faces], pick: Pick, lost: str, steadying: float) -> Course:
    """Follow the picked face through all frames of `seen`.

    `lost` says what becomes of frames in which it is not seen: 'interpolate' bridges gaps of up to 24 frames, 'hold'
    keeps the nearest face, 'pass' leaves the frame unedited, 'error' raises NoFace naming the frames. Only 'pass' takes
    a shot without any face. `steadying` is how many frames jitter is averaged over.
    """
    cast = cast_of(seen, pick)
    return track_trail(seen, cast.picked if cast else [], lost, steadying)


def track_trail(seen: Mapping[int, Faces], trail: Trail, lost: str, steadying: float) -> Course:
    """As `track`, of a face that was picked; nobody was found where the trail is empty."""
    frames = tuple(sorted(seen))
    if not trail:
        if lost != "pass":
            where = _frames_text(frames)
            raise NoFace(
                f"FaceTrack found no face in {where}. "
                "Lower its confidence, choose another detector, or set lost to pass."
            )
        return empty(frames)
    return steady_course(bridge(gather(seen, trail), lost), steadying)


def empty(frames: tuple[int, ...], points: int = LANDMARKS) -> Course:
    """A course that is lost in every frame."""
    length = len(frames)
    landmarks, coefficients = torch.zeros(length, points, 3), torch.full((length, COEFFICIENTS), torch.nan)
    return Course(frames, landmarks, coefficients, torch.zeros(length), ("lost",) * length, (None,) * length)


def place_of(course: Course, frame: int) -> int:
    """Where a frame stands in a course; a frame outside the shot is an error of the caller."""
    return course.frames.index(frame)


def nearly_seen(course: Course, place: int) -> float:
    """0..1 how far a frame is from those in which the face is not seen: 0 in them, 1 from SHY frames on. What is seen
    of a face comes and goes softly by it.
    """
    around = range(max(0, place - SHY), min(len(course.states), place + SHY + 1))
    gaps = [abs(other - place) for other in around if course.states[other] != "tracked"]
    return min(gaps, default=SHY) / SHY


def lost_track(points: int = LANDMARKS, pixel_aspect: float = 1.0) -> Track:
    """The track of a frame without a face, which goes through unedited."""
    nowhere, unknown = torch.zeros(points, 3), torch.full((COEFFICIENTS,), torch.nan)
    return Track(nowhere, unknown, torch.eye(3), torch.zeros(CORNERS, 2), 0.0, "lost", pixel_aspect)


def pixel_aspect_of(seen: Mapping[int, Faces]) -> float:
    """Width of a pixel over its height, from the first frame in which it is known."""
    windows = (seen[frame].frame for frame in sorted(seen))
    return next((float(window[4]) for window in windows if window is not None), 1.0)


def gather(seen: Mapping[int, Faces], trail: Trail) -> Course:
    """The trail's faces as one course; frames without it are lost."""
    first = seen[trail[0].frame]
    course = empty(tuple(sorted(seen)), first.landmarks.shape[1])
    if first.published is not None:
        course = course._replace(published=torch.zeros(len(course.frames), *first.published.shape[1:]))
    places = {frame: place for place, frame in enumerate(course.frames)}
    states, heads = list(course.states), list(course.heads)
    skins: list[SkinTexture | None] = [None] * len(states)
    for sighting in trail:
        place, faces = places[sighting.frame], seen[sighting.frame]
        course.landmarks[place] = faces.landmarks[sighting.entry]
        course.coefficients[place] = faces.coefficients[sighting.entry]
        course.confidence[place] = faces.confidence[sighting.entry]
        if course.published is not None and faces.published is not None:
            course.published[place] = faces.published[sighting.entry]
        heads[place] = None if faces.head is None else faces.head.only(sighting.entry)
        skins[place] = None if faces.skin is None else faces.skin.only(sighting.entry)
        states[place] = "tracked"
    return course._replace(states=tuple(states), heads=tuple(heads), skins=tuple(skins))


def bridge(course: Course, lost: str) -> Course:
    """Settle the frames in which the face was not seen, as `track` says."""
    gaps = [run for state, run in _runs(course.states) if state == "lost"]
    if gaps and lost == "error":
        missing = [course.frames[place] for run in gaps for place in run]
        raise NoFace(
            f"FaceTrack lost the face in {_frames_text(missing)}. Set lost to interpolate, hold or pass to go on."
        )
    sets, coefficients = course.sets(), course.coefficients.clone()
    states = list(course.states)
    for run in gaps:
        weights = _bridge_weights(course, run, lost)
        if weights is None:
            continue
        before, after, weight = weights
        for values in (*sets.values(), coefficients):
            share = weight.reshape(-1, *[1] * (values.dim() - 1))
            values[run.start : run.stop] = values[before] * (1 - share) + values[after] * share
        states[run.start : run.stop] = ["held" if lost == "hold" else "interpolated"] * len(run)
    return course.with_sets(sets)._replace(coefficients=coefficients, states=tuple(states))


def _bridge_weights(course: Course, run: range, lost: str) -> tuple[int, int, Tensor] | None:
    """The seen frames before and after a gap, and how much of the one after each frame takes; None to leave it lost."""
    before, after = run.start - 1, run.stop
    first, last = before < 0, after >= len(course.frames)
    if lost == "pass" or (first and last):
        return None
    if lost == "hold":
        return (after, after, torch.zeros(len(run))) if first else (before, before, torch.zeros(len(run)))
    if first or last or course.frames[after] - course.frames[before] - 1 > LONGEST_BRIDGE:
        return None
    times = torch.tensor(course.frames[before : after + 1], dtype=torch.float32)
    return before, after, (times[1:-1] - times[0]) / (times[-1] - times[0])


def steady_course(course: Course, frames: float) -> Course:
    """Jitter taken off landmarks and coefficients, in each stretch that is not lost."""
    sets, coefficients = course.sets(), course.coefficients.clone()
    for found, run in _runs([state != "lost" for state in course.states]):
        if found:
            part = slice(run.start, run.stop)
            for points in sets.values():
                points[part] = steady(points[part], frames, landmark_noise(points[part]))
            coefficients[part] = _steady_coefficients(coefficients[part], frames)
    return course.with_sets(sets)._replace(coefficients=coefficients)


def landmark_noise(landmarks: Tensor) -> Tensor:
    """Noise (K, 2 or 3) of landmarks (T, K, 2 or 3) in x, y and z.

    A point's own where that is more than usual, as it is at the edge of a face. It is never less than a landmarker's
    error, which most frames of a still face hide: noise in a picture makes it err far now and then.
    """
    extent = landmarks[..., :2].amax(1) - landmarks[..., :2].amin(1)
    scale = extent.mean() * landmarks.new_tensor([1.0, 1.0, DEPTH_NOISE])[: landmarks.shape[-1]]
    own = jitter(landmarks)
    least, most = (share * scale for share in NOISE)
    return torch.maximum(own, own.median(0).values).clamp(least, most)


def _steady_coefficients(values: Tensor, frames: float) -> Tensor:
    noise = jitter(values[..., None]).clamp(*COEFFICIENT_NOISE)
    return steady(values[..., None], frames, noise)[..., 0]


def _runs(states: Sequence[object]) -> Iterator[tuple[object, range]]:
    """Stretches of equal states: (state, places)."""
    start = 0
    for state, run in groupby(states):
        length = len(list(run))
        yield state, range(start, start + length)
        start += length


def gaps_remark(course: Course) -> str:
    """In which frames the face is not seen, and what becomes of them; nothing where it always is, or never."""
    words = {"interpolated": "bridged from the frames around", "held": "the last one is held", "lost": "not edited"}
    found = {state: [f for f, own in zip(course.frames, course.states) if own == state] for state in words}
    if not any(found.values()) or len(found["lost"]) == len(course.frames):
        return ""
    where = " and ".join(f"in {_frames_text(frames)} ({words[state]})" for state, frames in found.items() if frames)
    return f"the face is not seen {where}. Set lost to change that."


def _frames_text(frames: Sequence[int]) -> str:
    """'frame 1004' or 'frames 1001-1010, 1015'."""
    spans: list[list[int]] = []
    for frame in frames:
        if spans and frame == spans[-1][1] + 1:
            spans[-1][1] = frame
        else:
            spans.append([frame, frame])
    words = [f"{low}-{high}" if high > low else f"{low}" for low, high in spans]
    return ("frame " if len(frames) == 1 else "frames ") + ", ".join(words)
