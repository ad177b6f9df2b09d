"""The context menu of a pose."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from ....graph.poses import mirrored
from .pose_model import OWN, PoseEntry, PoseModel


def make_menu(parent: QWidget, model: PoseModel, entry: PoseEntry, ask_name: Callable[[str, str], str]) -> QMenu:
    """What can be done with a pose; `ask_name` is called with a title and the name that is proposed."""

    def with_name(title: str, proposed: str, what: Callable[[str], object]) -> None:
        name = ask_name(title, proposed)
        if name:
            what(name)

    menu = QMenu(parent)
    menu.addAction("Set", lambda: model.set_pose(entry.name))
    menu.addAction("Add", lambda: model.add_pose(entry.name))
    menu.addSeparator()
    menu.addAction(
        "Save a copy…", lambda: with_name("Save a copy", entry.name, lambda name: model.save(name, entry.shapes))
    )
    menu.addAction(
        "Save its mirror image…",
        lambda: with_name(
            "Save its mirror image", f"{entry.name}-mirrored", lambda name: model.save(name, mirrored(entry.shapes))
        ),
    )
    if entry.group == OWN:
        menu.addAction("Save the present shapes under this name", lambda: model.save(entry.name))
        menu.addAction("Rename…", lambda: with_name("Rename", entry.name, lambda name: model.rename(entry.name, name)))
        menu.addAction("Delete", lambda: model.delete(entry.name))
    return menu
