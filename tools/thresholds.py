"""Which numbers of the stages does nothing depend on?

    python tools/thresholds.py                     # all of them, about a second each, and the table
    python tools/thresholds.py --only features     # those whose name holds a word
    python tools/thresholds.py --list              # names, values, units and reasons alone

Every `Threshold`, `Ramp`, `Amount`, `Amounts` and `Count` of `recast_nodes.stages.thresholds` is made half
and twice as large, one at a time, and a small fixed set of shots is rendered (`tools/threshold_shots.py`) until a pixel
differs. A number is moved as it is made, while the package is imported, so that whatever is derived from it (a tensor,
a default argument, another module's copy) moves with it. Each change has a process of its own.

A number with which every pixel stays is idle: it goes, or gets a test or a frame that needs it. One that ends in an
error counts as needed. A shot that runs no function which mentions a number (`tools/threshold_uses.py`) is not rendered
for it, and twice as large is tried only where half as large was not seen (--both: always).
Landmarks are looked up once and kept; what trackers find by is moved with --trackers, which
looks at every frame anew. The answers lie in a JSON file; what stands there is not asked again unless the number
changed or --anew is given.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import multiprocessing
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "recast_nodes"
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import threshold_shots  # noqa: E402  beside this file
import threshold_uses  # noqa: E402

HOME = "recast_nodes.stages.thresholds"
KINDS = ("Amount", "Threshold", "Count", "Amounts", "Ramp")
ROOMS = ("stages", "models", "nodes", "evaluation")
TRACKERS = "recast_nodes.models.tracker"
FACTORS = (0.5, 2.0)
PATIENCE = 600.0  # seconds after which a change is taken to have made the set endless
FORK = multiprocessing.get_context("fork")


class Number(NamedTuple):
    """One number that can be moved: the `order`-th that `module` makes, and which part of it."""

    module: str
    order: int
    part: str  # "" for the whole, "start" and "over" of a ramp
    name: str
    value: Any
    unit: str
    why: str

    @property
    def key(self) -> str:
        return f"{self.name}{'.' if self.part else ''}{self.part}"


class Rendered(NamedTuple):
    """What a shot of the set comes out as, and the functions that it called."""

    digests: list[str]
    called: set[tuple[str, str]]  # file and name


class Made(NamedTuple):
    """A number as it was made while the package was imported."""

    module: str
    order: int
    value: Any


@contextlib.contextmanager
def watched_import(move: tuple[str, int, str] | None = None, factor: float = 1.0) -> Iterator[list[Made]]:
    """Inside, what is imported has the number `move` (module, order, part) times `factor`. Gives all that are made."""
    home = importlib.import_module(HOME)
    made: list[Made] = []
    counts: Counter[str] = Counter()
    before = {name: getattr(home, name).__new__ for name in KINDS}

    def maker(original: Callable[..., Any]) -> Callable[..., Any]:
        def make(kind: type, *given: Any, **named: Any) -> Any:
            module = sys._getframe(1).f_globals["__name__"]
            value = original(kind, *given, **named)
            if module == HOME:  # a threshold is made by way of an amount
                return value
            order, counts[module] = counts[module], counts[module] + 1
            if move and move[:2] == (module, order):
                value = moved(value, move[2], factor)
            made.append(Made(module, order, value))
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
    """The number times `factor`; a count by one at least."""
    if part:
        return value._replace(**{part: getattr(value, part) * factor})
    if isinstance(value, int):
        times = max(0, round(value * factor))
        return type(value)(times if times != value else value + (1 if factor > 1 else -1), value.unit, value.why)
    if isinstance(value, tuple):
        return type(value)([each * factor for each in value], value.unit, value.why)
    again = float.__new__(type(value), value * factor)
    again.__dict__.update(value.__dict__)
    return again


def modules() -> list[str]:
    """The modules that make such numbers."""
    files = sorted(file for room in ROOMS for file in (PACKAGE / room).rglob("*.py"))
    files = [file for file in files if any(f"{kind}(" in file.read_text(encoding="utf-8") for kind in KINDS)]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return [name for name in names if name != HOME]


def find_numbers() -> list[Number]:
    """All numbers of the package, by importing it."""
    with watched_import() as made:
        for name in modules():
            importlib.import_module(name)
    found = []
    for module, order, value in made:
        name = f"{module.removeprefix('recast_nodes.')}.{_name_of(value, module)}"
        parts = ("start", "over") if hasattr(value, "start") else ("",)
        found += [
            Number(module, order, part, name, plain(getattr(value, part) if part else value), value.unit, value.why)
            for part in parts
        ]
    return found


def plain(value: Any) -> Any:
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

    names = vars(sys.modules[module]).items()
    return next(filter(None, (inside(thing, name) for name, thing in list(names))), "(no name)")


def in_a_process(work: Callable[..., Any], *given: Any) -> Any:
    """What `work` answers in a process of its own, or the error's last line."""
    ours, theirs = FORK.Pipe(False)

    def answer() -> None:
        try:
            theirs.send(work(*given))
        except BaseException:
            theirs.send({"error": traceback.format_exc().strip().splitlines()[-1]})

    process = FORK.Process(target=answer)
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(PATIENCE) else {"error": f"no answer in {PATIENCE:g} seconds"}
    except EOFError:
        return {"error": "the process ended"}
    finally:
        process.kill()
        process.join()


