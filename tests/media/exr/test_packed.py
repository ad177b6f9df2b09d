"""A file that stays packed gives the pixels that it gives when it is unpacked whole, and unpacks no more than asked."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import MediaError
from recast_nodes.graph.cache import size_of
from recast_nodes.media.edits import with_attributes, with_pixels
from recast_nodes.media.exr import header as exr_header
from recast_nodes.media.exr import packed as packed_file
from recast_nodes.media.exr.packed import PackedChannels, PackedFile, read_packed
from recast_nodes.media.exr.write import write_exr
from recast_nodes.media.images import make_black, read_image, write_image
from recast_nodes.media.pixels import linear_rgb
from recast_nodes.wires import Attribute, Image, Part, Window

from ..plates import assert_same_parts, equal, noise, smooth

LINES = 16  # rows of a zip chunk
WINDOW = Window(-3, 5, 50, 71)


def parts_of(window: Window, count: int = 1) -> tuple[Part, ...]:
    def channels(seed: int) -> dict[str, np.ndarray]:
        size = window.height, window.width
        planes = {name: smooth("float16", *size, seed + at) for at, name in enumerate("ABGR")}
        return planes | {"id.Z": noise("uint32", *size, seed), "z": smooth("float32", *size, seed)}

    return tuple(Part(f"part{at}", channels(at * 10), window, Window(0, 0, 64, 80)) for at in range(count))


def plate(path: Path, window: Window = WINDOW, count: int = 1, compression: str = "zip") -> Image:
    """A plate on disk, as it is read for the first time."""
    write_exr(path, parts_of(window, count), compression)
    return read_image(path, colorspace="ACEScg")


def again(path: Path) -> Image:
    image = read_image(path, colorspace="ACEScg")
    assert isinstance(image.main.channels, PackedChannels)
    return image


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Part, first and last chunk of all that is unpacked."""
    seen, unpack = [], PackedFile.unpack
    monkeypatch.setattr(PackedFile, "unpack", lambda self, *which: seen.append(which) or unpack(self, *which))
    return seen


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("compression", exr_header.COMPRESSIONS[:10])
def test_what_stayed_packed_is_what_was_unpacked_whole(tmp_path, compression, count):
    first = plate(tmp_path / "plate.exr", count=count, compression=compression)
    assert isinstance(first.main.channels, dict)
    assert_same_parts(first, again(tmp_path / "plate.exr"), but=())


def test_where_memory_has_no_name_the_library_reads_a_stream(tmp_path, monkeypatch):
    monkeypatch.setattr(packed_file, "BY_DESCRIPTOR", False)
    first = plate(tmp_path / "plate.exr")
    assert_same_parts(first, again(tmp_path / "plate.exr"), but=())


@given(st.data(), st.sampled_from(["none", "zips", "zip", "piz"]))
def test_any_rows_in_any_order(tmp_path_factory, data, compression):
    window = Window(*(data.draw(st.integers(-40, 40)) for _ in "xy"), 9, data.draw(st.integers(1, 70)))
    path = tmp_path_factory.mktemp("rows") / "plate.exr"
    whole, packed = plate(path, window, compression=compression).main, again(path).main
    for _ in range(3):
        top = data.draw(st.integers(0, window.height - 1))
        asked = Window(window.x + 2, window.y + top, 5, data.draw(st.integers(0, window.height - top)))
        for name in whole.channels:
            assert equal(packed.cut(name, asked), whole.cut(name, asked))


def test_no_more_is_unpacked_than_is_asked_for(tmp_path, unpacked):
    plate(tmp_path / "plate.exr", Window(0, 0, 8, 10 * LINES), count=2)
    part = again(tmp_path / "plate.exr").parts[1]
    assert part.kind("R") == np.float16 and "R" in part.channels and len(part.channels) == 6
    assert unpacked == []
    part.cut("R", Window(0, 4 * LINES + 3, 8, LINES))
    part.cut("z", Window(2, 4 * LINES, 2, 2 * LINES))
    assert unpacked == [(1, 4, 5)]
    part.cut("R", Window(0, 2 * LINES, 8, 1))
    part.cut("R", Window(0, 6 * LINES, 8, 1))
    assert unpacked == [(1, 4, 5), (1, 2, 3), (1, 6, 6)]
    assert part.channels["R"].shape == (10 * LINES, 8)
    assert unpacked[3:] == [(1, 0, 1), (1, 7, 9)]


