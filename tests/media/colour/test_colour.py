"""Colour spaces: what a file is taken for, and what trackers and edits are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from recast_nodes.errors import ColourError
from recast_nodes.media import pixels
from recast_nodes.media.colour import colour, stated
from recast_nodes.media.images import read_image, write_image
from recast_nodes.wires import Attribute, Window

from ..plates import equal, image, noise, smooth


def test_an_unknown_colour_space_names_the_nearest(monkeypatch: Any) -> None:
    monkeypatch.delenv("OCIO", raising=False)
    assert colour.check_colorspace("acescg") == "ACEScg"
    with pytest.raises(ColourError, match=r"No colour space 'ACESgc' in ocio://.*nearest are .*ACEScg"):
        colour.check_colorspace("ACESgc")


def test_a_wrong_configuration_is_never_replaced(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("OCIO", str(tmp_path / "none.ocio"))
    with pytest.raises(ColourError, match=r"none.ocio \(\$OCIO\) cannot be used"):
        colour.colorspaces()


@pytest.mark.parametrize(
    ("attributes", "space"),
    [
        ({}, "ACEScg"),
        ({"colorInteropID": Attribute("lin_ap0_scene", "string")}, "ACES2065-1"),
        ({"oiio:ColorSpace": Attribute("ACEScct", "string")}, "ACEScct"),
        ({"chromaticities": Attribute(next(iter(stated.CHROMATICITIES.values())), "chromaticities")}, "ACES2065-1"),
        ({"chromaticities": Attribute((0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329), "chromaticities")},
         "Linear Rec.709 (sRGB)"),
    ],
)  # fmt: skip
def test_what_a_header_says(attributes: dict[str, Attribute], space: str, tmp_path: Path) -> None:
    write_image(image(**attributes), tmp_path / "plate.exr")
    assert read_image(tmp_path / "plate.exr").colorspace == space
    assert read_image(tmp_path / "plate.exr", colorspace="Raw").colorspace == "Raw"


def test_linear_plates_come_and_go_to_the_bit() -> None:
    made = image({name: noise("float32", 8, 9, seed) for seed, name in enumerate("RGB")}, (-3, 2))
    linear = pixels.linear_rgb(made, made.main.window)
    for at, name in enumerate("RGB"):
        assert equal(linear[at].numpy(), made.main.channels[name])
    assert pixels.encode_rgb(made, linear) is linear


def test_beyond_the_data_window_is_black() -> None:
    linear = pixels.linear_rgb(image(origin=(5, 5)), Window(0, 0, 10, 10))
    assert not linear[:, :5].any()
    assert not linear[:, :, :5].any()
    assert linear[:, 5:, 5:].all()


def test_other_spaces_go_through_linear_and_back() -> None:
    planes = {name: smooth("float32", 16, 16, seed) for seed, name in enumerate("RGB")}
    planes["R"][3, 3] = np.nan
    made = image(planes)._replace(colorspace="ACEScct")
    linear = pixels.linear_rgb(made, made.main.window)
    assert linear.isnan().sum() == 1
    again = pixels.encode_rgb(made, linear)
    torch.testing.assert_close(again[1], torch.from_numpy(planes["G"]), atol=1e-4, rtol=0)


def test_eight_bit_pictures_are_shown_as_they_are() -> None:
    planes = {name: np.random.default_rng(0).integers(0, 256, (9, 9)).astype(np.uint8) for name in "RGB"}
    made = image(planes)._replace(colorspace=colour.srgb())
    assert equal(pixels.display_rgb(made, made.main.window)[..., 0], planes["R"])


def test_the_display_picture_is_finite_and_of_the_size_asked_for() -> None:
    made = image({name: noise("float16", 40, 60, seed) for seed, name in enumerate("RGB")})
    shown = pixels.display_rgb(made, Window(-10, -10, 80, 60), (32, 24))
    assert (shown.shape, shown.dtype) == ((24, 32, 3), np.uint8)
    grey = image({name: np.full((8, 8), 0.18, np.float16) for name in "RGB"})
    assert abs(int(pixels.display_rgb(grey, grey.main.window, (16, 16))[8, 8, 0]) - 118) <= 1


def test_a_single_channel_is_grey() -> None:
    grey = image({"Y": smooth("float16", 8, 8)})._replace(rgb=("Y", "Y", "Y"))
    shown = pixels.display_rgb(grey, grey.main.window).astype(int)
    assert np.abs(shown[..., 0] - shown[..., 1]).max() <= 1


def test_a_picture_can_be_written_in_another_space(tmp_path: Path) -> None:
    write_image(image(), tmp_path / "plate.exr", colorspace="ACES2065-1")
    assert read_image(tmp_path / "plate.exr").colorspace == "ACES2065-1"
