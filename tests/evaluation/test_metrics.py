"""What the report's numbers must be where the answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.evaluation import metrics
from recast_nodes.face.regions import REGIONS

RANDOM = np.random.default_rng(3)


def textured(height=160, width=160):
    """(H, W, 3) uint8 with structure at all sizes, so that flow has something to hold on to."""
    import cv2

    sizes = (5, 20, 80)
    layers = [cv2.resize(RANDOM.random((size, size, 3)).astype(np.float32), (width, height)) for size in sizes]
    return (sum(layers) / len(layers) * 255).astype(np.uint8)


def face_points():
    return RANDOM.normal(size=(478, 3)) * [40, 50, 30] + [80, 80, 0]


def test_the_driver_reached_is_no_distance_and_the_plate_kept_is_all_of_it():
    plate, driver = RANDOM.random((2, 52))
    assert metrics.nearness(plate, driver, driver).ratio == 0
    assert metrics.nearness(plate, driver, plate).ratio == 1
    assert metrics.nearness(plate, driver, (plate + driver) / 2).ratio == pytest.approx(0.5)
    assert metrics.nearness(plate, plate, plate).ratio is None


def test_regions_measure_every_coefficient_but_neutral():
    assert {index for region in REGIONS.values() for index in region.coefficients} == set(range(1, 52))


def test_a_region_looks_at_its_own_coefficients():
    plate, driver = np.zeros(52), np.zeros(52)
    driver[25] = 1
    assert metrics.nearness(plate, driver, plate, "jaw").before == pytest.approx(0.25)
    assert metrics.nearness(plate, driver, plate, "mouth").before == 0


def test_correlation_in_time():
    driver = np.zeros((20, 52))
    driver[:, 25] = np.sin(np.arange(20))
    assert metrics.correlation(driver * 0.3 + 0.1, driver) == pytest.approx(1)
    assert metrics.correlation(-driver, driver) == pytest.approx(-1)
    assert metrics.correlation(np.zeros_like(driver), driver) == 0
    assert metrics.correlation(driver, np.zeros_like(driver)) is None
    assert metrics.correlation(driver, driver, "mouth") is None
    assert metrics.correlation(driver, driver, "jaw") == pytest.approx(1)


@given(st.floats(-40, 40), st.floats(0.5, 2), st.floats(-100, 100))
def test_pose_drift_is_the_angle_turned_whatever_the_size_and_place(degrees, scale, shift):
    points = face_points()
    turn = np.radians(degrees)
    about = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    turned = points @ about * scale + shift
    assert metrics.pose_drift(points, turned) == pytest.approx(abs(degrees), abs=1e-4)


def test_rigid_drift_is_the_way_that_pixels_went():
    picture, points = textured(), face_points().clip(20, 140)
    eyes = np.linalg.norm(points[33, :2] - points[263, :2])
    assert metrics.rigid_drift(picture, picture, points) == 0
    drift = metrics.rigid_drift(picture, np.roll(picture, 2, axis=1), points)
    assert drift == pytest.approx(2 / eyes * 100, rel=0.15)


@given(st.floats(0.002, 0.05))
def test_noise_is_measured_through_structure(sigma):
    ramp = np.linspace(0.2, 0.9, 200)[None, :, None] * np.ones((200, 1, 3))
    noisy = ramp + np.random.default_rng(1).normal(0, sigma, ramp.shape)
    assert metrics.noise_level(noisy, np.ones((200, 200), bool)) == pytest.approx(sigma, rel=0.1)


def test_no_noise_is_never_nothing():
    flat = np.full((40, 40, 3), 0.5)
    assert metrics.noise_level(flat, np.ones((40, 40), bool)) == pytest.approx(0.5 * 0.002)
    assert metrics.noise_level(flat, np.zeros((40, 40), bool)) > 0


def disc(size=200, radius=60):
    rows, columns = np.indices((size, size)) - size / 2
    return np.hypot(rows, columns) < radius


def test_a_step_is_found_at_any_side_and_noise_is_not_one():
    inside = disc()
    noise = RANDOM.normal(0, 0.01, (*inside.shape, 3))
    assert metrics.step_across(noise * inside[..., None], inside, 3) < 0.01
    left = inside & (np.indices(inside.shape)[1] < 60)
    assert metrics.step_across(noise * inside[..., None] + 0.05 * left[..., None], inside, 3) == pytest.approx(
        0.05, abs=0.01
    )
    assert metrics.step_across(np.zeros_like(noise), inside, 3) == 0
    assert metrics.step_across(noise, np.zeros_like(inside), 3) == 0


def test_the_frames_own_edge_is_no_outline():
    everywhere = np.ones((50, 50), bool)
    assert metrics.step_across(np.ones((50, 50, 3)), everywhere, 3) == 0


def test_what_an_edit_reached_has_no_holes_and_no_specks():
    changed = disc()
    changed[95:105, 95:105] = False
    changed[5, 5] = True
    reached = metrics.find_changed_area(changed)
    assert reached[100, 100] and not reached[5, 5] and not reached[0, 0]


def test_values_differ_by_bits_where_types_agree():
    one = np.array([0.0, 1.0, np.nan], np.float16)
    other = np.array([-0.0, 1.0, np.nan], np.float16)
    assert metrics.find_differences(one, other).tolist() == [True, False, False]
    assert metrics.find_differences(one, other.astype(np.float32)).tolist() == [False, False, False]
    assert metrics.find_differences(one, np.zeros(3, np.uint8)) is None


def test_cosine():
    one = np.array([1.0, 2.0])
    assert metrics.cosine(one, 3 * one) == pytest.approx(1)
    assert metrics.cosine(one, np.zeros(2)) == 0


def test_a_coefficient_is_acted_from_a_twentieth_of_deviation_on():
    driver = np.zeros((200, 52))
    driver[:, 25], driver[:, 44] = (np.sqrt(2) * size * np.sin(np.arange(200)) for size in (0.04, 0.06))
    assert metrics.find_active(driver).tolist() == [44]


def test_less_noise_than_an_eye_can_see_is_taken_for_that_much():
    """A tenth of a code of eight bits in mid grey."""
    grey, mask = np.full((60, 60, 3), 0.2159), np.ones((60, 60), bool)
    faintest = metrics.noise_level(grey, mask)
    code = 255 * (1.055 * (0.2159 + faintest) ** (1 / 2.4) - 0.055) - 255 * (1.055 * 0.2159 ** (1 / 2.4) - 0.055)
    assert 0.08 < code < 0.16
