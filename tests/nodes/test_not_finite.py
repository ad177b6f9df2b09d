"""NaN and infinite pixels never leave the pixel they were in, whatever the nodes are asked to do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recast_nodes.media.colour.colour import convert
from recast_nodes.media.pixels import display_rgb
from recast_nodes.models.neural.patches import picture_of
from recast_nodes.natives import one_thread_each
from recast_nodes.nodes import Decode, ExpressionMix, MaskComposite, Warp
from recast_nodes.stages.finish.grain import noise_level, restore_grain, scale_detail
from recast_nodes.stages.grid.resample import fill_not_finite, resample
from recast_nodes.stages.grid.shapes import blur
from recast_nodes.wires import Image, Window

from ..performer import motions, plate, track

one_thread_each()  # as in a render; threads inside a frame would wait for each other
ODD = (float("nan"), float("inf"), float("-inf"))
PLACES = st.lists(
    st.tuples(st.sampled_from("RGB"), st.integers(40, 160), st.integers(40, 160), st.sampled_from(ODD)),
    min_size=1, max_size=12,
)  # fmt: skip
KNOBS = st.fixed_dictionaries(
    {
        "detail": st.sampled_from([0.0, 0.5, 1.0, 1.5]),
        "grain": st.sampled_from([0.0, 1.0]),
        "sharpen": st.sampled_from([0.0, 1.0]),
    }
)
LAYERS = ("face", "matte", "stmap", "landmarks", "difference", "folds")


def spoiled(image: Image, places: list[tuple[str, int, int, float]]) -> Image:
    """The image with these values in it."""
    planes = {name: plane.copy() for name, plane in image.main.channels.items()}
    for name, row, column, value in places:
        planes[name][row, column] = value
    return image._replace(parts=(image.main.__class__(**{**vars(image.main), "channels": planes}),))


def edited(image: Image, knobs: Mapping[str, float]) -> Image:
    """An edited frame, with all layers, through every node that touches pixels."""
    seen, (source,) = track(), motions([track()])
    (driving,) = motions([track({25: 0.7, 44: 0.8, 45: 0.8})])
    mix = ExpressionMix(5, replace=1.0)
    motion = mix.process(source, driving, mix.analyse({5: mix.observe(driving)}))
    field = Warp(5).process(image, seen, motion)
    assert all(torch.isfinite(each).all() for each in (field.plate, field.warped, field.flow, field.occlusion))
    face = Decode(5, **knobs).process(field)
    assert torch.isfinite(face.pixels).all()
    return MaskComposite(5, layers=LAYERS).process(image, seen, face)


@given(PLACES, KNOBS)
@settings(max_examples=4)
def test_they_stay_where_they_were(places: list[tuple[str, int, int, float]], knobs: dict[str, float]) -> None:
    image = spoiled(plate(kind=np.float32), places)
    result = edited(image, knobs).main.channels
    for name, before in image.main.channels.items():
        odd = ~np.isfinite(before)
        assert np.array_equal(odd, ~np.isfinite(result[name])), f"{name}: they neither spread nor vanish"
        assert np.array_equal(before[odd].view(np.uint32), result[name][odd].view(np.uint32)), "to the bit"
    for name in result.keys() - image.main.channels.keys():
        if not name.startswith("difference"):
            assert np.isfinite(result[name]).all(), f"layer {name}"


@given(PLACES, st.sampled_from([None, (50, 50), (200, 120), (333, 401)]))
@settings(max_examples=4)
def test_what_trackers_and_networks_see_is_finite(places: list[tuple[str, int, int, float]], size: object) -> None:
    clean, image = plate(kind=np.float32), spoiled(plate(kind=np.float32), places)
    seen = display_rgb(image, Window(0, 0, 200, 200), size)  # type: ignore[arg-type]
    zeroed = spoiled(clean, [(name, row, column, 0.0) for name, row, column, _ in places])
    assert np.array_equal(seen, display_rgb(zeroed, Window(0, 0, 200, 200), size))  # type: ignore[arg-type]
    crop = torch.tensor([[0.5, 0.1, -10.0], [-0.1, 0.5, -10.0], [0.0, 0.0, 1.0]])
    for direct in (True, False):
        assert torch.isfinite(picture_of(image, crop, 64, direct)).all()


HOLE = st.tuples(st.integers(0, 2), st.integers(0, 23), st.integers(0, 19), st.sampled_from(ODD))


@given(st.lists(HOLE, max_size=40))
def test_a_finite_copy_differs_in_holes_only(places: list[tuple[int, int, int, float]]) -> None:
    pixels = torch.rand(3, 24, 20)
    for channel, row, column, value in places:
        pixels[channel, row, column] = value
    filled, good = fill_not_finite(pixels), torch.isfinite(pixels)
    assert torch.isfinite(filled).all()
    assert torch.equal(filled[good], pixels[good])
    for channel in range(3):
        known = pixels[channel][good[channel]]
        if len(known):
            assert known.min() - 1e-6 <= filled[channel].min() and filled[channel].max() <= known.max() + 1e-6
    flow = torch.rand(2, 24, 20) * 8 - 4
    grained = restore_grain(filled, filled, flow, torch.ones(1, 24, 20), 1.0, (3, -5))
    for made in (resample(filled, flow), blur(filled, 2.0), noise_level(filled), grained,
                 scale_detail(filled, torch.ones(1, 24, 20), 0.0, 1.0, 100.0)):  # fmt: skip
        assert torch.isfinite(made).all()


@pytest.mark.parametrize("channels", [(0,), (0, 1, 2)])
@pytest.mark.parametrize("kept", [0, 1])
def test_a_picture_with_almost_nothing_in_it_is_filled_at_once(channels: tuple[int, ...], kept: int) -> None:
    pixels = torch.rand(3, 150, 100)
    for channel in channels:
        pixels[channel] = float("nan")
        pixels[channel, 7, 5 : 5 + kept] = 0.25
    filled = fill_not_finite(pixels)
    assert torch.isfinite(filled).all()
    assert all((filled[channel] == 0.25 * kept).all() for channel in channels)


@given(PLACES)
def test_colour_spaces_keep_them_in_their_pixel(places: list[tuple[str, int, int, float]]) -> None:
    pixels = np.random.default_rng(1).random((161, 161, 3)).astype(np.float32)
    clean = convert(pixels, "ACEScg", "sRGB - Texture")
    for name, row, column, value in places:
        pixels[row, column, "RGB".index(name)] = value
    turned = convert(pixels, "ACEScg", "sRGB - Texture")
    touched = ~np.isfinite(pixels)
    assert np.array_equal(~np.isfinite(turned), touched)
    whole = ~touched.any(-1)
    assert np.array_equal(turned[whole], clean[whole])
