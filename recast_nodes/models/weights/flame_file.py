"""The user's own FLAME file, pickled or as .npz, read as numbers and nothing else.

The published pickles were written by Python 2: text is bytes, arrays are chumpy's, the regressor is a sparse matrix of
SciPy's, and numpy's modules have their old names. Stand-ins take all of that as data (see `pickles`).
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...digital_humans.flame import FlameModel
from ...errors import WeightsError
from .pickles import PickleRefused, Restricted, StandIn, Table
from .plain_pickles import LARGEST_FILE, PLAIN, Array

WANTED = ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f")


class _OldArray(Array):
    """An array whose bytes Python 2 wrote as text."""

    def settle(self, state: Any) -> None:
        super().settle([*state[:4], state[4].encode("latin1") if isinstance(state[4], str) else state[4]])


class _Chumpy(StandIn):
    """chumpy.Ch: of its state, the array."""

    def __init__(self, *_: Any):
        self.value: Any = None

    def settle(self, state: Any) -> None:
        if type(state) is not dict or "x" not in state:
            raise PickleRefused("it holds a chumpy array without numbers")
        self.value = state["x"]


class _Sparse(StandIn):
    """scipy.sparse.csc_matrix: columns of numbers."""

    def __init__(self, *_: Any):
        self.state: dict[str, Any] = {}

    def settle(self, state: Any) -> None:
        if type(state) is not dict:
            raise PickleRefused("it holds a sparse matrix that is none")
        self.state = state

    def dense(self) -> np.ndarray:
        data, rows, starts = (_numbers(self.state[name]) for name in ("data", "indices", "indptr"))
        height, width = (int(size) for size in self.state["_shape"])
        if height * width > LARGEST_FILE // 8 or len(starts) != width + 1:
            raise PickleRefused("it holds a sparse matrix of no sound shape")
        matrix = np.zeros((height, width))
        columns = np.repeat(np.arange(width), np.diff(starts))
        np.add.at(matrix, (rows, columns), data)
        return matrix


def _rebuild(kind: Any, *_: Any) -> Any:
    """copy_reg._reconstructor: an object without its state."""
    if kind not in (_Chumpy, _Sparse):
        raise PickleRefused("it makes an object of a class that plain data does not need")
    return kind()


def _nothing(*_: Any) -> None:
    """Sets and the like, which hold nothing that is wanted."""


TABLE: Table = {
    **PLAIN,
    **{(module, "Ch"): _Chumpy for module in ("chumpy.ch", "chumpy")},
    **{(f"scipy.sparse.{module}", "csc_matrix"): _Sparse for module in ("csc", "_csc")},
    **{(module, "_reconstructor"): _rebuild for module in ("copy_reg", "copyreg")},
    **{(module, name): _nothing for module in ("__builtin__", "builtins") for name in ("object", "set")},
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _OldArray for core in ("core", "_core")},
    ("numpy", "ndarray"): _OldArray,
}


class _FlamePickle(Restricted):
    """Objects of protocol 2 are made too, of the stand-ins alone."""

    def __init__(self, file: io.BytesIO):
        super().__init__(file, TABLE, encoding="latin1")
        self.dispatch[pickle.NEWOBJ[0]] = _new_object


def _new_object(machine: Any) -> None:
    machine.stack.pop()
    machine.stack[-1] = _rebuild(machine.stack[-1])


def read_flame(path: Path) -> FlameModel:
    """The model in a file. Raises WeightsError, naming the file and what was refused or missing; nothing of it runs."""
    try:
        data = _read_npz(path) if path.suffix == ".npz" else _read_pickle(path)
        return _model_of(data)
    except PickleRefused as refused:
        raise WeightsError(f"{path} was not read as a FLAME model: {refused}. Nothing of it was run.") from refused
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # a broken pickle fails in as many ways as there are operations
        raise WeightsError(f"{path} is no FLAME model: {error or type(error).__name__}.") from error


def _read_pickle(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > LARGEST_FILE:
        raise PickleRefused(f"it is larger than {LARGEST_FILE >> 20} MB")
    return _FlamePickle(io.BytesIO(path.read_bytes())).load()


def _read_npz(path: Path) -> Mapping[str, Any]:
    with np.load(path, allow_pickle=False) as data:
        return {name: data[name] for name in WANTED}


def _numbers(value: Any) -> np.ndarray:
    """An array, whatever it was wrapped in."""
    for _ in range(3):
        if isinstance(value, _Chumpy):
            value = value.value
    if isinstance(value, _Sparse):
        return value.dense()
    found = value.numbers if isinstance(value, Array) else value
    if not isinstance(found, np.ndarray):
        raise PickleRefused("it holds something other than numbers where numbers belong")
    return found


def _model_of(data: Mapping[str, Any]) -> FlameModel:
    template, directions, pose, regressor, weights, tree, faces = (_numbers(data[name]) for name in WANTED)
    vertices, joints = len(template), weights.shape[1]
    sound = {"shapedirs": directions.shape[:2] == (vertices, 3), "J_regressor": regressor.shape == (joints, vertices)}
    sound["posedirs"] = pose.shape == (vertices, 3, 9 * (joints - 1))
    sound["f"] = faces.ndim == 2 and faces.shape[1] == 3 and faces.max() < vertices
    wrong = [name for name, fits in sound.items() if not fits]
    if wrong:
        raise PickleRefused(f"{wrong[0]} has another shape than FLAME's")
    parents = tree[0].astype(np.int64)
    parents[0] = -1
    if not all(parent < number for number, parent in enumerate(parents)):
        raise PickleRefused("its joints are in no order")
    template, directions, pose, regressor, weights = (
        np.asarray(each, np.float64) for each in (template, directions, pose, regressor, weights)
    )
    return FlameModel(template, directions, pose, regressor, weights, parents, faces.astype(np.int32))
