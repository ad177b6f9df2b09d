"""The keys of the window. One table binds them and fills Help ▸ Keys; docs/studio.md lists the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLabel, QScrollArea, QVBoxLayout, QWidget

from .keys.key_edits import find_keyed_frames
from .shot.viewer_inputs import VIEWER_INPUTS
from .viewer.canvas import ZOOM_STEP
from .widgets.fit_on_screen import fit_on_screen

if TYPE_CHECKING:
    from .window import StudioWindow

ROOM = 40  # pixels around the list of keys, its scroll bar included
MANY = 10  # frames of Shift and an arrow, as in Nuke
DELETE = ("Del", "Backspace")
CHANNEL_KEYS = {"R": "R", "G": "G", "B": "B", "A": "A", "Y": "luminance"}  # Nuke's

Does = Mapping[str, Callable[[], object]]  # by key sequence
Panels = tuple[QWidget, ...]


class Shortcut(NamedTuple):
    """Key sequences, each with what it does; `where` is the panel that must have the focus, None: any but text."""

    keys: str
    words: str
    actions: Does
    where: Panels = ()


def list_shortcuts(window: StudioWindow) -> list[Shortcut]:
    """All keys that are not in a menu, in the order in which the help lists them."""
    nodes, plots = (window.nodes.widget,), tuple(panel.plot.widget for panel in window.key_panels)
    return [
        *_list_viewer_keys(window),
        *_list_frame_keys(window, plots),
        *_list_play_keys(window),
        *_list_edit_keys(window, nodes, plots),
    ]


def _list_viewer_keys(window: StudioWindow) -> list[Shortcut]:
    """What is shown, and how."""
    viewer, canvas = window.viewer.model, window.viewer.canvas
    inputs: Does = {str(number): partial(viewer.set_input, name) for number, name in enumerate(VIEWER_INPUTS, 1)}
    channels: Does = {key: partial(viewer.toggle_channel, name) for key, name in CHANNEL_KEYS.items()}
    closer = dict.fromkeys(("+", "=", "Ctrl++"), lambda: canvas.zoom_by(ZOOM_STEP))
    further = dict.fromkeys(("-", "Ctrl+-"), lambda: canvas.zoom_by(1 / ZOOM_STEP))
    fit: Does = {"F": partial(_fit, window)}
    return [
        Shortcut("1 … 6", "show plate, driver, result, matte, difference (times 4), the selected node", inputs),
        Shortcut("W", "wipe between two of these; drag its line", {"W": viewer.toggle_wipe}),
        Shortcut("R, G, B, A, Y", "one channel, luminance; again: all", channels),
        Shortcut("Q", "landmarks and boundary", {"Q": viewer.toggle_landmarks}),
        Shortcut("F", "fit the picture; in the node graph, the curves, the dope sheet: what is selected", fit),
        Shortcut("+, −, wheel", "zoom; drag to pan", {**closer, **further}),
    ]


def _list_frame_keys(window: StudioWindow, plots: Panels) -> list[Shortcut]:
    """The playhead, and the selected keys if one of their panels has the focus."""
    play = window.playback
    to_key: Does = {"Ctrl+Left": lambda: go_to_key(window, -1), "Ctrl+Right": lambda: go_to_key(window, 1)}
    raises = "in the curves: raise or lower the selected keys by a hundredth, with Shift a tenth"
    return [
        Shortcut("← →", "a frame; in the curves and the dope sheet: move the selected keys", _step(window, "", 1)),
        Shortcut("Shift+← →", "ten frames", _step(window, "Shift+", MANY)),
        Shortcut("↑ ↓", raises, _raise(window), plots[:1]),
        Shortcut("Ctrl+← →", "the selected node's next key, or the one before", to_key),
        Shortcut("Home, End", "first, last frame", {"Home": play.go_to_first, "End": play.go_to_last}),
    ]


def _list_play_keys(window: StudioWindow) -> list[Shortcut]:
    """Playing, and its in and out point."""
    play = window.playback
    plays: Does = {"J": lambda: play.play(-1), "K": play.stop, "L": lambda: play.play(1), "Space": play.toggle}
    clears: Does = {"Alt+I": play.clear_in, "Alt+O": play.clear_out, "Alt+U": play.clear_points}
    return [
        Shortcut("J, K, L, Space", "play backwards, stop, play", plays),
        Shortcut("I, O", "in and out point of playing, at the playhead", {"I": play.set_in, "O": play.set_out}),
        Shortcut("Alt+I, Alt+O, Alt+U", "clear the in point, the out point, both", clears),
    ]


def _list_edit_keys(window: StudioWindow, nodes: Panels, plots: Panels) -> list[Shortcut]:
    """Nodes in the node graph, keys in the curves and the dope sheet."""
    edits, model = window.node_tools.edits, window.key_model
    search: Does = {"Tab": window.node_tools.open_search}
    all_nodes: Does = {"Ctrl+A": lambda: window.nodes.select(*window.document.graph.nodes)}
    all_keys: Does = {"Ctrl+A": model.select_all}
    without_nodes, without_keys = dict.fromkeys(DELETE, edits.delete), dict.fromkeys(DELETE, model.delete)
    in_plots = "in the curves and the dope sheet:"
    return [
        Shortcut("Tab", "find a node by typing and add it", search, (*nodes, window.viewer.canvas)),
        Shortcut("Ctrl+A", "select all nodes", all_nodes, nodes),
        Shortcut("Ctrl+A", f"{in_plots} select all keys", all_keys, plots),
        Shortcut("Delete", "delete the selected nodes", without_nodes, nodes),
        Shortcut("Delete", f"{in_plots} delete the selected keys", without_keys, window.key_panels),
    ]


def is_on_keys(window: StudioWindow) -> bool:
    """Whether the curves or the dope sheet have the focus, and with it what keys and menus act on."""
    focus = window.focusWidget()
    return focus is not None and any(panel.isAncestorOf(focus) for panel in window.key_panels)


def _fit(window: StudioWindow) -> None:
    """Bring into view what the panel with the focus is about."""
    focus = window.focusWidget() or window.viewer.canvas
    panels = {window.nodes.widget: window.nodes.frame_selected} | {each: each.fit for each in window.key_panels}
    fit = next((fit for panel, fit in panels.items() if panel.isAncestorOf(focus)), window.viewer.canvas.fit)
    fit()


def _step(window: StudioWindow, modifier: str, frames: int) -> Does:
    """Move the playhead, or the selected keys if one of their panels has the focus."""

    def step(by: int) -> None:
        looked_at = is_on_keys(window) and not window.viewer.canvas.underMouse()
        nudges = looked_at and window.key_model.selected
        window.key_model.nudge(by) if nudges else window.playback.step(by)

    return {f"{modifier}Left": partial(step, -frames), f"{modifier}Right": partial(step, frames)}


def go_to_key(window: StudioWindow, direction: int) -> None:
    """The playhead to the selected node's next key, or the one before."""
    now = window.document.frame
    frames = sorted(round(frame) for frame in find_keyed_frames(window.document.graph, window.knobs.node))
    there = [frame for frame in frames if (frame - now) * direction > 0]
    if there:
        window.document.go_to(there[0] if direction > 0 else there[-1])


