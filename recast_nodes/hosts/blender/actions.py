"""The buttons: Preview frame, Track, Render shot, Render frame, Save shot, Cancel."""

from __future__ import annotations

import os
from typing import Any

import bpy

from ..bridge.documents import document_beside, save_document
from ..bridge.shot import format_range, shot_text
from ..worker.client import Worker
from ..worker.job import WorkerError
from .preview import Preview
from .reading import TreeNodes, kind_of
from .results import load_result
from .running import running
from .trees import TreeError, absolute, mend_links, tree_of

PACKAGE = __package__.rpartition(".hosts")[0] or __package__


def make_worker() -> Worker:
    """The worker, by RECAST_PYTHON, the extension's preference, or the PATH."""
    addon = bpy.context.preferences.addons.get(PACKAGE)
    return Worker(python=addon.preferences.python if addon else "")


def gather(scene: Any, node: Any) -> TreeNodes:
    """What is above a node, over the scene's frame range. Raises TreeError."""
    mend_links(node.id_data)
    shot = TreeNodes(node.id_data, list(range(scene.frame_start, scene.frame_end + 1)))
    shot.add(node)
    return shot


def find_write(context: Any) -> Any:
    """The Write that is meant: the active one, or the only one of the tree. Raises TreeError."""
    return find_only(context, "Write")


def find_only(context: Any, kind: str) -> Any:
    """The node of a kind that is meant: the active one, or the only one of the tree. Raises TreeError."""
    tree = getattr(context.space_data, "edit_tree", None) or tree_of(context.scene)
    found = [node for node in tree.nodes if kind_of(node) == kind] if tree else []
    if tree and tree.nodes.active in found:
        return tree.nodes.active
    if len(found) != 1:
        raise TreeError(f"Make one Recast {kind} active; found {len(found)} in the compositor.")
    return found[0]


def save_shot(scene: Any, node: Any) -> tuple[str, TreeNodes]:
    """Write the shot document beside the frames; its path, and what it is made of. Raises TreeError."""
    if not node.file:
        raise TreeError(f"{node.name}: set the output file (File) first.")
    shot = gather(scene, node)
    path = document_beside(absolute(node.file))
    text = shot_text(shot.nodes, format_range(shot.frames), os.path.dirname(path))
    shot.notices += filter(None, [save_document(path, text, "Blender")])
    return path, shot


class ActionOperator:
    """Errors for the artist are reported, not raised."""

    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        """One job at a time; a look behind a preview gives way."""
        return not running.busy or running.gives_way

    def execute(self: Any, context: Any) -> set[str]:
        """Do it."""
        try:
            self.act(context)
        except (TreeError, WorkerError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if bpy.app.background and running.job and running.job.code:
            self.report({"ERROR"}, "\n".join(running.messages))
            return {"CANCELLED"}
        return {"FINISHED"}

    def report_notices(self: Any, notices: list[str]) -> None:
        """What the artist should know although nothing failed."""
        for text in notices:
            self.report({"WARNING"}, text)


class RECAST_OT_render(ActionOperator, bpy.types.Operator):
    """Render every frame of the shot with the Recast worker"""

    bl_idname, bl_label = "recast.render", "Render shot"

    def act(self: Any, context: Any) -> None:
        """Begin."""
        self.report_notices(render(context, ""))


class RECAST_OT_render_frame(ActionOperator, bpy.types.Operator):
    """Render the current frame of the shot with the Recast worker"""

    bl_idname, bl_label = "recast.render_frame", "Render frame"

    def act(self: Any, context: Any) -> None:
        """Begin."""
        self.report_notices(render(context, str(context.scene.frame_current)))


def render(context: Any, frames: str) -> list[str]:
    """Save the shot, render some frames of it or all, and show them; returns what the artist should know."""
    node = find_write(context)
    path, shot = save_shot(context.scene, node)
    job = make_worker().start("render", path=path, frames=frames or None)
    running.begin(job, "Render", lambda: load_result(node, shot))
    return shot.notices


class RECAST_OT_preview(ActionOperator, bpy.types.Operator):
    """Show the current frame as the image Recast preview, at once: provisional until the shot has been looked at"""

    bl_idname, bl_label = "recast.preview", "Preview frame"

    def act(self: Any, context: Any) -> None:
        """Begin."""
        node = find_write(context)
        shot = gather(context.scene, node)
        Preview(make_worker(), shot, node, context.scene.frame_current).ask()
        self.report_notices(shot.notices)


class RECAST_OT_track(ActionOperator, bpy.types.Operator):
    """Track the faces through the shot, so that rendering need not"""

    bl_idname, bl_label = "recast.track", "Track"

    def act(self, context: Any) -> None:
        """Begin."""
        shot = gather(context.scene, find_write(context))
        text = shot_text(shot.nodes, format_range(shot.frames))
        running.begin(make_worker().start("track", shot=text), "Track", lambda: None)


class RECAST_OT_save(ActionOperator, bpy.types.Operator):
    """Write the shot document for `recast render`, on a farm or anywhere"""

    bl_idname, bl_label = "recast.save", "Save shot"

    def act(self: Any, context: Any) -> None:
        """Write it and say where."""
        path, shot = save_shot(context.scene, find_write(context))
        self.report({"INFO"}, path)
        self.report_notices(shot.notices)


class RECAST_OT_cancel(bpy.types.Operator):
    """Stop the job; frames already written are complete"""

    bl_idname, bl_label = "recast.cancel", "Cancel"

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Only while a job is on."""
        return running.busy

    def execute(self, context: Any) -> set[str]:
        """Ask the job to stop."""
        running.cancel()
        return {"FINISHED"}


class RECAST_OT_add_edit(bpy.types.Operator):
    """Add all the nodes of an edit, connected; then connect the plate and the driving performance"""

    bl_idname, bl_label = "recast.add_edit", "All nodes of an edit"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        """There must be a compositor tree to add to."""
        return tree_of(context.scene) is not None

    def execute(self, context: Any) -> set[str]:
        """Add them to the scene's compositor."""
        from .building import add_edit

        add_edit(getattr(context.space_data, "edit_tree", None) or tree_of(context.scene))
        return {"FINISHED"}


OPERATORS = [
    RECAST_OT_preview,
    RECAST_OT_render,
    RECAST_OT_render_frame,
    RECAST_OT_track,
    RECAST_OT_save,
    RECAST_OT_cancel,
    RECAST_OT_add_edit,
]
