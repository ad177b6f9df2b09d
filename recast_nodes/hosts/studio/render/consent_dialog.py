"""The form for the shot's block `consent:`: one row for each performer who agreed."""

from __future__ import annotations

import os

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ....errors import KnobError
from ....graph.consent import DRIVER, FIELDS, PLATE, VARIABLE, Consent, consents_of, make_consent, with_consents
from ..shot.document import Document
from ..widgets.fit_on_screen import fit_on_screen
from ..widgets.labels import escape_tip, make_note_label, make_plain_label

NAMES = tuple(FIELDS)
ROLE = NAMES.index("role")
ABOUT = "Who agreed to this edit. It goes into the shot document, the header of every edited frame and the report."


class ConsentDialog(QDialog):
    """The consents of the shot, as a table; OK makes them the shot's, as one step of undo."""

    def __init__(self, document: Document, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Consent")
        self.document = document
        self.table = QTableWidget(0, len(NAMES))
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, (name, tip) in enumerate(FIELDS.items()):
            head = QTableWidgetItem(name)
            head.setToolTip(escape_tip(tip))
            self.table.setHorizontalHeaderItem(column, head)
        self.problem = make_note_label()
        self.add_button, self.remove_button = QPushButton("Add performer"), QPushButton("Remove")
        self.add_button.clicked.connect(lambda: self.add_row(Consent(role=DRIVER if self.table.rowCount() else PLATE)))
        self.remove_button.clicked.connect(self.remove_row)
        self._build()
        for consent in consents_of(document.graph) or (Consent(),):
            self.add_row(consent)

    def _build(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        rows = QHBoxLayout()
        for button in (self.add_button, self.remove_button):
            rows.addWidget(button)
        rows.addStretch()
        layout = QVBoxLayout(self)
        layout.addWidget(make_plain_label(ABOUT))
        stands_in = os.environ.get(VARIABLE, "")
        if stands_in:
            layout.addWidget(make_plain_label(f"Without an entry here the shot has those of {stands_in} ({VARIABLE})."))
        layout.addWidget(self.table)
        layout.addWidget(self.problem)
        layout.addLayout(rows)
        layout.addWidget(buttons)
        self.resize(760, 320)
        fit_on_screen(self)

    def add_row(self, consent: Consent) -> None:
        """A row with the fields of one consent."""
        row = self.table.rowCount()
        self.table.insertRow(row)
        role = QComboBox()
        role.addItems((PLATE, DRIVER))
        role.setCurrentText(consent.role)
        for column, name in enumerate(NAMES):
            self.table.setItem(row, column, QTableWidgetItem(consent.facts.get(name, "") if column != ROLE else ""))
        self.table.setCellWidget(row, ROLE, role)
        self.table.setCurrentCell(row, 0)

    def remove_row(self) -> None:
        """Remove the current row."""
        self.table.removeRow(self.table.currentRow())

    def consents(self) -> tuple[Consent, ...]:
        """What the rows say; a row in which nothing is written is left out. Raises KnobError."""
        found = []
        for row in range(self.table.rowCount()):
            facts = {name: self._text(row, column) for column, name in enumerate(NAMES) if column != ROLE}
            if any(facts.values()):
                try:
                    found.append(make_consent(facts | {"role": self.table.cellWidget(row, ROLE).currentText()}))  # type: ignore[attr-defined]
                except KnobError as error:
                    self.table.setCurrentCell(row, 0)
                    raise KnobError(f"Row {row + 1}: {error}") from None
        return tuple(found)

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip() if item else ""

    def accept(self) -> None:
        """Make the rows the shot's consents, or say what is wrong with them."""
        try:
            consents = self.consents()
        except KnobError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        self.document.apply("consent", lambda graph: with_consents(graph, consents))
        super().accept()


def ask_consent(document: Document, parent: QWidget) -> None:
    """Show the form until it is closed."""
    ConsentDialog(document, parent).exec()
