"""Every number that is typed in Studio goes through here, so that all fields read it by one rule, in every locale.

- A point and a comma are both decimal signs: 4.5 and 4,5 are the same number.
- Grouped digits (1.234,5 or 1 000 or 1'000) are not guessed at: the field says so and keeps the value that it had.
- Numbers are shown with a point, as in shot documents, on the command line, in Nuke and in Blender: what is copied
  from a field can be pasted into any of them.
"""

from __future__ import annotations

import html
import math
import re

from PySide6.QtCore import QLocale, QPoint, QTimer, Signal
from PySide6.QtGui import QStatusTipEvent, QValidator
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSpinBox, QToolTip, QWidget

_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},000")  # 1,000 is a thousand to some people and one to others
_SIGNS = str.maketrans({"\u2212": "-", "\u066b": "."})  # a typeset minus; the Arabic decimal sign
_GROUPED = re.compile(r"\d[.,\s'’]\d{3}(?!\d)")
SHOWN = 6  # significant digits, and three decimals at least, unless a field says how many decimals it has


def read_number(text: str) -> float | None:
    """The number that `text` is; None where it is none, or could be read as two different ones."""
    text = text.strip().translate(_SIGNS)
    if not _NUMBER.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None


def read_whole(text: str) -> int | None:
    """The whole number that `text` is. A decimal sign is refused: 1,001 and 1.001 may both be meant as frame 1001."""
    text = text.strip().translate(_SIGNS)
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else None


def read_numbers(text: str) -> list[float] | None:
    """Several numbers, with blanks or semicolons between them, each as `read_number` reads it. Commas stand between
    whole ones that have nothing else there: 10,20,30,40. None where one of them is no number.
    """
    words = [word.rstrip(",") for word in text.replace(";", " ").split()]
    words = words[0].split(",") if len(words) == 1 else words
    numbers = [read_number(word) for word in words]
    return None if None in numbers else [number for number in numbers if number is not None]


def format_number(value: float, decimals: int | None = None) -> str:
    """A number as fields show it: with a point, and no more digits than it has."""
    if decimals is None:
        return f"{value:.{max(SHOWN, len(str(int(abs(value)))) + 3)}g}"
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def explain_refusal(text: str, low: float, high: float, whole: bool = False) -> str:
    """Why a field from `low` to `high` refuses `text`."""
    number = read_whole(text) if whole else read_number(text)
    if number is None:
        kind = "a whole number" if whole else "a number"
        groups = " Write thousands without a sign or a blank between them." if _GROUPED.search(text) else ""
        return f"“{text}” is not {kind}.{groups}"
    return f"{text} is outside the range {format_number(low)} to {format_number(high)}."


class NumberField(QDoubleSpinBox):
    """A real number. If text is refused, a tip and `refused` say why, and the value stays."""

    refused = Signal(str)

    def __init__(
        self,
        low: float,
        high: float,
        value: float = 0.0,
        step: float = 1.0,
        tip: str = "",
        decimals: int | None = None,
        parent: QWidget | None = None,
    ):
        """`decimals` None shows as many digits as a number has."""
        super().__init__(parent)
        self._decimals = decimals
        self.setDecimals(12 if decimals is None else decimals)
        _prepare(self, low, high, value, step, tip)

    def textFromValue(self, value: float) -> str:
        return format_number(value, self._decimals)

    def valueFromText(self, text: str) -> float:
        if text == self.textFromValue(self.value()):  # shown with fewer digits than it has, and left alone
            return self.value()
        number = read_number(text)
        return self.minimum() if number is None else number  # None: the text for a number that is not set

    def validate(self, text: str, place: int) -> object:
        return _check(self, text, read_number(text)), text, place

    def fixup(self, text: str) -> str:
        return _refuse(self, text)


class WholeField(QSpinBox):
    """A whole number, such as a frame. It refuses text as NumberField does."""

    refused = Signal(str)

    def __init__(
        self, low: int, high: int, value: int = 0, step: int = 1, tip: str = "", parent: QWidget | None = None
    ):
        super().__init__(parent)
        _prepare(self, low, high, value, step, tip)

    def textFromValue(self, value: int) -> str:
        return str(value)

    def valueFromText(self, text: str) -> int:
        number = read_whole(text)
        return self.minimum() if number is None else number

    def validate(self, text: str, place: int) -> object:
        return _check(self, text, read_whole(text)), text, place

    def fixup(self, text: str) -> str:
        return _refuse(self, text)


def _prepare(field: NumberField | WholeField, low: float, high: float, value: float, step: float, tip: str) -> None:
    field.setLocale(QLocale.c())  # digits and signs of what Qt writes by itself
    field.setRange(low, high)  # type: ignore[arg-type]
    field.setSingleStep(step)  # type: ignore[arg-type]
    field.setValue(value)  # type: ignore[arg-type]
    field.setKeyboardTracking(False)  # a number counts once typing is finished
    if tip:
        field.setToolTip(tip)


def _check(field: NumberField | WholeField, text: str, number: float | None) -> QValidator.State:
    """Acceptable, or still being typed: no character is blocked, so that none is dropped silently."""
    words = field.specialValueText()
    if words and text.strip() in ("", words):
        return QValidator.State.Acceptable
    inside = number is not None and field.minimum() <= number <= field.maximum()
    inside = inside and not (words and number == field.minimum())  # that one stands for the special text
    return QValidator.State.Acceptable if inside else QValidator.State.Intermediate


def _refuse(field: NumberField | WholeField, text: str) -> str:
    """Report why text is refused; Qt then shows the field's value again."""
    low = field.minimum() + (1 if field.specialValueText() else 0)
    why = explain_refusal(text, low, field.maximum(), isinstance(field, WholeField))
    if text.strip():  # an emptied field returns to its value silently
        QTimer.singleShot(0, field, lambda: _show_tip(field, why))  # Qt hides tips when the focus moves, as it does now
        QApplication.sendEvent(field, QStatusTipEvent(why))  # the window's bottom line, where there is one
        field.refused.emit(why)
    return text


def _show_tip(field: NumberField | WholeField, why: str) -> None:
    QToolTip.showText(field.mapToGlobal(QPoint(0, field.height())), f"<qt>{html.escape(why)}</qt>", field)
