"""A movie's colours by what it says of them, through the OpenColorIO configuration, and never guessed in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recast_nodes.errors import ColourError
from recast_nodes.media import pixels
from recast_nodes.media.colour import colour
from recast_nodes.media.movie_colour import Tags, space_of
from recast_nodes.media.sequences import open_source
from recast_nodes.nodes.read import Read

from .clips import plain_frame, write_movie

SRGB_TO_SRGB = [Tags(), Tags(1, 1, 1), Tags(1, 13, 1), Tags(2, 1, 2), Tags(1, 2, 1), Tags(6, 6, 6), Tags(5, 2, 5)]
PQ, HLG = Tags(9, 16, 9), Tags(9, 18, 9)
NITS = np.array([0.5, 5.0, 26.0, 100.0, 203.0, 292.0, 1000.0])

STUDIO = """ocio_profile_version: 1
roles: {scene_linear: linear, default: linear}
displays:
  default:
    - !<View> {name: Film, colorspace: linear}
colorspaces:
  - !<ColorSpace> {name: linear}
  - !<ColorSpace> {name: sRGB, to_reference: !<ExponentTransform> {value: [2.2, 2.2, 2.2, 1]}}
"""


@pytest.fixture
def no_ocio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCIO", raising=False)


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A configuration that knows nothing but its own two spaces."""
    (tmp_path / "studio.ocio").write_text(STUDIO)
    monkeypatch.setenv("OCIO", str(tmp_path / "studio.ocio"))


