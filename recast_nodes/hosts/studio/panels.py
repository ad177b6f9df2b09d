"""Where the window's panels are, and how large the window is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from .widgets.fit_on_screen import fit_on_screen

if TYPE_CHECKING:
    from .window import StudioWindow

WANTED = QSize(1600, 960)
KNOBS, NODES = 400, 300  # pixels: the knobs' width and the nodes' height, where the screen has room for them
GAP, FRAME, RATE, RULER = 3, 78, 76, 60  # pixels: what leaves the ruler most of a small window; 23.976 is a rate
OF_WIDTH, OF_HEIGHT = 0.4, 0.28  # at most these parts of the window, so that the picture keeps the larger one


def lay_out(window: StudioWindow) -> None:
    """Put the window's panels in their places: those of the last time, or the usual ones."""
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(window.viewer, 1)
    column.addWidget(window.progress)
    column.addWidget(window.timeline)
    window.setCentralWidget(middle)
    bottom, right = Qt.DockWidgetArea.BottomDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
    window.docks = {
        "Nodes": _add_dock(window, "Nodes", window.nodes.widget, bottom),
        "Curves": _add_dock(window, "Curves", window.curves, bottom),
        "Dope sheet": _add_dock(window, "Dope sheet", window.sheet, bottom),
        "Poses": _add_dock(window, "Poses", window.poses, bottom),
        "Knobs": _add_dock(window, "Knobs", window.knobs, right),
    }
    window.setCorner(Qt.Corner.BottomRightCorner, right)
    window.tabifyDockWidget(window.docks["Nodes"], window.docks["Curves"])
    window.tabifyDockWidget(window.docks["Curves"], window.docks["Dope sheet"])
    window.tabifyDockWidget(window.docks["Dope sheet"], window.docks["Poses"])
    window.docks["Nodes"].raise_()
    window.statusBar().addPermanentWidget(window.notices.button)
    window.statusBar().addPermanentWidget(window.status.problem)  # at the right; messages are at the left
    _fill_timeline(window)
    fit_on_screen(window, WANTED)
    _size_docks(window)
    for name, take in (("geometry", window.restoreGeometry), ("docks", window.restoreState)):
        saved = window.settings.value(name)
        if isinstance(saved, QByteArray):
            take(saved)
    fit_on_screen(window)  # the last time may have been on a larger screen


def _size_docks(window: StudioWindow) -> None:
    wide, high = min(KNOBS, round(window.width() * OF_WIDTH)), min(NODES, round(window.height() * OF_HEIGHT))
    window.resizeDocks([window.docks["Nodes"]], [high], Qt.Orientation.Vertical)
    window.resizeDocks([window.docks["Knobs"]], [wide], Qt.Orientation.Horizontal)


def _add_dock(window: StudioWindow, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
    dock = QDockWidget(name, window)
    dock.setObjectName(name)
    dock.setWidget(widget)
    window.addDockWidget(area, dock)
    return dock


def _fill_timeline(window: StudioWindow) -> None:
    frames = window.frames_line = QLineEdit(window.document.graph.frames)
    frames.setPlaceholderText("all frames")
    frames.setMinimumWidth(74)
    frames.setMaximumWidth(170)
    frames.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    frames.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    frames.setToolTip("The shot's frames, such as 1001-1100; empty: the plate's own. A still needs them to act.")
    frames.editingFinished.connect(lambda: window.set_frames(frames.text()))
    row = window.timeline.row
    row.setSpacing(GAP)
    row.addWidget(frames, 2)
    row.setStretchFactor(window.timeline.ruler, 8)
    window.timeline.box.setFixedWidth(FRAME)
    window.timeline.rate.setFixedWidth(RATE)
    window.timeline.ruler.setMinimumWidth(RULER)
