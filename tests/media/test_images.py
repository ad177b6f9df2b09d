"""Whatever a plate holds comes out of a file as it went in."""

from __future__ import annotations

import os
import resource
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import MediaError
from recast_nodes.media.exr import header as exr_header
from recast_nodes.media.exr.write import lossy, own_compression, write_exr
from recast_nodes.media.images import (
    make_black,
    mark_edited,
    read_image,
    with_layers,
    with_pixels,
    write_image,
)
from recast_nodes.wires import Attribute, Image, Part, Window

from .plates import KINDS, assert_same_parts, equal, image, noise, smooth, windows

LOSSLESS = ("none", "rle", "zips", "zip", "piz")
HEADER = {
    "timeCode": Attribute((0x10203040, 7), "timecode"),
    "keyCode": Attribute((1, 2, 3, 4, 5, 4, 64), "keycode"),
    "framesPerSecond": Attribute((24000, 1000), "rational"),
    "cameraTransform": Attribute(tuple(float(n) for n in range(16)), "m44f"),
    "preview": Attribute(struct.pack("<II", 1, 1) + b"\1\2\3\4", "preview"),
    "empty": Attribute("", "string"),
    "words": Attribute(("one", "", "three"), "stringvector"),
    "studio": Attribute(b"\0\1\2 anything", "studioType"),
    "adopted": Attribute((0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.31, 0.33), "chromaticities"),
    "a_name_that_is_longer_than_thirty_one_letters": Attribute(2.5, "double"),
    "capDate": Attribute("2024:01:01 10:00:00", "string"),
    "owner": Attribute(b"\xff\xfe".decode("utf-8", "surrogateescape"), "string"),
}


def back(made: Image, path: Path, **options: Any) -> Image:
    write_image(made, path, **options)
    return read_image(path)


@given(windows, windows, st.lists(st.sampled_from(KINDS), min_size=3, max_size=5), st.sampled_from(LOSSLESS))
def test_any_window_and_type_comes_back_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, data: Window, display: Window, kinds: list[str], compression: str
) -> None:
    names = ("R", "G", "B", "id", "left.Z")
    planes = {
        name: noise(kind, data.height, data.width, at)
        for at, (name, kind) in enumerate(zip(names, kinds, strict=False))
    }
    made = image(planes, (data.x, data.y), display)
    path = tmp_path_factory.mktemp("window") / "frame.exr"
    assert_same_parts(made, back(made, path, compression=compression))


def test_every_attribute_comes_back(tmp_path: Path) -> None:
    made = image(**HEADER)
    read = back(made, tmp_path / "one.exr")
    assert_same_parts(made, read)
    assert_same_parts(read, back(read._replace(path=""), tmp_path / "two.exr"))
    assert (tmp_path / "one.exr").read_bytes() == (tmp_path / "two.exr").read_bytes()


def test_parts_and_views_come_back(tmp_path: Path) -> None:
    display = Window(0, 0, 30, 20)
    parts = [
        Part(f"rgba.{view}", {name: smooth("float16", 8, 9, at) for at, name in enumerate("RGBA")},
             Window(at, -at, 9, 8), display, {"view": Attribute(view, "string")} | HEADER)
        for at, view in enumerate(("left", "right"))
    ]  # fmt: skip
    parts.append(Part("depth", {"Z": noise("float32", 3, 4)}, Window(-5, -5, 4, 3), display, {}))
    made = Image(tuple(parts), ("R", "G", "B"), "ACEScg")
    read = back(made, tmp_path / "parts.exr")
    assert_same_parts(made, read)
    assert read.part == 0
    assert read_image(tmp_path / "parts.exr", view="right").part == 1
    assert read_image(tmp_path / "parts.exr", layer="depth").rgb == ("Z", "Z", "Z")
    with pytest.raises(MediaError, match="no view 'middle'; the file has left, right"):
        read_image(tmp_path / "parts.exr", view="middle")


def test_the_dwa_level_is_kept_and_used(tmp_path: Path) -> None:
    made = image({name: smooth("float16", 64, 64, seed) for seed, name in enumerate("RGB")})
    read = back(made, tmp_path / "much.exr", compression="dwaa", dwa_level=500.0)
    assert read.main.attributes["dwaCompressionLevel"].value == 500.0
    again = back(read._replace(path=""), tmp_path / "again.exr")
    assert again.main.attributes["dwaCompressionLevel"].value == 500.0
    back(made, tmp_path / "little.exr", compression="dwaa", dwa_level=1.0)
    assert (tmp_path / "much.exr").stat().st_size < (tmp_path / "little.exr").stat().st_size


