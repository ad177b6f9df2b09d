"""Alpha of pictures that are not multiplied by it, as PNG defines it: kept, and multiplied in linear light for EXR."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import OpenImageIO as oiio
import pytest

from recast_nodes import notices
from recast_nodes.media.images import read_image, write_image
from recast_nodes.media.sequences import open_source

from .clips import write_movie

COLOURS = {"uint8": (200, 100, 50, 128), "uint16": (51400, 25700, 12850, 32896)}  # the same in both, half covered


def straight(path: Path, kind: str = "uint8") -> Path:
    """A picture of one colour, half covered, and with that colour where nothing is."""
    pixels = np.full((4, 6, 4), COLOURS[kind], kind)
    pixels[:, 3:, 3] = 0
    return written(path, pixels)


def written(path: Path, pixels: np.ndarray) -> Path:
    spec = oiio.ImageSpec(6, 4, 4, "half" if pixels.dtype == np.float16 else str(pixels.dtype))
    spec.attribute("oiio:UnassociatedAlpha", 1)
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec), out.geterror()
    out.write_image(pixels)
    out.close()
    return path


def stored(path: Path) -> np.ndarray:
    """Pixels as the file holds them, (H, W, channels)."""
    as_it_is = oiio.ImageSpec()
    as_it_is.attribute("oiio:UnassociatedAlpha", 1)
    source = oiio.ImageInput.open(str(path), as_it_is)
    return np.asarray(source.read_image("float"))


@pytest.mark.parametrize("kind", COLOURS)
@pytest.mark.parametrize("suffix", [".png", ".tif", ".tga"])
def test_exr_holds_colours_multiplied_by_alpha_in_linear_light(suffix: str, kind: str, tmp_path: Path) -> None:
    if (suffix, kind) == (".tga", "uint16"):
        return  # there is no such thing
    image = read_image(straight(tmp_path / f"a{suffix}", kind), colorspace="sRGB - Texture")
    write_image(image, tmp_path / "a.exr", colorspace="Linear Rec.709 (sRGB)")
    codes = np.array(COLOURS["uint8"][:3]) / 255
    light = np.where(codes > 0.04045, ((codes + 0.055) / 1.055) ** 2.4, codes / 12.92)
    found = stored(tmp_path / "a.exr")
    assert np.abs(found[:, :3] - [*light * 128 / 255, 128 / 255]).max() < 1e-3
    assert not found[:, 3:].any()
    again = read_image(tmp_path / "a.exr")
    write_image(again, tmp_path / "b.exr", datatype="float")  # not multiplied once more
    assert np.array_equal(stored(tmp_path / "b.exr"), found)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_review_files_keep_the_alpha_of_their_plate(suffix: str, tmp_path: Path) -> None:
    plate = straight(tmp_path / f"a{suffix}")
    write_image(read_image(plate), tmp_path / f"b{suffix}")
    assert np.array_equal(stored(tmp_path / f"b{suffix}"), stored(plate))


def test_a_file_without_alpha_is_laid_over_black_and_that_is_said(tmp_path: Path, caplog: Any) -> None:
    notices.forget()
    write_image(read_image(straight(tmp_path / "a.png")), tmp_path / "b.jpg", quality=100)
    found = stored(tmp_path / "b.jpg")
    assert np.abs(found[:, 0] * 255 - np.array(COLOURS["uint8"][:3]) * 128 / 255).max() < 6
    assert found[:, 5].max() < 0.05
    assert ".jpg files have no alpha" in caplog.text


def test_the_alpha_of_an_exr_plate_is_its_own_whatever_it_holds(tmp_path: Path) -> None:
    plate = written(tmp_path / "a.exr", np.full((4, 6, 4), (0.5, 0.4, 0.3, 1.75), np.float16))
    write_image(read_image(plate), tmp_path / "b.exr", datatype="float")
    assert np.allclose(stored(tmp_path / "b.exr")[0, 0], (0.5, 0.4, 0.3, 1.75), atol=1e-3)


@pytest.mark.parametrize(("codec", "suffix"), [("png", ".mov"), ("apng", ".apng")])
def test_frames_of_movies_that_are_png_inside_are_as_png(codec: str, suffix: str, tmp_path: Path) -> None:
    pixels = np.full((32, 64, 4), COLOURS["uint8"], np.uint8)
    frames = [av.VideoFrame.from_ndarray(pixels, "rgba") for _ in range(2)]
    movie = write_movie(tmp_path / f"a{suffix}", codec, frames, pix_fmt="rgba", width=64, height=32)
    write_image(open_source(str(movie)).read(1), tmp_path / "b.png")
    assert np.allclose(stored(tmp_path / "b.png") * 255, COLOURS["uint8"], atol=1)
