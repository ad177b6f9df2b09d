"""Imports run one way, and the declarations stay light enough for Nuke's and Blender's own Python."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import recast_nodes

PACKAGE = Path(recast_nodes.__file__).parent
REGISTRIES = {"registry", "menu", "model_registry", "tracker_registry"}
GROUND = {"errors", "wires", "face", "notices", "natives", "processes"} | REGISTRIES
# What a layer may import of this package while it is itself imported (GROUND always may).
MAY_IMPORT = {
    "errors": set(),
    "wires": set(),
    "face": set(),
    "notices": set(),
    "natives": set(),
    "processes": set(),
    "registry": set(),
    "menu": set(),
    "model_registry": set(),
    "tracker_registry": set(),
    "curves": set(),
    "knobs": {"curves"},
    "node": {"knobs", "curves"},
    "nodes": {"node", "knobs", "curves"},
    "stages": set(),
    "media": {"stages"},
    "models": {"stages", "media"},
    "evaluation": {"stages", "models", "media"},
    "graph": {"nodes", "node", "knobs", "curves"},
    "hosts": {"graph", "nodes", "node", "knobs", "curves"},
}
# What a layer may import inside its functions, on top of that.
MAY_REACH = {
    "nodes": {"stages", "models", "media"},
    "graph": {"stages", "models", "media"},
    "hosts": {"stages", "models", "media", "evaluation"},
}
ROOMS = ("stages", "models", "media", "hosts/studio")  # folders whose modules lie in folders
CIRCLES = {"movie_source": {"sequences"}}  # a movie is a source of frames, which `sequences.open_source` opens
SAID_ELSEWHERE = ("networks", "fast", "decoders")  # rooms whose modules their own docstrings explain
STANDARD_ONLY = (*sorted(GROUND), "curves", "knobs", "node", "nodes")
HEAVY = ("torch", "numpy", "cv2", "OpenImageIO", "PyOpenColorIO", "mediapipe", "av", "PySide6", "matplotlib")
LIGHT = ("recast_nodes.nodes", "recast_nodes.hosts.cli")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    """The first word below the package: 'nodes' of nodes/warp.py, 'wires' of wires.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def declarations() -> list[Path]:
    return [path for path in modules() if layer_of(path) in STANDARD_ONLY]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Absolute names that a module imports, each with whether that happens inside a function."""
    package = ["recast_nodes", *path.relative_to(PACKAGE).parent.parts]
    yield from _imports(ast.parse(path.read_text(encoding="utf-8")), package, inside=False)


def _imports(node: ast.AST, package: list[str], inside: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = package[: len(package) - child.level + 1] if child.level else []
            stem = ".".join([*base, *([child.module] if child.module else [])])
            yield stem, inside
            yield from ((f"{stem}.{alias.name}", inside) for alias in child.names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue  # a type has no weight
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, package, inside or function)


def of_this_package(path: Path) -> Iterator[tuple[str, bool]]:
    """The layers of this package that a module imports."""
    layers = {layer_of(module) for module in modules()}
    for name, inside in imports(path):
        words = name.split(".")
        if words[0] == "recast_nodes" and len(words) > 1 and words[1] in layers:
            yield words[1], inside


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    layer = layer_of(path)
    if layer not in MAY_IMPORT:
        assert layer == "__init__", f"{layer} has no place among the layers: give it one in {Path(__file__).name}"
        return
    always = MAY_IMPORT[layer] | GROUND | {layer}
    reached = always | MAY_REACH.get(layer, set())
    wrong = {name for name, inside in of_this_package(path) if name not in (reached if inside else always)}
    assert not wrong, f"{layer} must not import {', '.join(sorted(wrong))}"


def module_name(path: Path) -> str:
    return ".".join(("recast_nodes", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def room_of(name: str, house: str) -> str:
    """The room of a module inside a folder of rooms, by its absolute name: 'grid' of recast_nodes.stages.grid.filters,
    and the module itself where it lies in the folder's own. '' for the folder's `__init__`, and outside of it.
    """
    inside = name.removeprefix(f"recast_nodes.{house.replace('/', '.')}.")
    return inside.split(".")[0] if inside != name else ""


def rooms(house: str) -> dict[str, set[str]]:
    """Every room of a folder, with the other rooms of it that its modules import, inside functions too."""
    known = {module_name(path) for path in modules()}
    found: dict[str, set[str]] = {}
    for path in modules():
        if room := room_of(module_name(path), house):
            others = {room_of(other, house) for other, _ in imports(path) if other in known}
            found.setdefault(room, set()).update(others - {room, ""})
    return found


@pytest.mark.parametrize("house", ROOMS)
def test_rooms_import_one_way(house: str) -> None:
    graph = {room: others - CIRCLES.get(room, set()) for room, others in rooms(house).items()}
    assert list(graphlib.TopologicalSorter(graph).static_order()), "a CycleError names the circle"


@pytest.mark.parametrize("folder", sorted({path.parent for path in modules()}), ids=lambda folder: folder.name)
def test_a_room_says_what_is_in_it(folder: Path) -> None:
    if folder.parent not in [PACKAGE / house for house in ROOMS] and folder != PACKAGE / "face":
        return
    words = (ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or "").split()
    missing = {path.stem for path in folder.glob("*.py")} - {"__init__"} - set(words)
    assert not missing or folder.name in SAID_ELSEWHERE, f"{folder.name}/__init__.py does not list {sorted(missing)}"


@pytest.mark.parametrize("path", declarations(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_declarations_need_only_the_standard_library(path: Path) -> None:
    first = {name.split(".")[0] for name, inside in imports(path) if not inside}
    assert first <= set(sys.stdlib_module_names) | {"recast_nodes"}


@pytest.mark.parametrize("module", LIGHT)
def test_heavy_libraries_wait_until_they_are_needed(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []
