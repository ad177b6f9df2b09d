"""One job at a time beside Blender: begun by a button, looked at by a timer, never waited for with a window open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ..worker.job import WorkerJob

SHOWN = ("looking", "error", "failed", "warning", "notice", "waiting", "cancelled", "tracked", "done")
EVERY = 0.1  # seconds between looks; a look takes what has come and returns


class JobStatus:
    """The job that is on, or the last one, as the panel shows it."""

    def __init__(self) -> None:
        self.job: WorkerJob | None = None
        self.title, self.text, self.part = "", "", 0.0
        self.messages: list[str] = []
        self.result: dict[str, Any] = {}  # of the last request that has one
        self.mark = ""  # what there is to know of the preview; '' where it is final
        self.gives_way = False  # whether another job may begin in place of the one that is on
        self._timer = self._look  # Blender knows a timer by the object that it was given
        self.done: Callable[[], object] = lambda: None

    @property
    def busy(self) -> bool:
        """Whether a job is on."""
        return self.job is not None and not self.job.finished

    def begin(self, job: WorkerJob, title: str, done: Callable[[], object], gives_way: bool = False) -> None:
        """Follow a job: by a timer where there is a window, else until it has ended. `done` runs if it went well. One
        that gives way is cancelled by the next one.
        """
        if self.busy and self.job is not None:
            self.job.cancel()
        self.gives_way = gives_way
        self.job, self.title, self.text, self.part, self.messages, self.done = job, title, "Starting", 0.0, [], done
        if bpy.app.background:
            for event in job:
                self._take(event)
            self._finish()
        elif not bpy.app.timers.is_registered(self._timer):
            bpy.app.timers.register(self._timer, first_interval=EVERY)

    def cancel(self) -> None:
        """Ask the job to stop; it ends within a second."""
        if self.job is not None:
            self.job.cancel()

    def _look(self) -> float | None:
        for event in self.job.poll() if self.job else ():
            self._take(event)
        _redraw()
        if not self.busy:
            self._finish()  # another job may begin
        return EVERY if self.busy else None

    def _take(self, event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            self.text = f"{event['what']}: {event['done']} of {event['total']}"
            self.part = event["done"] / max(1, event["total"])
        elif event["event"] == "result":
            self.result = event
        elif event["event"] in SHOWN:
            self.messages.append(event["text"])
            self.text = event["text"]

    def _finish(self) -> None:
        if self.job is not None and self.job.code in (0, 1):
            self.done()
        _redraw()


running = JobStatus()


def _redraw() -> None:
    for window in bpy.context.window_manager.windows if bpy.context.window_manager else ():
        for area in window.screen.areas:
            if area.type in ("NODE_EDITOR", "IMAGE_EDITOR"):
                area.tag_redraw()
