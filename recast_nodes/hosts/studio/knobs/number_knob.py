"""The widget of a number: a field with the knob's limits and, if the range is small enough to aim in, a slider."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from ....knobs import Float, Int
from ....nodes.read import FRAMES
from ..widgets.number_field import NumberField, WholeField
from .knob_widget import KnobWidget

STEPS = 1000  # of a slider
BOX, WIDEST_BOX = 92, 190  # pixels of a number's field; it grows for the text of a number that may be unset
WIDEST_SLIDER = 10_000  # of its value: a pixel of a slider of 150 would then be a step of 67


class NumberKnob(KnobWidget):
    """A field and a slider with the knob's slider range. Frame numbers go without the slider: over their limits a drag
    of nine pixels is a quarter of a million frames, and which range is meant depends on the clip.
    """

    def __init__(self, knob: Float | Int):
        super().__init__(knob)
        self.low, self.high = knob.slider or knob.limits
        low, high = knob.limits
        self.unset = knob.unset
        self.nothing = low - 1 if knob.unset else None
        lowest = low if self.nothing is None else self.nothing
        self.box: NumberField | WholeField
        if isinstance(knob, Int):
            self.box = WholeField(int(lowest), int(high))
        else:
            step = (self.high - self.low) / 100
            self.box = NumberField(lowest, high, step=step if has_slider(knob) else 1.0)
        if knob.unset:
            self.box.setSpecialValueText(knob.unset)
        words = self.box.fontMetrics().horizontalAdvance(knob.unset) + 34 if knob.unset else 0
        self.box.setFixedWidth(min(max(BOX, words), WIDEST_BOX))
        self.row.addWidget(self.box)
        self.box.valueChanged.connect(self._emit_typed)
        self.box.refused.connect(lambda why: self.refused.emit(f"{knob.name}: {why}"))
        self.slider = self._make_slider() if has_slider(knob) else None
        if self.slider is None:
            self.row.addStretch()

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, STEPS)
        slider.setMinimumWidth(54)
        slider.valueChanged.connect(self._emit_slid)
        slider.sliderReleased.connect(self.drag_ended)
        self.row.addWidget(slider, 1)
        return slider

    def show_value(self, value: Any) -> None:
        self.box.blockSignals(True)
        self.box.setValue(self.nothing if value is None and self.nothing is not None else value)  # type: ignore[arg-type]
        self.box.blockSignals(False)
        if self.slider is not None:
            part = 0.0 if value is None else (value - self.low) / (self.high - self.low)
            self.slider.blockSignals(True)
            self.slider.setValue(round(min(max(part, 0), 1) * STEPS))
            self.slider.blockSignals(False)

    def _emit_typed(self, value: float) -> None:
        self.changed.emit(None if value == self.nothing else self._cast(value))
        self.drag_ended.emit()

    def _emit_slid(self, step: int) -> None:
        self.changed.emit(self._cast(float(f"{self.low + (self.high - self.low) * step / STEPS:.4g}")))

    def _cast(self, value: float) -> float | int:
        return round(value) if isinstance(self.knob, Int) else value


def has_slider(knob: Float | Int) -> bool:
    """Whether the knob's range is small enough to aim in with a slider: frame numbers have too many values."""
    low, high = knob.slider or knob.limits
    return knob.slider is not None and knob.limits != FRAMES and high - low <= WIDEST_SLIDER
