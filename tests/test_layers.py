"""Imports run one way, the declarations stay light enough for Nuke's and Blender's own Python, and nothing grows too
long to be read.
"""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import recast_nodes

PACKAGE = Path(recast_nodes.__file__).parent
REGISTRIES = {"references", "registry", "menu", "model_registry", "tracker_registry"}
GROUND = {"channels", "errors", "window", "wires", "wire_parts", "face", "notices", "natives", "processes", "machine"}
GROUND |= REGISTRIES | {"unknown_names"}
# What a layer may import of this package while it is itself imported (GROUND always may).
MAY_IMPORT = {
    "errors": set(),
    "channels": set(),
    "window": set(),
    "wires": set(),
    "wire_parts": set(),
    "face": set(),
    "notices": set(),
    "natives": set(),
    "machine": set(),
    "processes": set(),
    "unknown_names": set(),
    "references": set(),
    "registry": set(),
    "menu": set(),
    "model_registry": set(),
    "tracker_registry": set(),
    "curves": set(),
    "knobs": {"curves"},
    "node": {"knobs", "curves"},
    "nodes": {"node", "knobs", "curves"},
    "stages": set(),
    "digital_humans": {"stages"},
    "media": {"stages"},
    "models": {"stages", "media", "digital_humans"},
    "evaluation": {"stages", "models", "media", "digital_humans"},
    "training": {"stages", "models", "media", "digital_humans", "evaluation"},
    "performer": {"stages", "models", "media", "evaluation"},
    "graph": {"nodes", "node", "knobs", "curves"},
    "hosts": {"graph", "nodes", "node", "knobs", "curves"},
}
# What a layer may import inside its functions, on top of that.
MAY_REACH = {
    "nodes": {"stages", "models", "media"},
    "graph": {"stages", "models", "media"},
    "hosts": {"stages", "models", "media", "evaluation", "digital_humans", "training", "performer"},
}
ROOMS = ("stages", "models", "media", "hosts/studio")  # folders whose modules lie in folders
CIRCLES = {"movie_source": {"sequences"}}  # a movie is a source of frames, which `sequences.open_source` opens
LISTED = (
    "",
    "face",
    "knobs",
    "graph",
    "digital_humans",
    "evaluation/benchmark",
    "training",
    "training/data",
    "training/losses",
    "performer",
    "hosts",
    "hosts/farm",
    "hosts/worker",
)  # folders without rooms whose modules are listed too
SAID_ELSEWHERE = ("networks", "fast", "decoders")  # rooms whose modules their own docstrings explain
LONGEST_FILE, LONGEST_FUNCTION = 250, 40  # lines
MODULE_CIRCLES = ({"media.movie_source", "media.sequences"},)  # as above, one of them inside a function
STANDARD_ONLY = (*sorted(GROUND), "curves", "knobs", "node", "nodes")
HEAVY = ("torch", "numpy", "cv2", "OpenImageIO", "PyOpenColorIO", "ai_edge_litert", "av", "PySide6", "matplotlib")
HEAVY += ("warp",)
LIGHT = ("recast_nodes.nodes", "recast_nodes.hosts.cli")


@cache
def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def layer_of(path: Path) -> str:
    """The first word below the package: 'nodes' of nodes/warp.py, 'wires' of wires.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def declarations() -> list[Path]:
    return [path for path in modules() if layer_of(path) in STANDARD_ONLY]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Absolute names that a module imports, each with whether that happens inside a function."""
    package = ["recast_nodes", *path.relative_to(PACKAGE).parent.parts]
    yield from _imports(tree_of(path), package, inside=False)


def _imports(node: ast.AST, package: list[str], inside: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = package[: len(package) - child.level + 1] if child.level else []
            stem = ".".join([*base, *([child.module] if child.module else [])])
            names = [f"{stem}.{alias.name}" for alias in child.names]
            if not module_names().issuperset(names):
                yield stem, inside
            yield from ((name, inside) for name in names)
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


@cache
def module_names() -> frozenset[str]:
    return frozenset(map(module_name, modules()))


def room_of(name: str, house: str) -> str:
    """The room of a module inside a folder of rooms, by its absolute name: 'grid' of recast_nodes.stages.grid.filters,
    and the module itself where it lies in the folder's own. '' for the folder's `__init__`, and outside of it.
    """
    inside = name.removeprefix(f"recast_nodes.{house.replace('/', '.')}.")
    return inside.split(".")[0] if inside != name else ""


def rooms(house: str) -> dict[str, set[str]]:
    """Every room of a folder, with the other rooms of it that its modules import, inside functions too."""
    found: dict[str, set[str]] = {}
    for path in modules():
        if room := room_of(module_name(path), house):
            others = {room_of(other, house) for other, _ in imports(path) if other in module_names()}
            found.setdefault(room, set()).update(others - {room, ""})
    return found


@pytest.mark.parametrize("house", ROOMS)
def test_rooms_import_one_way(house: str) -> None:
    graph = {room: others - CIRCLES.get(room, set()) for room, others in rooms(house).items()}
    assert list(graphlib.TopologicalSorter(graph).static_order()), "a CycleError names the circle"


def test_no_circle_is_closed_inside_functions() -> None:
    """An import inside a function saves time or weight; a circle that it hides is closed by types alone."""
    graph = {module_name(path): {name for name, _ in imports(path)} & module_names() for path in modules()}
    reached = {name: reachable(graph, name) for name in graph}
    circles = [{other for other in reached[name] if name in reached[other]} for name in graph if name in reached[name]]
    short = [{name.removeprefix("recast_nodes.") for name in circle} for circle in circles]
    unknown = [sorted(circle) for circle in short if circle not in MODULE_CIRCLES]
    assert not unknown, f"these modules import one another: {unknown[0]}"


def reachable(graph: dict[str, set[str]], name: str) -> set[str]:
    """The modules that `name` imports, and those that they import; itself only where it is in a circle."""
    found: set[str] = set()
    waiting = list(graph[name] - {name})
    while waiting:
        if (each := waiting.pop()) not in found:
            found.add(each)
            waiting += graph[each]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_is_too_long_to_be_read(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{name} has {lines} lines: split it by what is in it"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{name}: {node.name} has {lines} lines: split it by what it does"


def test_a_class_name_has_one_meaning() -> None:
    places: dict[str, list[str]] = {}
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(path.relative_to(PACKAGE).as_posix())
    twice = {name: paths for name, paths in places.items() if len(paths) > 1}
    assert not twice, f"one name, two classes: {twice}"


@pytest.mark.parametrize("folder", sorted({path.parent for path in modules()}), ids=lambda folder: folder.name)
def test_a_room_says_what_is_in_it(folder: Path) -> None:
    rooms, listed = [PACKAGE / house for house in ROOMS], [PACKAGE / name for name in LISTED]
    if folder.parent not in rooms and folder not in listed:
        return
    words = (ast.get_docstring(tree_of(folder / "__init__.py")) or "").split()
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
