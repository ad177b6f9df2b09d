"""The keys of the window. One table binds them and fills Help ▸ Keys; docs/studio.md lists the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from .shows import SHOWS
from .viewer import KEYS as CHANNEL_KEYS

if TYPE_CHECKING:
    from .window import Window

MANY = 10  # frames of Shift and an arrow, as in Nuke


Does = dict[str, Callable[[], object]]


class Key(NamedTuple):
    """Key sequences, each with what it does; `where` is the panel that must have the focus, None: any but text."""

    shown: str
    words: str
    does: Does
    where: tuple[QWidget, ...] = ()


def keys(window: Window) -> list[Key]:
    """All keys that are not in a menu."""
    viewer, time, canvas = window.viewer, window.timeline, window.viewer.canvas
    shows: Does = {str(number): partial(viewer.choose, name) for number, name in enumerate(SHOWS, 1)}
    channels: Does = {key: partial(viewer.choose_channel, name) for key, name in CHANNEL_KEYS.items()}
    zooms: Does = {key: lambda: canvas.zoom_by(1.2) for key in ("+", "=", "Ctrl++")}
    zooms |= {key: lambda: canvas.zoom_by(1 / 1.2) for key in ("-", "Ctrl+-")}
    nodes, curves = (window.nodes.widget,), (window.curves,)
    return [
        Key("1 … 6", "show plate, driver, result, matte, difference (times 4), the selected node", shows),
        Key("W", "wipe between two of these; drag its line", {"W": viewer.toggle_wipe}),
        Key("R, G, B, A, Y", "one channel, luminance; again: all", channels),
        Key("O", "landmarks and boundary", {"O": viewer.overlay.toggle}),
        Key("F, +, −, wheel", "fit, zoom; drag to pan", {"F": canvas.fit, **zooms}),
        Key("← →", "a frame", {"Left": lambda: time.step(-1), "Right": lambda: time.step(1)}),
        Key(
            "Shift+← →", "ten frames", {"Shift+Left": lambda: time.step(-MANY), "Shift+Right": lambda: time.step(MANY)}
        ),
        Key(
            "Ctrl+← →",
            "the selected node's next key, or the one before",
            {"Ctrl+Left": lambda: window.to_key(-1), "Ctrl+Right": lambda: window.to_key(1)},
        ),
        Key("Home, End", "first, last frame", {"Home": time.first, "End": time.last}),
        Key(
            "J, K, L, Space",
            "play backwards, stop, play",
            {"J": lambda: time.play(-1), "K": time.stop, "L": lambda: time.play(1), "Space": time.toggle},
        ),
        Key("Tab", "add a node", {"Tab": lambda: window.menus.node.popup(QCursor.pos())}, (*nodes, canvas)),
        Key(
            "Delete",
            "delete the selected nodes",
            dict.fromkeys(("Del", "Backspace"), window.nodes.delete_selected),
            nodes,
        ),
        Key(
            "Delete",
            "in the curve editor: the chosen key",
            dict.fromkeys(("Del", "Backspace"), window.curves.delete_key),
            curves,
        ),
    ]


def bind(window: Window) -> None:
    """Make the keys work. A text field that is being typed in keeps its letters and arrows: Qt sees to that."""
    for key in keys(window):
        for sequence, action in key.does.items():
            for panel in key.where or (window,):
                context = (
                    Qt.ShortcutContext.WidgetWithChildrenShortcut if key.where else Qt.ShortcutContext.WindowShortcut
                )
                shortcut = QShortcut(QKeySequence(sequence), panel, context=context)
                shortcut.activated.connect(lambda action=action: action())


def help_text(window: Window) -> str:
    """The keys as a table in HTML, those of the menus too."""
    rows = [(key.shown, key.words) for key in keys(window)]
    for action in window.menus.actions:
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if shown:
            rows.append((shown, action.objectName() or action.text().replace("&", "").rstrip("…").lower()))
    cells = "".join(f"<tr><td><b>{key}</b>&nbsp;&nbsp;&nbsp;</td><td>{words}</td></tr>" for key, words in rows)
    return f"<table cellpadding=3>{cells}</table>"


def show_help(window: Window) -> QDialog:
    """Help ▸ Keys."""
    dialog = QDialog(window)
    dialog.setWindowTitle("Keys")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    text = QLabel(help_text(window))
    text.setTextFormat(Qt.TextFormat.RichText)
    QVBoxLayout(dialog).addWidget(text)
    dialog.show()
    return dialog
