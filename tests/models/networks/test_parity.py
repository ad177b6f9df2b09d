"""The plain networks give the published networks' numbers: cpu, float32, the tolerances of the parity README."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from recast_nodes.models.networks.decoder import SpectralConv2d
from recast_nodes.models.networks.vit import resample_positions
from recast_nodes.models.networks.warping import heat_differences, move_volumes, sparse_motions

from .parity import KEYPOINTS, SEED, Parity, Watch

MOTION_TOLERANCE = {"pitch": 3e-5, "yaw": 3e-5, "roll": 3e-5, "kp": 3e-6, "exp": 3e-6, "t": 3e-6, "scale": 3e-6}
WARP_TOLERANCE = {"deformation": 5e-6, "occlusion_map": 5e-6, "out": 1e-4}
# Stages of F whose numbers were listed after a step that is no module of its own.
AS_LISTED = {
    "patch_embed": lambda patches: patches.permute(0, 2, 3, 1),
    "tokens": lambda tokens: tokens[:, 1:],
    "down0": lambda features: F.avg_pool2d(features, 2),
    "down1": lambda features: F.avg_pool2d(features, 2),
}
DENSE_MOTION = "dense_motion_network"


def slow(*cases: object) -> list:
    """Cases that run last, while there is time."""
    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.slow) for case in cases]


def appearance(parity: Parity, family: str, case: int, size: int, stages: dict[str, str]) -> None:
    golden, network = parity.golden(f"{family}_F"), parity.network(f"{family}/F")
    name = f"{family}/F/image{case}"
    image = golden.given(name, parity.fill.image_chw(SEED, name, size, size))
    with Watch(network, stages if case == 0 else {}) as seen:
        golden.check(f"case{case}/f_s", network(image), 1e-4)
    for stage, output in seen.items():
        golden.check(f"case0/{stage}", AS_LISTED.get(stage, lambda x: x)(output), 1e-4)


@pytest.mark.parametrize("case", [0, *slow(1)])
def test_appearance_of_performrecast(parity, case):
    trunk = "dinov2_img_encoder.model"
    stages = {"patch_embed": f"{trunk}.patch_embed", "tokens": f"{trunk}.norm"}
    stages |= {"block0": f"{trunk}.blocks.0", "block5": f"{trunk}.blocks.5"}
    stages |= {"t_conv": "t_conv", "conv": "conv", "res0": "resblocks_3d.3dr0"}
    appearance(parity, "pr", case, 512, stages)


def test_position_table_of_performrecast(parity):
    golden, network = parity.golden("pr_F"), parity.network("pr/F")
    table = network.get_parameter("dinov2_img_encoder.model.pos_embed")
    golden.check("posembed32", resample_positions(table, 32, 32), 5e-6)


@pytest.mark.parametrize("case", (0, 1))
def test_appearance_of_liveportrait(parity, case):
    stages = {"first": "first", "second": "second", "res0": "resblocks_3d.3dr0"}
    stages |= {"down0": "down_blocks.0", "down1": "down_blocks.1"}
    appearance(parity, "lp", case, 256, stages)


def motion_image(parity: Parity, family: str, case: int):
    """Six ordinary pictures, a black one, and one of nearly nothing."""
    fill, name = parity.fill, f"{family}/M/image{case}"
    if case == 6:
        return fill.image_chw(SEED, name, 256, 256) * 0
    if case == 7:
        return fill.F32(0.5) + fill.F32(0.002) * fill.noise(SEED, name, (1, 3, 256, 256))
    return fill.image_chw(SEED, name, 256, 256)


@pytest.mark.parametrize("family", KEYPOINTS)
def test_motion(parity, family):
    golden, network = parity.golden(f"{family}_M"), parity.network(f"{family}/M")
    trunk = "detector." if family == "lp" else ""
    stages = {"stem": f"{trunk}downsample_layers.0", "pooled": f"{trunk}norm"}
    stages |= {f"stage{index}": f"{trunk}stages.{index}" for index in range(4)}
    for case in range(8):
        image = golden.given(f"{family}/M/image{case}", motion_image(parity, family, case))
        with Watch(network, stages if case == 0 else {}) as seen:
            heads = network(image)
        assert set(heads) == set(MOTION_TOLERANCE)
        for head, tolerance in MOTION_TOLERANCE.items():
            golden.check(f"case{case}/{head}", heads[head], tolerance)
        for stage, output in seen.items():
            golden.check(f"case0/{stage}", output, 3e-5)


def warp_inputs(parity: Parity, family: str, case: int):
    """The feature volume, x_s and x_d, and the goldens they belong to."""
    golden = parity.golden(f"{family}_W")
    name = f"{family}/W/feature"
    feature = golden.given(name, parity.fill.volume(SEED, name, (1, 32, 16, 64, 64)))
    names = (f"case{case}/kp_source", f"case{case}/kp_driving")
    return golden, feature, *(golden.given(name, golden.numbers[name]) for name in names)


@pytest.mark.parametrize(
    ("family", "case"),
    [("lp", 0), *slow(("lp", 3)), ("pr", 0)],
)
def test_warp(parity, family, case):
    """Further cases: the fast form (`fast/test_prepare`), which for each kind of them is held against this one."""
    golden, feature, x_s, x_d = warp_inputs(parity, family, case)
    network = parity.network(f"{family}/W")
    names = {"third": "third", "fourth": "fourth", "mask": f"{DENSE_MOTION}.mask"}
    if case == 0:
        names |= {"compress_norm": f"{DENSE_MOTION}.norm", "hourglass": f"{DENSE_MOTION}.hourglass"}
    with Watch(network, names) as seen:
        warped = network(feature, x_s, x_d)
    for name, tolerance in WARP_TOLERANCE.items():
        golden.check(f"case{case}/{name}", warped[name], tolerance)
    golden.check(f"case{case}/mask", seen.pop("mask").softmax(1), 5e-6)
    if case == 0:
        for stage, output in seen.items():
            golden.check(f"case0/{stage}", output, 1e-4)


@pytest.mark.parametrize("family", KEYPOINTS)
def test_what_the_dense_motion_looks_at(parity, family):
    golden, feature, x_s, x_d = warp_inputs(parity, family, 0)
    dense = parity.network(f"{family}/W").get_submodule(DENSE_MOTION)
    size = feature.shape[2:]
    motions = sparse_motions(x_s, x_d, size)
    golden.check("case0/sparse_motion", motions, 1e-6)
    golden.check("case0/heatmap", heat_differences(x_s, x_d, size)[:, :, None], 5e-6)
    golden.check("case0/deformed", move_volumes(dense.norm(dense.compress(feature)).relu(), motions), 2e-5)


@pytest.mark.parametrize(("family", "case"), [("pr", 0), *slow(("pr", 2), ("lp", 0))])
def test_decoder(parity, family, case):
    """As for the warp."""
    golden, network = parity.golden(f"{family}_G"), parity.network(f"{family}/G")
    name = f"{family}/G/feature{case}"
    feature = parity.fill.volume(SEED, name, (1, 256, 64, 64))
    if case == 2:  # so weak that the epsilon of the instance norm is seen
        feature = parity.fill.F32(0.005) * feature
    names = {name: name for name in ("fc", "G_middle_0", "G_middle_5", "up_0", "up_1", "conv_img")}
    with Watch(network, names if case == 0 else {}) as seen:
        image = network(golden.given(name, feature))
    golden.check(f"case{case}/image", image, 5e-6)
    if case == 0:
        golden.check("case0/image_f16", image, 2.5e-4)  # half a step of float16 below 1
    for stage, output in seen.items():
        golden.check(f"case0/{stage}", output, 1e-4)


@pytest.mark.parametrize("family", KEYPOINTS)
def test_spectral_norms_of_the_decoder(parity, family):
    kernels = [module for module in parity.network(f"{family}/G").modules() if isinstance(module, SpectralConv2d)]
    parity.golden(f"{family}_G").check("sigmas", torch.stack([kernel.largest() for kernel in kernels]), 1e-5)


@pytest.mark.parametrize("part", ("stitching", "lip", "eye"))
def test_retargeting(parity, part):
    golden, network = parity.golden("lp_S"), parity.network(f"lp/S_{part}")
    name = f"lp/S_{part}/in"
    vector = parity.fill.F32(0.4) * parity.fill.noise(SEED, name, (4, network.get_submodule("mlp.0").in_features))
    golden.check(part, network(golden.given(name, vector)), 3e-6)
