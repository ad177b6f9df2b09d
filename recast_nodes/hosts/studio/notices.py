"""What an artist should know although nothing failed: notices of this process and of the worker, each listed once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from ...notices import forget
from .widgets import messages
from .widgets.labels import escape_tip

if TYPE_CHECKING:
    from .window import StudioWindow

NOTICES = "recast_nodes.notices"  # the logger
LEAD = "Note: "  # what the worker puts before a notice


class Notices(QObject):
    """The notices since a shot was opened; `button` says how many, and shows them."""

    added = Signal(str)  # the new notice
    _received = Signal(str)  # from whichever thread

    def __init__(self, window: StudioWindow):
        super().__init__(window)
        self._window = window
        self.texts: list[str] = []
        self.button = QPushButton()
        self.button.setFlat(True)
        self.button.hide()
        self.button.clicked.connect(self.show_all)
        for notices in (self._received, window.pictures.notice, window.render_dialog.model.noticed):
            notices.connect(self.add)
        window.files.opened.connect(self.clear)
        self._handler = _Handler(self._received.emit)
        logging.getLogger(NOTICES).addHandler(self._handler)
        handler = self._handler  # which outlives a window that is never closed
        self.destroyed.connect(lambda: logging.getLogger(NOTICES).removeHandler(handler))

    def add(self, text: str) -> None:
        """Add a notice, unless it is listed already."""
        text = text.removeprefix(LEAD)
        if text not in self.texts:
            self.texts.append(text)
            self._show_count()
            self.added.emit(text)

    def clear(self) -> None:
        """Forget all notices: another shot is open."""
        self.texts.clear()
        forget()  # what applies to this shot too is reported again
        self._show_count()

    def stop(self) -> None:
        """Stop listening."""
        logging.getLogger(NOTICES).removeHandler(self._handler)

    def show_all(self) -> None:
        """Show all notices in a message box."""
        messages.inform("\n\n".join(self.texts), self._window)

    def _show_count(self) -> None:
        count = len(self.texts)
        self.button.setText("1 note" if count == 1 else f"{count} notes")
        self.button.setToolTip(escape_tip("\n".join(self.texts)))
        self.button.setVisible(bool(count))


class _Handler(logging.Handler):
    def __init__(self, hear: Callable[[str], None]):
        super().__init__()
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        self._hear(record.getMessage())
