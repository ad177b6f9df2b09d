"""The whole edit in one file: the mathematics of the stages, and the same numbers when it is written and read."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from recast_nodes.errors import ComputeError
from recast_nodes.models.neural import export
from recast_nodes.models.neural.export import Weights
from recast_nodes.models.neural.whole_edit import HEADS, Edit, Feature, StackedHeads
from recast_nodes.stages.expression import liveportrait, performrecast, published_pose

from ..networks.small import SMALL
from ..stand_in import stand_in

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]

MODELS = ("performrecast", "liveportrait")
COMPOSE = {
    "performrecast": published_pose.performrecast_keypoints,
    "liveportrait": published_pose.liveportrait_keypoints,
}
ROTATION = {
    "performrecast": published_pose.performrecast_rotation,
    "liveportrait": published_pose.liveportrait_rotation,
}
FIRST_BIN = {
    "performrecast": published_pose.PERFORMRECAST_FIRST_BIN,
    "liveportrait": published_pose.LIVEPORTRAIT_FIRST_BIN,
}
MIXED = {"performrecast": performrecast.mix_expression, "liveportrait": liveportrait.mix_expression}


def edit_of(model: str, **how: object) -> Edit:
    """An edit by networks that take milliseconds."""
    made = stand_in(model)
    return Edit(made.edit_form(), made.engine._load, **how).eval().requires_grad_(False)


def raw_heads(model: str, seed: int) -> dict[str, torch.Tensor]:
    """M's outputs at sizes as they come."""
    numbers = torch.Generator().manual_seed(seed)
    count, scales = (147, 3) if model == "performrecast" else (63, 1)
    sizes = {"kp": (count, 0.4), "exp": (count, 0.1), "scale": (scales, 0.1), "t": (3, 0.2)}
    sizes |= dict.fromkeys(HEADS[-3:], (66, 3.0))
    return {name: torch.randn(1, size, generator=numbers) * much for name, (size, much) in sizes.items()}


