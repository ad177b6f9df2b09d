"""One widget for each kind of knob. `widget` makes it; `changed` tells a new value, which the knob may refuse."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QToolButton,
    QWidget,
)

from ...errors import KnobError
from ...knobs import Box, Choice, Choices, File, Float, Int, Knob, Still, Switch, Text
from .small import check_box

STEPS = 1000  # of a slider
BOX, WIDEST_BOX = 92, 190  # pixels of a number's box; it grows for the words of a number that may be unset
IN_A_ROW = 2  # check boxes of a choice of many


class KnobWidget(QWidget):
    """The base: a row of widgets for one knob."""

    changed = Signal(object)  # the value that was given
    refused = Signal(str)  # text that is no value of the knob, and why
    let_go = Signal()  # a drag has ended

    def __init__(self, knob: Knob):
        super().__init__()
        self.knob = knob
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)
        self.setToolTip(f"{knob.tip}\n\nTakes {knob.takes()}.")

    def show_value(self, value: Any) -> None:
        """Show a value without telling it as a change."""
        raise NotImplementedError

    def _parsed(self, text: str) -> None:
        try:
            self.changed.emit(self.knob.parse(text))
        except KnobError as refusal:
            self.refused.emit(str(refusal))


@singledispatch
def widget(knob: Knob) -> KnobWidget:
    """The widget for a knob. Raises NotImplementedError for a kind that has none."""
    raise NotImplementedError(f"Studio has no widget for {type(knob).__name__} knobs.")


class _NumberBox(QDoubleSpinBox):
    """Shows as many digits as a number has, small ones as 3e-07."""

    def textFromValue(self, value: float) -> str:
        return f"{value:.6g}"

    def valueFromText(self, text: str) -> float:
        return float(text)

    def validate(self, text: str, place: int) -> object:
        try:
            float(text)
        except ValueError:
            return QValidator.State.Intermediate, text, place
        return QValidator.State.Acceptable, text, place


class _Number(KnobWidget):
    """A box with the knob's limits and a slider with its slider range."""

    def __init__(self, knob: Float | Int):
        super().__init__(knob)
        self.low, self.high = knob.slider or knob.limits
        self.box = QDoubleSpinBox() if isinstance(knob, Int) else _NumberBox()
        self.box.setDecimals(0 if isinstance(knob, Int) else 12)
        self.unset = knob.unset
        low, high = knob.limits
        step = 1.0 if isinstance(knob, Int) else (self.high - self.low) / 100
        self.nothing = low - 1 if knob.unset else None
        self.box.setRange(low if self.nothing is None else self.nothing, high)
        if knob.unset:
            self.box.setSpecialValueText(knob.unset)
        self.box.setSingleStep(step)
        self.box.setKeyboardTracking(False)
        words = self.box.fontMetrics().horizontalAdvance(knob.unset) + 34 if knob.unset else 0
        self.box.setFixedWidth(min(max(BOX, words), WIDEST_BOX))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setMinimumWidth(54)
        self.row.addWidget(self.box)
        self.row.addWidget(self.slider, 1)
        self.box.valueChanged.connect(self._typed)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self.let_go)

    def show_value(self, value: Any) -> None:
        for each in (self.box, self.slider):
            each.blockSignals(True)
        self.box.setValue(self.nothing if value is None and self.nothing is not None else value)
        part = 0.0 if value is None else (value - self.low) / (self.high - self.low)
        self.slider.setValue(round(min(max(part, 0), 1) * STEPS))
        for each in (self.box, self.slider):
            each.blockSignals(False)

    def _typed(self, value: float) -> None:
        self.changed.emit(None if value == self.nothing else self._cast(value))
        self.let_go.emit()

    def _slid(self, step: int) -> None:
        self.changed.emit(self._cast(float(f"{self.low + (self.high - self.low) * step / STEPS:.4g}")))

    def _cast(self, value: float) -> float | int:
        return round(value) if isinstance(self.knob, Int) else value


class _Switch(KnobWidget):
    def __init__(self, knob: Switch):
        super().__init__(knob)
        self.box = check_box()
        self.row.addWidget(self.box)
        self.row.addStretch()
        self.box.clicked.connect(lambda: self.changed.emit(self.box.isChecked()))

    def show_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class _Choice(KnobWidget):
    def __init__(self, knob: Choice):
        super().__init__(knob)
        self.box = QComboBox()
        self.box.addItems(knob.options)
        self.row.addWidget(self.box, 1)
        self.box.activated.connect(lambda place: self.changed.emit(self.box.itemText(place)))

    def show_value(self, value: Any) -> None:
        self.box.setCurrentText(value)


class _Choices(KnobWidget):
    def __init__(self, knob: Choices):
        super().__init__(knob)
        self.boxes = {option: check_box(option) for option in knob.options}
        grid = QGridLayout()
        for place, box in enumerate(self.boxes.values()):
            grid.addWidget(box, *divmod(place, IN_A_ROW))
            box.clicked.connect(self._clicked)
        self.row.addLayout(grid)
        self.row.addStretch()

    def show_value(self, value: Any) -> None:
        for option, box in self.boxes.items():
            box.setChecked(option in value)

    def _clicked(self) -> None:
        self.changed.emit(tuple(option for option, box in self.boxes.items() if box.isChecked()))


class _Line(KnobWidget):
    """Text, boxes and stills as text; files with a button that browses."""

    def __init__(self, knob: Knob, browse: str = ""):
        super().__init__(knob)
        self.line = QLineEdit()
        self.line.setPlaceholderText(knob.takes())
        self.row.addWidget(self.line, 1)
        self.line.editingFinished.connect(self._finished)
        self._shown = ""
        if browse:
            button = QToolButton()
            button.setText("…")
            button.setToolTip("Choose a file.")
            button.clicked.connect(lambda: self._browse(browse))
            self.row.addWidget(button)

    def show_value(self, value: Any) -> None:
        text = " ".join(f"{number:g}" for number in value) if isinstance(value, tuple) else str(value or "")
        if isinstance(value, int):
            text = str(value)
        self._shown = text
        if not self.line.hasFocus() or self.line.text() != text:
            self.line.setText(text)

    def _finished(self) -> None:
        if self.line.text() != self._shown:
            self._shown = self.line.text()
            self._parsed(self.line.text())

    def _browse(self, how: str) -> None:
        choose = QFileDialog.getSaveFileName if how == "write" else QFileDialog.getOpenFileName
        path, _ = choose(self, self.knob.label)
        if path:
            self.line.setText(path if how == "write" else pattern_of(path))
            self._finished()


def pattern_of(path: str) -> str:
    """The sequence that a chosen file is a frame of, as a pattern; the file itself where it stands alone."""
    from ...media.sequences import sequence_around

    return sequence_around(path)


widget.register(Float, _Number)
widget.register(Int, _Number)
widget.register(Switch, _Switch)
widget.register(Choice, _Choice)
widget.register(Choices, _Choices)
widget.register(Text, _Line)
widget.register(Box, _Line)
widget.register(Still, lambda knob: _Line(knob, "read"))
widget.register(File, lambda knob: _Line(knob, "write" if knob.writes else "read"))
