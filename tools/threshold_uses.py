"""Which functions use a number, and which functions a render calls."""

from __future__ import annotations

import ast
import contextlib
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NamedTuple

Function = tuple[str, str]  # file and name
PACKAGE = "recast_nodes"


class Uses(NamedTuple):
    """Where a number is used."""

    functions: frozenset[Function]  # none where that cannot be said
    derived: bool  # whether something is made of it while the package is imported, or that cannot be said

    def among(self, called: set[Function]) -> bool:
        """Whether it may be used by functions that were called."""
        return not self.functions or bool(self.functions & called)


@contextlib.contextmanager
def watched_calls() -> Iterator[set[Function]]:
    """The functions that are called inside, in all threads that begin there."""
    called: set[Function] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            called.add((frame.f_code.co_filename, frame.f_code.co_name))

    sys.setprofile(note)
    threading.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def uses_of(number: Any, name: str) -> Uses:
    """Where a number is used that modules know as `name`: in functions, and in what is made of it in turn."""
    if not name.isidentifier():
        return Uses(frozenset(), True)
    modules = [module for key, module in list(sys.modules.items()) if key.split(".")[0] == PACKAGE]
    known = {module.__name__: {name} for module in modules if vars(module).get(name) is number}
    derived = False
    while more := [each for module in modules for each in _made_of(module, known.get(module.__name__, set()))]:
        derived = True
        for key, value in more:
            for module in modules:
                if vars(module).get(key) is value:
                    known.setdefault(module.__name__, set()).add(key)
    every = set().union(*known.values())
    functions = {
        (str(module.__file__), each.name)
        for module in modules
        for each in _functions(module)
        if _words(each) & known.get(module.__name__, set()) or _attributes(each) & every
    }
    return Uses(frozenset(functions), derived)


def _made_of(module: ModuleType, names: set[str]) -> Iterator[tuple[str, Any]]:
    """What else a module makes, on its own level, from an expression with one of `names`."""
    for node in _tree(module).body if names else ():
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _words(node.value) & names:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            made = {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
            yield from ((each, vars(module)[each]) for each in made - names)


def _functions(module: ModuleType) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(_tree(module)) if isinstance(node, ast.FunctionDef)]


def _tree(module: ModuleType) -> ast.Module:
    return _parsed(str(module.__file__))


@cache
def _parsed(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text(encoding="utf-8"))


@cache
def _words(node: ast.AST) -> frozenset[str]:
    return frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name))


@cache
def _attributes(node: ast.AST) -> frozenset[str]:
    return frozenset(each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute))
