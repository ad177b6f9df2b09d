"""Pickles read as plain data: numbers, words, lists, dicts and arrays of numbers, and nothing else (see `pickles`)."""

from __future__ import annotations

import io
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import MediaError
from .pickles import PickleRefused, Restricted, StandIn, Table

LARGEST_FILE = 256 << 20  # bytes; an hour of motion is about 100 MB
LARGEST_ARRAYS = 512 << 20  # bytes of all arrays; several may share the same bytes of the file
DEEPEST = 50  # lists in lists
KINDS = "biuf"  # numpy's letters for truth values, whole numbers and floats


class Kind(StandIn):
    """numpy.dtype, of numbers only."""

    def __init__(self, name: str, *_: Any):
        if not isinstance(name, str) or name[:1] not in KINDS or not name[1:].isdecimal():
            raise PickleRefused("it holds an array of something other than numbers")
        self.type: np.dtype[Any] = np.dtype(name)

    def settle(self, state: Any) -> None:
        if state[1] in (">", "<"):
            self.type = self.type.newbyteorder(state[1])


class Array(StandIn):
    """numpy.ndarray: its shape and bytes, checked against each other."""

    def __init__(self, *_: Any):
        self.numbers = np.empty(0)

    def settle(self, state: Any) -> None:
        _, shape, kind, fortran, data = state
        self.numbers = _array(kind, shape, data, "F" if fortran else "C")


def _array(kind: Any, shape: Any, data: Any, order: str) -> np.ndarray:
    if not isinstance(kind, Kind) or not isinstance(data, bytes):
        raise PickleRefused("it holds an array of something other than numbers")
    if len(shape) > 8 or not all(type(size) is int and size >= 0 for size in shape):
        raise PickleRefused("it holds an array of no sound shape")
    if math.prod(shape) * kind.type.itemsize != len(data):
        raise PickleRefused("it holds an array whose bytes are not those of its shape")
    return np.frombuffer(data, kind.type).reshape(shape, order="F" if order == "F" else "C")


def _from_buffer(data: Any, kind: Any, shape: Any, order: str = "C") -> Array:
    array = Array()
    array.numbers = _array(kind, shape, data, order)
    return array


def _scalar(kind: Any, data: Any) -> Any:
    return _array(kind, [], data, "C").item()


def _encode(text: Any, _: Any) -> bytes:
    """How protocols 0 to 2 write bytes."""
    if not isinstance(text, str):
        raise PickleRefused("it holds bytes that are none")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


def _empty_dict(*_: Any) -> dict[Any, Any]:
    return {}


PLAIN: Table = {
    ("collections", "OrderedDict"): _empty_dict,
    ("_codecs", "encode"): _encode,
    ("__builtin__", "bytes"): _no_bytes,  # how protocols 0 to 2 write none
    ("numpy", "dtype"): Kind,
    ("numpy", "ndarray"): Array,
    **{
        (f"numpy.{core}.{module}", name): stand_in
        for core in ("core", "_core")  # numpy 1 and 2
        for module, name, stand_in in (
            ("multiarray", "_reconstruct", Array),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _from_buffer),
        )
    },
}


def read_plain(path: str | Path) -> Any:
    """A pickle's content: dicts, lists, words, numbers, bytes, None and numpy arrays; tuples come as lists.

    Raises MediaError, naming the file and what was refused. Nothing of the file runs.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise PickleRefused("it is not a file")
        if path.stat().st_size > LARGEST_FILE:
            raise PickleRefused(f"it is larger than {LARGEST_FILE >> 20} MB")
        return _resolve(Restricted(io.BytesIO(path.read_bytes()), PLAIN).load())
    except PickleRefused as refused:
        raise MediaError(f"{path} was not read as plain data: {refused}. Nothing of it was run.") from refused
    except (pickle.UnpicklingError, EOFError) as error:
        raise MediaError(f"{path} is no whole pickle.") from error
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # a broken pickle fails in as many ways as there are operations
        raise MediaError(f"{path} is no sound pickle of plain data.") from error


def _resolve(data: Any) -> Any:
    """The data with arrays in place of what stood for them; it holds nothing else, and nothing that holds itself."""
    budget = [LARGEST_ARRAYS]
    done: dict[int, Any] = {}

    def settle(value: Any, depth: int) -> Any:
        if depth > DEEPEST:
            raise PickleRefused(f"it is nested deeper than {DEEPEST}")
        if isinstance(value, Array):
            budget[0] -= value.numbers.nbytes
            if budget[0] < 0:
                raise PickleRefused(f"its arrays are larger than {LARGEST_ARRAYS >> 20} MB")
            return value.numbers.astype(value.numbers.dtype.newbyteorder("="))
        if type(value) is list or type(value) is dict:
            if id(value) not in done:
                done[id(value)] = None  # until it is whole
                if type(value) is dict:
                    done[id(value)] = {key: settle(entry, depth + 1) for key, entry in value.items()}
                else:
                    done[id(value)] = [settle(entry, depth + 1) for entry in value]
            if done[id(value)] is None:
                raise PickleRefused("it holds itself")
            return done[id(value)]
        if value is None or type(value) in (bool, int, float, str, bytes):
            return value
        raise PickleRefused("it holds something other than plain data")

    return settle(data, 0)
