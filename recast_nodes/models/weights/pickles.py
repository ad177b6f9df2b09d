"""A pickle run by a machine that can call nothing but what a table allows.

A pickle is a small program that may ask for any function of any module and call it. Here it gets stand-ins of ours,
which take what they are given as data. Everything else is refused by name before it is looked up, so that nothing is
imported and nothing of the file's choosing runs. Readers bring tables of their own: `plain_pickles` of numbers and
words, `torch_files` of tensors, `flame_file` of FLAME's.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from typing import IO, Any

MOST_STEPS = 10_000_000  # an hour of motion; what a hostile file can take is some seconds and 2 GB

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
