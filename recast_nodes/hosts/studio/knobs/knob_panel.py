"""The knobs of the selected node, from its declaration."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
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
from ..shot.document import Document
from .folded_group import FoldedGroup
from .knob_widget import KnobWidget
from .knob_widgets import make_knob_widget
from .panel_parts import LABEL, WheelGuard, align_labels, find_used, make_summary

NOT_KEYED, KEYED, KEY_HERE = "◇", "◈", "◆"
COLOURS = {NOT_KEYED: "#888888", KEYED: "#d9a830", KEY_HERE: "#ffcc33"}


class KnobPanel(QScrollArea):
    """Shows one node at a time, at the playhead."""

    curve_requested = Signal(str, str)  # node, knob
    selected = Signal(str)  # the node's new name, after a renaming

    def __init__(self, document: Document, parent: QWidget | None = None):
        super().__init__(parent)
        self._document = document
        self.node = ""
        self._kind: type | None = None
        self.widgets: dict[str, KnobWidget] = {}
        self.keys: dict[str, QToolButton] = {}
        self.folded: dict[str, FoldedGroup] = {}  # by the group's name
        self._unfolded: set[str] = set()  # groups that were opened, for the next node too
        self.setWidgetResizable(True)
        self.setMinimumWidth(362)  # what a node's rows need, beside the scroll bar
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._wheel = WheelGuard(self)
        document.changed.connect(self.refresh)
        document.moved.connect(lambda frame: self.refresh())
        self.show_node("")

    def show_node(self, name: str) -> None:
        """Show the knobs of a node; '' shows none."""
        self.node = name
        placed = self._find_placed()
        self._kind = placed.kind if placed else None
        self._build(placed)
        self.refresh()

    def refresh(self) -> None:
        """Show the values at the playhead."""
        placed = self._find_placed()
        if placed is None or placed.kind is not self._kind:
            if self._kind is not None:
                self.show_node("")
            return
        values = placed.at(self._document.frame).values
        idle = placed.kind.idle_knobs(values)
        for name, each in self.widgets.items():
            each.show_value(values[name])
            each.setEnabled(name not in idle)
            if name in self.keys:
                self._show_key(self.keys[name], placed, name)
        for group, folded in self.folded.items():
            folded.show_used(find_used(placed, group))

    def _find_placed(self) -> Placed | None:
        return self._document.graph.nodes.get(self.node)

    def _build(self, placed: Placed | None) -> None:
        self.widgets, self.keys, self.folded = {}, {}, {}
        body = QWidget()
        layout = QVBoxLayout(body)
        if placed is None:
            layout.addWidget(QLabel("Select a node to see its knobs."))
        else:
            layout.addLayout(self._build_head(placed))
            layout.addWidget(make_summary(placed.kind))
            for group in dict.fromkeys(knob.group for knob in placed.kind.knobs.values()):
                layout.addWidget(self._build_group(placed, group))
            self._prepare(body)
        layout.addStretch()
        self.setWidget(body)

    def _build_head(self, placed: Placed) -> QHBoxLayout:
        name = QLineEdit(placed.name)
        name.setToolTip("The node's name in the shot.")
        name.editingFinished.connect(lambda: self._rename(name.text()))
        row = QHBoxLayout()
        row.addWidget(name, 1)
        if placed.name != placed.kind.__name__:
            row.addWidget(QLabel(placed.kind.__name__))
        return row

    def _prepare(self, body: QWidget) -> None:
        """One column for the names of knobs, and the wheel for scrolling, in what has just been built."""
        align_labels(body.findChildren(QLabel, LABEL))
        for kind in (QAbstractSpinBox, QComboBox, QSlider):
            for each in body.findChildren(kind):
                each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                each.installEventFilter(self._wheel)

    def _build_group(self, placed: Placed, group: str) -> QWidget:
        if group in placed.kind.folded:
            return self._build_folded(placed, group)
        box = QGroupBox(group)
        form = QFormLayout(box)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        self._add_rows(form, placed, group)
        return box

    def _build_folded(self, placed: Placed, group: str) -> QWidget:
        def make_rows(form: QFormLayout) -> dict[str, QWidget]:
            made = self._add_rows(form, placed, group)
            self._prepare(folded)
            return made

        def remember(is_open: bool) -> None:
            (self._unfolded.add if is_open else self._unfolded.discard)(group)
            self.refresh()

        folded = self.folded[group] = FoldedGroup(group, make_rows)
        folded.header.setChecked(group in self._unfolded)
        folded.unfolded.connect(remember)
        return folded

    def _add_rows(self, form: QFormLayout, placed: Placed, group: str) -> dict[str, QWidget]:
        made: dict[str, QWidget] = {}
        for name, knob in placed.kind.knobs.items():
            if knob.group != group:
                continue
            each = self.widgets[name] = made[name] = make_knob_widget(knob)
            each.changed.connect(lambda value, name=name: self.set_value(name, value))
            each.refused.connect(self._refuse)
            each.drag_ended.connect(self._document.end_drag)
            label = QLabel(knob.label)
            label.setObjectName(LABEL)
            label.setToolTip(each.toolTip())
            self._offer_default(label, name)
            if knob.animates:
                button = self.keys[name] = QToolButton()
                button.setAutoRaise(True)
                button.clicked.connect(lambda _=False, name=name: self.toggle_key(name))
                button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                button.customContextMenuRequested.connect(
                    lambda _, name=name: self.curve_requested.emit(self.node, name)
                )
                each.add_button(button)
            form.addRow(label, each)
        return made

    def _offer_default(self, label: QLabel, name: str) -> None:
        default = QAction("Back to its default", label)
        default.triggered.connect(lambda: self.set_default(name))
        label.addAction(default)
        label.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _show_key(self, button: QToolButton, placed: Placed, name: str) -> None:
        curve = placed.animation.get(name)
        here = curve is not None and any(key.frame == self._document.frame for key in curve.keys)
        text = KEY_HERE if here else KEYED if curve else NOT_KEYED
        if button.text() == text:  # a style sheet is slow to set, and this runs at every frame of playback
            return
        button.setText(text)
        button.setStyleSheet(f"color: {COLOURS[text]}")
        tips = {
            NOT_KEYED: "Set a key at the playhead.",
            KEYED: "Keyed. Set a key at the playhead; changing the value sets one automatically.",
            KEY_HERE: "A key is here. Click to remove it.",
        }
        button.setToolTip(tips[text] + " Right-click to see the curve.")

    # Changes

    def set_value(self, name: str, value: Any) -> None:
        """Set a knob's value: as a key at the playhead if it is keyed."""
        node, frame = self.node, self._document.frame
        merge = f"{node}.{name}" if isinstance(value, (int, float)) and not isinstance(value, bool) else ""
        if not self._document.apply(f"{node}.{name}", lambda graph: with_value(graph, node, name, frame, value), merge):
            self.refresh()

    def set_default(self, name: str) -> None:
        """Reset a knob: remove its value and keys."""
        node = self.node
        self._document.apply(f"default {node}.{name}", lambda graph: with_default(graph, node, name))

    def toggle_key(self, name: str) -> None:
        """Set a key at the playhead, or remove the one that is there."""
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
