"""How fast and how large `recast edit` is, EXR to EXR, and what the time goes to.

    python benchmarks/edit_speed.py                         # everything below, some minutes
    python benchmarks/edit_speed.py speed memory help       # or only some of it
    python benchmarks/edit_speed.py speed --source 'plate.####.exr' --driving take.mov

The plates are the demo's portrait and camera move: 1080p with a face of 400 pixels, 4K with one of 800, and small
frames for memory, where length is what matters. Every measurement is a fresh process, as an artist starts it. What an
edit costs is also given as a multiple of copying: the same frames through Read and Write alone, the limit of any edit.
Prints tables in Markdown; these are numbers to look at, never assertions in a test.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "benchmarks" / "out"
DRIVER = ROOT / "demo" / "driver.mp4"
FIRST = 1001
ZOOM = 2.5  # of demo/make_plate.py: a face 400 pixels high at a width of 1920
SPEED = {"1080p, face 400": ((1920, 1080), 120), "4K, face 800": ((3840, 2160), 36)}
MEMORY = {"320x180, 100 frames": ((320, 180), 100), "320x180, 1000 frames": ((320, 180), 1000)}


COPY = """recast: 1
nodes:
  Plate: {{kind: Read, knobs: {{file: '{source}'}}}}
  Write: {{kind: Write, inputs: {{image: Plate}}, knobs: {{file: '{output}'}}}}
"""


class Run(NamedTuple):
    """One command of Recast Nodes: how it went, and what it took."""

    frames: int
    seconds: float  # wall clock, from the start of the process to its end
    processor: float  # seconds of all cores: what a busy machine leaves nearly as it is
    first_frame: float  # seconds until the first frame was written
    peak_mb: float  # resident memory at its highest, of the largest process
    stages: dict[str, float]  # processor seconds in each node, summed over frames and threads

    @property
    def rate(self) -> float:
        """Frames a second, start-up and tracking included."""
        return self.frames / self.seconds

    @property
    def steady(self) -> float:
        """Frames a second once frames are being written."""
        return (self.frames - 1) / max(self.seconds - self.first_frame, 1e-6)

    @property
    def cost(self) -> float:
        """Processor seconds a frame, start-up included."""
        return self.processor / self.frames


def plate(size: tuple[int, int], count: int) -> str:
    """The pattern of a plate of this size and length; it is made once and kept."""
    pattern = str(OUT / f"plate_{size[0]}x{size[1]}_{count}" / "plate.####.exr")
    last = FIRST + count - 1
    if not Path(pattern.replace("####", f"{last:04d}")).exists():
        print(f"Making {count} frames of {size[0]}x{size[1]}", file=sys.stderr)
        sys.path.insert(0, str(ROOT / "demo"))
        from make_plate import make

        make(pattern, FIRST, last, size, ZOOM)
    return pattern


def edit(source: str, driving: str, folder: str, options: Sequence[str] = ()) -> Run:
    """Run `recast edit` on a plate as a process of its own. Leaves with the process's words where it fails."""
    output = _empty(folder)
    command = ["edit", "--mode", "replace", "--source", source, "--driving", driving, "--output", str(output)]
    return _run([*command, "--set", "Driving.after=bounce", *options])


def copy(source: str, folder: str) -> Run:
    """The same frames through Read and Write alone."""
    output = _empty(folder)
    shot = output.parent.parent / f"{folder}.recast.yaml"
    shot.write_text(COPY.format(source=Path(source).resolve(), output=output))
    return _run(["render", str(shot), "--allow", str(output.parent)])


def _empty(folder: str) -> Path:
    output = OUT / folder / "shot.####.exr"
    shutil.rmtree(output.parent, ignore_errors=True)  # what an earlier run left would be resumed
    output.parent.mkdir(parents=True)
    return output


def _run(words: list[str]) -> Run:
    command = [sys.executable, "-m", "recast_nodes.hosts.cli", *words, "--json"]
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    complaints: list[str] = []
    listener = threading.Thread(target=lambda: complaints.extend(process.stderr or ()))
    listener.start()
    events = [(time.monotonic() - start, event) for event in _events(process)]
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    listener.join()
    done = [event for _, event in events if event.get("event") == "done"]
    if status or not done:
        raise SystemExit(f"{' '.join(command)}\nended with status {status}:\n{''.join(complaints)}")
    written = [when for when, event in events if event.get("event") == "frame"]
    scale = 1 / 1024 if platform.system() == "Linux" else 1 / 1024**2  # kilobytes there, bytes on macOS
    peak = usage.ru_maxrss * scale
    worked = usage.ru_utime + usage.ru_stime
    first = written[0] if written else seconds
    return Run(done[0]["frames"], seconds, worked, first, peak, done[0].get("seconds", {}))


