"""Pixels of a shot to what a monitor shows: exposure, the view transform, gamma, one channel or all.

The order is Nuke's viewer's: exposure (gain) in scene-linear light, then OpenColorIO's display and view, then gamma.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import PyOpenColorIO as ocio

CHANNELS = ("RGB", "R", "G", "B", "A", "luminance")
_LUMINANCE = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709
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


def list_views() -> tuple[str, ...]:
    """The views of the configuration's default display, its default first."""
    from ....media.colour.colour import config

    display = config().getDefaultDisplay()
    names = [str(name) for name in config().getViews(display)]
    default = str(config().getDefaultView(display))
    return (default, *(name for name in names if name != default))


@lru_cache(maxsize=8)
def _make_view(name: str, space: str, view: str) -> ocio.Transform:
    """The view transform from `space`, as a table of 64³ over 16 stops, four times as fast as the ACES view itself.

    On pictures it is off by a tenth of an 8-bit level on average, and by less than one level in 99 of 100 pixels.
    """
    from ....media.colour.colour import config

    view_transform = ocio.DisplayViewTransform(src=space, display=config().getDefaultDisplay(), view=view)
    axis = np.linspace(0, 1, _TABLE, dtype=np.float32)
    table = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 1, 3).copy()
    for transform in (_make_allocation(ocio.TRANSFORM_DIR_INVERSE), view_transform):
        config().getProcessor(transform).getDefaultCPUProcessor().applyRGB(table)
    baked = ocio.Lut3DTransform(_TABLE)
    baked.setData(table.reshape(-1))
    baked.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    return ocio.GroupTransform([_make_allocation(), baked])


def _make_allocation(direction: ocio.TransformDirection = ocio.TRANSFORM_DIR_FORWARD) -> ocio.Transform:
    return ocio.AllocationTransform(ocio.ALLOCATION_LG2, [-10.0, 6.0, 2.0**-10], direction)


@lru_cache(maxsize=32)
def _make_processor(name: str, space: str, look: Look, depth: ocio.BitDepth) -> ocio.CPUProcessor:
    """From pixels of `depth` to bytes: luminance, exposure, view and gamma in one pass."""
    from ....media.colour.colour import config

    stages = ocio.GroupTransform()
    if look.channel == "luminance":
        stages.appendTransform(ocio.MatrixTransform([*_LUMINANCE, 0.0] * 3 + [0.0, 0.0, 0.0, 1.0]))
    if look.exposure:
        stages.appendTransform(ocio.MatrixTransform.Scale([2.0**look.exposure] * 3 + [1.0]))
    if look.view and not config().getColorSpace(space).isData():
        stages.appendTransform(_make_view(name, space, look.view))
    if look.gamma != 1:
        stages.appendTransform(ocio.ExponentTransform([1 / look.gamma] * 3 + [1.0]))
    processor = config().getProcessor(stages)
    return processor.getOptimizedCPUProcessor(depth, ocio.BIT_DEPTH_UINT8, ocio.OPTIMIZATION_DEFAULT)


def to_display(pixels: np.ndarray, colorspace: str, look: Look) -> np.ndarray:
    """(H, W, 1), (H, W, 3) or (H, W, 4) floats in `colorspace` to (H, W, 3) bytes for the monitor. NaN shows as black.

    'scene_linear' stands for the configuration's own; a single channel is shown as its values are.
    """
    from ....media.colour.colour import config, config_name, convert, scene_linear

    if pixels.shape[-1] < 3:
        pixels, look = np.repeat(pixels[..., :1], 3, -1), Look("", 0, look.gamma)
    light, look = _pick_channel(pixels, look)
    depth = ocio.BIT_DEPTH_F16 if light.dtype == np.float16 else ocio.BIT_DEPTH_F32
    light = np.ascontiguousarray(light, np.float16 if depth == ocio.BIT_DEPTH_F16 else np.float32)
    space = scene_linear() if colorspace == "scene_linear" else colorspace
    if config().getColorSpace(space) is None:  # one that the configuration borrows from OpenColorIO's own
        light = np.concatenate([convert(light[..., :3], space, scene_linear()), light[..., 3:]], -1, dtype=light.dtype)
        space = scene_linear()
    processor = _make_processor(config_name(), space, look, depth)
    result = np.empty((*light.shape[:2], 3), np.uint8)

    def band(top: int, bottom: int) -> None:
        if bottom > top and light.size:
            processor.apply(
                _describe_pixels(light[top:bottom], depth), _describe_pixels(result[top:bottom], ocio.BIT_DEPTH_UINT8)
            )

    edges = np.linspace(0, len(light), _BANDS + 1, dtype=int).tolist()
    list(_pool.map(band, edges[:-1], edges[1:]))
    return result


def _pick_channel(pixels: np.ndarray, look: Look) -> tuple[np.ndarray, Look]:
    """The channels that `look` wants, as three or four, and what is left to be done to them."""
    if look.channel == "A":
        alpha = pixels[..., 3:] if pixels.shape[-1] == 4 else np.ones_like(pixels[..., :1])
        return np.repeat(alpha, 3, -1), Look()
    if look.channel in ("R", "G", "B"):
        place = "RGB".index(look.channel)
        return np.repeat(pixels[..., place : place + 1], 3, -1), Look(look.view, look.exposure, look.gamma)
    return pixels, look


def _describe_pixels(pixels: np.ndarray, depth: ocio.BitDepth) -> ocio.PackedImageDesc:
    """OpenColorIO's view of (H, W, 3) or (H, W, 4)."""
    height, width, channels = pixels.shape
    down, across, step = pixels.strides
    return ocio.PackedImageDesc(pixels, width, height, channels, depth, step, across, down)


def amplify_difference(result: np.ndarray, plate: np.ndarray, gain: float = 4.0) -> np.ndarray:
    """(H, W, 3): how far `result` is from `plate`, absolute, times `gain`; both of one size."""
    return np.abs(result[..., :3].astype(np.float32) - plate[..., :3].astype(np.float32)) * np.float32(gain)