def first_difference(
    number: Number, factor: float, folder: Path, expected: dict[str, Rendered], order: list[str], anew: bool
) -> dict[str, str]:
    """The first shot of the set that comes out otherwise; '' where all are the same."""
    with watched_import((number.module, number.order, number.part), factor):
        importlib.import_module(number.module)
        for shot in order:
            for at, digest in enumerate(threshold_shots.digests(folder, shot, anew)):
                if digest != expected[shot].digests[at]:
                    return {"differs": shot}
    return {"differs": ""}


def _render(folder: Path, shot: str, anew: bool) -> Rendered:
    with threshold_uses.watched_calls() as called:
        return Rendered(list(threshold_shots.digests(folder, shot, anew)), called)


def render_all(folder: Path, anew: bool) -> dict[str, Rendered]:
    """The set as it is. Raises SystemExit where that fails."""
    found = {}
    for shot in in_a_process(_names, folder):
        found[shot] = in_a_process(_render, folder, shot, anew)
        if isinstance(found[shot], dict):
            raise SystemExit(f"{shot}: {found[shot]['error']}")
    return found


def _names(folder: Path) -> list[str]:
    threshold_shots.prepare(folder)
    return threshold_shots.names(folder)


def measure(numbers: list[Number], told: argparse.Namespace) -> dict[str, Any]:
    """What each change did, by the number's name; written to the folder as it goes."""
    answers = told.answers or told.folder / "answers.json"
    table: dict[str, Any] = json.loads(answers.read_text(encoding="utf-8")) if answers.exists() else {}
    expected = render_all(told.folder, told.trackers)
    noticed: dict[str, Counter[str]] = {}
    for at, number in enumerate(numbers):
        row = table.get(number.key, {})
        if row.get("value") != repr(number.value):
            row = table[number.key] = {"value": repr(number.value), "unit": number.unit, "why": number.why}
        likely = noticed.setdefault(number.module, Counter())
        uses = threshold_uses.functions(number.module, number.name.rpartition(".")[2], PACKAGE)
        order = [shot for shot in threshold_shots.names(told.folder, number.module) if shot in expected]
        order = [shot for shot in order if not uses or uses & expected[shot].called]
        order.sort(key=lambda shot: -likely[shot])
        for factor in FACTORS:
            if f"x{factor:g}" in row or number.value == 0 or (is_needed(row) and not told.both):
                continue
            answer = in_a_process(first_difference, number, factor, told.folder, expected, order, told.trackers)
            row[f"x{factor:g}"] = answer.get("differs", answer.get("error"))
            likely[answer.get("differs", "")] += 1
        answers.write_text(json.dumps(table, indent=1), encoding="utf-8")
        print(f"{at + 1}/{len(numbers)} {describe(number.key, row)}", flush=True)
    return table


def describe(key: str, row: dict[str, Any]) -> str:
    """One line of the table."""
    changes = [f"{name} {row[name] or 'nothing'}" for name in ("x0.5", "x2") if name in row]
    return f"{key} = {row['value']} {row['unit']}: {', '.join(changes) or 'nought, not moved'}"


def is_needed(row: dict[str, Any]) -> bool:
    """Whether a change of a number was seen."""
    return any(row.get(f"x{factor:g}") for factor in FACTORS)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="", help="words, one of which a name must hold: 'features,occlusion'")
    arguments.add_argument("--list", action="store_true", help="names, values, units and reasons, and nothing rendered")
    arguments.add_argument("--trackers", action="store_true", help="trackers' numbers too: every frame is tracked anew")
    arguments.add_argument("--both", action="store_true", help="try both changes, also where one was seen")
    arguments.add_argument("--anew", action="store_true", help="ask everything again")
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "recast-thresholds")
    arguments.add_argument("--answers", type=Path, help="where the answers lie, if not in that folder")
    told = arguments.parse_args()
    import torch  # noqa: F401  all processes share what is heavy, and each imports the package by itself

    found = in_a_process(find_numbers)
    if isinstance(found, dict):
        raise SystemExit(found["error"])
    wanted = [number for number in found if told.trackers or not number.module.startswith(TRACKERS)]
    wanted = [number for number in wanted if any(word in number.key for word in told.only.split(","))]
    if told.list:
        for number in wanted:
            print(f"{number.key} = {number.value!r} {number.unit}: {number.why}")
        return
    told.folder.mkdir(parents=True, exist_ok=True)
    if told.anew:
        (told.answers or told.folder / "answers.json").unlink(missing_ok=True)
    table = measure(wanted, told)
    idle = [number.key for number in wanted if number.value != 0 and not is_needed(table[number.key])]
    print(f"\n{len(wanted)} numbers in {len({number.name for number in wanted})} thresholds, {len(idle)} idle:")
    for key in idle:
        print(f"  {describe(key, table[key])}")


if __name__ == "__main__":
    main()
