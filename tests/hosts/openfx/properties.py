"""Property sets as a strict host keeps them: what the standard does not give a set is a problem, and so is a type."""

from __future__ import annotations

import ctypes
from typing import Any

from .sets import Kinds

OK, FAILED, BAD_HANDLE, UNKNOWN, BAD_INDEX, VALUE = 0, 1, 9, 3, 10, 11
HANDLE, TEXT, POINTER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p


class Problems(list[str]):
    """What a plugin did that the standard does not allow."""


class PropertySet:
    """One set; `values` by name. Texts that were handed out stay where they are."""

    def __init__(self, name: str, kinds: Kinds, values: dict[str, list[Any]], problems: Problems):
        self.name, self.kinds, self.problems = name, kinds, problems
        self.values = {key: list(value) for key, value in values.items()}
        self.texts: dict[tuple[str, int], ctypes.Array[ctypes.c_char]] = {}

    def kind(self, name: str, form: str, writing: bool) -> tuple[str, int, bool] | None:
        """The declaration of a property that is used so; None, with a problem, where there is none."""
        known = self.kinds.get(name)
        if known is None:
            self.problems.append(f"{self.name} has no property {name}")
        elif known[0] != form:
            self.problems.append(f"{self.name}.{name} is of type {known[0]}, not {form}")
            known = None
        elif writing and not known[2]:
            self.problems.append(f"{self.name}.{name} is the host's to set")
            known = None
        return known

    def set(self, name: str, form: str, at: int, value: Any) -> int:
        """Set one value. Returns a status."""
        known = self.kind(name, form, True)
        if known is None:
            return UNKNOWN
        if at < 0 or (known[1] and at >= known[1]):
            self.problems.append(f"{self.name}.{name} has {known[1]} values, not {at + 1}")
            return BAD_INDEX
        held = self.values.setdefault(name, [])
        held += [None] * (at + 1 - len(held))
        held[at] = value
        return OK

    def get(self, name: str, form: str, at: int) -> tuple[int, Any]:
        """A status and a value."""
        if self.kind(name, form, False) is None:
            return UNKNOWN, None
        held = self.values.get(name, [])
        return (OK, held[at]) if 0 <= at < len(held) else (BAD_INDEX, None)

    def text(self, name: str, at: int, value: str) -> int:
        """The address of a text that lives as long as the set."""
        self.texts[name, at] = ctypes.create_string_buffer(value.encode())
        return ctypes.addressof(self.texts[name, at])


class Handles:
    """Objects of the host by the handles that a plugin holds."""

    def __init__(self, problems: Problems):
        self.problems, self._objects, self._next = problems, {}, 0x1000

    def add(self, thing: Any) -> int:
        self._next += 16
        self._objects[self._next] = thing
        return self._next

    def find(self, handle: int | None, kind: type) -> Any:
        """The object; None, with a problem, where the handle is not one of this kind."""
        found = self._objects.get(handle or 0)
        if not isinstance(found, kind):
            self.problems.append(f"{handle}: not a handle of a {kind.__name__}")
            return None
        return found

    def drop(self, handle: int) -> None:
        del self._objects[handle]

    def count(self, kind: type) -> int:
        return sum(isinstance(thing, kind) for thing in self._objects.values())


FORMS = {
    "Pointer": ("p", ctypes.c_void_p),
    "String": ("s", ctypes.c_char_p),
    "Double": ("d", ctypes.c_double),
    "Int": ("i", ctypes.c_int),
}


def property_suite(handles: Handles) -> tuple[Any, ...]:
    """The functions of OfxPropertySuiteV1, in its order."""
    functions = []
    for make in (_setter, _setter_of_many, _getter, _getter_of_many):
        functions += [make(handles, name) for name in FORMS]

    def reset(handle: int, name: bytes) -> int:
        found = handles.find(handle, PropertySet)
        if found is None:
            return BAD_HANDLE
        found.values.pop(name.decode(), None)
        return OK

    def dimension(handle: int, name: bytes, count: Any) -> int:
        found = handles.find(handle, PropertySet)
        if found is None:
            return BAD_HANDLE
        if name.decode() not in found.kinds:
            handles.problems.append(f"{found.name} has no property {name.decode()}")
            return UNKNOWN
        count[0] = len(found.values.get(name.decode(), []))
        return OK

    functions.append(ctypes.CFUNCTYPE(ctypes.c_int, HANDLE, TEXT)(reset))
    functions.append(ctypes.CFUNCTYPE(ctypes.c_int, HANDLE, TEXT, ctypes.POINTER(ctypes.c_int))(dimension))
    return tuple(functions)


def _plain(form: str, value: Any) -> Any:
    return value.decode() if form == "s" and value is not None else value


def _setter(handles: Handles, name: str) -> Any:
    form, kind = FORMS[name]

    def function(handle: int, key: bytes, at: int, value: Any) -> int:
        found = handles.find(handle, PropertySet)
        return BAD_HANDLE if found is None else found.set(key.decode(), form, at, _plain(form, value))

    return ctypes.CFUNCTYPE(ctypes.c_int, HANDLE, TEXT, ctypes.c_int, kind)(function)


def _setter_of_many(handles: Handles, name: str) -> Any:
    form, kind = FORMS[name]

    def function(handle: int, key: bytes, count: int, values: Any) -> int:
        found = handles.find(handle, PropertySet)
        if found is None:
            return BAD_HANDLE
        found.values[key.decode()] = []
        results = [found.set(key.decode(), form, at, _plain(form, values[at])) for at in range(count)]
        return max(results, default=OK)

    return ctypes.CFUNCTYPE(ctypes.c_int, HANDLE, TEXT, ctypes.c_int, ctypes.POINTER(kind))(function)


def _store(found: PropertySet, key: str, form: str, at: int, target: Any, index: int) -> int:
    status, value = found.get(key, form, at)
    if status == OK:
        target[index] = found.text(key, at, value) if form == "s" else value
    return status


def _getter(handles: Handles, name: str) -> Any:
    form, kind = FORMS[name]
    target_kind = ctypes.c_void_p if form == "s" else kind  # a text is handed out as its address

    def function(handle: int, key: bytes, at: int, target: Any) -> int:
        found = handles.find(handle, PropertySet)
        return BAD_HANDLE if found is None else _store(found, key.decode(), form, at, target, 0)

    return ctypes.CFUNCTYPE(ctypes.c_int, HANDLE, TEXT, ctypes.c_int, ctypes.POINTER(target_kind))(function)


def _getter_of_many(handles: Handles, name: str) -> Any:
    form, kind = FORMS[name]
    target_kind = ctypes.c_void_p if form == "s" else kind

    def function(handle: int, key: bytes, count: int, target: Any) -> int:
        found = handles.find(handle, PropertySet)
        if found is None:
            return BAD_HANDLE
        return max((_store(found, key.decode(), form, at, target, at) for at in range(count)), default=OK)

    return ctypes.CFUNCTYPE(ctypes.c_int, HANDLE, TEXT, ctypes.c_int, ctypes.POINTER(target_kind))(function)
