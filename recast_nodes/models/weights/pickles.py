"""Pickles read as plain data: numbers, words, lists, dicts and arrays of numbers, and nothing else.

A pickle is a small program that may ask for any function of any module and call it. Here it gets what a short table
allows: stand-ins of ours, which take what they are given as data. Everything else is refused by name before it is
looked up, so that nothing is imported and nothing of the file's choosing runs. Other readers (of torch's files, of
FLAME's) bring tables of their own.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...errors import MediaError

LARGEST_FILE = 256 << 20  # bytes; an hour of motion is about 100 MB
LARGEST_ARRAYS = 512 << 20  # bytes of all arrays; several may share the same bytes of the file
MOST_STEPS = 10_000_000  # an hour of motion; what a hostile file can take is some seconds and 2 GB
DEEPEST = 50  # lists in lists
KINDS = "biuf"  # numpy's letters for truth values, whole numbers and floats

# What plain data and calls of a table's stand-ins are written with, in protocols 0 to 5.
ALLOWED = """
    PROTO FRAME STOP MARK POP POP_MARK NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 FLOAT BINFLOAT
    STRING BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES BINBYTES8 UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8
    EMPTY_LIST APPEND APPENDS LIST EMPTY_DICT GET BINGET LONG_BINGET PUT BINPUT LONG_BINPUT MEMOIZE GLOBAL STACK_GLOBAL
    BINPERSID
"""

Table = Mapping[tuple[str, str], Any]
_Python = pickle._Unpickler  # the one in C sets memory aside by numbers that stand in the file


class PickleRefused(Exception):
    """The pickle holds or asks for what it must not; the text says what."""


class StandIn:
    """Takes the place of an object of a foreign class; `settle` is given its state, as data."""

    def settle(self, state: Any) -> None:
        raise PickleRefused("it gives a state to what has none")


class _Steps(dict[int, Callable[[Any], None]]):
    """What each opcode does; counts them, and refuses those that plain data does not need."""

    count = 0

    def __getitem__(self, code: int) -> Callable[[Any], None]:
        self.count += 1
        if self.count > MOST_STEPS:
            raise PickleRefused(f"it takes more than {MOST_STEPS:,} steps")
        return super().__getitem__(code)

    def __missing__(self, code: int) -> Callable[[Any], None]:
        raise PickleRefused(f"it uses the operation {chr(code)!r}, which plain data does not need")


class Restricted(_Python):
    """Runs a pickle with a table of stand-ins in place of Python's modules.

    Tuples come out as lists. They can be no keys then: a tuple of tuples of tuples would take for ever to hash.
    """

    def __init__(self, file: IO[bytes], table: Table, encoding: str = "ASCII"):
        super().__init__(file, encoding=encoding)
        self.table = table
        self.dispatch = _Steps(STEPS)  # type: ignore[misc]  # each machine counts its own

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.table:
            raise PickleRefused(f"it asks for {module}.{name}")
        return self.table[module, name]

    def persistent_load(self, key: Any) -> Any:
        raise PickleRefused("it asks for something outside itself")


def _reduce(machine: Any) -> None:
    arguments = machine.stack.pop()
    function = machine.stack[-1]
    if not any(function is stand_in for stand_in in machine.table.values()):
        raise PickleRefused("it calls what is no function")
    machine.stack[-1] = function(*arguments)


def _build(machine: Any) -> None:
    state = machine.stack.pop()
    target = machine.stack[-1]
    if isinstance(target, StandIn):
        target.settle(state)
    elif type(target) is not dict:  # an ordered dict may bring attributes, which are no data
        raise PickleRefused("it gives a state to what has none")


def _last(count: int) -> Callable[[Any], None]:
    def load(machine: Any) -> None:
        start = len(machine.stack) - count
        if start < 0:
            raise pickle.UnpicklingError
        machine.stack[start:] = [machine.stack[start:]]

    return load


def _dict(machine: Any) -> None:
    items = machine.pop_mark()
    machine.append({})
    _fill(machine.stack[-1], items)


def _set_item(machine: Any) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    _fill(machine.stack[-1], [key, value])


def _set_items(machine: Any) -> None:
    items = machine.pop_mark()
    _fill(machine.stack[-1], items)


def _fill(target: Any, items: list[Any]) -> None:
    if type(target) is not dict:
        raise PickleRefused("it gives entries to what is no dict")
    for key, value in zip(items[::2], items[1::2], strict=True):
        # Large numbers can be chosen to have one hash; a dict of them would take for ever to fill.
        if type(key) is not str and not (type(key) is int and abs(key) < 1 << 31):
            raise PickleRefused("it has keys other than words and small numbers")
        target[key] = value


def _bytes(machine: Any) -> None:
    """A bytearray, as bytes: pickle's own reading would first set aside as much as the file claims."""
    machine.append(machine.read(int.from_bytes(machine.read(8), "little")))


STEPS: dict[int, Callable[[Any], None]] = {
    **{getattr(pickle, name)[0]: _Python.dispatch[getattr(pickle, name)[0]] for name in ALLOWED.split()},
    pickle.EMPTY_TUPLE[0]: _Python.dispatch[pickle.EMPTY_LIST[0]],
    pickle.TUPLE[0]: _Python.dispatch[pickle.LIST[0]],
    pickle.TUPLE1[0]: _last(1),
    pickle.TUPLE2[0]: _last(2),
    pickle.TUPLE3[0]: _last(3),
    pickle.DICT[0]: _dict,
    pickle.SETITEM[0]: _set_item,
    pickle.SETITEMS[0]: _set_items,
    pickle.REDUCE[0]: _reduce,
    pickle.BUILD[0]: _build,
    pickle.BYTEARRAY8[0]: _bytes,
}


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


def _ordered(*_: Any) -> dict[Any, Any]:
    return {}


PLAIN: Table = {
    ("collections", "OrderedDict"): _ordered,
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
            raise PickleRefused("it is no file")
        if path.stat().st_size > LARGEST_FILE:
            raise PickleRefused(f"it is larger than {LARGEST_FILE >> 20} MB")
        return _settled(Restricted(io.BytesIO(path.read_bytes()), PLAIN).load())
    except PickleRefused as refused:
        raise MediaError(f"{path} was not read as plain data: {refused}. Nothing of it was run.") from refused
    except (pickle.UnpicklingError, EOFError) as error:
        raise MediaError(f"{path} is no whole pickle.") from error
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # a broken pickle fails in as many ways as there are operations
        raise MediaError(f"{path} is no sound pickle of plain data.") from error


def _settled(data: Any) -> Any:
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
