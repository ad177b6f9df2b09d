"""What the knobs of ExpressionMix ask of the eyes at one frame, and what they look at there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from ..errors import KnobError
from ..face.anatomy import LEFT_IRIS, RIGHT_IRIS, RIGID
from ..media.landmarks.point_track import read_point_track
from ..stages.expression.eyeballs import focal_length
from ..stages.expression.head_pose import robust_similarity
from ..stages.expression.look_at import CAMERA, NEAREST, EyeEdit, GazeTarget, Lens
from ..wires import Image, Part, Track


def gather_eyes(values: Mapping[str, Any], frame: int, image: Image | None, other: Track | None) -> EyeEdit:
    """The knobs `values` of ExpressionMix at a frame of the plate `image`, where `other` is the track of another face.

    Raises KnobError where an input or a file lacks that the target needs, and MediaError as the file's reader does.
    """
    turns = tuple((values[f"gaze_{side}_x"], values[f"gaze_{side}_y"]) for side in ("right", "left"))
    knobs = EyeEdit(
        turns,  # type: ignore[arg-type]
        look_at=values["look_at"],
        size=values["eye_size"],
        lids_follow=values["lids_follow"],
        blinks=(values["blink_right"], values["blink_left"]),
    )
    if not knobs.look_at:
        return knobs
    if image is None:
        raise KnobError("ExpressionMix.look_at needs the plate: connect its image input.")
    lens = _lens_of(image, values["field_of_view"])
    return knobs._replace(lens=lens, target=_find_target(values, frame, lens, image.main, other))


def _lens_of(image: Image, field_of_view: float) -> Lens:
    """The camera of a plate, which looks at the middle of its display window."""
    window, aspect = image.main.display, image.main.pixel_aspect
    width = window.width * aspect
    return Lens(window.x * aspect + width / 2, window.y + window.height / 2, focal_length(width, field_of_view))


def _find_target(values: Mapping[str, Any], frame: int, lens: Lens, plate: Part, other: Track | None) -> GazeTarget:
    kind, near = values["target"], values["target_depth"]
    if kind == "camera":
        return CAMERA
    if kind == "face":
        if other is None:
            raise KnobError("ExpressionMix.target is face: connect the other face's track to other_track.")
        return _between_eyes(other, lens)
    x, y = values["target_x"], values["target_y"]
    if kind == "track":
        if not values["target_track"]:
            raise KnobError("ExpressionMix.target is track, and target_track names no file.")
        point = read_point_track(values["target_track"])
        across, down = point.at(frame)
        x, y = x + across, y + (plate.display.bottom - down if point.upwards else down)
    return GazeTarget(lens.ray(x * plate.pixel_aspect, y), near, converge=values["converge"])


def _between_eyes(other: Track, lens: Lens) -> GazeTarget:
    """The place between the eyes of a face, as far away as its size says; the camera where it is not seen."""
    from .canonical import canonical_face
    from .mesh.keypoints import keypoints

    if not other.found:
        return CAMERA
    points, rigid = keypoints(other), list(RIGID)
    scale = robust_similarity(canonical_face().vertices[rigid], points[rigid]).scale[0]
    x, y, _ = points[[LEFT_IRIS[0], RIGHT_IRIS[0]]].mean(0).tolist()
    return GazeTarget(lens.ray(x, y), distance=float(torch.clamp(lens.focal / scale, min=NEAREST)))
