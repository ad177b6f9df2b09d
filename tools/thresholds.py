"""Which numbers of the stages does nothing depend on?

    python tools/thresholds.py                     # all of them, and the table
    python tools/thresholds.py --only features     # those whose name holds a word
    python tools/thresholds.py --list              # names, values, units and reasons alone
    python tools/thresholds.py --only calibration --tests tests/stages/expression/test_calibration.py

Every `Threshold`, `Ramp`, `Amount`, `Amounts` and `Count` of `recast_nodes.stages.thresholds` is made half and twice as
large, one at a time, and a small fixed set of shots (`tools/threshold_shots.py`) is rendered until a pixel differs.
So are the gains of `face/regions.py`. Each change has a process of its own. `tools/threshold_moves.py` says how a
number is moved, with all that was derived from it while the package was imported.

A number with which every pixel stays is idle: it goes, or gets a test or a shot that needs it. One that ends in an
error counts as needed. A shot that calls no function which uses a number (`tools/threshold_uses.py`) is not rendered
for it, and twice as large is tried only where half as large was not seen (--both: always).

--tests runs tests in place of shots and says which fails first. A test that needs a number fails with half and with
twice of it: it has values on both sides, and does not count from the number itself.

Faces are looked up once and kept; numbers of trackers, which find them, are moved with --trackers alone, which looks at
every frame anew. Answers are kept in a JSON file: what stands there is not asked again unless the number changed, or
--anew is given.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "recast_nodes"
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from threshold_moves import Number, find_numbers, imported_with, moved_here  # noqa: E402  beside this file
from threshold_shots import Prepared, has_own_shots, names, prepare, write_clips  # noqa: E402
from threshold_tests import first_failure  # noqa: E402
from threshold_uses import Uses, uses_of, watched_calls  # noqa: E402

TRACKERS = "models.tracker"
FACTORS = (0.5, 2.0)
PATIENCE = 600.0  # seconds after which a change is taken to have made the set endless
FORK, SPAWN = (multiprocessing.get_context(name) for name in ("fork", "spawn"))


class Rendered:
    """A shot of the set as it is: what it was prepared by, what it comes out as, and which functions both called."""

    def __init__(self, folder: Path, name: str, anew: bool):
        with watched_calls() as self.preparing:
            self.prepared: Prepared = prepare(folder, name, anew)
        with watched_calls() as self.rendering:
            self.digests = list(self.prepared.digests())
        self.calls = self.preparing | self.rendering


def in_a_process(context: Any, work: Callable[..., str], *given: Any) -> str:
    """What `work` answers in a process of its own, or the error's last line."""
    ours, theirs = context.Pipe(False)
    process = context.Process(target=_answer, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(PATIENCE) else f"no answer in {PATIENCE:g} seconds"
    except EOFError:
        return "the process ended"
    finally:
        process.kill()
        process.join()


def _answer(there: Any, work: Callable[..., str], given: tuple[Any, ...]) -> None:
    try:
        there.send(work(*given))
    except BaseException:
        there.send(traceback.format_exc().strip().splitlines()[-1])


def first_difference_afresh(key: str, factor: float, digests: dict[str, list[str]], folder: Path, anew: bool) -> str:
    """`first_difference` in a process that knows nothing yet: trackers, which trials use too, do not survive a fork."""
    number = next(each for each in find_numbers(PACKAGE) if each.key == key)
    with imported_with(number, factor):
        for name, before in digests.items():
            if list(prepare(folder, name, anew).digests()) != before:
                return name
    return ""


def first_difference(
    number: Number, factor: float, uses: Uses, shots: dict[str, Rendered], folder: Path, anew: bool
) -> str:
    """The first shot of the set that comes out otherwise; '' where all are the same. Changes the process it runs in."""
    with imported_with(number, factor) if uses.derived else moved_here(number, factor):
        for name, shot in shots.items():
            again = uses.derived or uses.among(shot.preparing)
            prepared = prepare(folder, name, anew) if again else shot.prepared
            if any(digest != before for digest, before in zip(prepared.digests(), shot.digests, strict=True)):
                return name
    return ""


def measure(numbers: list[Number], told: argparse.Namespace) -> dict[str, Any]:
    """What each change did, by the number's name; written down as it goes."""
    answers = told.answers or told.folder / "answers.json"
    table: dict[str, Any] = json.loads(answers.read_text(encoding="utf-8")) if answers.exists() else {}
    rendered = {name: Rendered(told.folder, name, told.trackers) for name in names(told.folder)}
    noticed: dict[str, Counter[str]] = {}
    for at, number in enumerate(numbers):
        row = table.get(number.key, {})
        if row.get("value") != repr(number.value):
            row = table[number.key] = {"value": repr(number.value), "unit": number.unit, "why": number.why}
        likely = noticed.setdefault(number.module, Counter())
        uses = uses_of(number.made, number.word)
        shots = sorted(names(told.folder, number.module), key=lambda name: -likely[name])
        chosen = {name: rendered[name] for name in shots if uses.among(rendered[name].calls)}
        for factor in FACTORS:
            if f"x{factor:g}" in row or number.value == 0 or (is_needed(row) and not told.both):
                continue
            if told.trackers or has_own_shots(number.module):
                digests = {name: shot.digests for name, shot in chosen.items()}
                work = (SPAWN, first_difference_afresh, number.key, factor, digests)
            else:
                work = (FORK, first_difference, number, factor, uses, chosen)
            answer = in_a_process(*work, told.folder, told.trackers)
            row[f"x{factor:g}"] = answer
            likely[answer] += 1
        answers.write_text(json.dumps(table, indent=1), encoding="utf-8")
        print(f"{at + 1}/{len(numbers)} {describe(number.key, row)}", flush=True)
    return table


def ask_tests(numbers: list[Number], tests: list[str]) -> None:
    """Print which of the tests fails first with half and with twice of each number."""
    for number in (each for each in numbers if each.value != 0):
        row = {"value": repr(number.value), "unit": number.unit}
        row |= {f"x{factor:g}": first_failure(number, factor, tests) for factor in FACTORS}
        print(describe(number.key, row), flush=True)


def describe(key: str, row: dict[str, Any]) -> str:
    """One line of the table."""
    changes = [f"{name} {row[name] or 'nothing'}" for name in ("x0.5", "x2") if name in row]
    return f"{key} = {row['value']} {row['unit']}: {', '.join(changes) or 'nought, not moved'}"


def is_needed(row: dict[str, Any]) -> bool:
    """Whether a change of a number was seen."""
    return any(row.get(f"x{factor:g}") for factor in FACTORS)


def options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="", help="words, one of which a name must hold: 'features,occlusion'")
    arguments.add_argument("--list", action="store_true", help="names, values, units and reasons, and nothing rendered")
    arguments.add_argument("--trackers", action="store_true", help="trackers' numbers too: every frame is tracked anew")
    arguments.add_argument("--both", action="store_true", help="try both changes, also where one was seen")
    arguments.add_argument("--tests", nargs="+", default=[], help="run these tests, and render nothing")
    arguments.add_argument("--anew", action="store_true", help="ask everything again")
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "recast-thresholds")
    arguments.add_argument("--answers", type=Path, help="where the answers lie, if not in that folder")
    return arguments.parse_args()


def main() -> None:
    told = options()
    wanted = [number for number in find_numbers(PACKAGE) if told.trackers or not number.name.startswith(TRACKERS)]
    wanted = [number for number in wanted if any(word in number.key for word in told.only.split(","))]
    if told.list:
        for number in wanted:
            print(f"{number.key} = {number.value!r} {number.unit}: {number.why}")
        return
    if told.tests:
        ask_tests(wanted, told.tests)
        return
    write_clips(told.folder)
    if told.anew:
        (told.answers or told.folder / "answers.json").unlink(missing_ok=True)
    table = measure(wanted, told)
    idle = [number.key for number in wanted if number.value != 0 and not is_needed(table[number.key])]
    print(f"\n{len(wanted)} numbers in {len({number.name for number in wanted})} thresholds, {len(idle)} idle:")
    for key in idle:
        print(f"  {describe(key, table[key])}")


if __name__ == "__main__":
    main()
