"""Keyboard focus follows the artist: a field that was typed in returns it to the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QStatusTipEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

if TYPE_CHECKING:
    from .window import StudioWindow

DONE = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyboardFocus(QObject):
    """Watches one window and its floating panels.

    - Enter in a field accepts what was typed, Escape restores what was there; both give the focus to the picture.
    - What a number field refuses is shown in the status line, since the field's tip soon disappears.
    - The mouse over the picture takes the focus from a field, unless something is half typed.
    - The mouse over the node graph, the curves or the dope sheet takes it from a field and from the picture, so that
      keys act on what is under the mouse. Not from one another: on the way to a menu, the selection must not change.
    """

    def __init__(self, window: StudioWindow):
        super().__init__(window)
        self._window, self._canvas = window, window.viewer.canvas
        window.installEventFilter(self)
        self._panels = (self._canvas, window.nodes.view, *(panel.plot.widget for panel in window.key_panels))
        for each in self._panels:
            each.installEventFilter(self)
        for dock in window.docks.values():
            dock.installEventFilter(self)  # a floating one is a window of its own, where keys end

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter and isinstance(watched, QWidget) and watched in self._panels:
            self._follow_mouse(watched)
        if event.type() == QEvent.Type.KeyPress and watched is not self._canvas and isinstance(event, QKeyEvent):
            return self._press_key(event)  # the field itself has had it first, and let it through
        if event.type() == QEvent.Type.StatusTip and isinstance(event, QStatusTipEvent) and event.tip():
            self._window.document.refused.emit(
                event.tip()
            )  # by a field: to be read, whatever the worker says meanwhile
            return True
        return False

    def _press_key(self, event: QKeyEvent) -> bool:
        field = find_focused_field()
        if field is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Escape:
            _revert(field)
        elif event.key() not in DONE:
            return False
        self.focus_picture()
        return True

    def _follow_mouse(self, panel: QWidget) -> None:
        focus, field = QApplication.focusWidget(), find_focused_field()
        busy = QApplication.mouseButtons() != Qt.MouseButton.NoButton or QApplication.activePopupWidget() is not None
        ours = focus is not None and focus.window() in (self._window, *self._window.docks.values())
        if not ours or busy or (field is not None and _is_half_typed(field)):
            return
        if field is not None or (focus is self._canvas and panel is not self._canvas):
            self._set_focus(panel)

    def focus_picture(self) -> None:
        """Give the focus to the picture."""
        self._set_focus(self._canvas)

    def _set_focus(self, panel: QWidget) -> None:
        if not panel.isActiveWindow():
            panel.window().activateWindow()
        panel.setFocus()


def find_focused_field() -> QWidget | None:
    """The field that keys are typed into now, if any."""
    widget = QApplication.focusWidget()
    return widget if isinstance(widget, QAbstractSpinBox | QLineEdit | QComboBox) else None


def _find_line(field: QWidget) -> QLineEdit | None:
    if isinstance(field, QAbstractSpinBox):
        return field.lineEdit()
    if isinstance(field, QComboBox):
        return field.lineEdit()
    return field if isinstance(field, QLineEdit) else None


def _is_half_typed(field: QWidget) -> bool:
    line = _find_line(field)
    return line is not None and line.isModified()


def _revert(field: QWidget) -> None:
    """Undo what was typed and not entered yet."""
    line = _find_line(field)
    while line is not None and line.isUndoAvailable():
        line.undo()
    if line is not None:
        line.setModified(False)
