"""Words that we do not use: names that say nothing, and phrases over which an English reader stumbles.

`python -m tests.test_words` prints what is left, in the form of LEFT below.
"""

from __future__ import annotations

import ast
import pprint
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "recast_nodes"
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")} - {ROOT / "CHANGELOG.md", ROOT / "docs/nodes.md"})
# A value is called by what it is, and a function by what it does.
NAMES = ("held", "kept", "said", "taken_off", "told", "worn")
# In messages, options, tips and pages. Say: depends on; with a notice; is reported; again; per frame; finished.
PHRASES = (
    r"hangs? on\b(?! (?:to|a)\b)",
    r"(?:that|which|this) is (?:said|told)",
    r"(?:is|are|was|were|been) told",
    r"so that nobody",
    r"\banew\b",
    r"\b(?:frames?|that are|that is|what is) there yet",
    r"\bis no (?:file|folder|number|movie|picture|shot)\b",
    r"\bwhoever\b.*\bwhoever\b",
    r"\bmay be repeated\b",
    r"\bfor want of\b",
)
# Names that are left, by folder: mend them and take them out.
LEFT = {
    "recast_nodes": {"told", "worn"},
    "recast_nodes/evaluation": {"held", "kept", "told"},
    "recast_nodes/graph": {"held", "kept", "said", "told"},
    "recast_nodes/hosts/farm": {"kept", "told"},
    "recast_nodes/hosts/studio": {"kept", "said", "told"},
    "recast_nodes/hosts/studio/clips": {"said"},
    "recast_nodes/hosts/studio/keys": {"held", "kept"},
    "recast_nodes/hosts/studio/render": {"told"},
    "recast_nodes/hosts/studio/shot": {"kept", "told"},
    "recast_nodes/hosts/studio/viewer": {"held", "kept"},
    "recast_nodes/hosts/worker": {"held", "kept", "told"},
    "recast_nodes/media/exr": {"kept", "told"},
    "recast_nodes/media/journal": {"held", "kept", "told"},
    "recast_nodes/media/landmarks": {"held"},
    "recast_nodes/models": {"told"},
    "recast_nodes/models/fast": {"held", "kept"},
    "recast_nodes/models/mesh": {"kept", "taken_off"},
    "recast_nodes/models/neural": {"held", "kept", "told"},
    "recast_nodes/models/tracker": {"kept", "told"},
    "recast_nodes/models/weights": {"told"},
    "recast_nodes/nodes": {"held", "kept", "said"},
    "recast_nodes/stages": {"held"},
    "recast_nodes/stages/expression": {"held", "said", "told"},
    "recast_nodes/stages/field": {"held", "kept"},
    "recast_nodes/stages/occlusion": {"held", "kept", "taken_off", "worn"},
    "recast_nodes/stages/track": {"told"},
}
LEFT_PHRASES = {
    "recast_nodes/graph": {r"\banew\b", r"\bis no (?:file|folder|number|movie|picture|shot)\b"},
    "recast_nodes/hosts/studio": {r"\banew\b"},
    "recast_nodes/media/journal": {r"\banew\b"},
    "recast_nodes/models/neural": {r"\banew\b"},
    "recast_nodes/models/weights": {r"\bis no (?:file|folder|number|movie|picture|shot)\b"},
    "recast_nodes/nodes": {r"\banew\b"},
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.parent.relative_to(ROOT).as_posix()


def names_in(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a module gives to a function, class, parameter, variable or attribute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def texts_in(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module but its docstrings: messages, tips and labels are among them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented) and node.body]
    docstrings = {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def word_of(name: str) -> str:
    """`told` of _told, Told and TOLD."""
    return name.strip("_").lower()


def bad_names() -> dict[str, set[str]]:
    found = defaultdict(set)
    for path in modules():
        for _, name in names_in(path):
            if word_of(name) in NAMES:
                found[room_of(path)].add(word_of(name))
    return found


def bad_phrases() -> dict[str, set[str]]:
    found = defaultdict(set)
    for path in modules():
        for _, text in texts_in(path):
            found[room_of(path)] |= {phrase for phrase in PHRASES if " " in text and re.search(phrase, text)}
    return {room: phrases for room, phrases in found.items() if phrases}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_names_say_what_they_are(path: Path) -> None:
    left = LEFT.get(room_of(path), set())
    bad = [(line, name) for line, name in names_in(path) if word_of(name) in NAMES and word_of(name) not in left]
    assert not bad, f"{path}: call a value by what it is, a function by what it does"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_messages_are_plain_english(path: Path) -> None:
    left = LEFT_PHRASES.get(room_of(path), set())
    for line, text in texts_in(path):
        for phrase in PHRASES:
            assert phrase in left or " " not in text or not re.search(phrase, text), f"{path}:{line}: {text}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_are_plain_english(page: Path) -> None:
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    found = [match[0] for phrase in PHRASES for match in re.finditer(f".{{0,40}}{phrase}", text)]
    assert not found, page.name


if __name__ == "__main__":
    pprint.pprint(dict(bad_names()), width=118)
    pprint.pprint(bad_phrases(), width=118)
