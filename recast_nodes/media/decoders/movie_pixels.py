"""Decoded frames as arrays: red, green, blue at the movie's own depth, the right way up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from av.sidedata.sidedata import Type
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from ...errors import MediaError

UNSPECIFIED = 2  # FFmpeg's number where a stream does not say its matrix, primaries or transfer
BT2020 = 9
# What frames and streams say of their colours, with FFmpeg's numbers for nothing. A matrix of 0 is that of RGB.
TAGS = {"color_primaries": (0, 2), "color_trc": (0, 2), "colorspace": (2,), "color_range": (0,)}
MATRICES = {0, 1, 2, 4, 5, 6, 7, 9}  # FFmpeg's numbers of what it turns into RGB as it should be
NAMES = {8: "YCgCo", 10: "BT.2020 with constant luminance", 12: "chromaticity-derived", 13: "chromaticity-derived"}
NAMES |= {11: "SMPTE 2085", 14: "ICtCp", 15: "IPT-C2", 16: "YCgCo-Re", 17: "YCgCo-Ro"}
HD = (1280, 720)  # pixels across or down from which on a movie that does not say so is taken for Rec. 709, not 601
ALMOST = 0.02  # of a matrix's largest entry (about a degree): less is rounding by the writer

Matrix = tuple[float, float, float, float]  # a, b, c, d: a pixel at (x, y) is shown at (a x + c y, b x + d y)


def pixels_of(path: str, frame: Any) -> np.ndarray:
    """(H, W, 3), or 4 with alpha as it is stored: full range, of 8 bits, or of 16 where the movie has more than 8.

    The matrix is the one that the movie names; where it names none, BT.2020's for BT.2020 primaries, or else by size:
    Rec. 709 from 1280 across or 720 down, Rec. 601 below. MediaError for matrices that cannot be undone.
    """
    parts = frame.format.components
    depth = max(part.bits for part in parts)
    alpha = any(part.is_alpha for part in parts)
    kind = {(8, False): "rgb24", (8, True): "rgba"}.get((8 if depth <= 8 else 16, alpha))
    kind = kind or ("rgba64le" if alpha else "rgb48le")
    turned = VideoReformatter().reformat(
        frame, format=kind, src_colorspace=_matrix(path, frame), dst_color_range=ColorRange.JPEG, threads=1
    )
    return _to_full_scale(turned.to_ndarray(), frame, depth)


def _matrix(path: str, frame: Any) -> int:
    matrix = int(frame.colorspace)
    if frame.format.is_rgb:
        return UNSPECIFIED  # there is none to undo
    if matrix not in MATRICES:
        name = NAMES.get(matrix, f"number {matrix}")
        raise MediaError(
            f"{path}: its colour matrix is {name}, which is not supported; convert it to Rec. 709 or BT.2020."
        )
    if matrix not in (0, UNSPECIFIED):
        return matrix
    if int(frame.color_primaries) == BT2020:
        return int(Colorspace.BT2020)
    large = frame.width >= HD[0] or frame.height >= HD[1]
    return int(Colorspace.ITU709 if large else Colorspace.ITU601)


def _to_full_scale(pixels: np.ndarray, frame: Any, depth: int) -> np.ndarray:
    """Pixels whose white is the largest number of their type.

    FFmpeg's conversion puts the white of 10 bits and more at 255/256 of it (limited range) or fills up with zeros (full
    range), and leaves RGB and grey of limited range as they are. Measured with FFmpeg 8.1; a test notices a change.
    """
    limited = frame.color_range == ColorRange.MPEG
    grey = not frame.format.is_rgb and sum(not part.is_alpha for part in frame.format.components) == 1
    top, depth = np.iinfo(pixels.dtype).max, min(depth, 16)
    codes, most, unit = np.arange(top + 1) / top, (1 << depth) - 1, 2.0 ** (depth - 8)
    filled = top / (most << (16 - depth)) if depth > 8 else 1.0
    if frame.format.is_rgb or grey:
        if not limited and (depth <= 8 or not grey):
            return pixels
        colour = codes * (filled if grey else 1)
        colour = (colour * most - 16 * unit) / (219 * unit) if limited else colour
        return _look_up(pixels, colour, codes)
    if depth <= 8:
        return pixels
    return _look_up(
        pixels, codes * (filled if frame.color_range == ColorRange.JPEG else top / (255 << 8)), codes * filled
    )


def _look_up(pixels: np.ndarray, colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Every code of red, green and blue as its entry of `colour` (0..1), those of alpha as its entry of `alpha`."""
    top = len(colour) - 1
    tables = [np.rint(np.clip(table, 0, 1) * top).astype(pixels.dtype) for table in (colour, alpha)]
    made = tables[0][pixels]
    if pixels.shape[2] > 3:
        made[..., 3] = tables[1][pixels[..., 3]]
    return made


def display_matrix(frame: Any) -> Matrix | None:
    """How a frame lies in its picture, as its track says."""
    entry = frame.side_data.get(Type.DISPLAYMATRIX)
    if entry is None:
        return None
    numbers = np.frombuffer(bytes(entry), "<i4") / 65536
    return (float(numbers[0]), float(numbers[1]), float(numbers[3]), float(numbers[4]))


def is_turned(matrix: Matrix | None) -> bool:
    """Whether width and height change places."""
    return matrix is not None and abs(matrix[1]) + abs(matrix[2]) > abs(matrix[0]) + abs(matrix[3])


def is_oblique(matrix: Matrix | None) -> bool:
    """Whether a picture is turned by anything but quarter turns, so that pixels cannot only change places."""
    if not matrix:
        return False
    a, b, c, d = (abs(number) for number in matrix)
    off = max(a, d) if is_turned(matrix) else max(b, c)
    return off > ALMOST * max(a, b, c, d)


def rotate_by_matrix(pixels: np.ndarray, matrix: Matrix | None) -> np.ndarray:
    """Pixels (H, W, C) turned and mirrored by quarter turns as a track's matrix says; of others the nearest."""
    if not matrix or not any(matrix):
        return pixels
    a, b, c, d = matrix
    if is_turned(matrix):
        pixels, a, d = pixels.swapaxes(0, 1), c, b
    if a < 0:
        pixels = pixels[:, ::-1]
    if d < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def angle(matrix: Matrix) -> float:
    """Degrees clockwise by which a matrix turns."""
    return math.degrees(math.atan2(matrix[1], matrix[0]))


def complete_tags(frame: Any, file: Mapping[str, int]) -> None:
    """Give a frame what the file says of its colours where the stream says nothing (ProRes often does not)."""
    for name, unsaid in TAGS.items():
        if int(getattr(frame, name)) in unsaid:
            setattr(frame, name, file[name])


def tags(frame: Any) -> dict[str, int]:
    """What the movie says of its colours, in the numbers of ITU-T H.273."""
    return {
        "primaries": int(frame.color_primaries),
        "transfer": int(frame.color_trc),
        "matrix": int(frame.colorspace),
    }
