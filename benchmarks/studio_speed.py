"""How quick Recast Studio is: opening, a frame that is cached, going over the frames, a slider; without a screen.

    python benchmarks/studio_speed.py                       # a minute or two, on a quiet machine
    python benchmarks/studio_speed.py --size 3840x2160 --frames 12  # more do not fit into the window's pictures

The plate is the demo's. Cached is a picture that the window has, whose colours are not converted yet; ready is
one that is. Held is the longest that the window did nothing else. Numbers to look at, never assertions in a test.
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

from edit_speed import DRIVER, FIRST, plate
from PySide6.QtCore import QSettings

from recast_nodes.hosts.studio.app import make_application, make_worker
from recast_nodes.hosts.studio.shot.recovery import Recovery
from recast_nodes.hosts.studio.window import StudioWindow

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
