"""The context menu of keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from ....curves import INTERPOLATIONS
from .key_model import KeyModel


def make_key_menu(model: KeyModel, fit: Callable[[], object], parent: QWidget) -> QMenu:
    """What can be done with the selected keys; `fit` brings them into view."""
    menu = QMenu(parent)
    kinds = menu.addMenu("Interpolation")
    for word in INTERPOLATIONS:
        kinds.addAction(word, partial(model.set_interpolation, word))
    menu.addSeparator()
    for text, action in (
        ("Cut\tCtrl+X", model.cut),
        ("Copy\tCtrl+C", model.copy),
        ("Duplicate at the playhead\tCtrl+D", model.duplicate),
        ("Delete\tDel", model.delete),
    ):
        menu.addAction(text, action)
    for each in menu.actions():
        each.setEnabled(bool(model.selected))
    menu.addAction("Paste at the playhead\tCtrl+V", model.paste)
    menu.addSeparator()
    menu.addAction("Select all\tCtrl+A", model.select_all)
    menu.addAction("Frame selected\tF", fit)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