def test_an_untouched_image_is_copied_to_the_bit(make_plate: Any, tmp_path: Path) -> None:
    path = make_plate(range(1, 2)).replace("####", "0001")
    write_image(read_image(path), tmp_path / "copy.exr")
    assert (tmp_path / "copy.exr").read_bytes() == Path(path).read_bytes()


def test_the_same_image_gives_the_same_bytes(make_plate: Any, tmp_path: Path) -> None:
    read = read_image(make_plate(range(1, 2)).replace("####", "0001"))._replace(path="")
    for name in ("one.exr", "two.exr", "one.png", "two.png", "one.jpg", "two.jpg"):
        write_image(read, tmp_path / name)
    for suffix in ("exr", "png", "jpg"):
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()


def test_only_the_picture_can_be_read(make_plate: Any) -> None:
    path = make_plate(range(1, 2), channels=("R", "G", "B", *(f"extra.{n}" for n in range(40)))).replace("####", "0001")
    whole, picture = read_image(path), read_image(path, channels="rgb")
    assert list(picture.main.channels) == ["B", "G", "R"] or set(picture.main.channels) == {"R", "G", "B"}
    assert picture.path == ""
    for name in "RGB":
        assert equal(picture.main.channels[name], whole.main.channels[name])


@pytest.mark.parametrize(
    ("channels", "layer", "rgb"),
    [
        (("R", "G", "B"), "", ("R", "G", "B")),
        (("diffuse.R", "diffuse.G", "diffuse.B", "Z"), "", ("diffuse.R", "diffuse.G", "diffuse.B")),
        (("a.R", "a.G", "a.B", "rgb.red", "rgb.green", "rgb.blue"), "", ("rgb.red", "rgb.green", "rgb.blue")),
        (("R", "G", "B", "a.R", "a.G", "a.B"), "A", ("a.R", "a.G", "a.B")),
        (("Y",), "", ("Y", "Y", "Y")),
        (("Y", "A"), "", ("Y", "Y", "Y")),
        (("red.V",), "", ("red.V",) * 3),
        (("depth.Z",), "depth", ("depth.Z",) * 3),
        (("R", "G", "B", "depth.Z"), "depth.Z", ("depth.Z",) * 3),
        (("R", "G", "B", "depth.Z"), "depth", ("depth.Z",) * 3),
    ],
)  # fmt: skip
def test_which_channels_are_the_picture(channels: tuple[str, ...], layer: str, rgb: Any, make_plate: Any) -> None:
    assert read_image(make_plate(range(1, 2), channels=channels).replace("####", "0001"), layer).rgb == rgb


def test_a_file_without_a_picture_says_what_it_has(make_plate: Any) -> None:
    path = make_plate(range(1, 2), channels=("id", "Z")).replace("####", "0001")
    with pytest.raises(MediaError, match=r"0001.exr: no picture found .* the channels are Z, id|id, Z"):
        read_image(path)


def test_an_unknown_layer_names_the_nearest(make_plate: Any) -> None:
    path = make_plate(range(1, 2), channels=("diffuse.R", "diffuse.G", "diffuse.B")).replace("####", "0001")
    with pytest.raises(MediaError, match="no layer 'difuse'.*Did you mean diffuse"):
        read_image(path, layer="difuse")


def test_one_pixel(tmp_path: Path) -> None:
    made = image({name: noise("float32", 1, 1) for name in "RGB"}, (-1, -1), Window(0, 0, 1, 1))
    assert_same_parts(made, back(made, tmp_path / "one.exr"))


def test_an_edit_touches_what_it_says_and_nothing_else() -> None:
    made = image({name: noise("float16", 20, 30, seed) for seed, name in enumerate(("R", "G", "B", "A", "Z"))}, (-5, 3))
    window = Window(-10, 0, 20, 10)
    changed = torch.zeros(1, 10, 20)
    changed[0, 5:8, 6:12] = 1
    edited = with_pixels(made, window, torch.full((3, 10, 20), 0.25), changed)
    inside = np.zeros((20, 30), bool)
    inside[2:5, 1:7] = True
    for name in "RGB":
        before, after = made.main.channels[name], edited.main.channels[name]
        held = ~(inside & np.isfinite(before))
        assert before[held].tobytes() == after[held].tobytes()
        assert (after[~held] == 0.25).all()
    assert edited.main.channels["A"] is made.main.channels["A"]


