"""The menu bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu, QMessageBox

from ... import __version__
from ...nodes import NODES
from .clips.import_dialog import ask_clip
from .presets import PRESETS
from .render.consent_dialog import ask_consent
from .shortcuts import is_on_keys, show_help

if TYPE_CHECKING:
    from .window import StudioWindow

EDITS = (  # of nodes, or of keys
    ("Cu&t", "cut", "Ctrl+X"),
    ("&Copy", "copy", "Ctrl+C"),
    ("&Paste", "paste", "Ctrl+V"),
    ("D&uplicate", "duplicate", "Ctrl+D"),
)
CONSENT = "Who agreed to this edit: for the header of every edited frame, and the report."
MANUAL = Path(__file__).parents[3] / "docs" / "studio.md"


class Menus:
    """The menus and their shortcuts. These are spelled out: Qt's standard ones differ between systems."""

    def __init__(self, window: StudioWindow):
        self._window = window
        self.actions: list[QAction] = []
        bar = window.menuBar()
        self._add_file_menu(bar.addMenu("&File"))
        self._add_edit_menu(bar.addMenu("&Edit"))
        self.node = bar.addMenu("&Node")
        self._add_node_menu(self.node)
        self._add_perform_menu(bar.addMenu("&Perform"))
        self._add_view_menu(bar.addMenu("&View"))
        self._add_render_menu(bar.addMenu("&Render"))
        self._add_help_menu(bar.addMenu("&Help"))

    def _add_action(self, menu: QMenu, text: str, what: Callable[[], Any], key: str = "", tip: str = "") -> QAction:
        action = QAction(text, self._window)
        if key:
            action.setShortcut(key)
        if tip:
            action.setToolTip(tip)
            menu.setToolTipsVisible(True)
        action.triggered.connect(lambda checked=False: what())
        menu.addAction(action)
        self.actions.append(action)
        return action

    def _add_file_menu(self, menu: QMenu) -> None:
        files = self._window.files
        self._add_action(menu, "&New shot", files.new, "Ctrl+N")
        self._add_action(menu, "&Open…", files.ask_open, "Ctrl+O")
        self.recent = menu.addMenu("Open &recent")
        self._add_action(menu, "&Save", files.save, "Ctrl+S")
        self._add_action(menu, "Save &as…", files.ask_save, "Ctrl+Shift+S")
        menu.addSeparator()
        self._add_action(menu, "I&mport plate or driver…", partial(ask_clip, self._window), "Ctrl+I")
        menu.addSeparator()
        self._add_action(menu, "&Quit", self._window.close, "Ctrl+Q")
        files.recent_changed.connect(self._fill_recent)
        self._fill_recent()

    def _fill_recent(self) -> None:
        files = self._window.files
        self.recent.clear()
        for path in files.list_recent():
            action = self.recent.addAction(path)
            action.triggered.connect(lambda _=False, path=path: files.confirm_leaving() and files.open(Path(path)))
        self.recent.setEnabled(not self.recent.isEmpty())

    def _add_edit_menu(self, menu: QMenu) -> None:
        undo = self._window.document.undo
        back, again = undo.createUndoAction(self._window), undo.createRedoAction(self._window)
        for made, keys in ((back, ("Ctrl+Z",)), (again, ("Ctrl+Shift+Z", "Ctrl+Y"))):
            made.setObjectName(made.text().split()[0].lower())  # its text continues with what would be undone
            made.setShortcuts([QKeySequence(key) for key in keys])
            menu.addAction(made)
            self.actions.append(made)
        menu.addSeparator()
        for text, name, key in EDITS:
            self._add_action(menu, text, partial(self._edit, name), key)

    def _edit(self, name: str) -> None:
        """Cut, copy, paste or duplicate: keys where curves have the focus, else nodes."""
        window = self._window
        getattr(window.key_model if is_on_keys(window) else window.node_tools.edits, name)()

    def _add_node_menu(self, menu: QMenu) -> None:
        for name, kind in NODES.items():
            self._add_action(menu, name, partial(self._window.node_tools.edits.add, name), tip=kind.summary())
        menu.addSeparator()
        tip = "Edit one more person of the plate: a chain of nodes, whose face you then draw a box about."
        self._add_action(menu, "Add a &face", self._window.node_tools.add_face, tip=tip)

    def _add_perform_menu(self, menu: QMenu) -> None:
        for preset in PRESETS:
            self._add_action(menu, preset.name, partial(self._window.perform, preset), tip=preset.tip)

    def _add_view_menu(self, menu: QMenu) -> None:
        for dock in self._window.docks.values():
            menu.addAction(dock.toggleViewAction())
        self._add_action(menu, "&Reload files", self._window.reload, "Ctrl+R", "Files have changed: read them again.")
        self._add_action(menu, "&Frame all nodes", self._window.nodes.frame_all, "Ctrl+F")

    def _add_render_menu(self, menu: QMenu) -> None:
        self._add_action(menu, "Render &shot…", self._window.render_dialog.show, "F7")
        self._add_action(menu, "Render this &frame", self._window.render_frame, "Shift+F7")
        menu.addSeparator()
        self._add_action(menu, "&Consent…", partial(ask_consent, self._window.document, self._window), tip=CONSENT)

    def _add_help_menu(self, menu: QMenu) -> None:
        self._add_action(menu, "&Keys", lambda: show_help(self._window), "F1")
        if MANUAL.exists():  # a clone; a wheel has no pages
            self._add_action(menu, "&Manual", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(MANUAL))))
        self._add_action(menu, "&About", self._show_about)

    def _show_about(self) -> None:
        QMessageBox.about(self._window, "Recast Studio", f"Recast Nodes {__version__}\nApache-2.0")
