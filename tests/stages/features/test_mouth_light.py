"""The light of a face, and a mouth brought into it: by skin and eye whites, within black and white, shaded by lips."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import INNER_LIPS, LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from recast_nodes.stages.features.donor import Donor
from recast_nodes.stages.features.mouth_light import (
    draw_shade,
    limit_light,
    match_light,
    measure_across,
    measure_light,
)
from recast_nodes.stages.grid.shapes import fill_polygon

from ...performer import track

SIZE = (240, 240)
FACE = track({25: 0.6}, size=220).landmarks
SKIN, WHITE, DARK = (0.5, 0.36, 0.3), (0.6, 0.58, 0.55), (0.02, 0.01, 0.01)


def face(skin=SKIN, white=WHITE, light=1.0, beard=1.0, across=0.0):
    """A face in plain colours: dark mouth and irises, whites, and light that may come from the side."""
    picture = torch.tensor(skin)[:, None, None].repeat(1, *SIZE)
    picture[:, int(FACE[164, 1]) :] *= beard
    for parts, colour in (((LEFT_EYE, RIGHT_EYE), white), ((LEFT_IRIS[1:], RIGHT_IRIS[1:], INNER_LIPS), DARK)):
        for part in parts:
            inside = fill_polygon(FACE[list(part), :2], SIZE)
            picture = torch.lerp(picture, torch.tensor(colour)[:, None, None].expand_as(picture), inside)
    side = torch.linspace(-across, across, SIZE[0])
    return Donor(picture * light * side.exp(), FACE)


def gain(plate, donor):
    return match_light(measure_light(plate), measure_light(donor), torch.zeros(1, 4, 4))[:, 0, 0]


def test_the_same_face_in_half_the_light_takes_half_of_a_mouth():
    torch.testing.assert_close(gain(face(light=0.5), face()), torch.full((3,), 0.5), rtol=0.02, atol=0)


def test_a_darker_skin_is_not_a_darker_light():
    darker = gain(face(skin=(0.15, 0.1, 0.08)), face())
    assert float(darker.mean()) > 0.35, "by skin alone it is 0.28"
    assert float(darker.std()) < 0.05


def test_a_beard_is_no_darkness():
    torch.testing.assert_close(gain(face(), face(beard=0.2)), torch.ones(3), rtol=0.1, atol=0)


def test_shut_eyes_leave_it_to_skin():
    blind = face(white=DARK)._replace(keypoints=FACE.clone())
    for eye in (LEFT_EYE, RIGHT_EYE):
        blind.keypoints[list(eye), 1] = blind.keypoints[list(eye), 1].mean()
    assert measure_light(blind).seen == 0 and measure_light(face()).seen > 0.9
    torch.testing.assert_close(gain(blind, face(light=2.0)), torch.full((3,), 0.5), rtol=0.05, atol=0)


def test_light_from_one_side_falls_on_that_side_of_the_teeth():
    across = torch.tensor([-1.0, 0.0, 1.0])[None, None]
    lit = match_light(measure_light(face(across=0.6)), measure_light(face()), across).mean(0)[0]
    assert float(lit[2]) > 1.05 * float(lit[1]) > 1.1 * float(lit[0])


def test_nothing_is_brighter_than_the_light_of_the_plate():
    ours = measure_light(face(light=0.3))
    mouth = torch.linspace(0, 5, 50)[None, None].repeat(3, 1, 1)
    made = limit_light(mouth, ours, torch.zeros(3)).mean(0)[0]
    assert float(made.max()) <= ours.brightest * 1.001
    assert bool((made[1:] >= made[:-1]).all()), "teeth keep their shapes"
    assert ours.brightest == pytest.approx(0.3 * sum(WHITE) / 3, rel=0.1)


def test_black_is_the_plate_s():
    ours = measure_light(face())
    veiled, deep = ours._replace(black=torch.full((3,), 0.08)), ours._replace(black=torch.zeros(3))
    assert float(limit_light(torch.zeros(3, 2, 2), veiled, torch.zeros(3)).mean()) == pytest.approx(0.08)
    assert float(limit_light(torch.full((3, 2, 2), 0.08), deep, torch.full((3,), 0.08)).mean()) < 0.02


def test_lips_shade_what_is_behind_them_and_corners_most():
    lit, (top, bottom) = draw_shade(FACE, SIZE)[0], FACE[[13, 14], :2]
    below, middle, above = (
        float(lit[y, x]) for x, y in (top.lerp(bottom, share).long().tolist() for share in (0.03, 0.5, 0.97))
    )
    x, y = (0.95 * FACE[78, :2] + 0.05 * FACE[308, :2]).long().tolist()
    assert below < above < middle and float(lit[y, x]) < 0.75 * middle and middle > 0.9


def test_across_runs_from_corner_to_corner():
    across = measure_across(FACE, SIZE)[0]
    for corner, value in ((61, -1), (291, 1)):
        x, y = FACE[corner, :2].long().tolist()
        assert float(across[y, x]) == pytest.approx(value, abs=0.05)


def test_no_face_to_speak_of_is_lit_by_nothing_and_says_so_in_numbers():
    tiny = Donor(torch.zeros(3, 6, 6), FACE * 0.01)
    light = measure_light(tiny)
    made = match_light(light, light, torch.zeros(1, 2, 2))
    assert bool(torch.isfinite(made).all()) and light.brightest > 0
