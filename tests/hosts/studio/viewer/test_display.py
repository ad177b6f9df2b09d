"""What the monitor shows."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.hosts.studio.viewer.display import Look, amplify_difference, list_views, to_display
from recast_nodes.media.colour.colour import convert


@pytest.fixture
def light():
    return np.random.default_rng(1).uniform(0, 1.5, (24, 32, 4)).astype(np.float16)


def test_without_a_view_values_are_shown_as_they_are(light):
    expected = np.clip(light[..., :3].astype(np.float32), 0, 1) * 255
    assert np.abs(to_display(light, "ACEScg", Look()) - expected).max() <= 0.5


def test_exposure_is_in_stops(light):
    assert np.array_equal(
        to_display(light, "ACEScg", Look("", 1.0)), to_display(light * np.float16(2), "ACEScg", Look())
    )


@pytest.mark.parametrize("channel,place", [("R", 0), ("G", 1), ("B", 2), ("A", 3)])
def test_one_channel_alone(light, channel, place):
    seen = to_display(light, "ACEScg", Look(channel=channel))
    assert np.array_equal(seen, to_display(np.repeat(light[..., place : place + 1], 3, -1), "ACEScg", Look()))


def test_luminance_and_gamma(light):
    weighed = light[..., :3].astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    expected = np.clip(weighed[..., None], 0, 1) ** (1 / 2.2) * 255
    assert np.abs(to_display(light, "ACEScg", Look(gamma=2.2, channel="luminance")) - expected).max() <= 1


@pytest.mark.parametrize("look", [Look(), Look(list_views()[0], 0.5, 1.1), Look(list_views()[0], channel="G")])
def test_what_is_stored_as_half_or_float_is_shown_alike(light, look):
    half, whole = (to_display(light.astype(kind), "ACEScg", look).astype(int) for kind in (np.float16, np.float32))
    assert np.abs(half - whole).max() <= 1


def test_the_view_is_opencolorios(light):
    view = next(name for name in list_views() if name == "Un-tone-mapped")
    expected = np.clip(convert(light[..., :3].astype(np.float32), "ACEScg", "sRGB - Texture"), 0, 1) * 255
    away = np.abs(to_display(light, "ACEScg", Look(view)).astype(float) - expected)
    assert away.mean() < 1 and np.percentile(away, 99) < 4


def test_nan_and_infinity_are_shown_and_stay_where_they_are(light):
    odd = light.copy()
    odd[3, 4, :3], odd[5, 6, :3] = np.nan, np.inf
    seen, clean = (to_display(each, "ACEScg", Look(list_views()[0])) for each in (odd, light))
    changed = np.argwhere((seen != clean).any(-1)).tolist()
    assert {tuple(each) for each in changed} <= {(3, 4), (5, 6)} and not seen[3, 4].any()


def test_a_matte_is_shown_grey(light):
    assert np.array_equal(
        to_display(light[..., :1], "ACEScg", Look(list_views()[0], 2.0))[..., 1],
        to_display(light, "ACEScg", Look(channel="R"))[..., 0],
    )


def test_no_difference_is_black(light):
    assert not amplify_difference(light, light).any()


def test_a_space_that_the_configuration_borrows_is_shown(light, monkeypatch):
    """A DPX states film density, and the configuration in $OCIO has no space for that."""
    monkeypatch.delenv("OCIO", raising=False)
    monkeypatch.setenv("OCIO", "ocio://cg-config-v2.2.0_aces-v1.3_ocio-v2.4")
    film = convert(light[..., :3].astype(np.float32), "ACEScg", "ADX10")
    look = Look("ACES 1.0 - SDR Video")
    again = convert(film, "ADX10", "ACEScg")
    assert np.abs(to_display(film, "ADX10", look).astype(int) - to_display(again, "ACEScg", look)).max() <= 1
