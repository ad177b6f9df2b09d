"""Panoramas whose light is known: the same from everywhere, from one place, from one side."""

from __future__ import annotations

import numpy as np

from recast_nodes.digital_humans.environment import Environment, sample, spread
from recast_nodes.digital_humans.panorama import LEVEL, from_panorama


def reflected(environment: Environment, normals: np.ndarray) -> np.ndarray:
    """(N, 3) what white surfaces reflect of the directions that rays follow."""
    light = sample(environment)
    return np.maximum(normals @ light.ways.T, 0) @ light.colours


def test_the_same_light_from_everywhere_has_no_lamps_and_lights_evenly():
    environment = from_panorama(np.full((64, 128, 3), 5.0, np.float32))
    assert not environment.lamps
    np.testing.assert_allclose(reflected(environment, spread(50)), LEVEL, rtol=0.06)


def test_light_from_one_place_is_one_lamp_there_and_nothing_else():
    picture = np.zeros((64, 128, 3), np.float32)
    picture[20, 80] = (600.0, 300.0, 150.0)
    environment = from_panorama(picture)
    polar, around = 20.5 / 64 * np.pi, (80.5 / 128 - 0.5) * 2 * np.pi
    towards = np.array([np.sin(polar) * np.sin(around), np.cos(polar), np.sin(polar) * np.cos(around)])
    (lamp,) = environment.lamps
    assert np.dot(lamp.way, towards) > 0.9999 and lamp.radius == 2.0
    np.testing.assert_allclose(np.array(lamp.colour) / lamp.colour[0], (1, 0.5, 0.25), rtol=1e-3)
    assert np.abs(environment.harmonics).max() < 1e-2 * lamp.colour[0]
    normals = spread(64)
    seen = normals[normals[:, 2] > 0.1]
    mean = np.average(reflected(environment, seen).mean(1), weights=seen[:, 2])
    np.testing.assert_allclose(mean, LEVEL, rtol=0.05)


def test_the_right_half_lights_the_right_side_and_what_is_above_the_top():
    picture = np.zeros((64, 128, 3), np.float32)
    picture[:, 64:] = 1.0
    right, left, front = reflected(from_panorama(picture), np.array([[1.0, 0, 0], [-1, 0, 0], [0, 0, 1]])).mean(1)
    assert right > 4 * abs(left) and left < front < right
    picture = np.zeros((64, 128, 3), np.float32)
    picture[:32] = 1.0
    top, bottom = reflected(from_panorama(picture), np.array([[0.0, 1, 0], [0, -1, 0]])).mean(1)
    assert top > 4 * abs(bottom)


def test_a_small_sun_keeps_its_light_in_a_large_panorama_and_holes_are_black():
    picture = np.full((512, 1024, 3), 0.05, np.float32)
    picture[150:153, 300:303] = 40_000.0
    picture[0, :5] = (np.nan, np.inf, -1)
    environment = from_panorama(picture)
    (sun,) = environment.lamps
    solid = 9 * (np.pi / 512) * (2 * np.pi / 1024) * np.sin(151.5 / 512 * np.pi)
    known = 40_000 * solid / np.pi / 0.05  # beside what the room reflects
    np.testing.assert_allclose(sun.colour[1] / (environment.harmonics[0, 1] * 0.282095), known, rtol=0.02)


def test_a_black_panorama_is_a_black_room():
    environment = from_panorama(np.zeros((16, 32, 3), np.float32))
    assert not environment.lamps and not environment.harmonics.any()
