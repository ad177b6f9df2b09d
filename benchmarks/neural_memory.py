"""Memory of a neural model's shot by its length: what is kept of each frame is all that may grow.

    python benchmarks/neural_memory.py                       # 100 and 1,000 frames of 320x180
    python benchmarks/neural_memory.py --model liveportrait --lengths 50 500

The networks are the tests' stand-ins, which take and give what the published ones do in milliseconds: everything else,
from the plate's EXR to the result's, is as an artist starts it. Real networks add the same to every length (their
weights and one batch of their volumes). Each shot is a process of its own. Prints a table; numbers to look at.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
SIZE = (320, 180)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", choices=("performrecast", "liveportrait"), default="performrecast")
    parser.add_argument("--lengths", type=int, nargs="*", default=[100, 1000])
    given = parser.parse_args()
    print("| model | frames | seconds | peak MB |\n|---|---|---|---|")
    for length in given.lengths:
        seconds, peak = shot(given.model, length)
        print(f"| {given.model} | {length} | {seconds:.0f} | {peak:.0f} |", flush=True)


def shot(model: str, length: int) -> tuple[float, float]:
    """Seconds and peak memory in MB of one whole edit."""
    from edit_speed import DRIVER, OUT, plate

    output = OUT / f"neural_memory_{model}_{length}" / "shot.####.exr"
    words = ["edit", "--model", model, "--source", plate(SIZE, length), "--driving", str(DRIVER)]
    words += ["--output", str(output), "--overwrite", "--set", "Driving.after=bounce"]
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, __file__, "--as-recast", *words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"recast {' '.join(words)} ended with status {status}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def as_recast(words: list[str]) -> None:
    """The command, with stand-ins where it would load the published networks."""
    from recast_nodes import models
    from recast_nodes.hosts.cli import main as recast
    from tests.models.stand_in import stand_in

    made = {name: stand_in(name) for name in ("performrecast", "liveportrait")}
    models._load = lambda traits: made[traits.name]  # type: ignore[assignment]
    sys.argv = ["recast", *words]
    recast()


if __name__ == "__main__":
    as_recast(sys.argv[2:]) if sys.argv[1:2] == ["--as-recast"] else main()
