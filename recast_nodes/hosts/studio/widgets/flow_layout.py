"""A row of widgets that wraps where the window is narrow, so that it never forces a width."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lays widgets out from left to right and, where they do not fit, in more lines."""

    def __init__(self, parent: QWidget | None = None, gap: int = 4):
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(QMargins(6, 3, 6, 3))

    def add(self, widget: QWidget, word: str = "") -> None:
        """Add a widget, with a word before it that stays beside it."""
        if not word:
            self.addWidget(widget)
            return
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(2, 0, 0, 0)
        row.setSpacing(self.spacing())
        row.addWidget(QLabel(word))
        row.addWidget(widget)
        self.addWidget(pair)

    # What Qt asks

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes, edge = [item.sizeHint() for item in self._items], self.contentsMargins()
        wide = sum(size.width() for size in sizes) + self.spacing() * max(len(sizes) - 1, 0)
        high = max((size.height() for size in sizes), default=0)
        return QSize(wide + edge.left() + edge.right(), high + edge.top() + edge.bottom())

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        edge = self.contentsMargins()
        return size + QSize(edge.left() + edge.right(), edge.top() + edge.bottom())

    def _arrange(self, rect: QRect, move: bool) -> int:
        """Put the items into `rect`; the height that they take."""
        edge = self.contentsMargins()
        inside = rect.marginsRemoved(edge)
        x, y = inside.left(), inside.top()
        line: list[tuple[QLayoutItem, QRect]] = []
        tallest = 0
        for item in self._items:
            size = item.sizeHint()
            if line and x + size.width() > inside.left() + inside.width():
                _place(line, tallest, move)
                x, y, line, tallest = inside.left(), y + tallest + self.spacing(), [], 0
            width = min(size.width(), max(inside.width(), item.minimumSize().width()))
            line.append((item, QRect(QPoint(x, y), QSize(width, size.height()))))
            x, tallest = x + width + self.spacing(), max(tallest, size.height())
        _place(line, tallest, move)
        return y + tallest + edge.bottom() - rect.top()


def _place(line: list[tuple[QLayoutItem, QRect]], tallest: int, move: bool) -> None:
    """The items of one line, each in the middle of its height."""
    for item, rect in line if move else ():
        item.setGeometry(rect.translated(0, (tallest - rect.height()) // 2))
