"""Pictures to keypoints by the plain networks. A source with keypoints to a new picture: `test_pipeline`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.stages.expression import published_pose

from .parity import SEED, Parity

ANGLES = ("pitch", "yaw", "roll")
FACES = [f"{role}{index}" for role in ("source", "driving") for index in range(3)]


def network_input(picture: np.ndarray) -> torch.Tensor:
    """A picture (H, W, 3) of uint8 as (1, 3, H, W) in 0..1."""
    return torch.from_numpy(picture.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255))


def halved(picture: np.ndarray) -> np.ndarray:
    """The mean of every 2 x 2 pixels, rounded up at one half."""
    height, width, channels = picture.shape
    return ((picture.reshape(height // 2, 2, width // 2, 2, channels).sum((1, 3), dtype=np.int64) + 2) // 4).astype(
        np.uint8
    )


def picture_of(parity: Parity, golden, name: str, size: int) -> np.ndarray:
    picture = parity.fill.image_u8(SEED, name, size, size)
    golden.given(name, picture)
    return picture


def check_motion(golden, face: str, heads: dict[str, torch.Tensor], first_bin: float, rotate, compose) -> None:
    angles = [published_pose.expected_angle(heads[name], first_bin) for name in ANGLES]
    for name, angle in zip(ANGLES, angles):
        golden.check(f"{face}/{name}", angle.reshape(golden.numbers[f"{face}/{name}"].shape), 3e-4)
    golden.check(f"{face}/R", rotate(*angles), 1e-5)
    canonical, expression = (heads[name].unflatten(-1, (-1, 3)) for name in ("kp", "exp"))
    golden.check(f"{face}/x_s", compose(canonical, expression, rotate(*angles), heads["scale"], heads["t"]), 1e-5)


@pytest.mark.parametrize("face", FACES)
def test_pictures_to_keypoints_of_performrecast(parity, face):
    golden, network = parity.golden("pr_chain_keypoints"), parity.network("pr/M")
    picture = picture_of(parity, golden, f"chain/{face}", 512 if "source" in face else 256)
    if "source" in face:
        picture = halved(picture)
        golden.given(f"chain/{face} resized to 256", picture)
    heads = network(network_input(picture))
    first, rotate, compose = (
        published_pose.PERFORMRECAST_FIRST_BIN,
        published_pose.performrecast_rotation,
        published_pose.performrecast_keypoints,
    )
    check_motion(golden, face, heads, first, rotate, compose)


@pytest.mark.parametrize("face", FACES)
def test_pictures_to_keypoints_of_liveportrait(parity, face):
    golden, network = parity.golden("lp_chain"), parity.network("lp/M")
    heads = network(network_input(picture_of(parity, golden, f"lpchain/{face}", 256)))
    first, rotate, compose = (
        published_pose.LIVEPORTRAIT_FIRST_BIN,
        published_pose.liveportrait_rotation,
        published_pose.liveportrait_keypoints,
    )
    check_motion(golden, face, heads, first, rotate, compose)
