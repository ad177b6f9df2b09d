"""Kills renders at random moments, resumes them, and compares every frame with an undisturbed render, bit for bit.

    python benchmarks/kill_and_resume.py --plate plate.####.exr --driving take.mp4 --times 100

Each time: a render is started and killed (SIGKILL), some of them twice; then it is started once more and left alone.
Half are killed at a moment drawn evenly from the length of a whole render, half some milliseconds after a drawn number
of frames is there, so that a busy machine does not shift all kills to one end. Every frame must then be there and be
the undisturbed render's to the bit, and nothing else may be left: no temporary file, no claim. Exits with 1 where any
of that fails.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

JOURNAL = {"frames.jsonl", "ledger.json", "records.bin"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--plate", required=True)
    parser.add_argument("--driving", required=True)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill_and_resume.") as folder:
        sys.exit(0 if kill_and_resume(given, Path(folder)) else 1)


def kill_and_resume(given: argparse.Namespace, folder: Path) -> bool:
    """Whether every time ended as it must."""
    draw = random.Random(given.seed)
    begun = time.monotonic()
    if run(given, folder / "whole") != 0:
        sys.exit("the undisturbed render failed")
    length = time.monotonic() - begun
    wanted = contents(folder / "whole")
    print(f"undisturbed: {len(wanted)} frames in {length:.1f} s")
    good, stages = 0, Counter[str]()
    for number in range(1, given.times + 1):
        out = folder / f"killed{number}"
        for _ in range(draw.choice((1, 1, 2))):
            run(given, out, kill=drawn(draw, length, len(wanted)))
        stages[stage(out, len(wanted))] += 1
        code = run(given, out)
        problems = faults(out, wanted) + ([f"exit code {code}"] if code else [])
        good += not problems
        print(f"{number}: {', '.join(problems) or 'whole'}", flush=True)
        shutil.rmtree(out, ignore_errors=True)
    print(f"{good} of {given.times} whole; killed {dict(sorted(stages.items()))}")
    return good == given.times


class Moment(NamedTuple):
    """When to kill: so many seconds after so many frames are there."""

    frames: int
    seconds: float

    def wait(self, process: subprocess.Popen[bytes], out: Path) -> bool:
        """Wait for it; False where the render ended before."""
        while len(list(out.glob("shot.*.exr"))) < self.frames:
            if process.poll() is not None:
                return False
            time.sleep(0.01)
        try:
            process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            return True
        return False


def drawn(draw: random.Random, length: float, count: int) -> Moment:
    """A moment of a render that takes `length` seconds for `count` frames."""
    if draw.random() < 0.5:
        return Moment(0, draw.uniform(0, length))
    return Moment(draw.randint(1, count - 1), draw.uniform(0, 0.2))


def run(given: argparse.Namespace, out: Path, kill: Moment | None = None) -> int:
    words = ["edit", "--source", given.plate, "--driving", given.driving, "--output", str(out / "shot.####.exr")]
    words += ["--workers", str(given.workers), "--set", "ExpressionMix.enhance=0.3"]
    command = [sys.executable, "-m", "recast_nodes.hosts.cli", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if kill and kill.wait(process, out):
        process.send_signal(signal.SIGKILL)
    return process.wait()


def stage(out: Path, count: int) -> str:
    """How far a killed render had come."""
    frames = len(list(out.glob("shot.*.exr")))
    if not out.exists():
        return "before it began"
    return "while looking" if not frames else "after the last frame" if frames == count else "between frames"


def contents(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.glob("shot.*.exr"))}


def faults(out: Path, wanted: dict[str, str]) -> list[str]:
    """What is not as it must be."""
    there = contents(out)
    lacking = sorted(set(wanted) - set(there))
    other = sorted(name for name in there if there[name] != wanted.get(name))
    files = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    folder = next(out.glob(".*.recast")).name
    left = sorted(
        files - set(wanted) - {"shot.recast.yaml", "shot.ledger.jsonl"} - {f"{folder}/{name}" for name in JOURNAL}
    )
    named = {"missing": lacking, "different": other, "left behind": left}
    return [f"{what}: {' '.join(names)}" for what, names in named.items() if names]


if __name__ == "__main__":
    main()