def _raise(window: StudioWindow) -> Does:
    steps = {"Up": 1, "Down": -1, "Shift+Up": MANY, "Shift+Down": -MANY}
    return {key: partial(window.key_model.nudge, 0, step) for key, step in steps.items()}


def bind(window: StudioWindow) -> None:
    """Make the keys work. A text field that is being typed in keeps its letters and arrows: Qt sees to that."""
    for key in list_shortcuts(window):
        for sequence, action in key.actions.items():
            for panel in key.where or (window,):
                context = (
                    Qt.ShortcutContext.WidgetWithChildrenShortcut if key.where else Qt.ShortcutContext.WindowShortcut
                )
                shortcut = QShortcut(QKeySequence(sequence), panel, context=context)
                shortcut.activated.connect(lambda action=action: action())


def write_help(window: StudioWindow) -> str:
    """The keys as a table in HTML, those of the menus too."""
    rows = [(key.keys, key.words) for key in list_shortcuts(window)]
    for action in window.menus.actions:
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if shown:
            rows.append((shown, action.objectName() or action.text().replace("&", "").rstrip("…").lower()))
    cells = "".join(f"<tr><td><b>{key}</b>&nbsp;&nbsp;&nbsp;</td><td>{words}</td></tr>" for key, words in rows)
    return f"<table cellpadding=3>{cells}</table>"


def show_help(window: StudioWindow) -> QDialog:
    """Help ▸ Keys."""
    dialog = QDialog(window)
    dialog.setWindowTitle("Keys")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    text = QLabel(write_help(window))
    text.setTextFormat(Qt.TextFormat.RichText)
    area = QScrollArea()
    area.setWidget(text)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    QVBoxLayout(dialog).addWidget(area)
    dialog.resize(text.sizeHint() + QSize(ROOM, ROOM))
    dialog.show()
    fit_on_screen(dialog)
    return dialog