def taken_apart(model: str, heads: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
    rotation = ROTATION[model](*(published_pose.expected_angle(heads[name], FIRST_BIN[model]) for name in HEADS[-3:]))
    return heads["kp"].unflatten(1, (-1, 3)), heads["exp"].unflatten(1, (-1, 3)), rotation, heads["scale"], heads["t"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("replace", "enhance", "protect"), ((0, 0, 1), (1, 0, 1), (0, 1, 1), (0.3, 0.6, 0.5), (1, 0, 0))
)
def test_keypoints_are_those_of_the_stages(model, replace, enhance, protect):
    source, driving = raw_heads(model, 1), raw_heads(model, 2)
    edit = edit_of(model)
    edit.reference = torch.full_like(edit.reference, 0.01)
    joined = [torch.cat([heads[name] for name in HEADS], 1) for heads in (source, driving)]
    x_s, x_d = edit.keypoints(*joined, replace, enhance, 0.0, protect)
    x_c, delta, rotation, scale, t = taken_apart(model, source)
    wanted = MIXED[model](
        delta, taken_apart(model, driving)[1], edit.reference, replace, enhance, torch.ones(1, 1), protect
    )
    torch.testing.assert_close(x_s, COMPOSE[model](x_c, delta, rotation, scale, t), rtol=0, atol=1e-5)
    torch.testing.assert_close(x_d, COMPOSE[model](x_c, wanted, rotation, scale, t), rtol=0, atol=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_pose_one_is_the_drivers(model):
    """Eq. 11; what is held in place while the head is the plate's is free then."""
    source, driving = raw_heads(model, 1), raw_heads(model, 2)
    joined = [torch.cat([heads[name] for name in HEADS], 1) for heads in (source, driving)]
    _, x_d = edit_of(model).keypoints(*joined, 1.0, 0.0, 1.0, 1.0)
    _, delta, rotation, scale, t = taken_apart(model, driving)
    wanted = COMPOSE[model](taken_apart(model, source)[0], delta, rotation, scale, t)
    torch.testing.assert_close(x_d, wanted, rtol=0, atol=1e-5)


def test_stitching_is_the_stages():
    offsets = torch.linspace(-0.1, 0.1, 65)[None]
    edit = edit_of("liveportrait")
    edit.S = Answers(offsets)
    joined = [torch.cat([raw_heads("liveportrait", seed)[name] for name in HEADS], 1) for seed in (1, 2)]
    _, plain = edit_of("liveportrait").keypoints(*joined, 1.0, 0.0, 0.0, 0.4)
    _, x_d = edit.keypoints(*joined, 1.0, 0.0, 0.0, 0.4)
    torch.testing.assert_close(x_d, liveportrait.stitch(plain, offsets, 0.4))


class Answers(torch.nn.Module):
    def __init__(self, answer: torch.Tensor):
        super().__init__()
        self.answer = answer

    def forward(self, vector: torch.Tensor) -> torch.Tensor:
        return self.answer


@pytest.mark.parametrize(("model", "size", "channels"), (("performrecast", 512, 3), ("liveportrait", 1024, 4)))
def test_torchscript_gives_the_same_and_needs_nothing_of_this_package(tmp_path, model, size, channels):
    edit, path, told = edit_of(model, matte=channels == 4), tmp_path / "edit.pt", []
    edit.reference = torch.full_like(edit.reference, 0.05)
    export.export(edit, path, "torchscript", size, told.append)
    assert len(told) == 3 and "0.00e+00 apart" in told[0] and f"1x{channels}x{size}x{size}" in told[-1]
    weights, pictures, made = Weights(0.0, 1.0, 0.3, 1.0), tmp_path / "pictures.pt", tmp_path / "made.pt"
    torch.save(export._pictures(512), pictures)
    done = subprocess.run([sys.executable, "-I", "-c", ELSEWHERE, path, pictures, made, *map(str, weights)], text=True)
    assert done.returncode == 0
    face = torch.load(made, weights_only=True)
    torch.testing.assert_close(face, edit.edit_pictures(export._pictures(512), *weights), rtol=0, atol=1e-6)
    assert face.shape == (1, channels, 512, 512)
    if channels == 4:
        assert face[0, 3, 256, 256] == 1 and face[0, 3, 0, 0] == 0


# What a host does: set the knobs, which are there with their defaults, and run.
ELSEWHERE = """
import sys, warnings, torch
warnings.simplefilter("ignore")
_, path, pictures, made, *weights = sys.argv
edit = torch.jit.load(path)
names = ("replace", "enhance", "pose", "protect")
assert [getattr(edit, name) for name in names] == [1.0, 0.0, 0.0, 1.0]
for name, value in zip(names, weights):
    setattr(edit, name, float(value))
assert "recast_nodes" not in sys.modules
torch.save(edit(torch.load(pictures)), made)
"""


def test_sizes_that_do_not_divide_are_refused(tmp_path):
    for size in (0, 256, 700):
        with pytest.raises(ComputeError, match="multiple of 512"):
            export.export(edit_of("liveportrait"), tmp_path / "odd.pt", "torchscript", size)


def test_a_file_that_does_not_give_the_same_is_not_kept(tmp_path, monkeypatch):
    def off(edit, path):
        path.write_bytes(b"an edit")
        return lambda pictures, weights: edit.edit_pictures(pictures, *weights) + 0.01

    monkeypatch.setattr(export, "write_torchscript", off)
    with pytest.raises(ComputeError, match="1.00e-02 apart"):
        export.export(edit_of("liveportrait"), tmp_path / "edit.pt", "torchscript", report=lambda line: None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", SMALL)
def test_traces_fix_no_device_and_no_type(name):
    """Nuke moves the network to the GPU, and to half precision, after it was written."""
    network = SMALL[name].make().eval().requires_grad_(False)
    given = [torch.rand(1, *shape) for shape in SMALL[name].inputs]
    trace = torch.jit.trace(
        StackedHeads(network) if name.endswith("_M") else network, given, check_trace=False, strict=False
    )
    assert "Device = prim::Constant" not in str(trace.inlined_graph)
    answer = trace.double()(*(tensor.double() for tensor in given))
    assert (answer["out"] if isinstance(answer, dict) else answer).dtype == torch.float64


def test_positions_settled_for_a_size_give_the_same():
    image = torch.rand(1, 3, 32, 32)
    network = SMALL["performrecast_F"].make().eval()
    wanted = network(image)
    torch.testing.assert_close(export.with_settled_positions(network, 32)(image), wanted, rtol=0, atol=1e-6)


WITH_ONNX = pytest.mark.skipif(
    os.environ.get("RECAST_PARITY") != "all", reason="writing ONNX takes minutes: RECAST_PARITY=all"
)


@WITH_ONNX
@pytest.mark.parametrize("name", SMALL)
def test_every_network_gives_the_same_in_onnx(tmp_path, name):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    network = export.with_settled_positions(SMALL[name].make().eval().requires_grad_(False), 24)
    network = Feature(network) if name == "W" else StackedHeads(network) if name.endswith("_M") else network
    shapes = [(3, 24, 24)] if name == "performrecast_F" else SMALL[name].inputs
    given = tuple(torch.rand(1, *shape) for shape in shapes)
    path = str(tmp_path / "network.onnx")
    export.onnx_of(network, given, path, [f"input{place}" for place in range(len(given))], ["output"])
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    made = session.run(None, {f"input{place}": tensor.numpy() for place, tensor in enumerate(given)})[0]
    torch.testing.assert_close(torch.from_numpy(made), network(*given), rtol=0, atol=1e-5)


@WITH_ONNX
def test_the_whole_gives_the_same_in_onnx(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    told: list[str] = []
    export.export(edit_of("liveportrait", matte=True), tmp_path / "edit.onnx", "onnx", report=told.append)
    assert len(told) == 3 and "1x4x512x512" in told[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["edit.onnx"]
