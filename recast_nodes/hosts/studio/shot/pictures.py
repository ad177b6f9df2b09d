"""Pictures of the shot's nodes: asked of the worker, kept, and known by what made them.

Nothing here blocks: `want` answers from the cache or asks the worker; `arrived` says when a picture is there. The frame
that was wanted last goes first; frames ahead of the playhead are asked for when there is nothing else to do.
"""

from __future__ import annotations

import contextlib
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ...worker.client import Worker
from ...worker.job import WorkerJob
from .document import Document
from .picture import PictureRequest, ViewedPicture, key_of

POLL_EVERY = 8  # milliseconds
KEPT = 1 << 30  # bytes of pictures
SLOW = 0.4  # seconds of silence after which the artist is told why


class Pictures(QObject):
    """The pictures of one document."""

    arrived = Signal(object)  # PictureRequest
    failed = Signal(object, str)  # PictureRequest, why
    told = Signal(str)  # what the worker is doing; '' when it has nothing to do
    noted = Signal(str)  # a notice of the worker: nothing failed, but the artist should know
    progress = Signal(str, int, int)  # what of the whole shot is being done, frames done, frames in all; '' at its end

    def __init__(self, document: Document, worker: Worker, parent: QObject | None = None):
        super().__init__(parent)
        self._document, self._worker = document, worker
        self._kept: OrderedDict[tuple[str, PictureRequest], ViewedPicture] = OrderedDict()
        self._bytes = 0
        self._queue: list[PictureRequest] = []
        self._now: tuple[str, PictureRequest, WorkerJob] | None = None
        self._refused: dict[tuple[str, PictureRequest], str] = {}
        self._lost: set[tuple[str, PictureRequest]] = set()  # what a worker has died of, or with
        self._asked = 0.0
        self.halted = False  # whether nothing is asked for until `go_on`
        self._keys: dict[str, str] = {}
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="pictures")  # a 4K frame is 60 MB
        self._coming: dict[
            tuple[str, PictureRequest], Future[ViewedPicture]
        ] = {}  # the worker has made them; they are being read
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)
        document.changed.connect(self._forget_keys)

    def want(self, wanted: Iterable[PictureRequest]) -> list[ViewedPicture | None]:
        """The pictures that are there; the others are asked for, before all that was asked for earlier."""
        asked = list(wanted)
        found = [self.get(each) for each in asked]
        self._queue = [each for each in asked if self._lacks(each)]
        if self._now and self._queue and self._now[1] not in self._queue:
            self._now[2].cancel()
        self._next()
        return found

    def get(self, wanted: PictureRequest) -> ViewedPicture | None:
        """The picture, if it is there."""
        key = self._key(wanted.node), wanted
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def states(self, wanted: Iterable[PictureRequest], frames: Iterable[int]) -> list[str]:
        """For each of the frames whether what is `wanted` at another one is 'ready', has 'failed', or is 'waiting'."""
        known = [(self._key(each.node), each) for each in wanted]

        def state(frame: int) -> str:
            there = [(key, each.at(frame)) for key, each in known]
            if any(each in self._refused for each in there):
                return "failed"
            return "ready" if there and all(each in self._kept for each in there) else "waiting"

        return [state(frame) for frame in frames]

    def why(self, wanted: PictureRequest) -> str:
        """Why there is no such picture: what the worker said when it was asked; '' where it was not."""
        return self._refused.get((self._key(wanted.node), wanted), "")

    def _lacks(self, wanted: PictureRequest) -> bool:
        """Whether a picture is still to be asked for."""
        key = self._key(wanted.node), wanted
        return key not in self._kept and key not in self._refused and key not in self._coming

    def ahead(self, wanted: Iterable[PictureRequest]) -> None:
        """Ask for these too, once what is wanted is there."""
        self._queue += [each for each in wanted if each not in self._queue and self._lacks(each)]
        self._next()

    def forget(self) -> None:
        """Ask for everything anew: files may have changed."""
        self._kept.clear()
        self._refused.clear()
        self._lost.clear()
        self._coming.clear()
        self._bytes = 0
        self.go_on()
        self._forget_keys()

    def stop(self) -> None:
        """Want nothing more."""
        self._queue = []
        if self._now:
            self._now[2].cancel()

    def halt(self) -> None:
        """Stop what the worker is doing, and ask for nothing until `go_on`."""
        self.halted = True
        self.stop()

    def go_on(self) -> None:
        """Ask again for what is wanted from now on."""
        self.halted = False

    def _forget_keys(self) -> None:
        self._keys = {}

    def _key(self, node: str) -> str:
        """What a node's pictures are known by: all that it is made from, files aside."""
        if node not in self._keys:
            self._keys[node] = key_of(self._document.graph, node)
        return self._keys[node]

    def _next(self) -> None:
        if self.halted:
            self._queue = []
        while self._now is None and self._queue:
            wanted = self._queue.pop(0)
            if self._lacks(wanted) and wanted.node in self._document.graph.nodes:
                self._now = self._key(wanted.node), wanted, self._ask(wanted)
                self._asked = time.monotonic()
                self._timer.start()
        if self._now is None and not self._coming:
            self._timer.stop()
            self.told.emit("")

    def _ask(self, wanted: PictureRequest) -> WorkerJob:
        return self._worker.start(
            "view",
            **self._document.told(),
            node=wanted.node,
            frame=wanted.frame,
            size=wanted.size,
            layer=wanted.layer or None,
            sets=list(wanted.sets) or None,
        )

    def _poll(self) -> None:
        self._take()
        if self._now is None:
            return
        key, wanted, job = self._now
        for event in job.poll():
            if event["event"] == "result":
                self._coming[key, wanted] = self._reader.submit(_picture, event)
            elif event["event"] == "error" and event.get("lost") and (key, wanted) not in self._lost:
                self._lost.add((key, wanted))  # tried once more by a new worker, and no more than that
                self._queue.insert(0, wanted)
                self.told.emit(event["text"])
            elif event["event"] == "error":
                self._refused[key, wanted] = event.get("text") or " ".join(event.get("problems", ()))
            elif event["event"] == "notice":
                self.noted.emit(event["text"])
            elif event["event"] == "progress":
                self.progress.emit(event["what"], event["done"], event["total"])
        if not job.finished and not job.heard and time.monotonic() - self._asked > SLOW:
            self.told.emit("Waiting for the worker")
        if job.finished:
            self._now = None
            self.progress.emit("", 0, 0)
            if (key, wanted) in self._refused:
                self.failed.emit(wanted, self._refused[key, wanted])
            self._next()

    def _take(self) -> None:
        """Keep what has been read. It is looked at, and not told by the thread: that may outlive this object."""
        for key, reading in [each for each in self._coming.items() if each[1].done()]:
            del self._coming[key]
            try:
                self._keep(key, reading.result())
            except (OSError, ValueError) as error:
                self._refused[key] = f"The picture that the worker made cannot be read: {error}"
                self.failed.emit(key[1], self._refused[key])
            else:
                self.arrived.emit(key[1])
            self._next()

    def _keep(self, key: tuple[str, PictureRequest], picture: ViewedPicture) -> None:
        self._kept[key] = picture
        self._bytes += picture.bytes
        while self._bytes > KEPT and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].bytes


def _picture(event: Mapping[str, Any]) -> ViewedPicture:
    """The picture of a `result` event; its file is removed."""
    pixels = None
    window = (0, 0, 0, 0)
    if "picture" in event:
        path = Path(event["picture"])
        pixels = np.fromfile(path, event["type"]).reshape(event["shape"])
        window = tuple(event["window"])
        with contextlib.suppress(OSError):
            path.unlink()
    points = {name: np.array(each, np.float32) for name, each in event["points"].items() if each}
    display = tuple(event["facts"].get("display") or window)
    return ViewedPicture(pixels, window, display, event.get("colorspace", ""), points, event["facts"])
