"""Chunks that are packed here are what the format's other readers unpack."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.media.decoders.exr import read as read_by_openimageio
from recast_nodes.media.exr import header as exr_header
from recast_nodes.media.exr.pack import pack_rows
from recast_nodes.media.exr.read import read_exr
from recast_nodes.media.exr.splice import splice
from recast_nodes.media.exr.write import header_of, write_exr
from recast_nodes.wires import Part, Window

from ..plates import equal, noise, smooth

WINDOW = Window(-2, 7, 33, 71)
KINDS = ("float16", "float32", "uint32")


def part(make=smooth) -> Part:
    channels = {f"{kind}.{name}": make(kind, WINDOW.height, WINDOW.width) for kind in KINDS for name in "xy"}
    return Part("", {**channels, "R": np.zeros((WINDOW.height, WINDOW.width), np.float16)}, WINDOW, WINDOW)


@pytest.mark.parametrize("make", [smooth, noise])  # noise does not become smaller, and is stored as it is
@pytest.mark.parametrize("compression", ["zips", "zip", "piz", "rle", "none"])
def test_every_row_packed_anew_reads_back(tmp_path, compression, make):
    write_exr(tmp_path / "plate.exr", (part(smooth),), compression)
    (before,) = read_exr(tmp_path / "plate.exr")
    after = Part("", dict(part(make).channels), WINDOW, WINDOW, before.attributes)
    assert splice(tmp_path / "new.exr", str(tmp_path / "plate.exr"), (after,), 0, WINDOW)
    (read,) = read_exr(tmp_path / "new.exr")
    layout = exr_header.read_layout(tmp_path / "new.exr")
    (names,), planes = read_by_openimageio(str(tmp_path / "new.exr"), [list(after.channels)], library=False)
    others = dict(zip(names, planes, strict=True))
    assert layout.headers[0].compression == compression
    for name, plane in after.channels.items():
        assert equal(read.channels[name], plane) and equal(others[name], plane), name


def test_the_numbers_of_chunks_are_their_rows(tmp_path):
    image = part()
    header = header_of(image, "zip", None, False)
    every = pack_rows(image, header, 0, 4)
    assert [int.from_bytes(chunk[:4], "little", signed=True) for chunk in every] == [7, 23, 39, 55, 71]
    assert every[1:3] == pack_rows(image, header, 1, 2)
    assert all(int.from_bytes(chunk[4:8], "little") == len(chunk) - 8 for chunk in every)


def test_grain_is_packed_nearly_as_small_as_by_the_library(tmp_path):
    """A plate's file grows by as many hundredths where it is edited."""
    rng = np.random.default_rng(3)
    ramp = np.linspace(0.1, 0.6, 640)[None] * np.linspace(0.5, 1, 160)[:, None]
    planes = {name: (ramp + rng.normal(0, 0.01, ramp.shape)).astype(np.float16) for name in "RGB"}
    window = Window(0, 0, 640, 160)
    image = Part("", {**planes, "depth.Z": ramp.astype(np.float32)}, window, window)
    write_exr(tmp_path / "plate.exr", (image,), "zip")
    layout = exr_header.read_layout(tmp_path / "plate.exr")
    ours = sum(map(len, pack_rows(image, header_of(image, "zip", None, False), 0, 9)))
    assert ours <= 1.08 * (layout.size - layout.end)
