"""The pictures of a report: plate, driver, result, matte and difference of a frame, small and embedded."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from ..media.pixels import display_rgb
from ..natives import opencv
from ..wires import Image, Track, Window
from .measure import MeasuredFrame
from .shot import EditedShot, Views

GAIN = 4  # how much larger a difference is shown than it is
HULL_COLOUR = (232, 164, 74)
Pixels = np.ndarray  # (h, w, 3) uint8 sRGB
KINDS = ("plate", "driver", "result", "matte", "difference")  # of the contact sheet
STRIP_KINDS = ("plate", "driver", "result", "difference")


def views_of(sight: MeasuredFrame, shot: EditedShot, size: int, kinds: Sequence[str] = KINDS) -> dict[str, Pixels]:
    """The asked pictures of one frame that there are, `size` pixels along the longer side."""
    plate, result, track = sight.plate, sight.result, sight.track
    views: dict[str, Pixels] = {}
    if plate is not None and track is not None:
        window = shot.plate_views.at(track, plate)
        views["plate"] = _picture(plate, window, size)
        if result is not None:
            views["result"] = _picture(result, window, size)
            views["difference"] = difference(views["plate"], views["result"])
            if "matte" in kinds:
                views["matte"] = _matte(plate, result, track, window, views["plate"].shape[:2])
    if sight.driving is not None and sight.driving_track is not None:
        views["driver"] = _driver(sight.driving, sight.driving_track, shot.driving_views, size)
    return {kind: views[kind] for kind in kinds if kind in views}


def _driver(image: Image, track: Track, views: Views | None, size: int) -> Pixels:
    return _picture(image, views.at(track, image) if views else image.main.display, size)


def _picture(image: Image, window: Window, size: int) -> Pixels:
    return display_rgb(image, window, _fit_size(window, image.main.pixel_aspect, size))


def _fit_size(window: Window, aspect: float, size: int) -> tuple[int, int]:
    """Width and height of a window in square pixels whose longer side is `size`."""
    scale = size / max(window.width * aspect, window.height)
    return max(1, round(window.width * aspect * scale)), max(1, round(window.height * scale))


def difference(one: Pixels, other: Pixels) -> Pixels:
    """What differs, `GAIN` times as bright, on black."""
    return np.clip(np.abs(one.astype(np.int16) - other.astype(np.int16)) * GAIN, 0, 255).astype(np.uint8)


def _matte(plate: Image, result: Image, track: Track, window: Window, shape: tuple[int, int]) -> Pixels:
    """The file's own matte, or else the pixels that changed; the hull drawn over it."""
    cv2 = opencv()
    height, width = shape
    values = _own_matte(result, window)
    values = _change_map(plate, result, window) if values is None else values
    small = cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA)
    pixels = np.repeat(np.rint(np.clip(small, 0, 1) * 255).astype(np.uint8)[..., None], 3, -1)
    if track.found:
        corner, scale = np.array([window.x, window.y]), np.array([width / window.width, height / window.height])
        outline = np.round((track.hull.numpy() - corner) * scale * 16).astype(np.int32)
        cv2.polylines(pixels, [outline[:, None]], True, HULL_COLOUR, 1, cv2.LINE_AA, 4)
    return pixels


def _own_matte(result: Image, window: Window) -> np.ndarray | None:
    if "matte.A" not in result.main.channels:
        return None
    return _on_window(result.main.channels["matte.A"].astype(np.float32), result.main.window, window)


def _change_map(plate: Image, result: Image, window: Window) -> np.ndarray:
    both = plate.main.window.intersect(result.main.window)
    changed = np.zeros((both.height, both.width), bool)
    for before, after in zip(plate.rgb, result.rgb, strict=True):
        one, other = (
            image.main.channels[name][both.within(image.main.window)]
            for image, name in ((plate, before), (result, after))
        )
        changed |= (one != other) & ~((one != one) & (other != other))
    return _on_window(changed.astype(np.float32), both, window)


def _on_window(values: np.ndarray, have: Window, window: Window) -> np.ndarray:
    """Values over another window, 0 where they have none."""
    inner = window.intersect(have)
    result = np.zeros((window.height, window.width), np.float32)
    if inner.width and inner.height:
        result[inner.within(window)] = values[inner.within(have)]
    return result


def data_uri(pixels: Pixels, quality: int) -> str:
    """The picture as a JPEG inside an address, so that a page needs no other file."""
    cv2 = opencv()
    whole, coded = cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert whole
    return "data:image/jpeg;base64," + base64.b64encode(coded).decode("ascii")
