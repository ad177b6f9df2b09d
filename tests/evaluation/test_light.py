"""Seams and change over time, where the answer is known."""

import numpy as np
import pytest

from recast_nodes.evaluation.light import Light, bounce, flicker, steps
from recast_nodes.wires import Window

WINDOW = Window(100, 50, 120, 120)
NOISE = 0.01


def light(frame, change=0.0, noise=NOISE, window=WINDOW, seed=None):
    """A flat, grainy plate, its hull a disc, and a result that is brighter by `change` inside."""
    random = np.random.default_rng(frame if seed is None else seed)
    plate = 0.4 + random.normal(0, noise, (window.height, window.width, 3)).astype(np.float32)
    rows, columns = np.indices((window.height, window.width)) - 60
    inside = np.hypot(rows, columns) < 40
    return Light(frame, window, inside, plate, plate + np.float32(change) * inside[..., None])


def test_an_unchanged_frame_has_no_step():
    assert steps(light(1)) == (0, 0)


def test_a_step_is_told_in_the_plates_noise():
    hull, edit = steps(light(1, change=0.03))
    assert hull == pytest.approx(3, rel=0.15) and edit == pytest.approx(3, rel=0.15)


def test_another_edited_face_that_touches_the_hull_is_no_step():
    """It is a step where nobody says whose pixels those are, and a step elsewhere is found beside it."""
    plain = light(1)
    rows, columns = np.indices((120, 120)) - 60
    other = np.hypot(rows, columns - 70) < 38
    beside = plain._replace(result=plain.plate + 0.03 * (other & ~plain.inside)[..., None].astype(np.float32))
    assert min(steps(beside)) > 2
    assert max(steps(beside._replace(others=other))) < 0.5
    below = beside.result - 0.03 * (plain.inside & (rows > 20))[..., None].astype(np.float32)
    assert min(steps(beside._replace(result=below, others=other))) > 2


def test_grain_that_comes_along_is_no_flicker():
    before, now, after = light(1), light(2), light(3)
    assert flicker(now, before) == pytest.approx(1) and bounce(before, now, after) == pytest.approx(1)


def test_a_pop_is_flicker_in_and_out_and_a_bounce_in_between():
    before, now, after = light(1), light(2, change=0.05), light(3)
    assert flicker(now, before) > 2 and flicker(after, now) > 2 and bounce(before, now, after) > 2


def test_an_even_rise_is_no_bounce():
    three = [light(frame, change=0.01 * frame) for frame in (1, 2, 3)]
    assert bounce(*three) == pytest.approx(1, rel=0.01)


def test_a_trembling_result_on_a_perfectly_still_plate_is_flicker():
    before, now = light(1, noise=0.0), light(2, change=0.02, noise=0.0)
    assert flicker(now, before) > 5 and flicker(light(2, noise=0.0), before) == 0


def test_only_neighbours_are_compared():
    assert flicker(light(3), light(1)) is None and flicker(light(3), None) is None
    assert bounce(light(1), light(3), light(4)) is None


def test_windows_may_move():
    moved = light(2, window=Window(110, 45, 120, 120), seed=1)
    assert flicker(moved, light(1)) is not None
    assert flicker(light(2, window=Window(900, 50, 120, 120)), light(1)) is None


@pytest.mark.parametrize(("pixels", "least", "most"), [(1, 2.5, 3.1), (3, 1.4, 1.9), (30, 0.0, 0.6)])
def test_a_change_that_fades_in_over_more_than_a_band_is_no_step(pixels, least, most):
    """A band is 0.003 of the window's size: three pixels of a thousand."""
    rows, columns = np.indices((1000, 1000)) - 500
    away = np.hypot(rows, columns)
    plate = 0.4 + np.random.default_rng(1).normal(0, NOISE, (1000, 1000, 3)).astype(np.float32)
    fade = np.clip((400 - away) / pixels, 0, 1)[..., None].astype(np.float32)
    hull, _ = steps(Light(1, Window(0, 0, 1000, 1000), away < 400, plate, plate + 3 * np.float32(NOISE) * fade))
    assert least < hull < most