def test_an_edit_unpacks_its_own_rows_only_and_its_file_is_the_whole_one(tmp_path, unpacked):
    first = plate(tmp_path / "plate.exr", Window(0, 0, 40, 10 * LINES))
    window = Window(3, 5 * LINES, 30, LINES)

    def edit(image: Image, path: Path) -> Image:
        light = linear_rgb(image, window) + 0.25
        changed = with_pixels(image, window, light, torch.ones(1, LINES, 30))
        write_image(with_attributes(changed, {"note": Attribute("edited", "string")}), path)
        return changed

    packed = edit(again(tmp_path / "plate.exr"), tmp_path / "packed.exr")
    assert unpacked == [(0, 5, 5)]
    whole = edit(first, tmp_path / "whole.exr")
    assert (tmp_path / "packed.exr").read_bytes() == (tmp_path / "whole.exr").read_bytes()
    assert_same_parts(packed, whole)
    assert_same_parts(packed, read_image(tmp_path / "packed.exr"), but=("channels", "type", "note"))


def test_a_plate_that_is_gone_or_another_one_gives_the_pixels_that_it_was_read_with(tmp_path):
    path = tmp_path / "plate.exr"
    first, packed = plate(path), again(path)
    path.unlink()
    assert_same_parts(first, packed)
    other = make_black(first)
    write_image(other, path)
    assert isinstance(read_image(path).main.channels, dict)  # another file: not known to be sound
    assert_same_parts(other, again(path))


def test_a_damaged_file_is_refused_each_time_whatever_rows_are_asked_for(tmp_path):
    path = tmp_path / "plate.exr"
    plate(path, Window(0, 0, 64, 10 * LINES))
    data = bytearray(path.read_bytes())
    data[-900:-800] = bytes(100)  # of the last chunk
    (tmp_path / "damaged.exr").write_bytes(data)
    for _ in range(3):
        with pytest.raises(MediaError, match=r"damaged\.exr"):
            read_image(tmp_path / "damaged.exr")


def test_with_all_readers_apart_nothing_stays_packed(tmp_path, monkeypatch):
    plate(tmp_path / "plate.exr")
    monkeypatch.setenv("RECAST_READERS", "all")
    assert isinstance(read_image(tmp_path / "plate.exr").main.channels, dict)


def test_what_is_not_plain_scanlines_does_not_stay_packed(tmp_path):
    path = tmp_path / "plate.exr"
    plate(path)
    layout = exr_header.read_layout(path)
    assert read_packed(path, layout) is not None
    assert read_packed(path, layout._replace(size=layout.size + 1)) is None
    tiles = OpenEXR.TileDescription()
    tiles.xSize = tiles.ySize = 16
    header = {"type": OpenEXR.tiledimage, "tiles": tiles, "compression": OpenEXR.ZIP_COMPRESSION}
    OpenEXR.File(header, {"R": smooth("float16", 40, 40)}).write(str(path))
    one, two = (read_image(path) for _ in "ab")
    assert isinstance(two.main.channels, dict)
    assert_same_parts(one, two, but=())


def test_its_size_counts_the_packed_file_and_all_that_it_may_become(tmp_path):
    first = plate(tmp_path / "plate.exr")
    packed = again(tmp_path / "plate.exr")
    assert size_of(packed.main) == size_of(first.main) + (tmp_path / "plate.exr").stat().st_size


def test_it_can_be_sent_to_another_process(tmp_path):
    packed = again((plate(tmp_path / "plate.exr"), tmp_path / "plate.exr")[1])
    for image in (packed, with_pixels(packed, Window(4, 9, 8, 8), np.ones((3, 8, 8)), np.ones((8, 8)))):
        assert_same_parts(image, pickle.loads(pickle.dumps(image)), but=())
