"""How `tools/thresholds.py` finds the numbers of the package, and moves one.

They are noted as they are made, while the package is imported. One that is used by its own name alone is put in place
of the old one wherever a module holds that. One that something was derived from (a tensor, a longer tuple) is moved as
it is made: the package is imported once more.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

HOME = "recast_nodes.stages.thresholds"
KINDS = ("Amount", "Threshold", "Count", "Amounts", "Ramp")
REGIONS = "recast_nodes.face.regions"
GAINS = {
    "reach": "centimetres",
    "read": "share of a movement",
    "given_back": "power of 1 / read",
    "by_coefficients": "share of a movement",
}
ROOMS = ("stages", "models", "nodes", "evaluation")


class Number(NamedTuple):
    """One number that can be moved: the `order`-th that `module` makes, and which part of it."""

    module: str
    order: int  # -1 for a region's
    part: str  # "" for the whole, "start" and "over" of a ramp, the field of a region
    name: str
    value: Any
    made: Any  # what the module holds

    @property
    def key(self) -> str:
        return f"{self.name}{'.' if self.part else ''}{self.part}"

    @property
    def word(self) -> str:
        """The name that its module knows it by; "" for a region, which is known by none."""
        return "" if self.order < 0 else self.name.rpartition(".")[2]

    @property
    def unit(self) -> str:
        return GAINS[self.part] if self.order < 0 else self.made.unit

    @property
    def why(self) -> str:
        return f"beside it in {REGIONS}" if self.order < 0 else self.made.why


@contextlib.contextmanager
def _noted(move: Number | None = None, factor: float = 1.0) -> Iterator[list[tuple[str, int, Any]]]:
    """Inside, (module, order, number) of all that are made; `move` is made `factor` times as large."""
    home = importlib.import_module(HOME)
    made: list[tuple[str, int, Any]] = []
    counts: Counter[str] = Counter()
    before = {name: getattr(home, name).__new__ for name in KINDS}

    def maker(original: Callable[..., Any]) -> Callable[..., Any]:
        def make(kind: type, *given: Any, **named: Any) -> Any:
            module = sys._getframe(1).f_globals["__name__"]
            value = original(kind, *given, **named)
            if module == HOME:  # a threshold is made by way of an amount
                return value
            order, counts[module] = counts[module], counts[module] + 1
            if move and (move.module, move.order) == (module, order):
                value = moved(value, move.part, factor)
            made.append((module, order, value))
            return value

        return make

    for name in KINDS:
        getattr(home, name).__new__ = maker(before[name])
    try:
        yield made
    finally:
        for name in KINDS:
            getattr(home, name).__new__ = before[name]


def moved(value: Any, part: str, factor: float) -> Any:
    """The number times `factor`; a count is changed by one at least."""
    if dataclasses.is_dataclass(value):
        return dataclasses.replace(value, **{part: getattr(value, part) * factor})
    if part:
        return value._replace(**{part: getattr(value, part) * factor})
    if isinstance(value, tuple):
        return type(value)([_times(each, factor) for each in value], value.unit, value.why)
    again = (int if isinstance(value, int) else float).__new__(type(value), _times(value, factor))
    again.__dict__.update(value.__dict__)
    return again


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, int):
        times = round(value * factor)
        return times if times != value else value + (1 if factor > 1 else -1)
    return float(value) * factor


def find_numbers(package: Path) -> list[Number]:
    """All numbers of the package, by importing the modules that make any."""
    files = sorted(file for room in ROOMS for file in (package / room).rglob("*.py"))
    files = [file for file in files if any(f"{kind}(" in file.read_text(encoding="utf-8") for kind in KINDS)]
    names = [".".join(file.relative_to(package.parent).with_suffix("").parts) for file in files]
    with _noted() as made:
        for name in names:
            importlib.import_module(name.removesuffix(".__init__"))
    found = []
    for module, order, value in made:
        name = f"{module.removeprefix('recast_nodes.')}.{_name_of(value, module)}"
        for part in ("start", "over") if hasattr(value, "start") else ("",):
            found.append(Number(module, order, part, name, _plain(getattr(value, part) if part else value), value))
    return found + _gains()


def _gains() -> list[Number]:
    """The numbers that regions declare; those that they leave at their defaults change nothing."""
    home = importlib.import_module(REGIONS)
    usual = {field.name: field.default for field in dataclasses.fields(home.Region)}
    parts = [(region, part, getattr(region, part)) for region in home.REGIONS.values() for part in GAINS]
    return [
        Number(REGIONS, -1, part, f"face.regions.{region.name}", value, region)
        for region, part, value in parts
        if value is not None and value != usual[part]
    ]


def _plain(value: Any) -> Any:
    """The bare number, or a tuple of them."""
    kind = next(kind for kind in (int, float, tuple) if isinstance(value, kind))
    return kind(value)


def _name_of(value: Any, module: str) -> str:
    """What its module calls a number, inside tuples and dicts too."""

    def inside(thing: Any, name: str) -> str:
        if thing is value:
            return name
        entries = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, tuple) else ()
        return next(filter(None, (inside(each, f"{name}[{at}]") for at, each in entries)), "")

    names = list(vars(sys.modules[module]).items())
    return next(filter(None, (inside(thing, name) for name, thing in names)), "(no name)")


@contextlib.contextmanager
def imported_with(number: Number, factor: float) -> Iterator[None]:
    """Inside, the package is imported once more, with a number moved as it is made."""
    for name in [name for name in sys.modules if name.split(".")[0] == "recast_nodes"]:
        del sys.modules[name]
    if number.module == REGIONS:  # before anything is made of it
        importlib.import_module(REGIONS).REGIONS[number.made.name] = moved(number.made, number.part, factor)
    with _noted(number, factor):
        importlib.import_module(number.module)
        yield


@contextlib.contextmanager
def moved_here(number: Number, factor: float) -> Iterator[None]:
    """Inside and ever after, a moved number is in the place of the old one: in every module, its functions' defaults,
    and its classes.
    """
    new = moved(number.made, number.part, factor)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "recast_nodes":
            _replace_in(vars(module), number.made, new, name)
            _forget_results(module)
    yield


def _forget_results(module: Any) -> None:
    """What functions of a module keep of earlier calls is made again; networks that were loaded stay."""
    if not module.__name__.startswith("recast_nodes.models.tracker"):
        for thing in list(vars(module).values()):
            getattr(thing, "cache_clear", lambda: None)()


def _replace_in(names: dict[str, Any], old: Any, new: Any, module: str) -> None:
    for name, thing in list(names.items()):
        if thing is old:
            names[name] = new
        elif isinstance(thing, FunctionType):
            _replace_defaults(thing, old, new)
        elif isinstance(thing, type) and thing.__module__ == module:
            for attribute, value in list(vars(thing).items()):
                if value is old:
                    setattr(thing, attribute, new)
                elif isinstance(value, FunctionType):
                    _replace_defaults(value, old, new)


def _replace_defaults(function: FunctionType, old: Any, new: Any) -> None:
    if function.__defaults__:
        function.__defaults__ = tuple(new if each is old else each for each in function.__defaults__)
    if function.__kwdefaults__:
        function.__kwdefaults__ = {name: new if each is old else each for name, each in function.__kwdefaults__.items()}
