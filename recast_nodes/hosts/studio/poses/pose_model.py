"""The poses of the shot, and what is done with them: set, added, keyed, saved. The strip listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from ....graph.graph import Graph
from ....graph.pose_block import own_poses, poses_of, rename_own_pose, with_own_pose, without_own_pose
from ....graph.pose_keys import blend_towards, shapes_at, takes_poses, with_pose
from ....graph.poses import REST, Shapes, add_poses, mirrored, shipped_poses
from ..shot.document import Document

OWN = "this shot"


class PoseEntry(NamedTuple):
    """One pose as it is shown."""

    name: str
    group: str
    tip: str
    shapes: Shapes


class PoseModel(QObject):
    """What the strip shows and does. `amount` is how much of a pose is taken, `key` whether it is keyed."""

    changed = Signal()  # other poses, or another face to pose

    def __init__(self, document: Document, find_selected: Callable[[], str], parent: QObject | None = None):
        super().__init__(parent)
        self._document, self._find_selected = document, find_selected
        self.amount, self.key = 1.0, False
        self.entries: tuple[PoseEntry, ...] = ()
        document.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Look at the shot's poses again."""
        found = _list_entries(self._document.graph)
        if found != self.entries:
            self.entries = found
            self.changed.emit()

    def find_node(self) -> str:
        """The ExpressionMix that is posed: the selected one, or else the first; '' where there is none."""
        nodes = self._document.graph.nodes
        mixes = [name for name, placed in nodes.items() if takes_poses(placed.kind)]
        return self._find_selected() if self._find_selected() in mixes else next(iter(mixes), "")

    def find_shapes(self) -> dict[str, float]:
        """The shapes at the playhead."""
        node = self.find_node()
        return shapes_at(self._document.graph.nodes[node], self._document.frame) if node else {}

    def set_pose(self, name: str) -> None:
        """Go from what the playhead shows towards a pose, by `amount`."""
        pose = {} if name == REST else poses_of(self._document.graph)[name]
        self._set(f"pose {name}", blend_towards(self.find_shapes(), pose, self.amount))

    def add_pose(self, name: str) -> None:
        """Add `amount` of a pose to what the playhead shows."""
        pose = poses_of(self._document.graph)[name]
        self._set(f"add pose {name}", add_poses((self.find_shapes(), 1.0), (pose, self.amount)))

    def mirror(self) -> None:
        """Exchange left and right of what the playhead shows."""
        self._set("mirror the pose", mirrored(self.find_shapes()))

    def _set(self, words: str, shapes: Shapes) -> None:
        node, frame, key = self.find_node(), self._document.frame, self.key
        if not node:
            self._document.refused.emit("Poses need an ExpressionMix node in the shot.")
            return
        self._document.apply(words, lambda graph: with_pose(graph, node, shapes, frame, key))

    def save(self, name: str, shapes: Shapes | None = None) -> bool:
        """Save what the playhead shows, or other shapes, as a pose of the shot. Returns whether it was taken."""
        shapes = self.find_shapes() if shapes is None else shapes
        return self._document.apply(f"save pose {name}", lambda graph: with_own_pose(graph, name, shapes))

    def rename(self, name: str, new: str) -> bool:
        """Give one of the shot's poses another name."""
        return self._document.apply(f"rename pose {name}", lambda graph: rename_own_pose(graph, name, new))

    def delete(self, name: str) -> bool:
        """Take one of the shot's poses out."""
        return self._document.apply(f"delete pose {name}", lambda graph: without_own_pose(graph, name))


def _list_entries(graph: Graph) -> tuple[PoseEntry, ...]:
    """The shot's own poses first, then those that ship and that none of them replaces."""
    own = own_poses(graph)
    mine = [PoseEntry(name, OWN, describe_shapes(shapes), shapes) for name, shapes in own.items()]
    others = [
        PoseEntry(pose.name, pose.group, pose.tip, pose.shapes)
        for pose in shipped_poses().values()
        if pose.name not in own
    ]
    return (*mine, *others)


def describe_shapes(shapes: Shapes) -> str:
    """Shapes in words: 'jawOpen 0.5, mouthFunnel 0.2'."""
    return ", ".join(f"{name} {amount:g}" for name, amount in shapes.items())
