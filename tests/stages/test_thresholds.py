"""Numbers that decide: they are numbers with a reason, a ramp is what it says at its ends, and none stands bare."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes import stages
from recast_nodes.stages import thresholds
from recast_nodes.stages.thresholds import Amount, Amounts, Count, PublishedNumber, Ramp, Threshold

STAGES = Path(stages.__file__).parent
KINDS = {kind.__name__: kind for kind in (Amount, Amounts, Count, PublishedNumber, Ramp, Threshold)}
NEUTRAL = (0.0, 0.5, 1.0, 2.0)
"""Floats of plain arithmetic. Powers of ten that keep a division or a conversion in bounds are, too."""
BARE: dict[str, str] = {
    **{
        f"expression/sliders.py: {number:g}": "what 1 on a slider is: a convention, on which saved documents depend"
        for number in (0.15, 0.2, 0.25, 0.35, 0.75, 0.8, 0.9)
    },
}
"""Numbers that stand bare and may, by file and number, each with its reason."""
numbers = st.floats(-100, 100, width=32)


@given(value=numbers, other=numbers)
def test_arithmetic_does_not_know_the_difference(value: float, other: float) -> None:
    threshold, tensor = Threshold(value, "pixels", "one from another", "a test"), torch.tensor(other)
    assert threshold == value and isinstance(threshold, Amount)
    assert torch.equal(tensor * threshold, tensor * value) and bool(tensor > threshold) == bool(tensor > value)


@pytest.mark.parametrize(("over", "ends"), [(0.25, (0.0, 1.0)), (-0.25, (1.0, 0.0))])
def test_a_ramp_is_flat_beyond_its_ends(over: float, ends: tuple[float, float]) -> None:
    ramp = Ramp(0.5, over, "", "one from another", "a test")
    low, high = sorted((0.5, 0.5 + over))
    below, above = ramp(torch.tensor([low - 1.0, low])), ramp(torch.tensor([high, high + 1.0]))
    assert below.tolist() == [ends[0]] * 2 and above.tolist() == [ends[1]] * 2
    assert ramp(torch.tensor((low + high) / 2)) == 0.5


@given(start=numbers, over=st.floats(0.125, 8, width=32), value=numbers)
def test_a_falling_ramp_is_what_the_rising_one_leaves(start: float, over: float, value: float) -> None:
    ramp, place = Ramp(start, over, "", "one from another", "a test"), torch.tensor(value, dtype=torch.float64)
    torch.testing.assert_close(ramp.falling()(place), 1 - ramp(place))


def test_counts_and_several_amounts_are_whole_numbers_and_tuples() -> None:
    rounds, colours = Count(3, "rounds", "a test"), Amounts((0.5, 0.25), "of white", "a test")
    assert list(range(rounds)) == [0, 1, 2] and torch.tensor(colours).tolist() == [0.5, 0.25]
    assert rounds.unit == "rounds" and colours.why == "a test"
    assert PublishedNumber(2.4, "a standard").source == "a standard"


def files() -> list[Path]:
    return [file for file in sorted(STAGES.rglob("*.py")) if file.stem not in ("__init__", "thresholds")]


def made_by(node: ast.AST) -> str:
    """The kind of number that a call makes; '' for anything else."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS
    return node.func.id if named else ""  # type: ignore[attr-defined]


def bare(node: ast.AST, *, inside: bool = False) -> Iterator[float]:
    """The numbers of a module that stand bare: floats in formulas, and what its own names are given besides."""
    if made_by(node):
        return
    if isinstance(node, ast.Constant) and type(node.value) is float and not is_neutral(node.value):
        yield node.value
    whole = isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant) and not inside
    if whole and type(node.value.value) is int:  # type: ignore[union-attr]
        yield node.value.value  # type: ignore[union-attr, misc]
    within = isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef)  # a field's default is none of its module's
    for child in ast.iter_child_nodes(node):
        yield from bare(child, inside=inside or within)


def is_neutral(number: float) -> bool:
    guard = f"{number:e}".startswith("1.000000e") and not 0.001 < number < 1000
    return number in NEUTRAL or guard


def room(file: Path) -> str:
    return file.relative_to(STAGES).as_posix()


@pytest.mark.parametrize("file", files(), ids=room)
def test_no_number_stands_bare(file: Path) -> None:
    found = {f"{room(file)}: {number:g}" for number in bare(ast.parse(file.read_text(encoding="utf-8")))}
    assert found <= set(BARE), (
        f"{sorted(found - set(BARE))}: say what they part and why it is that number, by one of {', '.join(KINDS)} of "
        f"{thresholds.__name__}; or why they may stand bare, in BARE of {Path(__file__).name}"
    )


def test_what_may_stand_bare_still_does() -> None:
    found = {f"{room(file)}: {number:g}" for file in files() for number in bare(ast.parse(file.read_text()))}
    assert set(BARE) <= found


@pytest.mark.parametrize("file", files(), ids=room)
def test_every_number_gives_its_reason(file: Path) -> None:
    module = importlib.import_module(".".join((stages.__name__, *Path(room(file)).with_suffix("").parts)))
    for name, value in vars(module).items():
        for each in (value, *(value if type(value) is tuple else ())):
            if isinstance(each, (Amount, Amounts, Count, Ramp)):
                assert each.why.strip(), f"{module.__name__}.{name}: why is it that number?"
            if isinstance(each, (Threshold, Ramp)):
                assert each.parts.strip(), f"{module.__name__}.{name}: what does it part?"
