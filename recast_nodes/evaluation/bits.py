"""What an edit may not change: every value outside the hull, and every channel but the picture's, to the bit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from torch import Tensor

from ..natives import opencv
from ..stages.finish.composite import hull_region
from ..wires import Image, Part, Window
from .metrics import find_differences

ROUNDING = 1  # pixels by which the hull's outline may be drawn otherwise than the edit drew it


class Bits(NamedTuple):
    """The comparison of one frame with its plate; `leak` and `edited` are None where types do not compare."""

    leak: int | None
    edited: bool | None
    lost_channels: tuple[str, ...]
    same_window: bool


def compare_bits(plate: Image, result: Image, hulls: Sequence[Tensor]) -> Bits:
    """Count the values that differ from the plate where nothing may; `hulls` are those of all edited faces."""
    pairs = list(_pairs(plate, result))
    allowed = hull_mask(hulls, plate.main.window, ROUNDING)
    leak, edited, comparable = 0, False, True
    for part, other in pairs:
        for name in part.channels.keys() & other.channels.keys():
            found = _find_differences(part, other, name)
            if found is None:
                comparable = False
            elif part is plate.main and name in plate.rgb:
                edited |= bool(found.any())
                leak += int((found & ~allowed).sum())
            else:
                leak += int(found.sum())
    lost = tuple(_lost_channels(plate, pairs))
    same_window = all(part.window == other.window for part, other in pairs)
    return Bits(leak, edited, lost, same_window) if comparable else Bits(None, None, lost, same_window)


def hull_mask(hulls: Sequence[Tensor], window: Window, grow: int = 0) -> np.ndarray:
    """(H, W) truth: the pixels of `window` inside any of the polygons (N, 2), grown by some pixels."""
    mask = np.zeros((window.height, window.width), np.uint8)
    for hull in hulls:
        if len(hull):
            mask |= hull_region(hull, (window.x, window.y), (window.width, window.height)).numpy().astype(np.uint8)
    return (opencv().dilate(mask, np.ones((2 * grow + 1, 2 * grow + 1), np.uint8)) if grow else mask) > 0


def _pairs(plate: Image, result: Image) -> Iterator[tuple[Part, Part]]:
    """Each part of the plate with the result's of the same name; the picture's with the picture's."""
    by_name = {part.name: part for part in result.parts}
    for part in plate.parts:
        other = result.main if part is plate.main else by_name.get(part.name)
        if other is not None:
            yield part, other


def _lost_channels(plate: Image, pairs: Sequence[tuple[Part, Part]]) -> Iterator[str]:
    """Channels that the plate has and the result has not."""
    channels_of = {id(part): other.channels for part, other in pairs}
    for part in plate.parts:
        yield from (name for name in part.channels if name not in channels_of.get(id(part), ()))


def _find_differences(part: Part, other: Part, name: str) -> np.ndarray | None:
    """(H, W) of the plate's part; false where one of them has no pixels. None where types do not compare."""
    both = part.window.intersect(other.window)
    found = find_differences(
        part.channels[name][both.within(part.window)], other.channels[name][both.within(other.window)]
    )
    if found is None or both == part.window:
        return found
    whole = np.zeros((part.window.height, part.window.width), bool)
    whole[both.within(part.window)] = found
    return whole
