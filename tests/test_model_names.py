"""Nobody asks which model it is: a model's name stands in its own room alone, where it is declared."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import recast_nodes
from recast_nodes.model_registry import MODELS

PACKAGE = Path(recast_nodes.__file__).parent


def declaring_module(name: str) -> Path:
    """The file that declares a model of this package."""
    (module,) = (
        reference.partition(":")[0]
        for reference in MODELS.references
        if reference.partition(":")[0] == MODELS.get(name).implementation.rpartition(".model:")[0]
    )
    return PACKAGE.joinpath(*module.split(".")[1:], "__init__.py")


def words(path: Path) -> list[tuple[str, int]]:
    """Every text in the code of a file, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.value, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_code_asks_for_a_model_by_its_name(path: Path) -> None:
    names = {name for name in MODELS.own_names if path != declaring_module(name)}
    found = [f"{path.name}:{line}: {word!r}" for word, line in words(path) if word in names]
    assert not found, f"{', '.join(found)}: ask its traits (recast_nodes.model_registry) instead"


@pytest.mark.parametrize("name", MODELS.own_names)
def test_a_model_says_its_name_once(name: str) -> None:
    assert [word for word, _ in words(declaring_module(name))].count(name) == 1


def test_every_room_that_declares_a_model_is_in_the_registry() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("models/*/__init__.py") if "ModelTraits(" in path.read_text()}
    listed = {reference.partition(":")[0].rpartition(".")[2] for reference in MODELS.references}
    assert rooms == listed, "recast_nodes/model_registry.py lists the package's own models in OWN"
