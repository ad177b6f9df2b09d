"""Do tests fail when a number is moved? A plugin of pytest that moves one, and what runs the tests with it.

Tests that start a process of their own see the number as it was.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from threshold_moves import Number, find_numbers, imported_with

ROOT = Path(__file__).resolve().parent.parent
MOVE = "RECAST_MOVED_NUMBER"
PATIENCE = 600.0  # seconds after which a change is taken to have made the tests endless


def first_failure(number: Number, factor: float, tests: list[str]) -> str:
    """The first of the tests that fails with a number `factor` times as large; '' where all pass."""
    command = [sys.executable, "-m", "pytest", "-qx", "-p", __name__, "-p", "no:xdist", "-p", "no:cacheprovider"]
    places = os.pathsep.join([str(ROOT), str(ROOT / "tools")])
    names = os.environ | {MOVE: f"{number.key}={factor}", "PYTHONPATH": places}
    try:
        run = subprocess.run([*command, *tests], cwd=ROOT, env=names, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"no end in {PATIENCE:g} seconds"
    if run.returncode == 0:
        return ""
    lines = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0] if lines else (run.stdout + run.stderr).strip()[-200:]


def _move(asked: str) -> None:
    """For the rest of this process a number has another value; before any test is imported."""
    key, _, factor = asked.partition("=")
    (number,) = [each for each in find_numbers(ROOT / "recast_nodes") if each.key == key]
    with imported_with(number, float(factor)):
        return


if asked := os.environ.get(MOVE):
    _move(asked)
