"""Small networks in ONNX that take and give what the published face networks do, and whose answers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

SIZE = 224
SHAPE = 0.3 * np.stack([np.cos(np.arange(203)), np.sin(np.arange(203))], 1)  # about its middle, in sizes of the crop
SHAPE[0:24], SHAPE[24:48] = (-0.12, -0.1), (0.12, -0.1)  # eyes
SHAPE[6, 1] = SHAPE[30, 1] = -0.08  # open by a fifth of their width
SHAPE[0, 0], SHAPE[12, 0], SHAPE[24, 0], SHAPE[36, 0] = -0.17, -0.07, 0.07, 0.17
SHAPE[48], SHAPE[66] = (-0.1, 0.15), (0.1, 0.15)  # corners of the mouth


def landmark_network(path: Path, points: int = 203, shape: np.ndarray = SHAPE) -> Path:
    """Says that a face of SHAPE lies where the picture is brightest: about the middle of all its light.

    As the published network it gives three answers, of which the third are the landmarks.
    """
    told = np.resize(shape, (points, 2)).reshape(1, -1).astype(np.float32)
    places = (np.arange(SIZE, dtype=np.float32) + 0.5) / SIZE  # a pixel's middle, in sizes of the crop
    x, y = np.meshgrid(places, places)
    table = np.tile(np.stack([x.ravel(), y.ravel()], 1), (3, 1)).astype(np.float32)
    # The published code multiplies what comes out by the size and takes it for an index: half a pixel less.
    repeats = np.array([1, points], np.int64)
    constants = {"table": table, "shape": told - np.float32(0.5 / SIZE), "repeats": repeats}
    nodes = [
        ("Flatten", ["input"], ["light"], {}),
        ("MatMul", ["light", "table"], ["moment"], {}),
        ("ReduceSum", ["light"], ["sum"], {}),
        ("Div", ["moment", "sum"], ["middle"], {}),
        ("Tile", ["middle", "repeats"], ["middles"], {}),
        ("Add", ["middles", "shape"], ["landmarks"], {}),
        ("Identity", ["middle"], ["first"], {}),
        ("Identity", ["sum"], ["second"], {}),
    ]
    return _saved(path, nodes, constants, (1, 3, SIZE, SIZE), ["first", "second", "landmarks"])


def detector_network(path: Path, faces: dict[tuple[int, int, int], tuple[float, list[float], list[float]]]) -> Path:
    """Tells the same faces in every picture: {(step, place, anchor): (score, box, points)}, lengths in steps."""
    constants: dict[str, np.ndarray] = {}
    nodes: list[tuple[str, list[str], list[str], dict[str, Any]]] = [
        ("ReduceMean", ["input"], ["mean"], {"keepdims": 0}),
        ("Sub", ["mean", "mean"], ["nothing"], {}),
    ]
    outputs = []
    for numbers in (1, 4, 10):
        for step in (8, 16, 32):
            table = np.zeros((2 * (640 // step) ** 2, numbers), np.float32)
            for (at, place, anchor), told in faces.items():
                if at == step:
                    table[2 * place + anchor] = told[(1, 4, 10).index(numbers)]
            name = f"{numbers}_{step}"
            constants[f"table_{name}"] = table
            nodes.append(("Add", [f"table_{name}", "nothing"], [name], {}))
            outputs.append(name)
    return _saved(path, nodes, constants, (1, 3, 640, 640), outputs)


def _saved(
    path: Path,
    nodes: list[tuple[str, list[str], list[str], dict[str, Any]]],
    constants: dict[str, np.ndarray],
    given: tuple[int, ...],
    outputs: list[str],
) -> Path:
    helper, floats = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node(kind, takes, gives, **how) for kind, takes, gives, how in nodes],
        "small",
        [helper.make_tensor_value_info("input", floats, given)],
        [helper.make_tensor_value_info(name, floats, None) for name in outputs],
        [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
    return path