def pq(nits: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084."""
    power = (nits / 10_000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)


def hlg(nits: np.ndarray) -> np.ndarray:
    """ITU-R BT.2100's HLG of grey on a display of 1000 nits: its light undone, then the camera's curve."""
    scene = (nits / 1000) ** (1 / 1.2)
    log = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), log)


def grey_movie(path: Path, codes: np.ndarray, **tags: int) -> Path:
    """One frame of 10 bits whose columns are these codes (0..1), limited range."""
    row = np.repeat(np.rint(64 + 876 * codes), 8)
    frame = plain_frame("yuv444p10le", [row, 512, 512], (16, len(row)), **tags)
    # Lossless. Not x265: FFmpeg 8's wrapper of it fails at random on frames that are tagged as PQ.
    return write_movie(path, "libx264", [frame] * 2, None, "yuv444p10le", {"qp": "0"}, **tags)


@pytest.mark.parametrize("tags", SRGB_TO_SRGB)
def test_pictures_for_a_computers_screen_stay_srgb(tags: Tags) -> None:
    assert space_of("a.mov", tags) == ""


@pytest.mark.parametrize(
    ("tags", "space"),
    [
        (PQ, "Rec.2100-PQ - Display"),
        (Tags(12, 16, 9), "ST2084-P3-D65 - Display"),
        (Tags(12, 13, 1), "Display P3 - Display"),
        (Tags(12, 1, 1), "Display P3 - Display"),
        (Tags(1, 8, 0), "Linear Rec.709 (sRGB)"),
        (Tags(9, 8, 9), "Linear Rec.2020"),
        (Tags(1, 4, 1), "Gamma 2.2 Encoded Rec.709"),
        (Tags(12, 17, 0), "P3-D65 - Display"),
    ],
)
def test_tags_are_spaces_of_the_configuration(tags: Tags, space: str, no_ocio: None) -> None:
    assert space_of("a.mov", tags) == colour.check_colorspace(space)


CG = "ocio://cg-config-v2.2.0_aces-v1.3_ocio-v2.4"


@pytest.mark.parametrize("tags", [HLG, Tags(9, 14, 9), Tags(9, 1, 9), Tags(11, 17, 0)])
def test_what_the_configuration_lacks_comes_from_opencolorios_own(tags: Tags, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCIO", CG)
    space = space_of("a.mov", tags)
    assert space not in colour.colorspaces()
    white = colour.convert(np.ones((1, 1, 3), np.float32), space, "ACEScg")
    assert np.allclose(white[0, 0] / white[0, 0, 1], 1, atol=2e-3), "white stays white"


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (Tags(1, 9, 1), r"logarithmic \(100:1\) with Rec. 709"),
        (Tags(9, 2, 9), "no transfer curve with BT.2020"),
        (Tags(2, 2, 9), "no transfer curve with BT.2020"),
        (Tags(10, 17, 0), "SMPTE ST 428 with XYZ"),
        (Tags(1, 5, 1), "gamma 2.8 with Rec. 709"),
        (Tags(77, 16, 9), "with number 77"),
    ],
)
def test_what_nobody_knows_is_asked_about(tags: Tags, words: str, no_ocio: None) -> None:
    with pytest.raises(ColourError, match=rf"a.mov: tagged as .*{words}.*Read\.colorspace"):
        space_of("a.mov", tags)


def test_a_studios_own_configuration_is_asked_about_too(studio: None) -> None:
    with pytest.raises(ColourError, match=r"PQ .*studio.ocio has no matching colour space.*Read\.colorspace"):
        space_of("a.mov", PQ)


def test_what_is_only_implied_is_said(no_ocio: None, caplog: pytest.LogCaptureFixture) -> None:
    assert space_of("old.mov", Tags(2, 16, 2)) == space_of("new.mov", PQ)
    assert "old.mov: it is PQ (SMPTE ST 2084) and does not state its primaries" in caplog.text
    assert space_of("tape.mov", Tags(6, 1, 6)) == ""
    assert "tape.mov: primaries are BT.601 (525 lines); read as Rec. 709" in caplog.text
    assert "new.mov" not in caplog.text


@pytest.mark.parametrize("config", ["", CG])
@pytest.mark.parametrize(("curve", "transfer"), [(pq, 16), (hlg, 18)])
def test_hdr_is_read_as_the_light_of_the_screen(
    curve: Any, transfer: int, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCIO", config)
    path = grey_movie(
        tmp_path / "hdr.mov", curve(NITS), color_primaries=9, color_trc=transfer, colorspace=9, color_range=1
    )
    image = open_source(path).read(1)
    light = pixels.linear_rgb(image, image.main.window).numpy()[1, 8, 4::8]
    assert np.allclose(light[1:] * 100, NITS[1:], rtol=0.02), "1.0 is 100 nits"
    assert light[5] / light[3] == pytest.approx(2.92, rel=0.02), "a contrast in scene light"


def test_light_beyond_white_is_kept_apart_for_networks(tmp_path: Path, no_ocio: None) -> None:
    path = grey_movie(tmp_path / "pq.mov", pq(NITS), color_primaries=9, color_trc=16, colorspace=9, color_range=1)
    image = open_source(path).read(1)
    shown = pixels.display_rgb(image, image.main.window)[8, 4::8, 1].astype(int)
    assert (np.diff(shown) > 0).all() and shown[-1] < 255
    linear = pixels.linear_rgb(image, image.main.window)
    again = pixels.from_network(pixels.network_rgb(linear, image.colorspace), image.colorspace)
    assert np.allclose(again.numpy(), linear.numpy(), rtol=1e-3, atol=1e-4)


def test_a_colour_space_that_is_set_overrides_the_tags(tmp_path: Path, no_ocio: None) -> None:
    path = str(grey_movie(tmp_path / "log.mov", pq(NITS), color_primaries=9, color_trc=9, colorspace=9, color_range=1))
    assert Read(1, file=path, colorspace="ACEScct").process().colorspace == "ACEScct"
    with pytest.raises(ColourError, match=r"log\.mov.*Read\.colorspace"):
        Read(1, file=path, missing="hold").process()
    (finding,) = Read.check([Read(1, file=path)])
    assert (finding.entry, finding.severe) == ("colorspace", True)


def test_what_the_file_says_counts_where_the_stream_is_silent(tmp_path: Path, no_ocio: None) -> None:
    """ProRes has tags in the container and in each frame; encoders leave the latter empty."""
    tags = {"color_primaries": 9, "color_trc": 16, "colorspace": 9, "color_range": 1}
    path = write_movie(tmp_path / "a.mov", "prores_ks", range(2), None, "yuv422p10le", **tags)
    assert open_source(path).read(1).colorspace == "Rec.2100-PQ - Display"


def test_the_hdr_clip_of_the_field(shared: Path, no_ocio: None) -> None:
    """It was made from a clip of ordinary range at twice the size: contrasts are the same in scene light."""
    clips = [open_source(shared / name).read(1) for name in ("cases/pq.mov", "footage/s18.mp4")]
    green, plain = (pixels.linear_rgb(clip, clip.main.window).numpy()[1] for clip in clips)
    plain = plain.reshape(360, 2, 640, 2).mean((1, 3))
    wall, shirt = (slice(20, 60), slice(500, 540)), (slice(300, 340), slice(330, 370))
    assert clips[0].colorspace == "Rec.2100-PQ - Display"
    assert green[wall].mean() / green[shirt].mean() == pytest.approx(plain[wall].mean() / plain[shirt].mean(), rel=0.02)
