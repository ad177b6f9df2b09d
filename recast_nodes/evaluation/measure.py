"""A shot measured frame by frame. Frames stream: what is held of pixels does not grow with the shot.

Plate, driver and result are read anew by the landmarker, frame by frame and unsmoothed, plate and result in the same
window: the edit is judged by what its pixels show, not by what was asked of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..errors import RecastError
from ..models.mesh.keypoints import turn_of
from ..models.tracker import identity
from ..models.tracker.face_mesh import FaceMesh
from ..models.tracker.landmarker import read_face
from ..models.tracker.view import NetworkInput, look
from ..wires import Image, Track, Window
from . import edges, irises, metrics
from .bits import compare_bits
from .light import Light, bounce, flicker, gather_light, steps
from .mouth import measure_mouth
from .numbers import Numbers
from .shot import EditedShot, Footage, face_window

SHARPEST = 1280  # pixels along a window's side at most: a face shows its expression and its drift in less
STAMPS = ("model", "weights", "shot", "version")  # what an edited frame's header says of its making


class MeasuredFrame(NamedTuple):
    """One frame as it was read, and the numbers that need no other frame."""

    numbers: Numbers
    track: Track | None = None
    plate: Image | None = None
    driving: Image | None = None
    driving_track: Track | None = None
    result: Image | None = None


Show = Callable[[MeasuredFrame], Any]
Report = Callable[[str, int, int], None]


def measure(
    shot: EditedShot, show: Show = lambda sight: None, report: Report = lambda what, done, total: None, workers: int = 2
) -> tuple[list[Numbers], list[Any]]:
    """The numbers of every frame, and what `show` made of each, in the shot's order. `workers` frames at once."""
    numbers: list[Numbers] = []
    pictures: list[Any] = []
    lights: deque[Light | None] = deque([None, None, None], maxlen=3)
    for frame_numbers, light, picture in _measure_ahead(shot, show, workers):
        lights.append(light)
        numbers.append(replace(frame_numbers, flicker=flicker(lights[2], lights[1])))
        pictures.append(picture)
        if len(numbers) > 1:
            numbers[-2] = replace(numbers[-2], bounce=bounce(*lights))
        report("Measure", len(numbers), len(shot.frames))
    return numbers, pictures


