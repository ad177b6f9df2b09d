"""One widget for each kind of knob. `changed` carries a new value, which the knob may refuse."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QLineEdit, QToolButton

from ....knobs import Box, Choice, Choices, File, Float, Int, Knob, Still, Switch, Text
from ..widgets.labels import make_check_box
from ..widgets.number_field import format_number, read_numbers
from .colorspaces import ColorspaceKnob
from .knob_widget import KnobWidget
from .number_knob import NumberKnob

IN_A_ROW = 2  # check boxes of a choice of many


@singledispatch
def make_knob_widget(knob: Knob) -> KnobWidget:
    """The widget for a knob. Raises NotImplementedError for a kind that has none."""
    raise NotImplementedError(f"Studio has no widget for {type(knob).__name__} knobs.")


class _Switch(KnobWidget):
    def __init__(self, knob: Switch):
        super().__init__(knob)
        self.box = make_check_box()
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
        self.boxes = {option: make_check_box(option) for option in knob.options}
        grid = QGridLayout()
        for place, box in enumerate(self.boxes.values()):
            grid.addWidget(box, *divmod(place, IN_A_ROW))
            box.clicked.connect(self._emit_choices)
        self.row.addLayout(grid)
        self.row.addStretch()

    def show_value(self, value: Any) -> None:
        for option, box in self.boxes.items():
            box.setChecked(option in value)

    def _emit_choices(self) -> None:
        self.changed.emit(tuple(option for option, box in self.boxes.items() if box.isChecked()))


class _Line(KnobWidget):
    """Text, boxes and stills as text; files with a button that browses."""

    def __init__(self, knob: Knob, browse: str = ""):
        super().__init__(knob)
        self.line = QLineEdit()
        self.line.setPlaceholderText(knob.takes())
        self.row.addWidget(self.line, 1)
        self.line.editingFinished.connect(self._finish)
        self._last_text = ""
        if browse:
            button = QToolButton()
            button.setText("…")
            button.setToolTip("Choose a file.")
            button.clicked.connect(lambda: self._browse(browse))
            self.row.addWidget(button)

    def show_value(self, value: Any) -> None:
        text = " ".join(map(format_number, value)) if isinstance(value, tuple) else str(value or "")
        if isinstance(value, int):
            text = str(value)
        self._last_text = text
        if not self.line.hasFocus() or self.line.text() != text:
            self.line.setText(text)

    def _finish(self) -> None:
        if self.line.text() != self._last_text:
            self._last_text = self.line.text()
            self._parse(self.line.text())

    def _browse(self, how: str) -> None:
        choose = QFileDialog.getSaveFileName if how == "write" else QFileDialog.getOpenFileName
        path, _ = choose(self, self.knob.label)
        if path:
            self.line.setText(path if how == "write" else find_pattern(path))
            self._finish()


class _Box(_Line):
    """A rectangle as four numbers; the viewer shows it with handles."""

    def _parse(self, text: str) -> None:
        numbers = read_numbers(text) if text.strip() else None
        super()._parse(" ".join(map(repr, numbers)) if numbers else text)


def find_pattern(path: str) -> str:
    """The sequence that a chosen file is a frame of, as a pattern; the file itself where it stands alone."""
    from ....media.sequences import sequence_around

    return sequence_around(path)


make_knob_widget.register(Float, NumberKnob)
make_knob_widget.register(Int, NumberKnob)
make_knob_widget.register(Switch, _Switch)
make_knob_widget.register(Choice, _Choice)
make_knob_widget.register(Choices, _Choices)
make_knob_widget.register(Text, lambda knob: ColorspaceKnob(knob) if knob.name == "colorspace" else _Line(knob))
make_knob_widget.register(Box, _Box)
make_knob_widget.register(Still, lambda knob: _Line(knob, "read"))
make_knob_widget.register(File, lambda knob: _Line(knob, "write" if knob.writes else "read"))
