"""Which functions mention a number, and which functions a render calls."""

from __future__ import annotations

import ast
import contextlib
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

Function = tuple[str, str]  # file and name


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


@cache
def functions(module: str, name: str, package: Path) -> frozenset[Function]:
    """The functions of a package's modules that mention `name` of `module`, or what is made of it while importing.

    None where that cannot be said.
    """
    if not name.isidentifier():
        return frozenset()
    names = {name} | derived(module, name, package)
    trees = {str(file): _tree(file) for file in package.rglob("*.py")}
    return frozenset((file, each.name) for file, tree in trees.items() for each in _mentioning(tree, names))


@cache
def derived(module: str, name: str, package: Path) -> frozenset[str]:
    """Names that some module of a package gives to what it makes of `name` of `module` while it is imported. Another
    module's number of the same name counts, too: that costs time alone.
    """
    if not name.isidentifier():
        return frozenset({name})
    names: set[str] = set()
    while True:
        trees = [_tree(file) for file in package.rglob("*.py")]
        more = {made for tree in trees for made in _made_of(tree, names | {name})}
        if more <= names:
            return frozenset(names)
        names |= more


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _words(node: ast.AST) -> set[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _made_of(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """Names that a module assigns, on its own level, from an expression with one of `names`."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _words(node.value) & names:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))


def _mentioning(tree: ast.Module, names: set[str]) -> Iterator[ast.FunctionDef]:
    """Functions with one of `names` in them; a name that several modules have counts for all of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and _words(node) & names:
            yield node
