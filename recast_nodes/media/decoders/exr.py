"""OpenEXR files that are odd (subsampled, damaged) or of which only some parts are wanted, by OpenImageIO."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import OpenImageIO as oiio

from ...errors import MediaError
from ..exr import header as exr_header
from ..exr import library as exr_library
from ..exr.header import Layout
from .openimageio import open_input, problem


def read(path: str, chosen: Sequence[Sequence[str]], library: bool) -> tuple[list[list[str]], list[np.ndarray]]:
    """The `chosen` channels of each part: their names, in the file's order, and one (H, W) array for each name.

    `library` tries the OpenEXR library first.
    """
    layout = exr_header.read_layout(path)
    exr_header.check_size(path, layout)
    planes = exr_library.read(path, layout) if library else None
    if planes is None:
        planes = _by_openimageio(path, layout, chosen)
    else:
        planes = [{name: group[name] for name in keep} for group, keep in zip(planes, chosen, strict=True)]
    return [list(group) for group in planes], [plane for group in planes for plane in group.values()]


def _by_openimageio(path: str, layout: Layout, chosen: Sequence[Sequence[str]]) -> list[dict[str, np.ndarray]]:
    with open_input(path) as source:
        if source.format_name() != "openexr":
            raise MediaError(f"{path}: not an OpenEXR file but {source.format_name()}.")
        return [_planes(path, source, index, layout, chosen[index]) for index in range(len(layout.headers))]


def _planes(path: str, source: oiio.ImageInput, index: int, layout: Layout, wanted: Sequence[str]) -> dict:
    """One part's channels through OpenImageIO, which has an order of its own: read in runs of one type, put back by
    name.
    """
    spec = source.spec(index, 0)
    if spec.width == 0:
        raise MediaError(f"{path}: part {index + 1} of {len(layout.headers)} cannot be read: {problem(source, path)}")
    window = layout.headers[index].window
    if (spec.width, spec.height) != (window.width, window.height):
        raise MediaError(f"{path}: part {index + 1} of {len(layout.headers)} cannot be read: its header is ambiguous.")
    stored = {channel.name: channel for channel in layout.headers[index].channels}
    if not set(stored) & set(spec.channelnames) or any(channel.x_step != 1 for channel in stored.values()):
        wanted, stored = list(spec.channelnames), {}  # luma/chroma, which the library turns into R, G, B
    planes: dict[str, np.ndarray] = {}
    for begin, end in _runs(spec, wanted):
        kind = spec.channelformat(begin)
        pixels = source.read_image(index, 0, begin, end, str(kind))
        if pixels is None:
            raise MediaError(f"{path}: cannot be read to the end: {problem(source, path)}")
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
