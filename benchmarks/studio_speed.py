"""How quick Recast Studio is: opening, a frame that is cached, going over the frames, a slider; without a screen.

    python benchmarks/studio_speed.py                       # a minute or two, on a quiet machine

The plate is the demo's at 1080p. Cached is a picture that the window has, whose colours are not converted yet; ready is
one that is. Held is the longest that the window did nothing else. Numbers to look at, never assertions in a test.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from edit_speed import DRIVER, FIRST, plate
from PySide6.QtCore import QSettings

from recast_nodes.hosts.studio.app import application, own_worker
from recast_nodes.hosts.studio.recovery import Recovery
from recast_nodes.hosts.studio.window import Window

FRAMES = range(FIRST, FIRST + 24)
OPEN = """
from recast_nodes.hosts.studio.app import application, own_worker
from recast_nodes.hosts.studio.window import Window
running = application()
window = Window(own_worker())
window.show()
running.processEvents()
print("open", flush=True)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["RECAST_RUNTIME"] = scratch
        print(f"opens: {least(opening, 3):.2f} s from the start of the process")
        running = application()
        settings = QSettings(f"{scratch}/settings.ini", QSettings.Format.IniFormat)
        window = Window(own_worker(), settings, Recovery(Path(scratch)))
        window.show()
        try:
            measure(window, running.processEvents)
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


def measure(window: Window, events: Callable[[], None]) -> None:
    """The demo's shot at 1080p: looked at, gone over, changed."""

    def wait(done: Callable[[], bool]) -> None:
        while not done():
            events()
            time.sleep(0.005)

    window.bring(plate((1920, 1080), len(FRAMES)).replace("####", str(FIRST)))
    wait(lambda: "Plate" in window.document.graph.nodes)
    window.bring(str(DRIVER))
    wait(lambda: "Driving" in window.document.graph.nodes and len(window.timeline.span) == len(FRAMES))
    window.nodes.select("ExpressionMix")
    for frame in FRAMES:
        window.document.go_to(frame)
        wait(lambda: window.viewer.whole(window.document.frame))
    window.viewer._ready.clear()
    cached = [shown(window, events, frame) for frame in FRAMES]
    ready = [shown(window, events, frame) for frame in list(FRAMES) * 3]
    print(f"cached frame: {middle(cached)}\nready frame:  {middle(ready)}: {1 / statistics.mean(ready):.0f} frames/s")
    held = []
    for step in range(20):
        start = time.perf_counter()
        window.knobs.set_value("replace", step / 20)
        events()
        held.append(time.perf_counter() - start)
    print(f"slider:       {middle(held)} held")
    window.document.go_to(FIRST + 5)
    start = time.perf_counter()
    wait(lambda: window.viewer.whole(FIRST + 5))
    print(f"a changed frame is there after {time.perf_counter() - start:.2f} s")


def shown(window: Window, events: Callable[[], None], frame: int) -> float:
    """Seconds from a move of the playhead to the picture being painted."""
    start = time.perf_counter()
    window.document.go_to(frame)
    events()
    window.viewer.canvas.repaint()
    return time.perf_counter() - start


def middle(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} ms, at most {1000 * max(seconds):.0f} ms"


if __name__ == "__main__":
    main()
