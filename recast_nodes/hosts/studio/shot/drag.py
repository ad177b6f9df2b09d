"""Whether a value of the shot is being dragged: meanwhile the viewer shows proxies."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

HOLD = 400  # milliseconds after which a value that is held still counts as let go


class Drag(QObject):
    """Begins with the second of several steps that become one, so that a value that is typed is no drag."""

    let_go = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.is_on = False
        self._steps = 0
        self._hold = QTimer(self, interval=HOLD, singleShot=True)
        self._hold.timeout.connect(self.end)

    def step(self) -> None:
        """The value is about to change once more."""
        self._steps += 1
        self._hold.start()
        self.is_on = self._steps > 1

    def end(self) -> None:
        """The value was let go, or is held still."""
        self._hold.stop()
        self._steps = 0
        if self.is_on:
            self.is_on = False
            self.let_go.emit()
