"""Colour spaces of the active OpenColorIO configuration, by family, searched by a part of the name."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter

from ....errors import ColourError
from ....knobs import Knob
from ..widgets.labels import escape_tip
from .knob_widget import KnobWidget

AUTO = "auto"


class Space(NamedTuple):
    """A colour space of the configuration."""

    name: str
    family: str
    words: str  # its description


def list_spaces() -> list[Space]:
    """The active colour spaces, by family, each family in the configuration's own order. Raises ColourError."""
    from ....media.colour.colour import config

    made = config()
    found = [made.getColorSpace(name) for name in made.getColorSpaceNames()]
    each = [Space(space.getName(), space.getFamily() or "other", space.getDescription().strip()) for space in found]
    families = list(dict.fromkeys(space.family for space in each))
    return sorted(each, key=lambda space: families.index(space.family))


class ColorspaceBox(QComboBox):
    """A combo box of colour spaces; typing a part of a name lists those that contain it."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(24)
        self.problem = ""
        names = self._fill()
        completer = QCompleter(names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)

    def _fill(self) -> list[str]:
        """The list, with each family's name above its spaces. Returns the names that can be chosen."""
        model = QStandardItemModel(self)
        model.appendRow(QStandardItem(AUTO))
        names, family = [AUTO], ""
        try:
            found = list_spaces()
        except ColourError as error:  # it stands below the field as well: nothing can be rendered with it
            self.problem, found = str(error), []
        for space in found:
            if space.family != family:
                family = space.family
                model.appendRow(_make_heading(family))
            item = QStandardItem(space.name)
            item.setToolTip(escape_tip(space.words or space.name))
            model.appendRow(item)
            names.append(space.name)
        self.setModel(model)
        return names


def _make_heading(family: str) -> QStandardItem:
    item = QStandardItem(family)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = QFont()
    font.setBold(True)
    item.setFont(font)
    return item


def find_space_name(text: str) -> str:
    """The configuration's own name of what was typed, whatever its capitals. Raises ColourError with the nearest
    names.
    """
    from ....media.colour.colour import check_colorspace

    text = text.strip()
    return AUTO if text.lower() in ("", AUTO) else check_colorspace(text)


class ColorspaceKnob(KnobWidget):
    """The widget of a knob that names a colour space."""

    def __init__(self, knob: Knob):
        super().__init__(knob)
        self.box = ColorspaceBox()
        if self.box.problem:
            self.setToolTip(escape_tip(f"{knob.tip}\n\n{self.box.problem}"))
        self.row.addWidget(self.box, 1)
        self.box.activated.connect(lambda place: self._set_space(self.box.itemText(place)))
        line = self.box.lineEdit()
        assert line is not None
        line.editingFinished.connect(lambda: self._set_space(line.text()))
        self._last_text = ""

    def show_value(self, value: Any) -> None:
        self._last_text = str(value)
        self.box.setCurrentText(self._last_text)

    def _set_space(self, text: str) -> None:
        if text == self._last_text:
            return
        try:
            found = find_space_name(text)
        except ColourError as error:
            self.refused.emit(f"{self.knob.name}: {error}")
            return
        self._last_text = found
        self.box.setCurrentText(found)
        self._parse(found)
