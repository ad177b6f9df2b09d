"""What the buttons do: gather the shot, have the worker do it in a thread of its own, load what it made."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import nuke

from ..bridge.documents import document_beside, save_document
from ..bridge.shot import format_range, shot_text
from ..worker.client import Worker
from ..worker.job import WorkerError, WorkerJob
from .consent import ask_consent
from .poses import ask_pose
from .preference import preferred_python
from .reading import ScriptNodes
from .results import load_results, reload_result
from .wiring import KIND, ScriptError, is_write

SHOWN_EVERY = 0.1  # seconds between looks at whether the artist cancelled


def make_worker() -> Worker:
    """The worker, by RECAST_PYTHON, this user's preference, or the PATH."""
    return Worker(python=preferred_python())


def render(node: Any) -> None:
    """Render the whole shot of a Write."""
    _show_errors(lambda: _render(node, ""))


def render_frame(node: Any) -> None:
    """Render the current frame of the shot."""
    _show_errors(lambda: _render(node, str(nuke.frame())))


def track(node: Any) -> None:
    """Follow the face of a FaceTrack through the shot."""

    def follow_it() -> None:
        script, name = _gather(node)
        _write_plates(script)
        text = shot_text(script.nodes, _frames_text(script))
        follow(make_worker().start("track", shot=text, folder=script.folder, node=name), "Recast: track", lambda: None)

    _show_errors(follow_it)


def save(node: Any) -> None:
    """Write the shot document beside the frames, for `recast render` without Nuke."""
    _show_errors(lambda: nuke.message(f"Saved {_save(node)}\nRender it anywhere: recast render SHOT"))


def consent(node: Any) -> None:
    """Ask who agreed to the edit of a Write, and keep it in the file that its knob consent names."""
    _show_errors(lambda: ask_consent(node))


def pose(node: Any) -> None:
    """Set the shapes of an ExpressionMix to one of the poses that ship."""
    _show_errors(lambda: ask_pose(node))


def reload(node: Any) -> None:
    """Show the frames of a Write that are there now, as after a render on a farm."""
    if not node["recast_file"].value():
        node["recast_file"].setValue(str(node["file"].value()))
    reload_result(node)


def shot_of(node: Any) -> tuple[str, ScriptNodes]:
    """The document of a Write and what it is made of. Raises ScriptError."""
    script, _ = _gather(node)
    return shot_text(script.nodes, _frames_text(script), script.folder), script


def _gather(node: Any) -> tuple[ScriptNodes, str]:
    first, last = nuke.root().firstFrame(), nuke.root().lastFrame()
    script = ScriptNodes(_folder(node), list(range(int(first), int(last) + 1)))
    return script, script.add(node)


def _frames_text(script: ScriptNodes) -> str:
    return format_range(script.frames)


def _folder(node: Any) -> str:
    """The folder of the shot's files: the output's, otherwise the script's."""
    knob = node.knob("file") if node[KIND].value() == "Write" else None
    if knob is not None and not knob.value():
        raise ScriptError(f"{node.fullName()}: set the output file (the knob file) first.")
    path = knob.value() if knob is not None else nuke.root().name()
    return os.path.dirname(os.path.abspath(path))


def _save(node: Any) -> str:
    text, script = shot_of(node)
    _write_plates(script)
    path = document_beside(str(node["file"].value()))
    notices = [*script.notices, save_document(path, text, "Nuke")]
    if any(notices):
        nuke.message("\n".join(filter(None, notices)))
    return path


def _render(node: Any, frames: str) -> None:
    path = _save(node)
    _, script = shot_of(node)
    job = make_worker().start("render", path=path, frames=frames or None)
    follow(job, "Recast: render", lambda: load_results(node, script))


def _write_plates(script: ScriptNodes) -> None:
    """Have Nuke render what is not a file: half-float EXR with all channels, in the working space."""
    for name, (node, pattern) in script.rendered.items():
        folder = os.path.dirname(pattern)
        if not os.path.isdir(folder):
            os.makedirs(folder)
        write = nuke.nodes.Write(name="RecastWrites_" + name)
        try:
            write.setInput(0, node)
            for knob, value in (("file", pattern), ("file_type", "exr"), ("channels", "all"), ("raw", True)):
                write[knob].setValue(value)
            nuke.execute(write.name(), script.frames[0], script.frames[-1])
        except RuntimeError as error:  # a frame that fails, or the artist's cancel
            raise ScriptError(f"{node.fullName()}: writing it to files stopped: {error}") from None
        finally:
            nuke.delete(write)


def follow(job: WorkerJob, title: str, done: Callable[[], None]) -> threading.Thread:
    """Show a job's progress with a way to cancel it; Nuke stays free meanwhile. `done` runs in Nuke's main thread."""
    thread = threading.Thread(target=_follow, args=(job, title, done), name=title, daemon=True)
    thread.start()
    return thread


def _follow(job: WorkerJob, title: str, done: Callable[[], None]) -> None:
    task = nuke.ProgressTask(title)
    messages = []
    pause = threading.Event()
    while not job.finished:
        if task.isCancelled():
            job.cancel()
        for event in job.poll():
            if event["event"] == "progress":
                task.setMessage(f"{event['what']}: {event['done']} of {event['total']}")
                task.setProgress(int(100 * event["done"] / max(1, event["total"])))
            elif event["event"] in ("looking", "error", "failed", "warning", "notice"):
                messages.append(event["text"])
        pause.wait(SHOWN_EVERY)
    del task
    nuke.executeInMainThread(_finish, (job.code, messages, done))


def _finish(code: int, messages: list[str], done: Callable[[], None]) -> None:
    if code in (0, 1):
        done()
    if messages and code != 130:
        nuke.message("\n".join(messages))


def _show_errors(action: Callable[[], None]) -> None:
    """Errors for the artist are a message, not a traceback."""
    try:
        action()
    except (ScriptError, WorkerError, OSError) as error:
        nuke.message(str(error))


def selected_write() -> Any:
    """The Recast Write that is meant: the selected one, or the only one of the script. Raises ScriptError."""
    every = [node for node in nuke.allNodes(recurseGroups=True) if is_write(node)]
    chosen = [node for node in every if node.isSelected()] or every
    if len(chosen) != 1:
        raise ScriptError(f"Select exactly one Recast Write; found {len(chosen)}.")
    return chosen[0]
