"""How quick Recast Studio is: opening, a frame that is cached, going over the frames, a slider; without a screen.

    python benchmarks/studio_speed.py                       # a minute or two, on a quiet machine
    python benchmarks/studio_speed.py --size 3840x2160 --frames 12  # more do not fit into the window's pictures
    python benchmarks/studio_speed.py --first               # only how soon there is an edited picture, of 500 frames

The plate is the demo's; a long one is a shorter one to and fro, by links. First picture is from the drop of plate and
driver to an edited frame on the screen, which is provisional; settled, to that frame as a render makes it, with the
whole shot looked at. Cached is a picture that the window has, whose colours are not converted yet; ready is one that
is. Held is the longest that the window did nothing else. Processor is seconds of the window and of its worker, which a
busy machine leaves nearly as they are. Numbers to look at, never assertions in a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from edit_speed import DRIVER, FIRST, plate
from PySide6.QtCore import QSettings

from recast_nodes.hosts.studio.app import make_application, make_worker
from recast_nodes.hosts.studio.shot.recovery import Recovery
from recast_nodes.hosts.studio.window import StudioWindow
from recast_nodes.hosts.worker.protocol import read_contact

SPEED = {(1920, 1080): 120, (3840, 2160): 36}  # frames of the clips that long ones are made of
OPEN = """
from recast_nodes.hosts.studio.app import make_application, make_worker
from recast_nodes.hosts.studio.window import StudioWindow
running = make_application()
window = StudioWindow(make_worker())
window.show()
running.processEvents()
print("open", flush=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", default="1920x1080", help="The plate's.")
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--first", action="store_true", help="Only how soon there is an edited picture.")
    parser.add_argument("--long", type=int, default=500, help="Frames of the clip for --first.")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["RECAST_RUNTIME"] = scratch
        print(f"opens: {least(opening, 3):.2f} s from the start of the process")
        running = make_application()
        settings = QSettings(f"{scratch}/settings.ini", QSettings.Format.IniFormat)
        window = StudioWindow(make_worker(), settings, Recovery(Path(scratch)))
        window.resize(1600, 960)  # whatever the screen is
        window.show()
        try:
            if given.first:
                measure_first(window, running.processEvents, make_long((width, height), given.long, Path(scratch)))
            else:
                measure(window, running.processEvents, (width, height), range(FIRST, FIRST + given.frames))
        finally:
            window.document.undo.setClean()
            window.worker.stop()


def least(run: Callable[[], float], times: int) -> float:
    return min(run() for _ in range(times))


def opening() -> float:
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", OPEN], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seconds = time.perf_counter() - start
        process.kill()
    return seconds


def make_long(size: tuple[int, int], count: int, folder: Path) -> str:
    """A frame of a long clip: links to those of a shorter one, to and fro."""
    short = plate(size, SPEED[size])
    turn = 2 * SPEED[size] - 2
    for place in range(count):
        at = min(place % turn, turn - place % turn)
        (folder / f"long.{FIRST + place}.exr").symlink_to(short.replace("####", str(FIRST + at)))
    return str(folder / f"long.{FIRST}.exr")


class Clock:
    """Seconds on the wall, and of the processor in this process and its worker."""

    def __init__(self, window: StudioWindow):
        contact = read_contact(window.worker._name(window.worker._command()))
        assert contact
        self.processes = [psutil.Process(), psutil.Process(contact["pid"])]
        self.start()

    def start(self) -> None:
        self._wall, self._busy = time.perf_counter(), self._work()

    def _work(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self.processes)

    def read(self) -> str:
        return f"{time.perf_counter() - self._wall:.2f} s, processor {self._work() - self._busy:.2f} s"


def measure_first(window: StudioWindow, events: Callable[[], None], clip: str) -> None:
    """How soon an edited frame is seen of a shot that nobody has looked at, and one by another value of a knob."""
    controller, mixed = window.viewer.controller, lambda: "Driving" in window.document.graph.nodes

    def wait(done: Callable[[], bool], longest: float = 3600) -> None:
        until = time.monotonic() + longest
        while not done() and time.monotonic() < until:
            events()
            time.sleep(0.002)

    def change(value: float) -> None:
        window.knobs.set_value("replace", value)
        window.document.end_drag()
        wait(lambda: not controller.is_pending())

    window.worker.ask("warm_up")  # as Studio asks for when it opens
    clock = Clock(window)
    window.import_clip(clip)
    window.import_clip(str(DRIVER))
    wait(lambda: mixed() and not controller.is_pending())
    print(f"first picture: {clock.read()}{', provisional' if window.viewer.model.provisional else ''}")
    window.document.apply("bounce", lambda graph: graph.with_knob("Driving", "after", "bounce"))
    window.nodes.select("ExpressionMix")
    wait(lambda: not controller.is_pending())
    for value in (0.9, 0.8, 0.7):
        clock.start()
        change(value)
        print(f"another value, while the shot is looked at: {clock.read()}")
    clock.start()
    for step in range(40):
        window.playback.go_to(FIRST + 10 + step)
        wait(lambda: not controller.is_pending(), 0.04)
    wait(lambda: not controller.is_pending())
    print(f"a frame elsewhere, after 40 frames passed at 25 a second: {clock.read()}")
    clock.start()
    wait(lambda: controller.is_ready(window.document.frame))
    print(f"settled: {clock.read()} more")
    wait(lambda: window.pictures._current is None, 30)
    for value in (0.65, 0.55, 0.45, 0.35, 0.25):
        clock.start()
        change(value)
        print(f"another value, once it is settled: {clock.read()}")
        wait(lambda: window.pictures._current is None, 30)
    drag(window, wait, clock)


def drag(window: StudioWindow, wait: Callable[..., None], clock: Clock) -> None:
    """Two seconds of a slider that moves at 60 steps a second: how many pictures are seen meanwhile, and then."""
    shown: set[int] = set()
    clock.start()
    for step in range(120):
        until = time.perf_counter() + 1 / 60
        window.knobs.set_value("replace", 0.2 + step / 200)
        wait(lambda until=until: time.perf_counter() > until)
        shown.add(window.viewer.canvas.first.cacheKey() if window.viewer.canvas.first else 0)
    print(f"a slider moved for two seconds: {len(shown) - 1} pictures seen, {clock.read()}")
    clock.start()
    window.document.end_drag()
    wait(lambda: window.viewer.controller.is_ready(window.document.frame))
    print(f"and in full once it is let go: {clock.read()}")


def measure(window: StudioWindow, events: Callable[[], None], size: tuple[int, int], frames: range) -> None:
    """The demo's shot: looked at, gone over, changed."""

    def wait(done: Callable[[], bool]) -> None:
        while not done():
            events()
            time.sleep(0.005)

    window.import_clip(plate(size, len(frames)).replace("####", str(FIRST)))
    wait(lambda: "Plate" in window.document.graph.nodes)
    window.import_clip(str(DRIVER))
    wait(lambda: "Driving" in window.document.graph.nodes and len(window.playback.span) == len(frames))
    window.nodes.select("ExpressionMix")
    for frame in frames:
        window.document.go_to(frame)
        wait(lambda: window.viewer.controller.is_ready(window.document.frame))
    window.viewer.controller._images._cache.clear()
    cached = [shown(window, events, frame) for frame in frames]
    ready = [shown(window, events, frame) for frame in list(frames) * 3]
    rate = len(ready) / sum(seconds for seconds, _ in ready)
    for name, found in (("cached", cached), ("ready", ready)):
        taken, held = zip(*found)
        print(f"{name} frame: {middle(taken)}; held {middle(held)}")
    print(f"going over ready frames: {rate:.0f} frames/s")
    held = []
    for step in range(20):
        start = time.perf_counter()
        window.knobs.set_value("replace", step / 20)
        events()
        held.append(time.perf_counter() - start)
    print(f"slider:       {middle(held)} held")
    window.document.go_to(FIRST + 5)
    start = time.perf_counter()
    wait(lambda: window.viewer.controller.is_ready(FIRST + 5))
    print(f"a changed frame is there after {time.perf_counter() - start:.2f} s")


def shown(window: StudioWindow, events: Callable[[], None], frame: int) -> tuple[float, float]:
    """Seconds from a move of the playhead to the picture being painted, and the longest that the window was held."""
    start, longest = time.perf_counter(), 0.0
    steps = [lambda: window.document.go_to(frame), events]
    while steps or window.viewer.controller.is_pending():
        step, began = steps.pop(0) if steps else events, time.perf_counter()
        step()
        longest = max(longest, time.perf_counter() - began)
    began = time.perf_counter()
    window.viewer.canvas.repaint()
    return time.perf_counter() - start, max(longest, time.perf_counter() - began)


def middle(seconds: Sequence[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} ms, at most {1000 * max(seconds):.0f} ms"


if __name__ == "__main__":
    main()
