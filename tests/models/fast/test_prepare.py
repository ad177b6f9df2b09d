"""`prepare` gives the same function: at small sizes everywhere, at full size against the published goldens."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from recast_nodes import notices
from recast_nodes.models import prepare
from recast_nodes.models.fast.prepare import FAST
from recast_nodes.models.fast.target import Target

from ..networks import test_parity as plain
from ..networks.make_goldens import GOLDEN, sample
from ..networks.parity import EVERY_CASE, KEYPOINTS, MODULES, SEED, Parity, build_module
from ..networks.small import SMALL, inputs, network, outputs

FURTHER = pytest.mark.slow


def fast(name: str, dtype: torch.dtype = torch.float32, device: str | torch.device = "cpu") -> torch.nn.Module:
    """A small network in its fast form."""
    return prepare(network(name), device, dtype)


@pytest.mark.parametrize("module", MODULES)
def test_every_published_network_has_a_fast_form(module):
    with torch.device("meta"):
        assert type(build_module(module)) in FAST


@pytest.mark.parametrize("name", SMALL)
def test_numbers_are_those_of_the_plain_form(name):
    given = inputs(name, batch=2)
    wanted, found = outputs(network(name), given), outputs(fast(name), given)
    assert set(found) == set(wanted)
    for key, output in wanted.items():
        torch.testing.assert_close(found[key], output, rtol=1e-4, atol=1e-5)
        assert found[key].is_contiguous()


@pytest.mark.parametrize(
    ("name", "change"),
    (
        ("W", lambda feature, x_s, x_d: (feature, x_s, x_s)),
        ("W", lambda feature, x_s, x_d: (feature, 5 * x_s, 5 * x_d)),
        ("G", lambda feature: (0.005 * feature,)),
    ),
    ids=("nothing moves", "far outside", "so weak that an epsilon is seen"),
)
def test_numbers_are_those_of_the_plain_form_in_the_published_cases(name, change):
    """Another epsilon costs 0.5 here, and a keypoint that is cut off at the edge 0.03."""
    given = change(*inputs(name))
    wanted, found = outputs(network(name), given), outputs(fast(name), given)
    for key, output in wanted.items():
        torch.testing.assert_close(found[key], output, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ("G", "W"))
def test_without_nnpack_numbers_are_the_same(name, monkeypatch):
    monkeypatch.setattr("recast_nodes.models.fast.nnpack.available", lambda: False)
    given = inputs(name, batch=2)
    for key, output in outputs(network(name), given).items():
        torch.testing.assert_close(outputs(fast(name), given)[key], output, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SMALL)
def test_numbers_stay(name):
    with np.load(GOLDEN) as golden:
        for key, output in outputs(fast(name), inputs(name)).items():
            np.testing.assert_allclose(sample(output), golden[f"{name}/{key}"], rtol=1e-4, atol=2e-5, err_msg=key)


@pytest.mark.parametrize("name", SMALL)
def test_a_batch_equals_its_frames_one_by_one(name):
    made, batch = fast(name), inputs(name, batch=3)
    together = outputs(made, batch)
    for frame in range(3):
        alone = outputs(made, tuple(given[frame : frame + 1] for given in batch))
        for key, output in alone.items():
            torch.testing.assert_close(together[key][frame : frame + 1], output, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SMALL)
def test_nothing_that_goes_in_is_changed(name):
    given, original = inputs(name), network(name)
    kept, weights = copy.deepcopy(given), copy.deepcopy(original.state_dict())
    outputs(prepare(original, "cpu", torch.bfloat16), given)
    torch.testing.assert_close(given, kept, rtol=0, atol=0)
    torch.testing.assert_close(original.state_dict(), weights, rtol=0, atol=0)


@pytest.mark.parametrize("name", SMALL)
def test_bfloat16_is_near_and_comes_out_as_float32(name):
    given = inputs(name)
    wanted, found = outputs(network(name), given), outputs(fast(name, torch.bfloat16), given)
    for key, output in wanted.items():
        assert found[key].dtype == torch.float32
        error = (found[key] - output).square().mean().sqrt() / output.square().mean().sqrt()
        assert error < 0.03, f"{key} is off by {error:.3f} of its size"


def types(name: str, device: str, dtype: torch.dtype) -> dict[str, torch.dtype]:
    """What each weight of a small network is kept in, as made for a device that need not be here."""
    original = network(name)
    with torch.no_grad():
        made = FAST[type(original)](original, Target(torch.device(device), dtype))
    return {path: tensor.dtype for path, tensor in made.state_dict().items()}


def test_what_a_card_keeps_finer_than_bfloat16():
    """Where 8 bits cost most: F's last layers and its volumes, and all of W."""
    appearance = types("performrecast_F", "cuda", torch.bfloat16)
    assert appearance["t_conv"] == appearance["conv.weight"] == appearance["blocks.0.conv1.weight"] == torch.float32
    assert appearance["trunk.blocks.0.qkv.weight"] == torch.bfloat16
    warp = types("W", "cuda", torch.bfloat16)
    assert torch.bfloat16 not in warp.values() and warp["fourth.weight"] == torch.float16
    assert types("G", "cuda", torch.bfloat16)["fc.weight"] == torch.bfloat16


