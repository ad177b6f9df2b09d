"""Face networks in ONNX as modules that gradients flow through: the few operations that SFace and ArcFace are made of.

Needs the extra `train`, whose `onnx` reads the file: as numbers and a list of operations, of which none is run that is
not in the table here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...errors import ModelMissing, WeightsError

Operation = Callable[[list[Tensor], Mapping[str, Any]], Tensor]


class OnnxNetwork(nn.Module):
    """Called with one tensor; the first output of the graph. Raises ModelMissing, WeightsError."""

    def __init__(self, path: Path):
        super().__init__()
        try:
            import onnx
        except ImportError as error:
            raise ModelMissing(
                "The identity loss needs onnx, which is not installed: `pip install 'recast-nodes[train]'`."
            ) from error
        try:
            graph = onnx.load(str(path)).graph
        except Exception as error:  # protobuf's own errors, of several kinds
            raise WeightsError(f"{path} is not an ONNX file: {error}.") from error
        self._slots: dict[str, str] = {}
        for number, each in enumerate(graph.initializer):
            self._slots[each.name] = f"number_{number}"
            value = np.array(onnx.numpy_helper.to_array(each))
            self.register_buffer(self._slots[each.name], torch.from_numpy(value), persistent=False)
        self.steps = [
            (
                node.op_type,
                list(node.input),
                node.output[0],
                {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute},
            )
            for node in graph.node
        ]
        unknown = sorted({step[0] for step in self.steps} - OPERATIONS.keys())
        if unknown:
            raise WeightsError(f"{path} has operations that are not known here: {', '.join(unknown)}.")
        self.input = next(each.name for each in graph.input if each.name not in self._slots)
        self.output = graph.output[0].name

    def forward(self, pictures: Tensor) -> Tensor:
        values = {name: self.get_buffer(slot) for name, slot in self._slots.items()} | {self.input: pictures}
        for kind, inputs, output, attributes in self.steps:
            values[output] = OPERATIONS[kind]([values[name] for name in inputs if name], attributes)
        return values[self.output]


def _convolve(given: list[Tensor], about: Mapping[str, Any]) -> Tensor:
    top, left, bottom, right = about.get("pads", (0, 0, 0, 0))
    padded = F.pad(given[0], (left, right, top, bottom))
    strides, dilations = tuple(about.get("strides", (1, 1))), tuple(about.get("dilations", (1, 1)))
    bias = given[2] if len(given) > 2 else None
    return F.conv2d(padded, given[1], bias, stride=strides, dilation=dilations, groups=about.get("group", 1))


def _batch_norm(given: list[Tensor], about: Mapping[str, Any]) -> Tensor:
    value, gamma, beta, mean, variance = given
    return F.batch_norm(value, mean, variance, gamma, beta, eps=about.get("epsilon", 1e-5))


def _gemm(given: list[Tensor], about: Mapping[str, Any]) -> Tensor:
    kernel = given[1].mT if about.get("transB") else given[1]
    return given[0] @ kernel + (given[2] if len(given) > 2 else 0)


def _slopes(given: list[Tensor], _: Mapping[str, Any]) -> Tensor:
    return F.prelu(given[0], given[1].flatten())


OPERATIONS: dict[str, Operation] = {
    "Conv": _convolve,
    "BatchNormalization": _batch_norm,
    "PRelu": _slopes,
    "Gemm": _gemm,
    "Relu": lambda given, _: given[0].relu(),
    "Add": lambda given, _: given[0] + given[1],
    "Sub": lambda given, _: given[0] - given[1],
    "Mul": lambda given, _: given[0] * given[1],
    "Div": lambda given, _: given[0] / given[1],
    "Dropout": lambda given, _: given[0],
    "Identity": lambda given, _: given[0],
    "Flatten": lambda given, _: given[0].flatten(1),
}