def test_an_edit_outside_the_data_window_is_no_edit() -> None:
    made = image()._replace(path="plate.exr")
    assert with_pixels(made, Window(500, 0, 2, 2), torch.ones(3, 2, 2), torch.ones(2, 2)) is made
    assert with_pixels(made, Window(0, 0, 2, 2), torch.ones(3, 2, 2), torch.zeros(2, 2)) is made


def test_what_a_half_cannot_hold_is_clipped_only_where_edited() -> None:
    infinite = {name: np.full((2, 2), np.inf, np.float16) for name in "RGB"}
    infinite["G"] = np.zeros((2, 2), np.float16)
    edited = with_pixels(image(infinite), Window(0, 0, 2, 1), torch.full((3, 1, 2), 1e9), torch.ones(1, 2))
    assert edited.main.channels["G"].tolist() == [[65504, 65504], [0, 0]]
    assert np.isinf(edited.main.channels["R"]).all()
    spread = with_pixels(image(), Window(0, 0, 2, 1), torch.full((3, 1, 2), torch.nan), torch.ones(1, 2))
    assert all(np.isfinite(plane).all() for plane in spread.main.channels.values())


def test_layers_cover_the_data_window(tmp_path: Path) -> None:
    made = with_layers(image(origin=(-4, 2)), {"matte.A": torch.ones(4, 4)}, Window(-6, 0, 4, 4))
    matte = back(made, tmp_path / "matte.exr").main.channels["matte.A"]
    assert matte.dtype == np.float16
    assert matte[:2, :2].tolist() == [[1, 1], [1, 1]]
    assert matte.sum() == 4


def test_an_edited_frame_says_so(tmp_path: Path) -> None:
    marked = mark_edited(image(), {"model": "mesh", "weights": "none", "source": "compositeSynthetic"})
    attributes = back(marked, tmp_path / "marked.exr").main.attributes
    assert attributes["recast:model"].value == "mesh"
    source = attributes["Iptc4xmpExt:DigitalSourceType"].value
    assert source == "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"


def test_other_libraries_see_the_attributes(tmp_path: Path) -> None:
    import OpenImageIO as oiio

    write_image(mark_edited(image(**HEADER), {"model": "mesh"}), tmp_path / "seen.exr")
    spec = oiio.ImageInput.open(str(tmp_path / "seen.exr")).spec()
    assert spec.getattribute("recast:model") == "mesh"
    assert spec.getattribute("capDate") is None or spec.getattribute("DateTime") == "2024:01:01 10:00:00"


def test_integers_become_linear_halves_in_exr(tmp_path: Path) -> None:
    grey = image({name: np.full((4, 4), 128, np.uint8) for name in "RGB"})._replace(colorspace="sRGB - Texture")
    write_image(grey, tmp_path / "grey.png")
    read = read_image(tmp_path / "grey.png")
    assert read.main.channels["R"].dtype == np.uint8
    linear = back(read, tmp_path / "linear.exr")
    assert linear.main.channels["R"].dtype == np.float16
    np.testing.assert_allclose(linear.main.channels["R"].astype(float), 0.2158, atol=1e-3)
    write_image(linear, tmp_path / "again.png")
    assert (read_image(tmp_path / "again.png").main.channels["R"] == 128).all()


def test_float_and_half_can_be_asked_for(tmp_path: Path) -> None:
    read = back(image({name: noise("float32", 9, 9) for name in "RGBZ"}), tmp_path / "half.exr", datatype="half")
    assert read.main.channels["R"].dtype == np.float16
    assert read.main.channels["Z"].dtype == np.float32


def test_a_black_frame_has_its_neighbours_format() -> None:
    black = make_black(image(**HEADER))
    assert black.main.window == image().main.window
    assert not any(plane.any() for plane in black.main.channels.values())
    assert "timeCode" not in black.main.attributes