@pytest.mark.parametrize("name", ("performrecast_F", "W"))
def test_other_types_and_processors_are_left_as_asked(name):
    assert torch.bfloat16 not in types(name, "cuda", torch.float16).values()
    assert set(types(name, "cuda", torch.float32).values()) == {torch.float32}
    half = types(name, "cpu", torch.bfloat16)
    assert (half["fourth.weight"] == torch.float32) if name == "W" else (half["conv.weight"] == torch.bfloat16)


def golden(parity: Parity, family: str, part: str, case: int):
    """The file of golden numbers, the inputs of a case, and the tolerance of each output."""
    fill, name = parity.fill, f"{family}/{part}"
    if part == "W":
        numbers, *given = plain.warp_inputs(parity, family, case)
        return numbers, given, plain.WARP_TOLERANCE
    numbers = parity.golden(f"{family}_{part}")
    if part == "M":
        given = plain.motion_image(parity, family, case)
        return numbers, [numbers.given(f"{name}/image{case}", given)], plain.MOTION_TOLERANCE
    if part == "F":
        size = {"pr": 512, "lp": 256}[family]
        given = fill.image_chw(SEED, f"{name}/image{case}", size, size)
        return numbers, [numbers.given(f"{name}/image{case}", given)], {"f_s": 1e-4}
    weak = fill.F32(0.005) if case == 2 else fill.F32(1)
    given = weak * fill.volume(SEED, f"{name}/feature{case}", (1, 256, 64, 64))
    return numbers, [numbers.given(f"{name}/feature{case}", given)], {"image": 5e-6}


CASES = {"M": range(8), "W": range(4 if EVERY_CASE else 1), "F": range(2), "G": range(3)}


@pytest.mark.parametrize("family", KEYPOINTS)
@pytest.mark.parametrize("part", ["M", "W", *(pytest.param(part, marks=FURTHER) for part in "FG")])
def test_published_goldens(parity, family, part):
    made = prepare(parity.network(f"{family}/{part}"))
    for case in CASES[part]:
        numbers, given, tolerances = golden(parity, family, part, case)
        found = made(*given)
        found = found if isinstance(found, dict) else {next(iter(tolerances)): found}
        for output, tolerance in tolerances.items():
            numbers.check(f"case{case}/{output}", found[output], tolerance)


def test_float16_on_a_processor_is_float32_and_that_is_said(caplog):
    notices.forget()
    torch.testing.assert_close(prepare(network("G"), "cpu", torch.float16)(*inputs("G")), fast("G")(*inputs("G")))
    assert "float32 instead" in caplog.text
