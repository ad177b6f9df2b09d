"""2D tracks and a stabilising corner pin as a Nuke script (.nk), to be pasted or imported into Nuke's node graph.

Nuke counts y upwards from the lower edge of the format; as here, a pixel's centre lies half a pixel inside it. The
columns of a Tracker4's `tracks` knob are Nuke's own, as it saves them in a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...errors import MediaError
from ...face.anatomy import (
    BETWEEN_BROWS,
    BROW_MIDDLES,
    CHIN_TIP,
    LEFT_EYE_CORNERS,
    LOWER_LIP,
    MOUTH_CORNERS,
    NASION,
    NOSE_TIP,
    RIGHT_EYE_CORNERS,
    TEMPLES,
    UPPER_LIP,
)
from ...stages.track.crop import CROP_SIZE, inverse_crop, move
from ...wires import Track, Window
from ..files.atomic import whole_file

POINTS: dict[str, tuple[int, ...]] = {
    "left_eye_outer": (LEFT_EYE_CORNERS[0],),
    "left_eye_inner": (LEFT_EYE_CORNERS[1],),
    "right_eye_inner": (RIGHT_EYE_CORNERS[1],),
    "right_eye_outer": (RIGHT_EYE_CORNERS[0],),
    "left_brow": (BROW_MIDDLES[0],),
    "right_brow": (BROW_MIDDLES[1],),
    "brow_centre": (BETWEEN_BROWS,),
    "nose_bridge": (NASION,),
    "nose_tip": (NOSE_TIP,),
    "mouth_left": (MOUTH_CORNERS[0],),
    "mouth_right": (MOUTH_CORNERS[1],),
    "upper_lip": (UPPER_LIP,),
    "lower_lip": (LOWER_LIP,),
    "chin": (CHIN_TIP,),
    "left_temple": (TEMPLES[0],),
    "right_temple": (TEMPLES[1],),
}
"""Tracks by name, each the mean of some landmarks. Left and right are those of the picture."""

_COLUMNS = (
    "{ 5 1 20 enable e 1 }",
    "{ 3 1 75 name name 1 }",
    "{ 2 1 58 track_x track_x 1 }",
    "{ 2 1 58 track_y track_y 1 }",
    "{ 2 1 63 offset_x offset_x 1 }",
    "{ 2 1 63 offset_y offset_y 1 }",
    "{ 4 1 27 T T 1 }",
    "{ 4 1 27 R R 1 }",
    "{ 4 1 27 S S 1 }",
    "{ 2 0 45 error error 1 }",
    *(f"{{ 1 1 0 {name} {name} 1 }}" for name in ("error_min", "error_max")),
    *(f"{{ 1 1 0 {area}_{side} {area}_{side} 1 }}" for area in ("pattern", "search") for side in "xyrt"),
    "{ 2 1 0 key_track key_track 1 }",
    *(f"{{ 2 1 0 key_{area}_{side} key_{area}_{side} 1 }}" for area in ("search", "track") for side in "xyrt"),
    *(f"{{ 2 1 0 key_centre_offset_{axis} key_centre_offset_{axis} 1 }}" for axis in "xy"),
)


def write_nuke(
    tracks: Mapping[int, Track],
    path: str | Path,
    display: Window,
    points: Mapping[str, tuple[int, ...]] = POINTS,
    reference: int | None = None,
) -> None:
    """A Tracker4 of `points` and a CornerPin2D that holds the face as it is in frame `reference` (the first found)."""
    found = {frame: tracks[frame] for frame in sorted(tracks) if tracks[frame].found}
    if not found:
        raise MediaError(f"{path}: not written, the face is lost in every frame.")
    reference = next(iter(found)) if reference is None else reference
    if reference not in found:
        raise MediaError(f"{path}: not written, the face is lost in the reference frame {reference}.")
    script = tracker_node(found, display, points, reference) + corner_pin_node(found, display, reference)
    with whole_file(path) as temporary:
        temporary.write_text(script, encoding="utf-8")


def to_nuke(points: Tensor, display: Window) -> Tensor:
    """Pixels (..., 2) to Nuke's, whose origin is the format's lower left corner."""
    return torch.stack([points[..., 0] - display.x, display.bottom - points[..., 1]], -1)


def tracker_node(
    tracks: Mapping[int, Track], display: Window, points: Mapping[str, tuple[int, ...]], reference: int
) -> str:
    """A Tracker4 node; `tracks` are the frames in which the face is found."""
    rows = [_track_row(name, _curves(tracks, display, _mean_of(indices))) for name, indices in points.items()]
    return "\n".join(
        [
            "Tracker4 {",
            f" tracks {{ {{ 1 {len(_COLUMNS)} {len(rows)} }}",
            "{ " + "\n".join(_COLUMNS),
            "}",
            "{",
            *rows,
            "}",
            "}",
            f" reference_frame {reference}",
            " name RecastTracks",
            "}",
            "",
        ]
    )


def _mean_of(indices: tuple[int, ...]) -> Callable[[Track], Tensor]:
    return lambda track: track.landmarks[list(indices), :2].mean(0)


def _track_row(name: str, curves: tuple[str, str]) -> str:
    """One track: switched on, used for translation, without search areas (it is not to be tracked again)."""
    first = curves[0].split()[1]
    still, areas = f"{{curve K {first} 0}}", "1 0 -32 -32 32 32 -22 -22 22 22"
    x, y = (f"{{{curve}}}" for curve in curves)
    return (
        f' {{ {{curve K {first} 1}} "{name}" {x} {y} {still} {still} 1 0 0 {{curve {first} 0}} {areas}{" {}" * 11} }}'
    )


def corner_pin_node(tracks: Mapping[int, Track], display: Window, reference: int) -> str:
    """A CornerPin2D that moves the corners of each frame's crop to where they are in the reference frame."""
    corners = torch.tensor([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]], dtype=torch.float64) * CROP_SIZE
    still = to_nuke(_in_plate(corners, tracks[reference]), display).tolist()
    lines = ["CornerPin2D {", *(f" to{i} {{{_number(x)} {_number(y)}}}" for i, (x, y) in enumerate(still, 1))]
    for i, corner in enumerate(corners, 1):
        x, y = _curves(tracks, display, _corner_of(corner))
        lines.append(f" from{i} {{{{{x}}} {{{y}}}}}")
    return "\n".join([*lines, " name RecastStabilise", f' label "holds frame {reference}"', "}", ""])


def _corner_of(corner: Tensor) -> Callable[[Track], Tensor]:
    return lambda track: _in_plate(corner[None], track)[0]


def _in_plate(corners: Tensor, track: Track) -> Tensor:
    return move(corners, inverse_crop(track.crop))


def _curves(tracks: Mapping[int, Track], display: Window, place: Callable[[Track], Tensor]) -> tuple[str, str]:
    """Nuke's text of two curves, x and y, of a place in each frame: 'curve x1001 640.5 641 x1010 650'.

    A frame number is written only where frames do not follow each other.
    """
    words: tuple[list[str], list[str]] = (["curve"], ["curve"])
    before = None
    for frame, track in tracks.items():
        at = to_nuke(place(track), display).tolist()
        for curve, value in zip(words, at, strict=True):
            curve += [_number(value)] if before == frame - 1 else [f"x{frame}", _number(value)]
        before = frame
    return " ".join(words[0]), " ".join(words[1])


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
