"""Python's garbage is collected in the window's thread only.

Python collects what refers to itself in whatever thread happens to allocate. Windows and items of a scene are such
cycles, and one that another thread takes apart while Qt is at work with it ends the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY = 200  # milliseconds


class GarbageCollector(QObject):
    """Collects in the thread that made it, from its event loop, until `stop`."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    def collect_due(self) -> None:
        """Collect what Python would have collected by now."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in (2, 1, 0) if counts[generation] > limits[generation]]
        if due:
            gc.collect(due[0])

    def stop(self) -> None:
        """Collect all, and let Python collect again."""
        self._timer.stop()
        gc.collect()
        gc.enable()
