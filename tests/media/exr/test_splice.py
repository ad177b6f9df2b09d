"""Edited frames made of their plate's chunks hold what a frame written whole holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.media import images
from recast_nodes.media.edits import mark_edited, with_layers, with_pixels
from recast_nodes.media.exr import splice as exr_splice
from recast_nodes.media.images import read_image, write_image
from recast_nodes.wires import Image, Part, Window

from ..plates import assert_same_parts

RNG = np.random.default_rng(5)


def plate(path: Path, compression: str, window: Window, parts: int = 1, kind: str = "float16") -> Image:
    def part(name: str) -> Part:
        shape = (window.height, window.width)
        channels = {channel: RNG.random(shape, np.float32).astype(kind) for channel in ("R", "G", "B", "A")}
        return Part(name, channels | {"id.Z": RNG.random(shape, np.float32)}, window, Window(0, 0, 64, 80))

    made = Image(tuple(part(f"part{index}") for index in range(parts)), ("R", "G", "B"), "ACEScg")
    write_image(made, path, compression=compression)
    return read_image(path)


def edited(image: Image, window: Window) -> Image:
    changed = with_pixels(image, window, torch.full((3, window.height, window.width), 0.25), np.ones(window[:1:-1]))
    return mark_edited(changed, {"model": "mesh"})


def spliced_and_whole(image: Image, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, Image, Image]:
    taken = []
    monkeypatch.setattr(images, "splice", lambda *words: taken.append(exr_splice.splice(*words)) or taken[-1])
    write_image(image, folder / "spliced.exr")
    write_image(image._replace(origin=""), folder / "whole.exr")
    return taken == [True], read_image(folder / "spliced.exr"), read_image(folder / "whole.exr")


@pytest.mark.parametrize("compression", ["none", "rle", "zips", "zip", "piz"])
@pytest.mark.parametrize("parts", [1, 3])
def test_spliced_equals_whole(tmp_path, monkeypatch, compression, parts):
    image = edited(plate(tmp_path / "plate.exr", compression, Window(-3, 5, 50, 71), parts), Window(4, 20, 9, 17))
    taken, one, other = spliced_and_whole(image, tmp_path, monkeypatch)
    assert taken
    assert_same_parts(one, other)
    assert one.main.attributes["recast:model"].value == "mesh"


@given(st.integers(-20, 90), st.integers(1, 80), st.integers(1, 75), st.sampled_from(["zip", "zips", "piz"]))
def test_any_rows(tmp_path_factory, top, height, rows, compression):
    folder = tmp_path_factory.mktemp("rows")
    with pytest.MonkeyPatch.context() as monkeypatch:
        image = plate(folder / "plate.exr", compression, Window(0, 3, 8, rows))
        _, one, other = spliced_and_whole(edited(image, Window(1, top, 5, height)), folder, monkeypatch)
        assert_same_parts(one, other)


def test_only_the_touched_chunks_differ_in_the_file(tmp_path):
    image = plate(tmp_path / "plate.exr", "zip", Window(0, 0, 64, 160))
    write_image(edited(image, Window(3, 70, 5, 5)), tmp_path / "out.exr")  # chunk 4 of 10: rows 64-79
    before, after = (tmp_path / "plate.exr").read_bytes(), (tmp_path / "out.exr").read_bytes()
    tail = before[-1000:]
    assert after.endswith(tail) and after != before


@pytest.mark.parametrize("change", ["layer", "lossy", "gone", "cut", "other"])
def test_where_the_plate_does_not_allow_it_the_frame_is_written_whole(tmp_path, monkeypatch, change):
    path = tmp_path / "plate.exr"
    image = edited(plate(path, "dwaa" if change == "lossy" else "zip", Window(0, 0, 40, 40)), Window(4, 4, 9, 9))
    if change == "layer":
        image = with_layers(image, {"matte.A": np.ones((40, 40))}, Window(0, 0, 40, 40))
    elif change == "gone":
        path.unlink()
    elif change == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    elif change == "other":
        plate(path, "zip", Window(0, 0, 41, 40))
    taken, one, other = spliced_and_whole(image, tmp_path, monkeypatch)
    assert not taken
    assert_same_parts(one, other)