@pytest.mark.parametrize("name", ["frame.xyz", "frame"])
def test_unknown_suffix(name: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be written.* use .exr"):
        write_image(image(), tmp_path / name)


def test_a_failing_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: Any) -> None:
    write_image(image(), tmp_path / "frame.exr")
    before = (tmp_path / "frame.exr").read_bytes()

    def interrupted(*given: Any) -> None:
        write_exr(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr("recast_nodes.media.images.write_exr", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_image(make_black(image()), tmp_path / "frame.exr")
    assert [path.name for path in tmp_path.iterdir()] == ["frame.exr"]
    assert (tmp_path / "frame.exr").read_bytes() == before


FULL_DISK = """
import resource, sys
from recast_nodes.errors import MediaError
from recast_nodes.media.images import read_image, write_image
image = read_image(sys.argv[1])._replace(path="")
for size in map(int, sys.argv[3:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        write_image(image, sys.argv[2])
    except MediaError as error:
        assert "cannot be written" in str(error) and sys.argv[2] in str(error), error
    else:
        sys.exit(f"{size} bytes were enough")
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on file sizes here")
@pytest.mark.parametrize("suffix", ["exr", "png", "jpg", "tif"])
def test_a_full_disk_is_an_error_and_leaves_nothing(suffix: str, make_plate: Any, tmp_path: Path) -> None:
    plate = make_plate(range(1, 2), width=64, height=64).replace("####", "0001")
    target = tmp_path / "out" / f"frame.{suffix}"
    write_image(read_image(plate)._replace(path=""), target)
    whole = target.stat().st_size
    target.unlink()
    sizes = [str(size) for size in (whole - 1, whole - 100, whole // 2, 300, 10)]
    done = subprocess.run([sys.executable, "-c", FULL_DISK, plate, target, *sizes], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("keep", [0, 3, 100, 0.5, 0.9, -1])
def test_a_truncated_plate_is_an_error(keep: float, make_plate: Any) -> None:
    path = Path(make_plate(range(1, 2)).replace("####", "0001"))
    data = path.read_bytes()
    size = int(keep * len(data)) if 0 < keep < 1 else int(keep) if keep >= 0 else len(data) - 1
    path.write_bytes(data[:size])
    with pytest.raises(MediaError, match="0001.exr"):
        read_image(path)


def test_a_png_with_the_name_of_an_exr_is_read_as_what_it_is(tmp_path: Path) -> None:
    write_image(image(), tmp_path / "frame.png")
    os.rename(tmp_path / "frame.png", tmp_path / "frame.exr")
    assert read_image(tmp_path / "frame.exr").main.channels["R"].dtype == np.uint8


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    write_image(image(), tmp_path / "bomb.exr")
    data = bytearray((tmp_path / "bomb.exr").read_bytes())
    at = data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    data[at : at + 16] = struct.pack("<4i", 0, 0, 65535, 65535)
    (tmp_path / "bomb.exr").write_bytes(data)
    with pytest.raises(MediaError, match="RECAST_IMAGE_MEGABYTES"):
        read_image(tmp_path / "bomb.exr")


def exr_files(folder: Path, *kinds: str) -> list[Path]:
    return [path for kind in kinds for path in sorted((folder / "exr" / kind).glob("*.exr"))]


SOUND = ("windows", "aov_crypto", "layers_views", "colour_luma", "values", "tiled_deep", "compression_meta",
         "generated_compressions")  # fmt: skip


STRUCTURE = ("channels", "type", "tiles", "chunkCount", "lineOrder")  # what scanlines in rising order imply


def test_every_sound_file_survives_an_edit_elsewhere(shared: Path, tmp_path: Path) -> None:
    edited = 0
    for path in exr_files(shared, *SOUND):
        try:
            made = read_image(path)
        except MediaError as error:
            assert any(text in str(error) for text in ("deep image", "no beauty layer", "no picture")), error
            continue
        write_image(made._replace(path=""), tmp_path / "copy.exr")
        was_lossy = any(lossy(part, own_compression(part)) for part in made.parts)
        changed = (*STRUCTURE, "compression") if was_lossy else STRUCTURE
        assert_same_parts(made, read_image(tmp_path / "copy.exr"), changed)
        edited += 1
    assert edited > 60


def test_damaged_files_are_errors_or_pictures(shared: Path) -> None:
    for path in exr_files(shared, "damaged", "corrupt"):
        try:
            read_image(path)
        except MediaError as error:
            assert str(path) in str(error)


def test_our_own_files_are_complete_and_shorter_ones_are_not(tmp_path: Path) -> None:
    write_image(image(), tmp_path / "whole.exr")
    layout = exr_header.read_layout(tmp_path / "whole.exr")
    assert exr_header.complete(tmp_path / "whole.exr", layout)
    for cut in range(1, layout.size - layout.end, 37):
        (tmp_path / "cut.exr").write_bytes((tmp_path / "whole.exr").read_bytes()[:-cut])
        assert not exr_header.complete(tmp_path / "cut.exr", exr_header.read_layout(tmp_path / "cut.exr"))
