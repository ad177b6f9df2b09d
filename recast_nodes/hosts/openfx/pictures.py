"""A result as planes for the host: what goes where in its RGBA picture, and how.

rgb     red, green and blue of pixels that changed; their alpha, and every pixel outside, is the source's
rgba    a picture of its own; 0 outside
rgb1    the same without alpha, which is 1
a       one plane for all four channels
uv      red and green; blue is 0, alpha 1
over    a premultiplied drawing over the source
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...wires import Face, Image, Track, Window

if TYPE_CHECKING:
    import numpy as np

LAYOUTS = {"face": "rgba", "matte": "a", "stmap": "uv", "difference": "rgb1"}
GREEN, ORANGE, WHITE = (0.1, 0.8, 0.3), (1.0, 0.45, 0.05), (0.9, 0.9, 0.9)


class HostPlanes(NamedTuple):
    """`planes` are (H, W) arrays of one type that cover `window` of the plate, y down."""

    layout: str
    window: Window
    planes: Sequence[np.ndarray]


def planes_of(value: Any, output: str, plate: Callable[[], Image]) -> HostPlanes:
    """What is put out of a node's result; `plate` gives the picture that it was made from."""
    if isinstance(value, Image):
        return _composite(value) if output == "composite" else _layer(value, output)
    if isinstance(value, Face):
        return _face(value)
    return {"overlay": _overlay, "crop": _crop, "mask": _mask}[output](value, plate())


def _composite(image: Image) -> HostPlanes:
    window = (image.touched or Window(0, 0, 0, 0)).intersect(image.main.window)
    names = image.rgb if window.width and window.height else ()
    return HostPlanes("rgb", window, [image.main.cut(name, window) for name in names])


def _layer(image: Image, layer: str) -> HostPlanes:
    from ...models.finish import NAMES

    part = image.main
    return _without_empty_rows(HostPlanes(LAYOUTS[layer], part.window, [part.channels[name] for name in NAMES[layer]]))


def _without_empty_rows(given: HostPlanes) -> HostPlanes:
    import numpy as np

    if given.layout == "uv":
        return given
    rows = np.flatnonzero(np.logical_or.reduce([plane.any(axis=1) for plane in given.planes]))
    if not len(rows):
        return HostPlanes(given.layout, Window(0, 0, 0, 0), [])
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    x, y, width, _ = given.window
    return HostPlanes(
        given.layout, Window(x, y + top, width, bottom - top), [plane[top:bottom] for plane in given.planes]
    )


def _face(face: Face) -> HostPlanes:
    if not face.edited or not face.pixels.numel():
        return HostPlanes("rgba", Window(0, 0, 0, 0), [])
    height, width = face.pixels.shape[1:]
    x, y = (-round(float(shift)) for shift in face.crop[:2, 2])
    planes = [*face.pixels.float().numpy(), face.change[0].float().numpy()]
    return HostPlanes("rgba", Window(x, y, width, height), planes)


def _overlay(track: Track, plate: Image) -> HostPlanes:
    """Landmarks, boundary and crop as lines."""
    import cv2
    import numpy as np

    if not track.found:
        return HostPlanes("over", Window(0, 0, 0, 0), [])
    window = plate.main.window
    drawing = np.zeros((window.height, window.width, 4), np.float32)
    corners = np.array([[0, 0, 1], [512, 0, 1], [512, 512, 1], [0, 512, 1]]) @ np.linalg.inv(track.crop.numpy()).T
    thick = max(1, round(window.height / 720))

    def place(points: np.ndarray) -> np.ndarray:
        return np.round((points[:, :2] - (window.x + 0.5, window.y + 0.5)) * 16).astype(np.int32)

    for points, colour in ((corners, WHITE), (track.hull.numpy(), ORANGE)):
        cv2.polylines(drawing, [place(points)], True, (*colour, 1.0), thick, cv2.LINE_AA, 4)
    for x, y in place(track.landmarks.numpy()).tolist():
        cv2.circle(drawing, (x, y), thick * 16, (*GREEN, 1.0), -1, cv2.LINE_AA, 4)
    return _without_empty_rows(HostPlanes("over", window, list(np.moveaxis(drawing, -1, 0))))


def _crop(track: Track, plate: Image) -> HostPlanes:
    """The crop square in the middle of the picture, as high as it is."""
    import cv2
    import numpy as np

    from ...media.pixels import picture

    if not track.found:
        return HostPlanes("rgba", Window(0, 0, 0, 0), [])
    display, window = plate.main.display, plate.main.window
    side = display.height
    matrix = np.diag([side / 512, side / 512, 1.0]) @ track.crop.double().numpy()
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # OpenCV's pixels have their centre at whole numbers
    shift = np.array([[1, 0, window.x], [0, 1, window.y], [0, 0, 1.0]])
    matrix = np.linalg.inv(half) @ matrix @ shift @ half
    seen = cv2.warpAffine(picture(plate, window), matrix[:2], (side, side), flags=cv2.INTER_CUBIC)
    x = display.x + (display.width - side) // 2
    planes = [*np.moveaxis(seen, -1, 0), np.ones((side, side), np.float32)]
    return HostPlanes("rgba", Window(x, display.y, side, side), planes)


def _mask(track: Track, plate: Image) -> HostPlanes:
    from ...stages.finish.composite import hull_region

    if not track.found:
        return HostPlanes("a", Window(0, 0, 0, 0), [])
    x, y, width, height = plate.main.window
    inside = hull_region(track.hull, (x, y), (width, height)).float().numpy()
    return _without_empty_rows(HostPlanes("a", plate.main.window, [inside]))
