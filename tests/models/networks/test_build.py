"""`build` knows every published network by model and part, and each has the published tensors' names and shapes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from functools import cache

import pytest
import torch
from torch import nn

from recast_nodes.errors import ModelMissing
from recast_nodes.models import build

from .parity import MODULES, build_module

# The number of tensors of each, and the beginning of the sha256 over their names and shapes: see `digest`.
PUBLISHED: dict[str, tuple[int, str]] = {
    "pr/F": (238, "239e8db7e58c84b4"),
    "pr/M": (212, "ae4b0c4f769aa9f8"),
    "pr/W": (97, "c03340d677b79ffe"),
    "pr/G": (182, "2dddc1abdfebd75d"),
    "lp/F": (107, "e7f817fe1f7cbff0"),
    "lp/M": (212, "c64980ff34d1bda8"),
    "lp/W": (97, "b81a3648fc4de899"),
    "lp/G": (182, "2dddc1abdfebd75d"),
    "lp/S_stitching": (8, "64b59ee2066e6bff"),
    "lp/S_lip": (8, "6dde4d6b0255522e"),
    "lp/S_eye": (12, "211d45c97e8fa1ff"),
}


@cache
def empty(module: str) -> nn.Module:
    """A network without memory for its weights."""
    with torch.device("meta"):
        return build_module(module)


def digest(state: dict[str, torch.Tensor]) -> str:
    """What names and shapes are known by, in their order."""
    lines = [f"{name} {tuple(tensor.shape)} {tensor.dtype}" for name, tensor in state.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


@pytest.mark.parametrize("module", MODULES)
def test_tensors_are_named_and_shaped_as_published(parity, module):
    state = empty(module).state_dict()
    found = [[name, list(tensor.shape), str(tensor.dtype).removeprefix("torch.")] for name, tensor in state.items()]
    assert found == [list(row) for row in parity.manifest(module)]


@pytest.mark.parametrize("module", MODULES)
def test_names_and_shapes_stay(module):
    state = empty(module).state_dict()
    assert (len(state), digest(state)) == PUBLISHED[module]


@pytest.mark.parametrize("module", MODULES)
def test_networks_come_in_eval_mode(module):
    assert not any(part.training for part in empty(module).modules())


@pytest.mark.parametrize(("model", "part"), [("mesh", "F"), ("performrecast", "S_lip"), ("liveportrait", "f")])
def test_what_is_not_there_is_said(model, part):
    with pytest.raises(ModelMissing, match="there are|it has"):
        build(model, part)


def test_importing_models_loads_no_torch():
    code = "import sys, recast_nodes.models; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
