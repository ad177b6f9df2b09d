"""A group of knobs that is folded until somebody wants it, and searched by name: for groups of many knobs.

Its rows are made when it is opened first: half a hundred widgets that nobody looks at would slow each selection down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ..widgets.labels import make_check_box


class FoldedGroup(QWidget):
    """A header that unfolds `make_rows`, with a search and a switch for those in use above them."""

    unfolded = Signal(bool)

    def __init__(self, title: str, make_rows: Callable[[QFormLayout], dict[str, QWidget]]):
        super().__init__()
        self._title, self._make_rows = title, make_rows
        self.rows: dict[str, QWidget] = {}  # by the knob's name, once it was opened
        self._used: Collection[str] = ()
        self.header = QToolButton()
        self.header.setAutoRaise(True)
        self.header.setCheckable(True)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.toggled.connect(self._toggle)
        self.search = QLineEdit()
        self.search.setPlaceholderText("find: smile, left, brow …")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.only_used = make_check_box("in use")
        self.only_used.setToolTip("Only those that are keyed, or not at their default.")
        self.only_used.toggled.connect(self._filter)
        self.form = QFormLayout()
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        self._body = self._build_body()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.header)
        layout.addWidget(self._body)
        self.show_used(())
        self._toggle(False)

    def _build_body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(9, 0, 9, 0)
        line = QHBoxLayout()
        line.addWidget(self.search, 1)
        line.addWidget(self.only_used)
        column.addLayout(line)
        column.addLayout(self.form)
        return body

    def show_used(self, used: Collection[str]) -> None:
        """Say how many knobs are in use, `used` by name."""
        changed, self._used = self._used != used, used
        self.header.setText(f"{self._title}: {len(used)} in use" if used else self._title)
        if changed and self.only_used.isChecked():
            self._filter()

    def _toggle(self, is_open: bool) -> None:
        if is_open and not self.rows:
            self.rows = self._make_rows(self.form)
            self._filter()
        self.header.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._body.setVisible(is_open)
        self.unfolded.emit(is_open)

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        for name, row in self.rows.items():
            found = all(word in name.lower() for word in words)
            self.form.setRowVisible(row, found and (not self.only_used.isChecked() or name in self._used))
