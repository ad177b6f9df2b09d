"""The search by a part of a node's name: Tab in the node graph, as in Nuke."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ....node import Node

WIDTH, HEIGHT = 420, 230  # pixels


def find_kinds(typed: str, kinds: Mapping[str, type[Node]]) -> list[str]:
    """The nodes that `typed` may mean, the likeliest first: by the beginning of the name, its capitals, a part of it,
    its letters in order, and then by words of its documentation. All if nothing is typed.
    """
    word = typed.strip().lower()
    if not word:
        return list(kinds)
    ranks = {name: _find_rank(word, name, kind.describe()["documentation"]) for name, kind in kinds.items()}
    return sorted((name for name in kinds if ranks[name] is not None), key=lambda name: ranks[name] or 0)


def _find_rank(word: str, name: str, words: str) -> int | None:
    lower, capitals = name.lower(), "".join(letter for letter in name if letter.isupper()).lower()
    letters = iter(lower)
    tests = (
        lower.startswith(word),
        capitals.startswith(word),
        word in lower,
        all(letter in letters for letter in word),  # in their order: the iterator continues where it was
        len(word) > 2 and word in words.lower(),  # two letters are in any text
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


class NodeSearch(QFrame):
    """A field to type in and the nodes that match. Enter or a click chooses one, Esc none."""

    chosen = Signal(str)  # the node's kind

    def __init__(self, kinds: Mapping[str, type[Node]], parent: QWidget | None = None):
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._kinds = kinds
        self._last = ""
        self.line, self.list = QLineEdit(), QListWidget()
        self.line.setPlaceholderText("the name of a node, or what it does")
        self.line.textEdited.connect(self._fill)
        self.line.installEventFilter(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemClicked.connect(lambda item: self._take())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.resize(WIDTH, HEIGHT)

    def open_at(self, at: QPoint) -> None:
        """Open at a point of the screen, with the last choice selected: Tab and Enter add it again."""
        self.line.clear()
        self._fill("")
        screen = self.screen().availableGeometry()
        self.move(min(at.x(), screen.right() - self.width()), min(at.y(), screen.bottom() - self.height()))
        self.show()
        self.line.setFocus()

    def _fill(self, typed: str) -> None:
        self.list.clear()
        names = find_kinds(typed, self._kinds)
        for name in names:
            item = QListWidgetItem(f"{name}    {self._kinds[name].summary()}")
            item.setToolTip(self._kinds[name].summary())
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(item)
        self.list.setCurrentRow(names.index(self._last) if not typed and self._last in names else 0)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        self._last = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        self.chosen.emit(self._last)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(
            Qt.Key(event.key())
        )
        if step:
            self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            return False
        return True
