"""Words that we do not use: names that say nothing, and phrases over which an English reader stumbles."""

from __future__ import annotations

import ast
import re
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


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


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


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_names_say_what_they_are(path: Path) -> None:
    bad = [(line, name) for line, name in names_in(path) if word_of(name) in NAMES]
    assert not bad, f"{path}: call a value by what it is, a function by what it does"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_messages_are_plain_english(path: Path) -> None:
    for line, text in texts_in(path):
        for phrase in PHRASES:
            assert " " not in text or not re.search(phrase, text), f"{path}:{line}: {text}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_are_plain_english(page: Path) -> None:
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    found = [match[0] for phrase in PHRASES for match in re.finditer(f".{{0,40}}{phrase}", text)]
    assert not found, page.name
