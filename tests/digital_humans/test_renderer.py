"""Pictures of digital humans: the same again, whatever was drawn before; passes that agree with the picture."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("warp", reason="rendering digital humans needs the extra `heads`")

from recast_nodes.digital_humans.environment import Environment, Lamp, basis, sample, spread
from recast_nodes.digital_humans.human import MATERIALS, DigitalHuman
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.renderer import Stage
from recast_nodes.digital_humans.scene import HeadPose
from recast_nodes.evaluation.fidelity import grow

SIZE = 128
SMILE = {"mouthSmile_L": 1.0, "mouthSmile_R": 1.0, "jawOpen": 0.4}


def make_stage(seed: int = 3) -> Stage:
    return Stage(DigitalHuman(small_head(), draw_person(seed)), draw_room(seed))


@pytest.fixture(scope="module")
def stage() -> Stage:
    return make_stage()


AHEAD = HeadPose()


def film(stage: Stage, expression: dict, pose: HeadPose = AHEAD, **more):
    return stage.film(expression, pose, stage.room.camera_at(0, SIZE), **more)


def test_a_frame_depends_on_nothing_that_was_drawn_before(stage: Stage):
    first = film(stage, {})
    film(stage, SMILE, HeadPose(30, 5, 2))
    again, elsewhere = film(stage, {}), film(make_stage(), {})
    for one, two, three in zip(first, again, elsewhere, strict=True):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, three)


def test_another_expression_changes_the_face_and_nothing_far_from_it(stage: Stage):
    rest, smile = film(stage, {}), film(stage, SMILE)
    changed = np.abs(rest.beauty - smile.beauty).max(-1) > 0
    face = (rest.face + smile.face) > 0
    assert changed[face].mean() > 0.5
    somebody = (rest.material >= 0) | (smile.material >= 0)
    assert not changed[~grow(somebody, 1)].any()


def test_passes_agree_with_the_picture(stage: Stage):
    picture = film(stage, {})
    assert picture.beauty.shape == (SIZE, SIZE, 3) and np.isfinite(picture.beauty).all() and picture.beauty.min() >= 0
    met = picture.material >= 0
    assert ((picture.depth > 0) == met).all()
    assert picture.face[~met & (picture.face < 1)].max() < 1
    np.testing.assert_allclose(np.linalg.norm(picture.normal[met], axis=-1), 1, atol=1e-3)
    nose = picture.landmarks[30]
    column, row = nose[:2].astype(int)
    assert MATERIALS[picture.material[row, column]] == "skin" and picture.face[row, column] == 1
    assert abs(picture.depth[row, column] - nose[2]) < 0.5
    assert not picture.motion.any()


def test_motion_says_where_a_point_came_from(stage: Stage):
    camera = stage.room.camera_at(0, SIZE)
    before = ({}, HeadPose(), camera)
    picture = film(stage, {}, HeadPose(6, 0, 0), before=before)
    column, row = picture.landmarks[30, :2].astype(int)
    moved = picture.landmarks[30] - film(stage, {}).landmarks[30]
    np.testing.assert_allclose(picture.motion[row, column], moved[:2], atol=1.0)


def test_grain_is_that_of_its_number(stage: Stage):
    one, same, other = (film(stage, {}, grain=k).beauty for k in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert 0.001 < np.abs(one - other).mean() < 0.05


def test_folds_are_drawn_where_strain_says(stage: Stage):
    frown = film(stage, {"browDown_L": 1.5, "browDown_R": 1.5})
    assert frown.folds.max() > 0.3 and film(stage, {}).folds.max() < 0.01


def test_an_even_room_lights_a_white_surface_evenly():
    harmonics = np.zeros((9, 3), np.float32)
    harmonics[0] = 0.5 / 0.282095
    light = sample(Environment(harmonics, ()))
    for normal in spread(7):
        lit = (np.maximum(light.ways @ normal, 0)[:, None] * light.colours).sum(0)
        np.testing.assert_allclose(lit, 0.5, atol=0.03)
    one = sample(Environment(np.zeros((9, 3), np.float32), (Lamp((0, 0, 1), (2.0, 1.0, 0.5), 5.0),)))
    facing = (np.maximum(one.ways @ (0, 0, 1), 0)[:, None] * one.colours).sum(0)
    np.testing.assert_allclose(facing, (2.0, 1.0, 0.5), rtol=0.01)


def test_the_basis_is_orthonormal():
    ways = spread(4000)
    product = basis(ways).T @ basis(ways) * (4 * np.pi / len(ways))
    np.testing.assert_allclose(product, np.eye(9), atol=0.01)


def test_hair_casts_shadow_on_skin(stage: Stage):
    human = stage.human
    clear = make_stage()
    clear._given.surface.density.zero_()
    shaded, open_to_light = film(stage, {}), film(clear, {})
    skin = shaded.material == MATERIALS.index("skin")
    up = np.indices(skin.shape)[0] < shaded.landmarks[17:27, 1].min()
    below = np.indices(skin.shape)[0] > shaded.landmarks[33, 1]
    dimmed = shaded.beauty.mean(-1) / open_to_light.beauty.mean(-1).clip(1e-3)
    assert len(human.hair.points) and dimmed[skin & up].mean() < 0.97
    assert dimmed[skin & up].min() < 0.8 and abs(dimmed[skin & below].mean() - 1) < 0.02


def test_what_is_seen_is_what_rays_meet(stage: Stage):
    import warp as wp

    from recast_nodes.digital_humans.scene import Camera

    camera: Camera = stage.room.camera_at(0, SIZE)
    picture = film(stage, SMILE, HeadPose(20, 5, 3))
    right, up, forward = camera.axes
    bare = stage._mesh
    places = [(64, 64), (64, 40), (70, 50), (60, 78), (64, 110), (30, 120), (100, 118)]

    @wp.kernel
    def meet(mesh: wp.uint64, start: wp.vec3, ways: wp.array(dtype=wp.vec3), away: wp.array(dtype=float)):
        answer = wp.mesh_query_ray(mesh, start, ways[wp.tid()], 1000.0)
        away[wp.tid()] = answer.t

    for x, y in places:
        if MATERIALS[picture.material[y, x]] == "hair":
            continue
        u, v = ((x + 0.5) / SIZE * 2 - 1) * camera.reach, (1 - (y + 0.5) / SIZE * 2) * camera.reach
        way = forward + u * right + v * up
        way /= np.linalg.norm(way)
        away = wp.zeros(1, dtype=float, device="cpu")
        given = [bare.id, wp.vec3(*camera.place), wp.array(way[None], dtype=wp.vec3, device="cpu"), away]
        wp.launch(meet, 1, given, device="cpu")
        np.testing.assert_allclose(picture.depth[y, x], away.numpy()[0] * (way @ forward), atol=2e-3)


def test_teeth_meet_and_stay_where_they_are():
    from recast_nodes.digital_humans.teeth import fill_gaps

    topology = small_head().topology
    added = fill_gaps(topology)
    teeth = topology.rows("Teeth")
    assert not np.delete(added, teeth, 0).any() and 0.01 < np.abs(added[teeth]).max() < 0.4
    assert not added[:, 1].any() and np.abs(added[teeth].mean(0)).max() < 0.03
