"""Performances from glTF (.glb, .gltf): the animated weights of a face's named morph targets.

Read by pygltflib (MIT), an extra: `pip install 'recast-nodes[performances]'`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from ...errors import MediaError
from ...face.columns import find_column, without_prefix
from ..files import limits
from ..names.siblings import refuse_missing
from .performance import FacePerformance, FrameTimes, gather
from .timecodes import read_seconds

TYPES = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5126: np.float32}  # glTF's component types
FULL = {5120: 127, 5121: 255, 5122: 32767, 5123: 65535}  # what 1 is in normalised integers
SAME = 1e-4  # seconds: keys that lie so near are one frame
EXTRA = "pip install 'recast-nodes[performances]'"
Numbers = NDArray[np.floating]


def read_gltf(path: Path) -> FacePerformance:
    """The performance of a face. Raises MediaError, also where the library is not installed."""
    try:
        import pygltflib
    except ImportError:
        raise MediaError(f"{path}: glTF is read by pygltflib, which is not installed: {EXTRA}") from None
    try:
        scene: Any = pygltflib.GLTF2().load(str(path))
    except Exception as problem:  # the library raises whatever the JSON module or its own classes do
        raise MediaError(f"{path}: is no glTF: {type(problem).__name__}: {str(problem)[:100]}.") from None
    if scene is None:
        raise MediaError(f"{path}: is no glTF.")
    try:
        curves = {name: curve for name, curve in _curves(path, scene) if find_column(name)}
    except (AttributeError, IndexError, TypeError, ValueError, KeyError, OverflowError) as problem:
        raise MediaError(f"{path}: is damaged: {type(problem).__name__}: {str(problem)[:100]}.") from None
    if not curves:
        raise MediaError(f"{path}: no animated morph target has the name of one of ARKit's shapes, such as jawOpen.")
    times = _merge([keys for keys, _ in curves.values()])
    values = np.stack([np.interp(times, keys, weights) for keys, weights in curves.values()], 1)
    rate, uneven = read_seconds(times.tolist())
    names = list(curves)
    return gather(path, names, values, FrameTimes(rate, uneven), lambda row, at: f"key {row + 1}, {names[at]}")


def _curves(path: Path, scene: Any) -> Iterator[tuple[str, tuple[Numbers, Numbers]]]:
    """(name, (seconds, weights)) of each morph target that is animated; the first animation of a mesh counts."""
    done: set[int] = set()
    for animation in scene.animations or ():
        for channel in animation.channels:
            if channel.target.path != "weights" or channel.target.node in done:
                continue
            done.add(channel.target.node)
            names = _target_names(scene.meshes[scene.nodes[channel.target.node].mesh])
            sampler = animation.samplers[channel.sampler]
            keys = _array(path, scene, sampler.input).reshape(-1)
            weights = _array(path, scene, sampler.output)
            if sampler.interpolation == "CUBICSPLINE":
                weights = weights.reshape(len(keys), 3, -1)[:, 1]
            weights = weights.reshape(len(keys), -1)
            if weights.shape[1] != len(names) or (np.diff(keys) <= 0).any() or not np.isfinite(weights).all():
                raise ValueError(f"{weights.shape[1]} weights a key for {len(names)} names")
            yield from ((name, (keys, weights[:, at])) for at, name in enumerate(names))


def _target_names(mesh: Any) -> list[str]:
    names = (mesh.extras or {}).get("targetNames")
    if names is None:
        names = next(((each.extras or {}).get("targetNames") for each in mesh.primitives if each.extras), None)
    return without_prefix([str(name) for name in names or ()])


def _array(path: Path, scene: Any, number: int) -> Numbers:
    """The numbers of an accessor, one row each."""
    accessor = scene.accessors[number]
    kind, width = TYPES[accessor.componentType], {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}[accessor.type]
    if not 0 < accessor.count <= limits.most(limits.TABLE) << 18 or accessor.sparse:
        raise ValueError(f"an accessor of {accessor.count} numbers")
    view = scene.bufferViews[accessor.bufferView]
    if view.byteStride and view.byteStride != np.dtype(kind).itemsize * width:
        raise ValueError("numbers that do not lie side by side")
    start = (view.byteOffset or 0) + (accessor.byteOffset or 0)
    flat = np.frombuffer(_buffer(path, scene, view.buffer), kind, accessor.count * width, start)
    scale = FULL.get(accessor.componentType, 1) if accessor.normalized else 1
    return flat.astype(np.float64).reshape(accessor.count, width) / scale


def _buffer(path: Path, scene: Any, number: int) -> bytes:
    uri = scene.buffers[number].uri
    if uri is None:
        return scene.binary_blob()
    if uri.startswith("data:"):
        return scene.decode_data_uri(uri)
    name = unquote(uri)  # exporters write spaces and umlauts as %20, %C3%A4
    beside = path.parent / name
    if Path(name).name != name:
        raise MediaError(f"{path}: its numbers are in {name[:80]!r}, and only files beside it are read.")
    refuse_missing(beside)
    limits.check(beside, limits.TABLE, limits.check_file(beside) / (1 << 20))
    return beside.read_bytes()


def _merge(keys: list[Numbers]) -> Numbers:
    """The times of all keys, each once."""
    times = np.unique(np.concatenate(keys))
    return times[np.concatenate([[True], np.diff(times) > SAME])]
