"""How rendering scales with --workers: wall clock and processor seconds of looking at a shot and of making its frames.

    python benchmarks/scaling.py                                  # 120 frames of 1920x1080, workers 1, 2, 3 and 16
    python benchmarks/scaling.py --workers 1,2,3,16 --rounds 3
    python benchmarks/scaling.py --workers 1,2 --threads 1 --cores 2       # two workers as two processes
    python benchmarks/scaling.py --workers 1,16 --cores 16                 # what sixteen cost where they are not there
    python benchmarks/scaling.py --source 'plate.####.exr' --driving take.mov --frames 1001-1048

Each measurement is a fresh `recast render` of a fresh output: with --analysis, which looks at the shot, and then
without, which makes the frames. What starting takes (a third run, which finds every frame there) is taken off both.
Rounds alternate, and the table has their medians. On a busy machine only processor seconds mean something.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))
from edit_speed import DRIVER, OUT, plate

from recast_nodes.graph.check import shot_span
from recast_nodes.graph.crew.count import THREADS_EACH
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.media.journal.kept_analyses import code_state
from recast_nodes.media.names.patterns import parse_frames

EVERY = 0.5  # seconds between looks at memory
START = """
from recast_nodes.graph.crew import count
from recast_nodes.hosts.cli import main
count.THREADS_EACH = %d
if %d:
    count.cores = lambda: %d
main()
"""


class Cost(NamedTuple):
    """What one process took, with all that it started."""

    wall: float  # seconds
    processor: float  # seconds of all cores
    memory: float  # MB at the highest, pages that are shared counted once
    processes: int  # at most, reader processes included


class Measured(NamedTuple):
    """One shot with one number of workers."""

    look: Cost
    make: Cost
    start: Cost
    content: dict[str, str]  # of every frame, by its file


def run(command: list[str]) -> Cost:
    """Run a command to its end. Leaves with its words where it fails."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    watch = _Memory(process.pid)
    watch.start()
    words = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    watch.ended.set()
    watch.join()
    if status:
        raise SystemExit(f"{' '.join(command)}\nended with status {status}:\n{words}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, watch.highest / 2**20, watch.most)


class _Memory(threading.Thread):
    """Adds up what a process and those below it hold."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.process, self.ended = psutil.Process(pid), threading.Event()
        self.highest, self.most = 0, 0

    def run(self) -> None:
        while not self.ended.wait(EVERY):
            try:
                all_of_them = [self.process, *self.process.children(recursive=True)]
            except psutil.Error:
                return
            self.highest = max(self.highest, sum(map(_held, all_of_them)))
            self.most = max(self.most, len(all_of_them))


def _held(process: psutil.Process) -> int:
    try:
        facts = process.memory_full_info()
        return int(getattr(facts, "pss", 0) or facts.rss)
    except psutil.Error:
        return 0


def measure(source: str, driving: str, frames: str, workers: int, threads: int, cores: int) -> Measured:
    """One shot rendered anew with so many workers, `threads` of them in each process; with `cores`, as if the machine
    had so many.
    """
    folder = OUT / f"scaling_{workers}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    graph = edit_graph(source, driving, str(folder / "shot.####.exr"), "replace", "mesh")
    document = folder / "shot.recast.yaml"
    save(graph.with_knob("Driving", "after", "bounce"), document)
    start = START % (threads, cores, cores)
    command = [sys.executable, "-c", start, "render", str(document), "--workers", str(workers)]
    only = ["--frames", frames] if frames else []
    look, make, nothing = (run([*command, *more]) for more in (["--analysis"], only, only))
    count = len(parse_frames(frames)) if frames else len(shot_span(graph, "Write"))
    written = sorted(folder.glob("shot.*.exr"))
    if len(written) != count:
        raise SystemExit(f"{folder} has {len(written)} frames, not {count}")
    content = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    return Measured(look, make, nothing, content)


def table(results: dict[int, list[Measured]]) -> None:
    """The medians of all rounds."""
    print("\n| workers | processes | look: wall s | processor s | times as fast | more processor |", end="")
    print(" frames: wall s | processor s | times as fast | more processor | peak MB |")
    print("|---|" + "---|" * 10)
    first: list[float] = []
    for workers, rounds in results.items():
        numbers = [_median(rounds, phase, what) for phase in ("look", "make") for what in ("wall", "processor")]
        first = first or numbers
        cells = []
        for at in (0, 2):
            wall, processor = numbers[at : at + 2]
            cells += [f"{wall:.1f} | {processor:.1f} | {first[at] / wall:.2f} | {processor / first[at + 1] - 1:+.0%}"]
        peak = max(max(each.look.memory, each.make.memory) for each in rounds)
        most = max(max(each.look.processes, each.make.processes) for each in rounds)
        print(f"| {workers} | {most} | {' | '.join(cells)} | {peak:.0f} |")


def _median(rounds: list[Measured], phase: str, what: str) -> float:
    return statistics.median(getattr(getattr(each, phase), what) - getattr(each.start, what) for each in rounds)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--workers", default="1,2,3,16")
    words.add_argument("--rounds", type=int, default=1)
    words.add_argument("--source", help="a plate of your own, instead of the one that is made")
    words.add_argument("--driving", default=str(DRIVER))
    words.add_argument("--threads", type=int, default=THREADS_EACH, help="threads in each process")
    words.add_argument("--cores", type=int, default=0, help="as if the machine had so many: workers beyond are cut")
    words.add_argument("--frames", default="", help="the frames to make; the whole shot is looked at in any case")
    asked = words.parse_args()
    source = asked.source or plate((1920, 1080), 120)
    results: dict[int, list[Measured]] = {int(count): [] for count in asked.workers.split(",")}
    program = code_state()
    for number in range(asked.rounds):
        for workers, rounds in results.items():
            load = os.getloadavg()[0]
            rounds.append(measure(source, asked.driving, asked.frames, workers, asked.threads, asked.cores))
            print(f"round {number + 1}, {workers} workers, load {load:.1f} before: {rounds[-1][:3]}", file=sys.stderr)
    table(results)
    code_state.cache_clear()
    if code_state() != program:
        raise SystemExit("The program was changed meanwhile: rows, and their frames, are of different programs.")
    if not _compare(results):
        sys.exit(1)


def _compare(results: dict[int, list[Measured]]) -> bool:
    """Whether every frame is the same in all of them. Those that are not are named."""
    all_of_them = [(workers, each.content) for workers, rounds in results.items() for each in rounds]
    first = all_of_them[0][1]
    differ = {workers: [name for name in first if first[name] != found.get(name)] for workers, found in all_of_them}
    for workers, names in differ.items():
        if names:
            print(f"\nFRAMES DIFFER from the first ones, {workers} workers: {', '.join(names)}; they stay in {OUT}.")
    if not any(differ.values()):
        print("\nEvery frame is the same to the bit.")
    return not any(differ.values())


if __name__ == "__main__":
    main()
