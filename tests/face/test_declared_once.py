"""A landmark, a coefficient and a published point set are named in `recast_nodes.face`, and their numbers stand nowhere
else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import recast_nodes
from recast_nodes.face.anatomy import LANDMARKS, MESH
from recast_nodes.face.blendshapes import COEFFICIENTS
from recast_nodes.face.published import LANDMARKS_203

PACKAGE = Path(recast_nodes.__file__).parent
ROOMS = ("stages", "models", "evaluation", "media/landmarks")
OF_NETWORKS = ("networks", "fast", "weights")  # rooms whose numbers are sizes of layers and bytes
SMALL = 4  # subscripts up to here are axes, channels and columns
COUNTS = {LANDMARKS, MESH, LANDMARKS_203, COEFFICIENTS}
FEATURE = re.compile("lip|chin|brow|eye|lid|nose|mouth|iris|jaw|cheek|forehead|temple", re.IGNORECASE)
OTHERWISE = {  # what is no landmark, and what it is
    "stages/occlusion/glasses_wires.py": {"HALVES"},  # cells
    "models/tracker/landmarker.py": {"QUARTERS"},  # degrees
    "models/tracker/scrfd.py": {"STEPS"},  # pixels
    "models/tracker/yunet.py": {"row"},  # YuNet's answer: a box, five points, a score
    "models/tracker/identity.py": {"row"},
    "evaluation/benchmark/own_networks.py": {"BINS", "sha256"},  # of angles; letters of a hash
    "evaluation/pictures.py": {"HULL_COLOUR"},
    "evaluation/report.py": {"others", "STRIP_SIZES"},  # lists of frames
}


def modules() -> list[Path]:
    found = [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]
    return [path for path in found if not set(path.parts) & set(OF_NETWORKS)]


def raw_landmarks(source: str) -> Iterator[tuple[str, int, str]]:
    """What looks like the number of a landmark or a coefficient: the name that it is of, its line, and its text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and any(_large(number) for number in _first_index(node.slice)):
            yield ast.unparse(node.value), node.lineno, ast.unparse(node)
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in COUNTS:
            yield "", node.lineno, f"the literal {node.value}"
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            yield from _declared(statement)


def _first_index(index: ast.expr) -> Iterator[ast.expr]:
    """The numbers along a tensor's first axis; text has one too, which is why strings are cut in few places."""
    first = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
    if isinstance(first, ast.List):
        yield from first.elts
    elif isinstance(first, ast.Slice):
        yield from (end for end in (first.lower, first.upper) if end is not None)
    else:
        yield first


def _large(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value > SMALL


def _declared(statement: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, int, str]]:
    """Constants that list numbers, or are one and are called after a part of the face."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = " ".join(ast.unparse(target) for target in targets)
    assert statement.value is not None
    for node in ast.walk(statement.value):
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) >= 3:
            listed = all(isinstance(each, ast.Constant) and type(each.value) is int for each in node.elts)
            if listed and any(map(_large, node.elts)):
                yield names, node.lineno, ast.unparse(statement)
        if isinstance(node, ast.Dict) and any(key is not None and _large(key) for key in node.keys):
            yield names, node.lineno, ast.unparse(statement)
        if _large(node) and FEATURE.search(names):  # type: ignore[arg-type]
            yield names, node.lineno, ast.unparse(statement)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_landmark_has_a_number_outside_its_declaration(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    other = OTHERWISE.get(name, set())
    found = [
        f"{name}, line {line}: {text}"
        for owner, line, text in raw_landmarks(path.read_text(encoding="utf-8"))
        if not other & set(re.findall(r"\w+", owner))
    ]
    assert not found, (
        "Landmarks, blendshape coefficients and published point sets have names: take them from recast_nodes/face, or "
        "give them one there. Is it something else, say what in OTHERWISE of this test.\n" + "\n".join(found)
    )


@pytest.mark.parametrize("raw", [
    "def f(points): return points[33, :2]",
    "def f(points): return points[:468]",
    "def f(points): return points[[33, 133]].mean(0)",
    "def f(brow): return brow[5:]",
    "AROUND = (164, 18, 200)",
    "PAIRS = ((13, 14, 61, 291), (0, 0, 0, 0))",
    "SMILE = {44: 1.0}",
    "_LOWER_LIP, _CHIN = 17, 152",
    "def f(): return zeros(52)",
])  # fmt: skip
def test_the_rule_sees_a_raw_landmark(raw: str) -> None:
    assert list(raw_landmarks(raw))


@pytest.mark.parametrize("plain", [
    "def f(points): return points[0, :2]",
    "def f(points): return points[list(LEFT_EYE), :2]",
    "SIZE = 512",
    "SHUT, OPEN = 0.10, 0.22",
    "def f(pixels): return pixels[:, 10:-10]",
])  # fmt: skip
def test_the_rule_leaves_other_numbers_alone(plain: str) -> None:
    assert not list(raw_landmarks(plain))
