"""Pictures of the shot's nodes: requested from the worker, cached, and keyed by what made them.

Nothing here blocks: `request` answers from the cache or asks the worker; `arrived` is sent once a picture is there. The
latest request goes first; frames ahead of the playhead are requested when there is nothing else to do.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ...worker.client import Worker
from ...worker.job import WorkerJob
from .document import Document
from .picture import PictureRequest, ViewedPicture, picture_key
from .picture_cache import Keyed, PictureCache

POLL_EVERY = 8  # milliseconds
SLOW = 0.4  # seconds of silence after which the status line says why


class Pictures(QObject):
    """The pictures of one document."""

    arrived = Signal(object)  # PictureRequest
    failed = Signal(object, str)  # PictureRequest, why
    status_changed = Signal(str)  # what the worker is doing, '' for nothing
    notice = Signal(str)  # a notice of the worker: nothing failed, but the artist should know
    settled = Signal()  # provisional pictures are to be requested again
    provisional = Signal(str)  # the node of a picture that came and is provisional
    progress = Signal(str, int, int)  # which work on the whole shot, frames done, frames in all; '' once it ends

    def __init__(self, document: Document, worker: Worker, parent: QObject | None = None):
        super().__init__(parent)
        self._document, self._worker = document, worker
        self._cache = PictureCache()
        self._queue: list[PictureRequest] = []
        self._current: tuple[str, PictureRequest, WorkerJob] | None = None
        self._failures: dict[Keyed, str] = {}
        self._retried: set[Keyed] = set()  # requests during which a worker has died
        self._asked_at = 0.0
        self._keys: dict[str, str] = {}
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="pictures")  # a 4K frame is 60 MB
        self._being_read: dict[Keyed, Future[ViewedPicture]] = {}  # made by the worker
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)
        document.changed.connect(self._forget_keys)

    def request(self, requests: Iterable[PictureRequest]) -> list[ViewedPicture | None]:
        """The pictures that are there; the others are requested, ahead of all earlier requests."""
        listed = list(requests)
        found = [self.get(each) for each in listed]
        self._queue = [each for each in listed if self._is_missing(each)]
        if self._current and self._queue and self._is_outdated(*self._current[:2]):
            self._current[2].cancel()
        self._next()
        return found

    def _is_outdated(self, key: str, current: PictureRequest) -> bool:
        """Whether nobody waits for this picture any more. Of a value that is dragged, those that are passed are seen
        too.
        """
        passed = key != self._find_key(current.node) and not self._document.drag.is_on
        return passed or current not in self._queue

    @property
    def is_busy(self) -> bool:
        """Whether a picture is being made, or is waiting to be."""
        return self._current is not None or bool(self._queue)

    def get(self, request: PictureRequest) -> ViewedPicture | None:
        """The picture, if it is there."""
        return self._cache.get((self._find_key(request.node), request))

    def find_states(self, requests: Iterable[PictureRequest], frames: Iterable[int]) -> list[str]:
        """For each frame, whether what is `wanted` at some other frame is 'ready', 'provisional', has 'failed' or is
        'waiting'.
        """
        keyed = [(self._find_key(each.node), each) for each in requests]

        def state(frame: int) -> str:
            keys = [(key, each.at(frame)) for key, each in keyed]
            if any(each in self._failures for each in keys):
                return "failed"
            if not keys or not all(each in self._cache for each in keys):
                return "waiting"
            return "provisional" if any(map(self._cache.is_provisional, keys)) else "ready"

        return [state(frame) for frame in frames]

    def why_failed(self, request: PictureRequest) -> str:
        """The worker's reason why there is no such picture; '' if it has not been asked."""
        return self._failures.get((self._find_key(request.node), request), "")

    def _is_missing(self, request: PictureRequest) -> bool:
        """Whether a picture still has to be requested."""
        key = self._find_key(request.node), request
        return not self._cache.is_done(key) and key not in self._failures and key not in self._being_read

    def get_recent(self, request: PictureRequest) -> ViewedPicture | None:
        """What came for this request last, whatever the shot was then: for a value that is being dragged."""
        return self._cache.get_recent(request)

    def is_provisional(self, key: str) -> bool:
        """Whether pictures of this key (`picture_key`) are not known to be final."""
        return key not in self._cache.settled

    def settle(self, keys: Iterable[str], known: bool = True) -> None:
        """The whole shot was looked at: provisional pictures of these keys are made again. Where the shot is not
        `known`, it could not be looked at, and the final pictures will say why.
        """
        self._cache.settled |= dict.fromkeys(keys, known)
        self.settled.emit()

    def request_ahead(self, requests: Iterable[PictureRequest]) -> None:
        """Request these too, once there is nothing more urgent; then final pictures in place of provisional ones."""
        stale = [each for key, each in self._cache.find_stale() if key == self._find_key(each.node)]
        requests = (*requests, *stale)
        self._queue += [each for each in requests if each not in self._queue and self._is_missing(each)]
        self._next()

    def forget(self) -> None:
        """Request everything again: files may have changed."""
        self._cache.clear()
        self._failures.clear()
        self._retried.clear()
        self._being_read.clear()
        self._forget_keys()

    def stop(self) -> None:
        """Drop all requests."""
        self._queue = []
        if self._current:
            self._current[2].cancel()

    def _forget_keys(self) -> None:
        self._keys = {}

    def _find_key(self, node: str) -> str:
        """What identifies a node's pictures: everything that it is made from, apart from files."""
        if node not in self._keys:
            self._keys[node] = picture_key(self._document.graph, node)
        return self._keys[node]

    def _next(self) -> None:
        while self._current is None and self._queue:
            request = self._queue.pop(0)
            if self._is_missing(request) and request.node in self._document.graph.nodes:
                self._current = self._find_key(request.node), request, self._ask(request)
                self._asked_at = time.monotonic()
                self._timer.start()
        if self._current is None and not self._being_read:
            self._timer.stop()
            self.status_changed.emit("")

    def _ask(self, request: PictureRequest) -> WorkerJob:
        return self._worker.start(
            "view",
            **self._document.describe(),
            node=request.node,
            frame=request.frame,
            size=request.size,
            layer=request.layer or None,
            provisional=self._find_key(request.node) not in self._cache.settled or None,
            sets=list(request.sets) or None,
        )

    def _poll(self) -> None:
        self._collect_read()
        if self._current is None:
            return
        key, wanted, job = self._current
        for event in job.poll():
            self._take(event, key, wanted, job)
        if not job.finished and not job.heard and time.monotonic() - self._asked_at > SLOW:
            self.status_changed.emit("Waiting for the worker")
        if job.finished:
            self._current = None
            self.progress.emit("", 0, 0)
            if (key, wanted) in self._failures:
                self.failed.emit(wanted, self._failures[key, wanted])
            self._next()

    def _take(self, event: Mapping[str, Any], key: str, wanted: PictureRequest, job: WorkerJob) -> None:
        """An event of the worker."""
        if event["event"] == "result":
            self._being_read[key, wanted] = self._reader.submit(read_picture, event)
        elif event["event"] == "error" and event.get("lost") and (key, wanted) not in self._retried:
            self._retried.add((key, wanted))  # retried once, by a new worker
            self._queue.insert(0, wanted)
            self.status_changed.emit(event["text"])
        elif event["event"] == "error":
            self._failures[key, wanted] = event.get("text") or " ".join(event.get("problems", ()))
        elif event["event"] == "notice":
            self.notice.emit(event["text"])
        elif event["event"] == "progress" and self._cache.settled.get(key):  # a new worker, which has not seen the shot
            self._cache.settled.clear()
            self._queue.insert(0, wanted)
            job.cancel()
            self.provisional.emit(wanted.node)
        elif event["event"] == "progress":
            self.progress.emit(event["what"], event["done"], event["total"])

    def _collect_read(self) -> None:
        """Cache what has been read. It is polled, not signalled by the thread, which may outlive this object."""
        for key, reading in [each for each in self._being_read.items() if each[1].done()]:
            del self._being_read[key]
            try:
                self._cache.store(key, reading.result())
            except (OSError, ValueError) as error:
                self._failures[key] = f"The picture that the worker made cannot be read: {error}"
                self.failed.emit(key[1], self._failures[key])
            else:
                self.arrived.emit(key[1])
                if self._cache.is_provisional(key):
                    self.provisional.emit(key[1].node)
            self._next()


def read_picture(event: Mapping[str, Any]) -> ViewedPicture:
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
    provisional = bool(event.get("provisional"))
    return ViewedPicture(pixels, window, display, event.get("colorspace", ""), points, event["facts"], provisional)
