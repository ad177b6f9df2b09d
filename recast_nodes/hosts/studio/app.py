"""Starts Studio."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Both libraries choose a Qt binding by what they find first; this is ours.
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ.setdefault("QT_PREFERRED_BINDING", "PySide6")

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ..worker.client import Worker
from .garbage_collection import GarbageCollector
from .window import StudioWindow

DARK = {
    QPalette.ColorRole.Window: "#2b2b2b",
    QPalette.ColorRole.WindowText: "#dddddd",
    QPalette.ColorRole.Base: "#1f1f1f",
    QPalette.ColorRole.AlternateBase: "#262626",
    QPalette.ColorRole.Text: "#dddddd",
    QPalette.ColorRole.PlaceholderText: "#808080",
    QPalette.ColorRole.Button: "#3a3a3a",
    QPalette.ColorRole.ButtonText: "#dddddd",
    QPalette.ColorRole.Highlight: "#b07820",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.Light: "#5a5a5a",
    QPalette.ColorRole.Mid: "#404040",
    QPalette.ColorRole.Dark: "#1a1a1a",
    QPalette.ColorRole.Shadow: "#101010",
    QPalette.ColorRole.Link: "#e0a040",
    QPalette.ColorRole.ToolTipBase: "#3a3a3a",
    QPalette.ColorRole.ToolTipText: "#eeeeee",
}
OFF = "#6c6c6c"  # what cannot be pressed now


def make_application() -> QApplication:
    """The running application, or a new one in Studio's colours."""
    running = QApplication.instance()
    made = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("Recast Studio")
    made.setStyle("Fusion")
    palette = QPalette()
    for part, colour in DARK.items():
        palette.setColor(part, QColor(colour))
    for part in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(OFF))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Button, QColor("#303030"))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, QColor("#4a4a4a"))
    made.setPalette(palette)
    return made


def make_worker() -> Worker:
    """The worker of the Python that Studio itself runs in."""
    return Worker(command=[sys.executable, "-m", "recast_nodes.hosts.cli"])


def run(shot: Path | None = None) -> int:
    """Open the window, with a shot if one is named, until it is closed. Returns the exit code."""
    running = make_application()
    collector = GarbageCollector(running)
    window = StudioWindow(make_worker())
    window.show()
    window.worker.start("warm_up")
    window.recovery.lock()
    if shot is not None:
        window.files.open(shot)
    else:
        window.files.recover()
    try:
        return running.exec()
    finally:
        collector.stop()
