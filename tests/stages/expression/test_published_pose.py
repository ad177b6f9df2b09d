"""Head pose and keypoints of the published networks: what must be true, and the published numbers."""

from __future__ import annotations

import math

import pytest
import torch

from recast_nodes.stages.expression import published_pose
from recast_nodes.stages.expression.head_pose import compose

from ...models.networks.parity import KEYPOINTS, SEED, Parity

ROTATION = {"pr": published_pose.performrecast_rotation, "lp": published_pose.liveportrait_rotation}
COMPOSED = {"pr": published_pose.performrecast_keypoints, "lp": published_pose.liveportrait_keypoints}
FIRST_BIN = {"pr": published_pose.PERFORMRECAST_FIRST_BIN, "lp": published_pose.LIVEPORTRAIT_FIRST_BIN}
ANGLES = ("pitch", "yaw", "roll")


@pytest.fixture(scope="module")
def parity(shared):
    return Parity(shared / "parity")


def heads(parity, golden, family):
    """Raw head outputs of the recipe, batch 4."""
    count = KEYPOINTS[family]
    shapes = {
        "kp": (count * 3, 0.4),
        "exp": (count * 3, 0.1),
        "t": (3, 0.2),
        "scale": (3 if family == "pr" else 1, 0.1),
    }
    shapes |= dict.fromkeys(ANGLES, (66, 3.0))
    out = {}
    for name, (size, spread) in shapes.items():
        key = f"pose/{family}/{name}"
        array = parity.fill.F32(spread) * parity.fill.noise(SEED, key, (4, size))
        out[name] = golden.given(key, array + parity.fill.F32(1.3) if name == "scale" else array)
    return out


@pytest.mark.parametrize("family", KEYPOINTS)
def test_published_head_pose_and_keypoints(parity, family):
    golden = parity.golden("pose")
    raw = heads(parity, golden, family)
    angles = [published_pose.expected_angle(raw[name], FIRST_BIN[family]) for name in ANGLES]
    for name, angle in zip(ANGLES, angles):
        golden.check(f"{family}/{name}", angle, 3e-4)
    rotation = ROTATION[family](*angles)
    golden.check(f"{family}/R", rotation, 1e-5)
    canonical, expression = (raw[name].unflatten(-1, (-1, 3)) for name in ("kp", "exp"))
    golden.check(f"{family}/x", COMPOSED[family](canonical, expression, rotation, raw["scale"], raw["t"]), 1e-5)


@pytest.mark.parametrize("family", KEYPOINTS)
def test_published_rotations(parity, family):
    golden = parity.golden("pose")
    yaw, pitch, roll = torch.from_numpy(golden.numbers["pr/euler_yaw_pitch_roll"])
    golden.check(f"{family}/euler_R", ROTATION[family](pitch, yaw, roll), 1e-5)


def test_a_certain_bin_is_its_own_angle():
    logits = torch.full((66, 66), -1e4).fill_diagonal_(0)
    torch.testing.assert_close(published_pose.expected_angle(logits, -99.0), torch.arange(66) * 3.0 - 99.0)


def test_evenly_uncertain_bins_are_their_middle():
    assert published_pose.expected_angle(torch.zeros(66), published_pose.LIVEPORTRAIT_FIRST_BIN) == pytest.approx(
        0.0, abs=1e-4
    )


@pytest.mark.parametrize("rotate", ROTATION.values())
def test_rotations_are_proper(rotate):
    rotation = rotate(*(180 * torch.rand(3, 7, dtype=torch.float64) - 90))
    identity = torch.eye(3, dtype=torch.float64).expand(7, 3, 3)
    torch.testing.assert_close(rotation @ rotation.mT, identity)
    torch.testing.assert_close(torch.linalg.det(rotation), torch.ones(7, dtype=torch.float64))


@pytest.mark.parametrize(
    ("family", "axis", "turned", "onto"),
    [("pr", 0, 1, 2), ("pr", 1, 2, 0), ("pr", 2, 0, 1), ("lp", 0, 1, 2), ("lp", 1, 2, 0), ("lp", 2, 0, 1)],
)
def test_a_quarter_turn_brings_one_axis_onto_the_next(family, axis, turned, onto):
    quarter = 90.0 if family == "lp" else 90.0 * math.pi / published_pose.PERFORMRECAST_PI
    rotation = ROTATION[family](*(quarter * torch.eye(3, dtype=torch.float64)[axis]))
    columns = rotation if family == "pr" else rotation.mT
    unit = torch.eye(3, dtype=torch.float64)
    torch.testing.assert_close(columns @ unit[turned], unit[onto])


def test_the_families_differ_in_what_is_turned():
    canonical, expression = torch.rand(2, 5, 3), torch.rand(2, 5, 3)
    rotation, scale, translation = torch.eye(3).expand(2, 3, 3), torch.full((2, 1), 2.0), torch.rand(2, 3)
    ours = published_pose.performrecast_keypoints(canonical, expression, rotation, scale, translation)
    theirs = published_pose.liveportrait_keypoints(canonical, expression, rotation, scale, translation)
    torch.testing.assert_close(ours, theirs)  # as long as nothing turns
    level = translation * torch.tensor([1.0, 1.0, 0.0])
    torch.testing.assert_close(ours, compose(canonical, expression, rotation, scale, level))
    turn = published_pose.liveportrait_rotation(*torch.full((3, 2), 20.0))
    theirs = published_pose.liveportrait_keypoints(canonical, expression, turn, scale, translation)
    still = published_pose.liveportrait_keypoints(canonical, 0 * expression, turn, scale, translation)
    torch.testing.assert_close(theirs - still, 2 * expression)  # eq. 1 adds the expression as it is seen
