"""Stills are shown as every viewer shows them, and are not turned a second time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.media.decoders.raster import rotate_box, rotate_by_exif
from recast_nodes.media.images import read_image, write_image
from recast_nodes.media.sequences import open_source
from recast_nodes.models.tracker.still import track_still

CORNERS = {(0, 0): 250, (0, -1): 160, (-1, 0): 80}  # top left, top right, bottom left of the upright picture
# How a camera stores an upright picture (H, W, 3) for each orientation that it then writes: EXIF 2.32, 4.6.4.A.
STORED = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.transpose(1, 0, 2),
    6: lambda seen: np.rot90(seen, 1),
    7: lambda seen: seen[::-1, ::-1].transpose(1, 0, 2),
    8: lambda seen: np.rot90(seen, -1),
}


def seen() -> np.ndarray:
    """16 rows of 24: each corner an 8 by 8 block of its own grey, so that JPEG keeps it."""
    made = np.zeros((16, 24, 3), np.uint8)
    for (row, column), grey in CORNERS.items():
        made[row * 8 : 8 + row * 8 or None, slice(8) if column == 0 else slice(-8, None)] = grey
    return made


def stored(path: Path, orientation: int, aspect: float = 1.0) -> Path:
    pixels = np.ascontiguousarray(STORED[orientation](seen()))
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], 3, "uint8")
    spec.attribute("Orientation", orientation)
    spec.attribute("PixelAspectRatio", aspect)
    output = oiio.ImageOutput.create(str(path))
    assert output.open(str(path), spec), output.geterror()
    assert output.write_image(pixels)
    output.close()
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations(orientation: int, suffix: str, tmp_path: Path) -> None:
    read = read_image(stored(tmp_path / f"a{suffix}", orientation))
    assert read.main.window == read.main.display == (0, 0, 24, 16)
    shown = np.stack([read.main.channels[name] for name in "RGB"], -1).astype(int)
    assert np.abs(shown - seen()).max() <= (6 if suffix == ".jpg" else 0)
    assert "Orientation" not in read.main.attributes


@pytest.mark.parametrize("name", ["b.exr", "b.png", "b.jpg", "b.tif"])
def test_what_is_written_is_not_turned_again(name: str, tmp_path: Path) -> None:
    write_image(read_image(stored(tmp_path / "a.tif", 6)), tmp_path / name)
    source = oiio.ImageInput.open(str(tmp_path / name))
    assert (source.spec().width, source.spec().height) == (24, 16)
    assert source.spec().get_int_attribute("Orientation", 1) == 1
    assert source.read_image(0, 0, 0, 1, "float")[2, 2] > source.read_image(0, 0, 0, 1, "float")[2, -2]


def test_a_turned_pixel_is_as_high_as_it_was_wide(tmp_path: Path) -> None:
    aspects = [read_image(stored(tmp_path / f"{at}.png", at, 2.0)).main.pixel_aspect for at in (1, 6)]
    assert aspects == pytest.approx([2.0, 0.5], rel=1e-3)


@given(
    st.integers(1, 8), st.tuples(*[st.integers(-9, 9)] * 2, *[st.integers(1, 5)] * 2), st.integers(7, 9),
    st.integers(7, 9),
)  # fmt: skip
def test_a_window_goes_with_its_pixels(orientation: int, box: tuple[int, int, int, int], wide: int, high: int) -> None:
    """Painting a window and turning the picture is the same as turning both."""
    display = (-9, -9, wide + 18, high + 18)
    page = np.zeros((display[3], display[2], 1), np.uint8)
    page[box[1] + 9 : box[1] + 9 + box[3], box[0] + 9 : box[0] + 9 + box[2]] = 1
    turned = rotate_by_exif(page, orientation)
    x, y, width, height = rotate_box(box, display, orientation)
    assert turned[y + 9 : y + 9 + height, x + 9 : x + 9 + width].all()
    assert turned.sum() == width * height == box[2] * box[3]


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_portrait_is_tracked_upright(
    orientation: int, portrait: Path, tmp_path: Path, landmarker_files: dict[str, Path]
) -> None:
    """The stills of MotionExtract.neutral and ExpressionMix.reference go another way than plates."""
    picture = oiio.ImageBuf(str(portrait)).get_pixels(oiio.UINT8)[..., :3]
    pixels = np.ascontiguousarray(STORED[orientation](picture))
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], 3, "uint8")
    spec.attribute("Orientation", orientation)
    output = oiio.ImageOutput.create("a.tif")
    output.open(str(tmp_path / "a.tif"), spec)
    output.write_image(pixels)
    output.close()
    straight = track_still(str(portrait)).track.landmarks
    turned = track_still(str(tmp_path / "a.tif")).track.landmarks
    assert float((straight - turned).abs().max()) < 0.5


def test_the_phone_of_the_cases(shared: Path) -> None:
    path = shared / "cases" / "phone_plate.jpg"
    if not path.is_file():
        pytest.skip("no case phone_plate.jpg")
    assert open_source(path).read(1).main.window[2:] == (640, 360)
