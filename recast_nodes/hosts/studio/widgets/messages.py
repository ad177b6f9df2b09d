"""Message boxes. Their text may come from a stranger's document, so it is shown literally: Qt interprets
whatever looks like rich text, and loads the pictures that it names.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

TITLE = "Recast Studio"
LINES, LETTERS = 12, 1200  # what a box holds on a small screen; the rest is under Details

Buttons = QMessageBox.StandardButton


def make_box(text: str, parent: QWidget | None, icon: QMessageBox.Icon = QMessageBox.Icon.Question) -> QMessageBox:
    """A message box with plain text; what is long is in its details."""
    made = QMessageBox(parent)
    made.setWindowTitle(TITLE)
    made.setIcon(icon)
    made.setTextFormat(Qt.TextFormat.PlainText)
    shown = shorten(text)
    made.setText(shown)
    if shown != text:
        made.setDetailedText(text)
    return made


def shorten(text: str) -> str:
    """The beginning of a long text."""
    lines = text.splitlines()
    begun = "\n".join(lines[:LINES])[:LETTERS]
    if begun == text:
        return text
    left = len(lines) - len(begun.splitlines())
    return f"{begun} …" + (f"\n(and {left} lines more)" if left else "")


def warn(text: str, parent: QWidget | None) -> None:
    """Something went wrong."""
    make_box(text, parent, QMessageBox.Icon.Warning).exec()


def inform(text: str, parent: QWidget | None) -> None:
    """Something to know."""
    make_box(text, parent, QMessageBox.Icon.Information).exec()


def ask(question: str, parent: QWidget | None) -> bool:
    """Yes or no."""
    made = make_box(question, parent)
    made.setStandardButtons(Buttons.Yes | Buttons.No)
    return made.exec() == Buttons.Yes


def ask_unsaved(parent: QWidget | None) -> str:
    """What to do with unsaved changes: 'save', 'discard' or '' to cancel."""
    made = make_box("Save the shot first?", parent)
    made.setStandardButtons(Buttons.Save | Buttons.Discard | Buttons.Cancel)
    chosen = made.exec()
    return "save" if chosen == Buttons.Save else "discard" if chosen == Buttons.Discard else ""


def ask_writing(folder: str, parent: QWidget | None) -> bool:
    """Whether frames may be written to a folder that a document names and that is outside its own."""
    made = make_box(f"Write frames to {folder}?", parent, QMessageBox.Icon.Warning)
    made.setInformativeText("The shot's file names this folder, which is outside the file's own.")
    yes = made.addButton("Write there", QMessageBox.ButtonRole.AcceptRole)
    made.setDefaultButton(made.addButton(Buttons.Cancel))
    made.exec()
    return made.clickedButton() is yes
