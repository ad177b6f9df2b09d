"""The numbers of a performance, and how loose columns of a file become them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import MediaError
from ...face.blendshapes import SHAPES
from ...face.columns import ANGLES, COLUMNS, HEAD_ANGLES, find_column, silent_regions
from ..names.patterns import FRAMES

MOST_FRAMES = 1_000_000
WEIGHTS = (-2.0, 3.0)  # beyond these a number is in another unit: percent, or an angle
FULL_TURN = 2 * np.pi  # the most that an angle in radians can be meant to be
NAMED = 8  # names that a remark lists before it counts the others
Where = Callable[[int, int], str]  # (row, column of the file) -> 'line 7, column JawOpen'


class FacePerformance(NamedTuple):
    """A performance of T frames."""

    frames: tuple[int, ...]  # their numbers, rising: the file's own where `numbered`, else 1, 2, 3 and so on
    numbers: NDArray[np.float32]  # (T, 61) in the order of `COLUMNS`; NaN: not known; a row of NaN: no face
    rate: Fraction | None = None  # frames a second
    times: tuple[float, ...] = ()  # seconds from the first frame, where they are not even
    timecodes: tuple[str, ...] = ()  # of each frame, as the file has them
    numbered: bool = False
    remarks: tuple[str, ...] = ()  # what the file lacks, and what of it is not read
    more: Mapping[str, NDArray[np.floating]] = MappingProxyType({})  # further columns (T,) that a table is given


class FrameTimes(NamedTuple):
    """When frames are shown, as far as a file says."""

    rate: Fraction | None = None
    times: tuple[float, ...] = ()
    timecodes: tuple[str, ...] = ()
    frames: tuple[int, ...] = ()  # their numbers; (): the file has none


def gather(
    path: Path,
    names: Sequence[str],
    values: NDArray[np.floating],
    timing: FrameTimes,
    where: Where,
    degrees: bool = False,
    known: Sequence[str] = (),
) -> FacePerformance:
    """The performance of columns (T, N) by their names in the file. NaN: not there.

    Several that are one of ours (MetaHuman's) are averaged. `known` are names that the reader itself has made use of,
    `where` says in words where in the file a number stands. Raises MediaError naming it.
    """
    if not len(values):
        raise MediaError(f"{path}: holds no frames.")
    if len(values) > MOST_FRAMES:
        raise MediaError(f"{path}: {len(values):,} frames are more than the {MOST_FRAMES:,} that are read.")
    groups: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        groups.setdefault(find_column(name), []).append(at)
    others = [names[at] for at in groups.pop("", []) if names[at] not in known]
    if not any(name in SHAPES for name in groups):
        shown = ", ".join(repr(name) for name in names[:4]) or "nothing"
        raise MediaError(f"{path}: has no columns of ARKit's shapes, such as JawOpen; it has {shown}.")
    numbers = _columns(path, groups, values, where, degrees)
    frames = timing.frames or tuple(range(1, len(values) + 1))
    _check_frames(path, frames, where)
    return FacePerformance(
        frames,
        numbers,
        timing.rate,
        () if timing.frames else timing.times,  # numbers of frames tell where some are missing
        timing.timecodes,
        bool(timing.frames),
        _remarks(path, groups, others),
    )


def _columns(
    path: Path, groups: Mapping[str, Sequence[int]], values: NDArray[np.floating], where: Where, degrees: bool
) -> NDArray[np.float32]:
    """(T, 61) by the columns of the file that each of ours is the mean of."""
    numbers = np.full((len(values), len(COLUMNS)), np.nan, np.float32)
    for name, places in groups.items():
        angle = name in ANGLES
        for at in places:
            _check_range(path, values[:, at], angle, degrees, lambda row, at=at: where(row, at))  # type: ignore[misc]
        column = values[:, places].mean(1) if len(places) > 1 else values[:, places[0]]  # a mean loses the sign of 0
        numbers[:, COLUMNS.index(name)] = np.radians(column) if angle and degrees else column
    return numbers


def _check_range(
    path: Path, column: NDArray[np.floating], angle: bool, degrees: bool, where: Callable[[int], str]
) -> None:
    if not angle:
        low, high = WEIGHTS
        meant = "a shape's weight is from 0 to 1; a file in percent has to be divided by 100"
    elif degrees:
        low, high = -360.0, 360.0
        meant = "an angle is in degrees here, at most a full turn"
    else:
        low, high = -FULL_TURN, FULL_TURN
        meant = "an angle is in radians here, at most a full turn"
    wrong = np.flatnonzero((column < low) | (column > high) | np.isinf(column))
    if len(wrong):
        row = int(wrong[0])
        raise MediaError(f"{path}, {where(row)}: {column[row]:g} cannot be meant: {meant}.")


def _check_frames(path: Path, frames: Sequence[int], where: Where) -> None:
    far = next((row for row, frame in enumerate(frames) if not FRAMES[0] <= frame <= FRAMES[1]), None)
    if far is not None:
        raise MediaError(f"{path}, {where(far, 0).split(',')[0]}: {frames[far]} cannot be the number of a frame.")
    for row, (before, after) in enumerate(zip(frames, frames[1:]), 1):
        if after <= before:
            place = where(row, 0).split(",")[0]
            raise MediaError(f"{path}, {place}: frame {after} follows frame {before}; numbers of frames must rise.")


def _remarks(path: Path, groups: Mapping[str, Sequence[int]], others: Sequence[str]) -> tuple[str, ...]:
    """What is missing, and what is not read."""
    lacking = [name for name in SHAPES if name not in groups]
    remarks = []
    if lacking:
        has = f"{path}: has {len(SHAPES) - len(lacking)} of ARKit's {len(SHAPES)} shapes"
        remarks.append(f"{has}; it lacks {_some(lacking)}.")
    silent = silent_regions(groups)
    if silent:
        remarks.append(f"{path}: says nothing of {_some(silent)}: these stay the plate's.")
    if not any(name in groups for name in HEAD_ANGLES):
        remarks.append(f"{path}: says nothing of how the head is turned.")
    if others:
        remarks.append(f"{path}: not read, since they are none of ARKit's: {_some(others)}.")
    return tuple(remarks)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED + 1 else ""
    return ", ".join(names[:NAMED] if more else names) + more
