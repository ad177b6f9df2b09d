"""OpenEXR files into `wires.Part`s: every channel in its own type and the file's order, every attribute.

Two readers: the OpenEXR library for whole, plain files (one pass, half the time, channels apart from each other), and
OpenImageIO for all that is odd: damaged, subsampled, deep-looking, or when only some channels are wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import OpenEXR
import OpenImageIO as oiio

from ..errors import MediaError
from ..wires import Part
from . import exr_header
from .exr_header import Header, Layout
from .openimageio import check_size, opened, problem

STRUCTURAL = ("dataWindow", "displayWindow")  # fields of Part; everything else of a header is in Part.attributes
Wanted = Callable[[Sequence[Header]], Sequence[Sequence[str]]]  # headers of all parts -> names to read of each


def read_exr(path: str | Path, wanted: Wanted | None = None) -> tuple[Part, ...]:
    """All parts of an EXR file, level 0 where it has several.

    `wanted` leaves channels out: parts of which nothing is wanted come without channels. Raises MediaError for files
    that are no EXR, deep, too large, cut off or damaged.
    """
    layout = exr_header.read_layout(path)
    _refuse(path, layout)
    names = [[channel.name for channel in header.channels] for header in layout.headers]
    chosen = names if wanted is None else [list(group) for group in wanted(layout.headers)]
    planes = _by_openexr(path, layout, names) if _plain(layout) and not _few(layout, chosen) else None
    if planes is None:
        planes = _by_openimageio(path, layout, chosen)
    else:
        planes = [{name: group[name] for name in keep} for group, keep in zip(planes, chosen)]
    return tuple(_part(header, group) for header, group in zip(layout.headers, planes))


def _refuse(path: str | Path, layout: Layout) -> None:
    if layout.deep:
        raise MediaError(f"{path}: it is a deep image; flatten it first (DeepToImage in Nuke).")
    total = 0
    for header in layout.headers:
        depth = _depth(header)
        check_size(path, header.window.width, header.window.height, depth, len(header.channels))
        total += header.window.width * header.window.height * depth
    check_size(path, 1, 1, total, 1)


def _depth(header: Header, names: Sequence[str] | None = None) -> int:
    """Bytes in a pixel of these channels (of all)."""
    kept = [channel for channel in header.channels if names is None or channel.name in names]
    return sum(np.dtype(channel.dtype).itemsize for channel in kept)


def _plain(layout: Layout) -> bool:
    return all(channel.x_step == 1 == channel.y_step for header in layout.headers for channel in header.channels)


def _few(layout: Layout, chosen: Sequence[Sequence[str]]) -> bool:
    """Whether so few channels are wanted that not unpacking the others outweighs the faster reader."""
    whole = sum(_depth(header) * header.window.height for header in layout.headers)
    part = sum(_depth(header, names) * header.window.height for header, names in zip(layout.headers, chosen))
    return part * 6 < whole


def _part(header: Header, planes: dict[str, np.ndarray]) -> Part:
    attributes = {name: value for name, value in header.attributes.items() if name not in STRUCTURAL}
    return Part(str(header.value("name", "")), planes, header.window, header.display, attributes)


def _by_openexr(path: str | Path, layout: Layout, names: Sequence[Sequence[str]]) -> list[dict] | None:
    """Channels of each part, or None where this reader must not or cannot read the file.

    It prints a line instead of raising where pixels cannot be decoded, and then leaves the part out.
    """
    try:
        if not exr_header.complete(path, layout):
            return None
        parts = OpenEXR.File(str(path), separate_channels=True).parts
    except (OSError, RuntimeError, ValueError, TypeError, MemoryError):
        return None
    if len(parts) != len(layout.headers):
        return None
    planes = [{name: channel.pixels for name, channel in part.channels.items()} for part in parts]
    sound = all(_fits(header, group, known) for header, group, known in zip(layout.headers, planes, names))
    return planes if sound else None


def _fits(header: Header, planes: dict[str, np.ndarray], names: Sequence[str]) -> bool:
    shape = (header.window.height, header.window.width)
    return set(planes) == set(names) and all(plane.shape == shape for plane in planes.values())


def _by_openimageio(path: str | Path, layout: Layout, chosen: Sequence[Sequence[str]]) -> list[dict]:
    with opened(path) as source:
        if source.format_name() != "openexr":
            raise MediaError(f"{path}: it is not an OpenEXR file but {source.format_name()}.")
        return [_planes(path, source, index, layout, chosen[index]) for index in range(len(layout.headers))]


def _planes(path: str | Path, source: oiio.ImageInput, index: int, layout: Layout, wanted: Sequence[str]) -> dict:
    """One part's channels through OpenImageIO, which has an order of its own: read in runs of one type, put back by
    name.
    """
    spec = source.spec(index, 0)
    if spec.width == 0:
        raise MediaError(f"{path}: part {index + 1} of {len(layout.headers)} cannot be read: {problem(source)}")
    stored = {channel.name: channel for channel in layout.headers[index].channels}
    if not set(stored) & set(spec.channelnames) or any(channel.x_step != 1 for channel in stored.values()):
        wanted, stored = list(spec.channelnames), {}  # luma/chroma, which the library turns into R, G, B
    planes: dict[str, np.ndarray] = {}
    for begin, end in _runs(spec, wanted):
        kind = spec.channelformat(begin)
        pixels = source.read_image(index, 0, begin, end, str(kind))
        if pixels is None:
            raise MediaError(f"{path}: cannot be read to its end: {problem(source)}")
        pixels = np.asarray(pixels).reshape(spec.height, spec.width, end - begin)
        planes |= {spec.channelnames[begin + at]: pixels[..., at] for at in range(end - begin)}
    missing = [name for name in wanted if name not in planes]
    if missing:
        raise MediaError(f"{path}: channel {missing[0]} cannot be read.")
    return {name: planes[name] for name in (stored or planes) if name in wanted}


def _runs(spec: oiio.ImageSpec, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Neighbouring wanted channels of one type, as (begin, end)."""
    runs: list[tuple[int, int]] = []
    for at in (at for at, name in enumerate(spec.channelnames) if name in wanted):
        same = runs and runs[-1][1] == at and str(spec.channelformat(at)) == str(spec.channelformat(runs[-1][0]))
        runs = [*runs[:-1], (runs[-1][0], at + 1)] if same else [*runs, (at, at + 1)]
    return runs
