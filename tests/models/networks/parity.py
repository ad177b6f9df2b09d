"""The golden numbers of the published networks in the shared folder, and networks filled by their recipe."""

from __future__ import annotations

import importlib.util
import json
import os
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import Tensor, nn

from recast_nodes.models import build

SEED = "dev"
EVERY_CASE = os.environ.get("RECAST_PARITY") == "all"
# The tolerances were measured with AVX-512. Without it libraries add in another order; of faint features, which norms
# amplify, that was seen to cost 1.6e-5 of a picture where 5e-6 is allowed. What is wrong costs a hundred times as much.
ROUNDING = 1 if torch.backends.cpu.get_cpu_capability().startswith("AVX512") else 4
MODELS = {"pr": "performrecast", "lp": "liveportrait"}
MODULES = [f"{family}/{part}" for family in MODELS for part in "FMWG"] + ["lp/S_stitching", "lp/S_lip", "lp/S_eye"]
KEYPOINTS = {"pr": 49, "lp": 21}


class Parity:
    """The folder `parity`. Modules are named as there: pr/F, lp/S_eye."""

    def __init__(self, folder: Path):
        self.folder = folder

    @cached_property
    def fill(self) -> ModuleType:
        """The recipe: every tensor and input from its name alone."""
        spec = importlib.util.spec_from_file_location("parity_fill", self.folder / "fill.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def manifest(self, module: str) -> list[tuple[str, list[int], str]]:
        """Name, shape and type of every tensor of the published file."""
        text = (self.folder / f"manifest_{module.replace('/', '_')}.json").read_text(encoding="utf-8")
        return [(name, shape, kind) for name, shape, kind in json.loads(text)]

    @lru_cache(maxsize=1)  # noqa: B019  one network at a time is enough, and all that memory should hold
    def network(self, module: str) -> nn.Module:
        """The network with the recipe's tensors, loaded strictly."""
        with torch.device("meta"):  # the weights are brought below
            network = build_module(module)
        tensors = self.fill.state_dict(SEED, module, self.manifest(module))
        state = {name: torch.from_numpy(array) for name, array in tensors.items()}
        network.load_state_dict(state, strict=True, assign=True)
        return network

    def golden(self, name: str) -> Golden:
        """One of the files of golden numbers."""
        return Golden(self, np.load(self.folder / f"{name}.npz"))


class Golden:
    """One file of golden numbers: whole arrays, or samples of them taken at known places."""

    def __init__(self, parity: Parity, numbers: np.lib.npyio.NpzFile):
        self.fill, self.numbers = parity.fill, numbers
        self.errors: dict[str, float] = {}

    def given(self, name: str, array: np.ndarray) -> Tensor:
        """An input, after seeing that it is the one that the golden numbers were made of."""
        assert self.fill.digest(array) == str(self.numbers[f"input:{name}#digest"]), f"another input: {name}"
        return torch.from_numpy(array)

    def check(self, name: str, found: Tensor, tolerance: float) -> None:
        """That `found` is the golden array of that name within an absolute tolerance."""
        array = found.detach().numpy()
        if f"{name}#shape" in self.numbers:
            assert array.shape == tuple(self.numbers[f"{name}#shape"]), f"{name}: {array.shape}"
        if f"{name}#sample" in self.numbers:
            wanted = self.numbers[f"{name}#sample"]
            array = self.fill.strided(array, len(wanted))
        else:
            wanted = self.numbers[name]
        tolerance *= ROUNDING
        self.errors[name] = float(np.abs(array.astype(np.float64) - wanted).max())
        assert self.errors[name] <= tolerance, f"{name} is off by {self.errors[name]:.2e}, tolerance {tolerance:.0e}"


def build_module(module: str) -> nn.Module:
    """The network of a name as the parity folder has it."""
    family, part = module.split("/")
    return build(MODELS[family], part)


class Watch:
    """What chosen submodules of a network gave when it last ran, by the names that the goldens have for them."""

    def __init__(self, network: nn.Module, names: dict[str, str]):
        self.seen: dict[str, Tensor] = {}
        self.handles = [
            network.get_submodule(path).register_forward_hook(self._keeper(name)) for name, path in names.items()
        ]

    def _keeper(self, name: str):
        def keep(_module: nn.Module, _inputs: tuple, output: Tensor) -> None:
            self.seen[name] = output

        return keep

    def __enter__(self) -> dict[str, Tensor]:
        return self.seen

    def __exit__(self, *_failure: object) -> None:
        for handle in self.handles:
            handle.remove()
