"""A movie's pixels: at their own depth and range, by their own matrix, the right way up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.decoders.movie_pixels import is_oblique, pixels_of, rotate_by_matrix
from recast_nodes.media.sequences import open_source

from .clips import numbered, plain_frame, write_movie

WEIGHTS = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
LIMITED, FULL = 1, 2  # FFmpeg's numbers of colour ranges


def colours(matrix: int, luma: Any, blue: float, red: float) -> np.ndarray:
    """Y in 0..1 and Cb, Cr in -0.5..0.5 as R, G, B: the definition, ITU-T H.273."""
    of_red, of_blue = WEIGHTS[matrix]
    r = luma + 2 * (1 - of_red) * red
    b = luma + 2 * (1 - of_blue) * blue
    g = (luma - of_red * r - of_blue * b) / (1 - of_red - of_blue)
    return np.clip(np.stack(np.broadcast_arrays(r, g, b), -1), 0, 1)


@pytest.mark.parametrize("matrix", WEIGHTS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(("pix_fmt", "bits"), [("yuv444p", 8), ("yuv420p10le", 10), ("yuv422p12le", 12)])
def test_matrix_range_and_depth_are_undone(pix_fmt: str, bits: int, full: bool, matrix: int) -> None:
    unit = 1 << (bits - 8)
    low, high = (0, 256 * unit - 1) if full else (16 * unit, 235 * unit)
    row = np.linspace(low, high, 256).round()
    blue, red = 118 * unit, 141 * unit
    frame = plain_frame(pix_fmt, [row, blue, red], (8, 256), color_range=FULL if full else LIMITED, colorspace=matrix)
    pixels = pixels_of("a.mov", frame)
    span, chroma = (256 * unit - 1, 256 * unit - 1) if full else (219 * unit, 224 * unit)
    wanted = colours(matrix, (row - low) / span, (blue - 128 * unit) / chroma, (red - 128 * unit) / chroma)
    assert pixels.dtype == (np.uint8 if bits == 8 else np.uint16)
    read = pixels[4] / np.iinfo(pixels.dtype).max
    # half a code at 8 bits, and FFmpeg's fixed-point arithmetic beyond: a code of 10 bits, no matter how deep
    assert np.abs(read - wanted).max() < (0.51 / 255 if bits == 8 else 1.0 / 1023)
    assert np.abs(read - wanted).mean() < (0.4 / 255 if bits == 8 else 0.4 / 1023)


def test_ten_bits_stay_ten_bits() -> None:
    row = np.arange(64, 64 + 256)
    pixels = pixels_of("a.mov", plain_frame("yuv444p10le", [row, 512, 512], (8, 256), color_range=LIMITED))
    assert len(np.unique(pixels[4, :, 1])) == 256


@pytest.mark.parametrize(("pix_fmt", "code"), [("gray", 235), ("gray10le", 940), ("gbrp", 235), ("gbrp10le", 940)])
def test_grey_and_rgb_of_limited_range_are_expanded(pix_fmt: str, code: int) -> None:
    planes = 1 if pix_fmt.startswith("gray") else 3
    for limited in (True, False):
        frame = plain_frame(pix_fmt, [code] * planes, color_range=LIMITED if limited else FULL)
        pixels = pixels_of("a.mov", frame)
        white = np.iinfo(pixels.dtype).max
        assert abs(int(pixels[0, 0, 0]) / white - (1.0 if limited else code / (255 if code == 235 else 1023))) < 2e-3


@pytest.mark.parametrize(("size", "matrix"), [((720, 406), 1), ((402, 1280), 1), ((576, 720), 5), ((480, 640), 5)])
def test_what_says_no_matrix_goes_by_its_size(size: tuple[int, int], matrix: int) -> None:
    said = pixels_of("a", plain_frame("yuv444p", [100, 90, 160], size, colorspace=matrix))
    assert (pixels_of("a", plain_frame("yuv444p", [100, 90, 160], size, colorspace=2)) == said).all()


def test_bt2020_primaries_imply_their_matrix() -> None:
    said = pixels_of("a", plain_frame("yuv444p", [100, 90, 160], colorspace=9))
    implied = pixels_of("a", plain_frame("yuv444p", [100, 90, 160], colorspace=2, color_primaries=9))
    assert (implied == said).all()


@pytest.mark.parametrize(("matrix", "name"), [(8, "YCgCo"), (10, "constant luminance"), (14, "ICtCp")])
def test_a_matrix_that_cannot_be_undone_is_refused_by_name(matrix: int, name: str) -> None:
    with pytest.raises(MediaError, match=f"a.mov: its colour matrix is .*{name}"):
        pixels_of("a.mov", plain_frame("yuv444p", [100, 90, 160], colorspace=matrix))


def test_alpha_comes_along(tmp_path: Path) -> None:
    frames = [plain_frame("yuva444p10le", [400, 512, 512, alpha], color_range=LIMITED) for alpha in (0, 512, 1023)]
    path = write_movie(tmp_path / "a.mov", "prores_ks", frames, pix_fmt="yuva444p10le", options={"profile": "4444"})
    source = open_source(path)
    alphas = [source.read(frame).main.channels["A"][8, 8] / 65535 for frame in source.frames]
    assert np.allclose(alphas, [0, 512 / 1023, 1], atol=2e-3)


PICTURE = np.arange(6).reshape(2, 3, 1)
TURNED = {  # what phones and their front cameras write: a, b, c, d
    (1, 0, 0, 1): PICTURE,
    (0, 1, -1, 0): np.rot90(PICTURE, -1),  # clockwise
    (-1, 0, 0, -1): np.rot90(PICTURE, 2),
    (0, -1, 1, 0): np.rot90(PICTURE),
    (-1, 0, 0, 1): PICTURE[:, ::-1],
    (1, 0, 0, -1): PICTURE[::-1],
    (0, 1, 1, 0): PICTURE.transpose(1, 0, 2),
    (0, -1, -1, 0): np.rot90(PICTURE, 2).transpose(1, 0, 2),
}


@pytest.mark.parametrize("matrix", TURNED)
def test_every_way_to_lie_in_a_track_is_undone(matrix: tuple[float, float, float, float]) -> None:
    assert np.array_equal(rotate_by_matrix(PICTURE, matrix), TURNED[matrix])
    assert not is_oblique(matrix)


def film(path: Path, matrix: tuple[float, float, float, float]) -> Path:
    a, b, c, d = (round(number * 65536) for number in matrix)
    return write_movie(path, "mpeg4", [numbered(200)] * 3, set_display_matrix=[a, b, 0, c, d, 0, 0, 0, 1 << 30])


@pytest.mark.parametrize("matrix", TURNED)
def test_a_filmed_picture_stands_upright(matrix: tuple[float, float, float, float], tmp_path: Path) -> None:
    plain = open_source(film(tmp_path / "plain.mp4", (1, 0, 0, 1))).read(1).main.channels["G"]
    read = open_source(film(tmp_path / "turned.mp4", matrix)).read(1).main.channels["G"]
    assert np.array_equal(read, rotate_by_matrix(plain[..., None], matrix)[..., 0])


def test_the_front_camera_of_the_field(shared: Path) -> None:
    plain, mirrored = (open_source(shared / "cases" / name).read(1) for name in ("driver.mov", "mirror.mp4"))
    difference = np.abs(plain.main.channels["G"][:, ::-1].astype(int) - mirrored.main.channels["G"])
    assert difference.mean() < 3


def test_a_picture_that_is_turned_by_less_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = film(tmp_path / "tilted.mp4", (0.9397, 0.342, -0.342, 0.9397))
    assert open_source(path).read(1).main.window.width == 64
    assert "tilted.mp4: its track is rotated by 20 degrees" in caplog.text
    slightly = film(tmp_path / "straight.mp4", (1, 0.01, -0.01, 1))
    open_source(slightly).read(1)
    assert "straight.mp4" not in caplog.text


def test_pixels_that_are_not_square_turn_with_the_picture(tmp_path: Path) -> None:
    for matrix, aspect in (((1, 0, 0, 1), 2.0), ((0, 1, -1, 0), 0.5)):
        a, b, c, d = (number * 65536 for number in matrix)
        path = write_movie(
            tmp_path / f"{aspect}.mkv" if aspect == 2 else tmp_path / f"{aspect}.mp4",
            "mpeg4",
            range(2),
            sample_aspect_ratio=2,
            set_display_matrix=[a, b, 0, c, d, 0, 0, 0, 1 << 30],
        )
        assert open_source(path).read(1).main.pixel_aspect == pytest.approx(aspect)


def test_interlaced_frames_are_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_movie(tmp_path / "a.mkv", "libx264", range(3), options={"x264-params": "interlaced=1"})
    open_source(path).read(1)
    assert "a.mkv: it is interlaced" in caplog.text
