"""The knobs of the selected node, from its declaration."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....curves import Key
from ....graph.changes import rename_node, with_default, with_key, with_value, without_key
from ....graph.graph import Graph, Placed
from ....node import Node
from ..shot.document import Document
from .knob_widget import KnobWidget
from .knob_widgets import widget

LABEL = "knob's name"
NOT_KEYED, KEYED, KEY_HERE = "◇", "◈", "◆"
COLOURS = {NOT_KEYED: "#888888", KEYED: "#d9a830", KEY_HERE: "#ffcc33"}


class KnobPanel(QScrollArea):
    """Shows one node at a time, at the playhead."""

    curve_asked = Signal(str, str)  # node, knob
    selected = Signal(str)  # the node's new name, after a renaming

    def __init__(self, document: Document, parent: QWidget | None = None):
        super().__init__(parent)
        self._document = document
        self.node = ""
        self._kind: type | None = None
        self.widgets: dict[str, KnobWidget] = {}
        self.keys: dict[str, QToolButton] = {}
        self.setWidgetResizable(True)
        self.setMinimumWidth(362)  # what a node's rows need, beside the scroll bar
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._wheel = _Wheel(self)
        document.changed.connect(self.refresh)
        document.moved.connect(lambda frame: self.refresh())
        self.show_node("")

    def show_node(self, name: str) -> None:
        """Show the knobs of a node; '' shows none."""
        self.node = name
        placed = self._placed()
        self._kind = placed.kind if placed else None
        self._build(placed)
        self.refresh()

    def refresh(self) -> None:
        """Show the values at the playhead."""
        placed = self._placed()
        if placed is None or placed.kind is not self._kind:
            if self._kind is not None:
                self.show_node("")
            return
        values = placed.at(self._document.frame).values
        for name, each in self.widgets.items():
            each.show_value(values[name])
            if name in self.keys:
                self._show_key(self.keys[name], placed, name)

    def _placed(self) -> Placed | None:
        return self._document.graph.nodes.get(self.node)

    def _build(self, placed: Placed | None) -> None:
        self.widgets, self.keys = {}, {}
        body = QWidget()
        layout = QVBoxLayout(body)
        if placed is None:
            layout.addWidget(QLabel("Select a node to see its knobs."))
        else:
            layout.addLayout(self._head(placed))
            layout.addWidget(_summary(placed.kind))
            for group in dict.fromkeys(knob.group for knob in placed.kind.knobs.values()):
                layout.addWidget(self._group(placed, group))
            _align(body.findChildren(QLabel, LABEL))
            for kind in (QAbstractSpinBox, QComboBox, QSlider):
                for each in body.findChildren(kind):
                    each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                    each.installEventFilter(self._wheel)
        layout.addStretch()
        self.setWidget(body)

    def _head(self, placed: Placed) -> QHBoxLayout:
        name = QLineEdit(placed.name)
        name.setToolTip("The node's name in the shot.")
        name.editingFinished.connect(lambda: self._rename(name.text()))
        row = QHBoxLayout()
        row.addWidget(name, 1)
        if placed.name != placed.kind.__name__:
            row.addWidget(QLabel(placed.kind.__name__))
        return row

    def _group(self, placed: Placed, group: str) -> QWidget:
        box = QGroupBox(group)
        form = QFormLayout(box)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        for name, knob in placed.kind.knobs.items():
            if knob.group != group:
                continue
            each = self.widgets[name] = widget(knob)
            each.changed.connect(lambda value, name=name: self.set_value(name, value))
            each.refused.connect(self._refuse)
            each.let_go.connect(self._document.let_go)
            label = QLabel(knob.label)
            label.setObjectName(LABEL)
            label.setToolTip(each.toolTip())
            self._offer_default(label, name)
            if knob.animates:
                button = self.keys[name] = QToolButton()
                button.setAutoRaise(True)
                button.clicked.connect(lambda _=False, name=name: self.toggle_key(name))
                button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                button.customContextMenuRequested.connect(lambda _, name=name: self.curve_asked.emit(self.node, name))
                each.add_button(button)
            form.addRow(label, each)
        return box

    def _offer_default(self, label: QLabel, name: str) -> None:
        default = QAction("Back to its default", label)
        default.triggered.connect(lambda: self.set_default(name))
        label.addAction(default)
        label.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _show_key(self, button: QToolButton, placed: Placed, name: str) -> None:
        curve = placed.animation.get(name)
        here = curve is not None and any(key.frame == self._document.frame for key in curve.keys)
        text = KEY_HERE if here else KEYED if curve else NOT_KEYED
        if button.text() == text:  # a style is slow to set, and this runs at every frame that is played
            return
        button.setText(text)
        button.setStyleSheet(f"color: {COLOURS[text]}")
        tips = {
            NOT_KEYED: "Set a key at the playhead.",
            KEYED: "Keyed. Set a key at the playhead; a changed value sets one by itself.",
            KEY_HERE: "A key is here. Press to take it away.",
        }
        button.setToolTip(tips[text] + " The right button shows the curve.")

    # Changes

    def set_value(self, name: str, value: Any) -> None:
        """Give a knob a value: a key at the playhead where it is keyed."""
        node, frame = self.node, self._document.frame
        merge = f"{node}.{name}" if isinstance(value, (int, float)) and not isinstance(value, bool) else ""
        if not self._document.apply(f"{node}.{name}", lambda graph: with_value(graph, node, name, frame, value), merge):
            self.refresh()

    def set_default(self, name: str) -> None:
        """Take a knob's value and keys away."""
        node = self.node
        self._document.apply(f"default {node}.{name}", lambda graph: with_default(graph, node, name))

    def toggle_key(self, name: str) -> None:
        """Set a key at the playhead, or take the one that is there away."""
        node, frame = self.node, self._document.frame

        def change(graph: Graph) -> Graph:
            placed = graph.nodes[node]
            curve = placed.animation.get(name)
            if curve and any(key.frame == frame for key in curve.keys):
                return without_key(graph, node, name, frame)
            value = placed.at(frame).values[name]
            return with_key(graph, node, name, Key(frame, float(value or 0), "smooth"))

        self._document.apply(f"key {node}.{name}", change)

    def _rename(self, new: str) -> None:
        if new == self.node:
            return
        old = self.node
        if self._document.apply(f"rename {old}", lambda graph: rename_node(graph, old, new)):
            self.selected.emit(new.strip())
        else:
            self.show_node(old)

    def _refuse(self, why: str) -> None:
        self._document.refused.emit(f"{self.node}.{why}")
        self.refresh()


class _Wheel(QObject):
    """Lets the mouse wheel scroll the panel: it turns a knob only once that was clicked."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def _summary(kind: type[Node]) -> QLabel:
    """What the node does, in a line; the tool tip has all of it."""
    label = QLabel(kind.summary())
    label.setWordWrap(True)
    label.setStyleSheet("color: #a8a8a8")
    label.setToolTip(kind.describe()["documentation"])
    return label


def _align(labels: list[QLabel]) -> None:
    """One column for the names of all groups."""
    width = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(width)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