def _events(process: subprocess.Popen[str]) -> Iterator[dict]:
    for line in process.stdout or ():
        if line.startswith("{"):
            yield json.loads(line)


def speed(plates: dict[str, str], driving: str) -> dict[str, Run]:
    """Frames a second, what a frame costs beside copying it, and the stages, of each plate."""
    print(
        "\n| plate | frames | frames/s | while writing | s to the first frame | processor s a frame | copying | ",
        end="",
    )
    print("times copying | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    runs, copies = {}, {}
    for name, source in plates.items():
        copies[name] = limit = copy(source, f"copy_{name.split(',')[0]}")
        runs[name] = run = edit(source, driving, f"speed_{name.split(',')[0]}")
        rates = f"{run.rate:.2f} | {run.steady:.2f} | {run.first_frame:.1f}"
        costs = f"{run.cost:.3f} | {limit.cost:.3f} | {run.cost / limit.cost:.1f}"
        print(f"| {name} | {run.frames} | {rates} | {costs} | {run.peak_mb:.0f} |")
    for name, run in runs.items():
        _print_stages(name, run, copies[name])
    return runs | {f"copying {name}": run for name, run in copies.items()}


def _print_stages(name: str, run: Run, limit: Run) -> None:
    print(f"\nWhat the time goes to, {name} (processor time a frame, and as a multiple of copying it):\n")
    rest = run.processor - sum(run.stages.values())
    stages = sorted(run.stages.items(), key=lambda item: -item[1])
    for stage, seconds in [*stages, ("start and the rest", rest)]:
        print(f"    {stage:20} {seconds / run.frames * 1000:8.1f} ms {seconds / run.frames / limit.cost:6.2f}")


def memory(driving: str) -> dict[str, Run]:
    """Peak memory of a short and a long shot of the same small frames."""
    print("\n| shot | peak MB | frames/s |")
    print("|---|---|---|")
    runs = {}
    for name, (size, count) in MEMORY.items():
        runs[name] = run = edit(plate(size, count), driving, f"memory_{count}")
        print(f"| {name} | {run.peak_mb:.0f} | {run.rate:.1f} |")
    short, long = runs.values()
    print(f"\nThe long shot takes {long.peak_mb / short.peak_mb - 1:+.1%} of the short one's peak.")
    return runs


def help_time(times: int = 5) -> float:
    """Seconds that `recast --help` takes: the best of some, since the first reads the disk."""
    best = min(_timed([sys.executable, "-m", "recast_nodes.hosts.cli", "--help"]) for _ in range(times))
    print(f"\n`recast --help` answers in {best:.2f} s.")
    return best


def _timed(command: list[str]) -> float:
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - start


def main() -> None:
    """Read the command line and measure what it asks for."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("what", nargs="*", help="speed, memory, help; everything without it")
    words.add_argument("--source", help="a plate of your own, instead of those that are made")
    words.add_argument("--driving", default=str(DRIVER))
    words.add_argument("--save", type=Path, help="keep the numbers in this JSON file too")
    asked = words.parse_args()
    if unknown := set(asked.what) - {"speed", "memory", "help"}:
        words.error(f"cannot measure {', '.join(sorted(unknown))}; there are speed, memory and help")
    what = asked.what or ["speed", "memory", "help"]
    print(f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}")
    numbers: dict[str, object] = {}
    if "speed" in what:
        plates = {"given": asked.source} if asked.source else {name: plate(*shape) for name, shape in SPEED.items()}
        numbers["speed"] = {name: run._asdict() for name, run in speed(plates, asked.driving).items()}
    if "memory" in what:
        numbers["memory"] = {name: run._asdict() for name, run in memory(asked.driving).items()}
    if "help" in what:
        numbers["help"] = help_time()
    if asked.save:
        asked.save.write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    main()