def _measure_ahead(shot: EditedShot, show: Show, workers: int) -> Iterator[tuple[Numbers, Light | None, Any]]:
    """Frames in order, a few of them in work ahead."""

    def work(frame: int) -> tuple[Numbers, Light | None, Any]:
        sight = see(shot, frame)
        numbers, light = measure_frame(sight, shot)
        return numbers, light, show(sight._replace(numbers=numbers))

    waiting: deque[Future[tuple[Numbers, Light | None, Any]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="measure") as pool:
        try:
            for frame in shot.frames:
                waiting.append(pool.submit(work, frame))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def see(shot: EditedShot, frame: int) -> MeasuredFrame:
    """Everything of one frame that can be read; what cannot is a fault, or a note where it is only the driver."""
    numbers = Numbers(frame)
    try:
        track, plate = shot.plate.track(frame), shot.plate.picture(frame)
    except RecastError as error:
        return MeasuredFrame(replace(numbers, fault=f"the plate: {error}"))
    driving, driving_track, notes = _driving(shot.driving, frame)
    numbers = replace(numbers, state=track.state, confidence=float(track.confidence), notes=notes)
    try:
        return MeasuredFrame(numbers, track, plate, driving, driving_track, shot.result(frame))
    except RecastError as error:
        return MeasuredFrame(replace(numbers, fault=str(error)), track, plate, driving, driving_track)


def _driving(footage: Footage | None, frame: int) -> tuple[Image | None, Track | None, tuple[str, ...]]:
    if footage is None:
        return None, None, ()
    try:
        return footage.picture(frame), footage.track(frame), ()
    except RecastError as error:
        return None, None, (f"the driver: {error}",)


def measure_frame(sight: MeasuredFrame, shot: EditedShot) -> tuple[Numbers, Light | None]:
    """The numbers of one frame by itself, and the light that its neighbours need."""
    plate, result, track = sight.plate, sight.result, sight.track
    if plate is None or result is None or track is None:
        return sight.numbers, None
    numbers = _compare(sight.numbers, plate, result, shot)
    if not track.found:
        return numbers, None
    numbers = _read_faces(numbers, sight, plate, result, track)
    light = gather_light(plate, result, track, numbers.frame, shot.hulls(numbers.frame))
    if light is not None:
        hull, edit = steps(light)
        numbers = replace(numbers, hull_step=hull, edit_step=edit)
    return numbers, light


def _compare(numbers: Numbers, plate: Image, result: Image, shot: EditedShot) -> Numbers:
    bits = compare_bits(plate, result, shot.hulls(numbers.frame))
    notes = list(numbers.notes)
    if not bits.same_window:
        notes.append("the result covers another data window than the plate")
    if bits.leak is None:
        notes.append("the result's number type is not the plate's, so bits cannot be compared")
    attributes = result.main.attributes
    return replace(
        numbers,
        notes=tuple(notes),
        leak=bits.leak,
        edited=bits.edited,
        lost_channels=bits.lost_channels,
        made_by={name: str(attributes[f"recast:{name}"].value) for name in STAMPS if f"recast:{name}" in attributes},
    )


def _read_faces(numbers: Numbers, sight: MeasuredFrame, plate: Image, result: Image, track: Track) -> Numbers:
    window = face_window(track)
    before, after = (_look(image, window) for image in (plate, result))
    one, made = _face(before, track), _face(after, track)
    if one is None or made is None:
        return _add_note(numbers, f"no face can be read in the {'plate' if one is None else 'result'}")
    mouth = measure_mouth(before.pixels, after.pixels, one.landmarks, made.landmarks)
    numbers = replace(
        numbers,
        mouth_sharpness=mouth.sharpness,
        mouth_light=mouth.light,
        pose_drift=metrics.pose_drift(one.landmarks, made.landmarks),
        rigid_drift=metrics.rigid_drift(before.pixels, after.pixels, one.landmarks),
        identity=_identity(before, one, after, made),
    )
    numbers = _judge_features(numbers, (before.pixels, one.landmarks, after.pixels, made.landmarks))
    return _compare_expressions(numbers, one, made, sight)


def _judge_features(numbers: Numbers, pair: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]) -> Numbers:
    """What plate and result, each with its landmarks, show at the jaw and in the eyes."""
    edge = edges.compare_edges(*pair)
    ragged, rim = (None, None) if edge is None else edge
    return replace(numbers, ragged_edge=ragged, edge_rim=rim, torn_iris=irises.measure_torn(*pair))


def _compare_expressions(numbers: Numbers, one: FaceMesh, edited: FaceMesh, sight: MeasuredFrame) -> Numbers:
    driving, track = sight.driving, sight.driving_track
    if driving is None or track is None:
        return numbers
    acted = _face(_look(driving, face_window(track)), track) if track.found else None
    if acted is None:
        return _add_note(numbers, "no face can be read in the driver")
    three = one.coefficients, acted.coefficients, edited.coefficients
    return replace(
        numbers,
        expression=metrics.nearness(*three),
        regions={region: metrics.nearness(*three, region) for region in metrics.MEASURED_REGIONS},
        coefficients=np.stack(three),
    )


def _add_note(numbers: Numbers, text: str) -> Numbers:
    return replace(numbers, notes=(*numbers.notes, text))


def _look(image: Image, window: Window) -> NetworkInput:
    """The window in square pixels, as a picture of its own: its landmarks are in its own pixels."""
    longer = max(window.width * image.main.pixel_aspect, window.height)
    seen = look(image, window, min(1.0, SHARPEST / longer))
    height, width = seen.pixels.shape[:2]
    return NetworkInput(seen.pixels, (0, 0, width, height))


def _face(picture: NetworkInput, track: Track) -> FaceMesh | None:
    height, width = picture.pixels.shape[:2]
    return read_face(picture, np.array([width / 2, height / 2]), turn_of(track))


def _identity(before: NetworkInput, one: FaceMesh, after: NetworkInput, edited: FaceMesh) -> float | None:
    if not identity.available():
        return None
    pairs = ((before, one), (after, edited))
    return metrics.cosine(*(identity.embedding(picture.pixels, mesh.landmarks) for picture, mesh in pairs))
