"""Eyes that look elsewhere: whole irises, white where they were, and nothing else."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import LEFT_EYE, LEFT_IRIS, LEFT_UPPER_LID, RIGHT_EYE, RIGHT_IRIS
from recast_nodes.stages.features.eyeball import cut_iris, measure_lower_lid, outline_eye
from recast_nodes.stages.features.find_iris import find_iris
from recast_nodes.stages.features.gaze import lay_irises, take_irises
from recast_nodes.stages.grid.shapes import blur, fill_polygon

from ...performer import track

SIZE = 400
FACE = track(size=900, centre=(200.0, 200.0)).landmarks
SKIN, WHITE, DARK = 0.4, 0.8, 0.05


def middle_of(points, iris=LEFT_IRIS):
    return points[iris[0], :2]


def radius_of(points, iris=LEFT_IRIS):
    return float((points[list(iris[1:]), :2] - points[iris[0], :2]).norm(dim=1).mean())


def disc(middle, radius):
    y, x = torch.meshgrid(torch.arange(SIZE) + 0.5, torch.arange(SIZE) + 0.5, indexing="ij")
    return (torch.hypot(x - middle[0], y - middle[1]) < radius)[None]


def opening_of(points, contour=LEFT_EYE):
    return fill_polygon(points[list(contour), :2], (SIZE, SIZE)) > 0


def portrait(points, off=(0.0, 0.0)):
    """Skin, and eyes with dark irises, which are `off` pixels from their landmarks."""
    picture = torch.full((3, SIZE, SIZE), SKIN)
    for contour, iris in ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)):
        opening = opening_of(points, contour)
        picture = torch.where(opening, torch.tensor(WHITE), picture)
        dark = disc(middle_of(points, iris) + torch.tensor(off), radius_of(points, iris)) & opening
        picture = torch.where(dark, torch.tensor(DARK), picture)
    return picture


def looking(points, radii, down=0.0):
    """The same, its irises aside by so many of their radii, and down."""
    moved = points.clone()
    for iris in (LEFT_IRIS, RIGHT_IRIS):
        moved[list(iris), :2] += radius_of(points, iris) * torch.tensor([radii, down])
    return moved


def opened(points, pixels):
    """The same with upper lids higher."""
    moved = points.clone()
    moved[list(LEFT_UPPER_LID), 1] -= pixels
    return moved


def turned(picture, source, driven):
    """Both steps, with lids that stay where they are between them."""
    taken = take_irises(picture, source, driven)
    return lay_irises(taken.pixels, torch.zeros(2, SIZE, SIZE), taken.irises, (source, driven))


def test_eyes_that_stay_keep_every_pixel():
    picture = portrait(FACE)
    taken = take_irises(picture, FACE, looking(FACE, 0.15))
    assert taken.pixels is picture and taken.irises == ()


@pytest.mark.parametrize("way", [-0.8, 0.8])
def test_an_iris_is_whole_in_its_new_place_and_white_in_its_old(way):
    driven = looking(FACE, way)
    result, flow = turned(portrait(FACE), FACE, driven)
    opening = opening_of(FACE)
    new, old = (disc(middle_of(points), 0.8 * radius_of(FACE)) & opening for points in (driven, FACE))
    assert float(result[0][new[0]].quantile(0.9)) < 0.2, "the iris"
    bare = old & ~disc(middle_of(driven), 1.25 * radius_of(FACE))
    assert float(result[0][bare[0]].quantile(0.25)) > 0.6, "the white of the eye"
    torch.testing.assert_close(flow[0][new[0]].median(), torch.tensor(-way * radius_of(FACE)), atol=0.5, rtol=0)


def test_the_white_is_continued_with_the_shade_below_the_upper_lid():
    driven, radius = looking(FACE, 0.8), radius_of(FACE)
    top = float(FACE[list(LEFT_UPPER_LID), 1].min())
    shade = (0.6 + 0.4 * (torch.arange(SIZE) + 0.5 - top) / radius).clamp(0.6, 1)[:, None]
    picture = torch.where(portrait(FACE) == WHITE, WHITE * shade, portrait(FACE))
    bare = take_irises(picture, FACE, driven).pixels[0]
    column = int(middle_of(FACE)[0])
    for down in (0.3, 0.6, 0.9):
        row = int(top + down * radius)
        assert float(bare[row, column]) == pytest.approx(WHITE * float(shade[row]), abs=0.06)


def test_the_white_is_darker_in_the_corner_that_an_iris_leaves():
    aside = looking(FACE, -1.0)
    bare = take_irises(portrait(aside), aside, FACE).pixels[0]
    row, left = int(middle_of(FACE)[1]), float(FACE[list(LEFT_EYE), 0].min())
    places = [int(left + radii * radius_of(FACE)) for radii in (0.5, 1.2)]
    near, far = (float(bare[row, column]) for column in places)
    assert 0.75 * far < near < 0.95 * far


def test_an_iris_in_a_corner_shows_no_white_within_its_disc():
    here, radius = portrait(FACE), radius_of(FACE)
    opening = FACE[list(LEFT_EYE), :2]
    eye = outline_eye(opening, middle_of(FACE) + torch.tensor([0.6 * radius, 0.0]), radius, (SIZE, SIZE))
    beside = torch.tensor([[[0.8 * radius]], [[0.0]]])
    whole, cut = (float(cut_iris(here, eye, beside, whole).mean()) for whole in (1.0, 0.0))
    assert cut < 0.1 < 0.7 < whole


def test_the_rim_of_an_iris_is_no_lighter_than_the_white_that_it_is_laid_on():
    driven, radius = looking(FACE, 0.8), radius_of(FACE)
    halo = torch.where(portrait(FACE) == WHITE, 3 * WHITE * disc(middle_of(FACE), 1.15 * radius), 0)
    taken = take_irises(torch.maximum(portrait(FACE), halo), FACE, driven)
    white = torch.full_like(taken.pixels, WHITE)
    laid, _ = lay_irises(white, torch.zeros(2, SIZE, SIZE), taken.irises, (FACE, driven))
    assert float(laid.max()) < 1.3 * WHITE


def test_skin_is_left_alone():
    picture = portrait(FACE)
    result, _ = turned(picture, FACE, looking(FACE, 0.8))
    eyes = opening_of(FACE) | opening_of(FACE, RIGHT_EYE)
    near = torch.nn.functional.max_pool2d(eyes[None].float(), 15, 1, 7)[0] > 0
    assert torch.equal(torch.where(near, 0, result), torch.where(near, 0, picture))


def test_what_is_before_an_eye_stays():
    picture, driven = portrait(FACE), looking(FACE, 0.8)
    covered = torch.zeros(1, SIZE, SIZE)
    taken = take_irises(picture, FACE, driven, covered)
    assert torch.equal(taken.pixels, picture)
    laid, _ = lay_irises(picture, torch.zeros(2, SIZE, SIZE), taken.irises, (FACE, driven), covered)
    assert torch.equal(laid, picture)


def test_a_small_turn_changes_little():
    picture = portrait(FACE)
    small, smaller = (turned(picture, FACE, looking(FACE, radii))[0] - picture for radii in (0.3, 0.22))
    assert float(smaller.abs().mean()) < float(small.abs().mean()) < 0.01


def test_what_a_lid_hid_of_an_iris_is_its_other_half():
    hidden = FACE.clone()
    hidden[list(LEFT_UPPER_LID), 1] = torch.maximum(
        hidden[list(LEFT_UPPER_LID), 1], middle_of(FACE)[1] - 0.4 * radius_of(FACE)
    )
    wide = opened(FACE, 0.3 * radius_of(FACE))
    white = torch.where(opening_of(wide), torch.tensor(WHITE), portrait(hidden))
    taken = take_irises(portrait(hidden), hidden, wide)
    result, _ = lay_irises(white, torch.zeros(2, SIZE, SIZE), taken.irises, (hidden, wide))
    top = middle_of(FACE) - torch.tensor([0.0, 0.7 * radius_of(FACE)])
    assert float(result[0, int(top[1]), int(top[0])]) < 0.2


def test_a_shut_eye_is_left_alone():
    shut = FACE.clone()
    for upper, lower in zip(LEFT_EYE[9:], reversed(LEFT_EYE[1:8])):
        shut[upper] = shut[lower]
    irises = take_irises(portrait(shut), shut, looking(shut, 0.8)).irises
    assert [iris.right for iris in irises] == [True]


@pytest.mark.parametrize("off", [(0.0, 0.0), (0.35, 0.0), (-0.3, 0.15)])
def test_an_iris_is_found_that_its_landmarks_miss(off):
    radius = radius_of(FACE)
    far = tuple(value * radius for value in off)
    wide = opened(FACE, 0.3 * radius)
    found, size, sharp = find_iris(portrait(wide, far), opening_of(wide).float(), middle_of(wide), radius)
    torch.testing.assert_close(found, torch.tensor(far), atol=0.12 * radius, rtol=0)
    assert 0.85 < size < 1.1 and sharp == 1


@pytest.mark.parametrize(("sigma", "least", "most"), [(0.1, 0.8, 1.0), (0.6, 0.0, 0.7)])
def test_a_rim_is_sharp_or_out_of_focus(sigma, least, most):
    radius = radius_of(FACE)
    wide = opened(FACE, 0.3 * radius)
    sure = opening_of(wide).float()
    sharp = find_iris(blur(portrait(wide), sigma * radius), sure, middle_of(wide), radius)[2]
    assert least <= sharp <= most


@pytest.mark.parametrize("below", [0.0, 0.3])
def test_a_lid_is_as_far_below_its_landmarks_as_the_iris_is_seen(below):
    radius, low = radius_of(FACE), FACE.clone()
    low[list(LEFT_EYE[1:8]), 1] = middle_of(FACE)[1] + 0.5 * radius
    seen = low.clone()
    seen[list(LEFT_EYE[1:8]), 1] += below * radius
    measured = measure_lower_lid(portrait(seen), low[list(LEFT_EYE), :2], middle_of(low), radius)
    assert measured == pytest.approx(below, abs=0.12)
