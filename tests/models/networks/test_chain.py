"""The networks joined as they will be used: pictures to keypoints, and a source with keypoints to a new picture."""

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


def painted(parity: Parity, family: str, picture: np.ndarray, x_s: np.ndarray, x_d: np.ndarray):
    """The source's features and the new picture."""
    feature = parity.network(f"{family}/F")(network_input(picture))
    warped = parity.network(f"{family}/W")(feature, torch.from_numpy(x_s), torch.from_numpy(x_d))
    return feature, parity.network(f"{family}/G")(warped["out"])


@pytest.mark.slow
def test_a_new_picture_of_performrecast(parity):
    golden = parity.golden("pr_chain_mode1")
    picture = picture_of(parity, parity.golden("pr_chain_keypoints"), "chain/source0", 512)
    feature, image = painted(parity, "pr", picture, golden.numbers["frame0/x_s"], golden.numbers["frame0/x_d"])
    golden.check("frame0/f_s", feature, 1e-4)
    golden.check("frame0/image", image, 5e-4)


@pytest.mark.slow
def test_a_new_picture_of_liveportrait(parity):
    golden = parity.golden("lp_chain")
    picture = picture_of(parity, golden, "lpchain/source0", 256)
    x_d = golden.numbers["image_relative_all1/x_d_stitched"]
    feature, image = painted(parity, "lp", picture, golden.numbers["source0/x_s"], x_d)
    golden.check("f_s", feature, 1e-4)
    golden.check("image_relative_all1/stitched_image", image, 5e-4)
