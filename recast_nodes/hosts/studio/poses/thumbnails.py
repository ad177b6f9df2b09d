"""Small pictures of the plate's own face in each pose, made when the worker has nothing else to do.

A thumbnail is a shot of its own: one frame, without a driver, with every knob of the mix at its default but the pose.
So it changes with the plate and the face, and with nothing that is edited.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from ....graph import document as shot_document
from ....graph.graph import Graph
from ....graph.poses import Shapes
from ....model_registry import MODELS
from ....wires import Face
from ...worker.client import Worker
from ...worker.job import WorkerJob
from ..shot.document import Document
from ..shot.picture import ViewedPicture, picture_key
from ..shot.pictures import Pictures, read_picture
from ..viewer.display import Look, list_views, to_display

SIZE = 224  # pixels of a picture's longest side; the face takes about half of it
POLL_EVERY = 60  # milliseconds
MOST = 400  # pictures that are kept, 100 KB each


class Thumbnails(QObject):
    """The pictures of poses, by their shapes. They are asked for while `wanted` ones are missing."""

    arrived = Signal()

    def __init__(self, document: Document, worker: Worker, pictures: Pictures, parent: QObject | None = None):
        super().__init__(parent)
        self._document, self._worker, self._pictures = document, worker, pictures
        self._images: dict[tuple[str, int, str], QImage | None] = {}
        self._wanted: list[tuple[str, str]] = []  # shapes in words, waiting; and the mix whose face it is
        self._frame = 0
        self._shot: tuple[Graph | None, str, int, _FaceShot | None] = None, "", 0, None
        self._current: tuple[tuple[str, int, str], WorkerJob] | None = None
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)

    def want(self, node: str, poses: Iterable[Shapes], frame: int) -> None:
        """Show the face of an ExpressionMix at a frame in these poses; what was wanted before is not any more."""
        self._frame = frame
        self._wanted = [(node, words_of(shapes)) for shapes in poses]
        if self._wanted:
            self._timer.start()

    def image_of(self, node: str, shapes: Shapes) -> QImage | None:
        """The picture of a pose, if it is there."""
        shot = self._find_shot(node)
        return self._images.get((shot.key, self._frame, words_of(shapes))) if shot else None

    @property
    def is_busy(self) -> bool:
        """Whether pictures are wanted that are not there yet."""
        return self._current is not None or bool(self._wanted)

    def stop(self) -> None:
        """Ask for no more."""
        self._wanted = []
        self._drop()
        self._timer.stop()

    def _find_shot(self, node: str) -> _FaceShot | None:
        graph, frame = self._document.graph, self._frame
        if self._shot[0] is not graph or self._shot[1:3] != (node, frame):
            self._shot = graph, node, frame, find_face_shot(graph, node, frame)
        return self._shot[3]

    def _poll(self) -> None:
        if self._current and self._pictures.is_busy:
            self._drop()  # the artist waits for something else; this one is asked for again
        elif self._current:
            self._listen(*self._current)
        elif not self._pictures.is_busy:
            self._ask_next()

    def _ask_next(self) -> None:
        while self._wanted:
            node, words = self._wanted[0]
            shot = self._find_shot(node)
            if shot is not None and (key := (shot.key, self._frame, words)) not in self._images:
                self._current = key, self._ask(shot, node, words)
                return
            self._wanted.pop(0)
        self._timer.stop()

    def _ask(self, shot: _FaceShot, node: str, words: str) -> WorkerJob:
        wanted = {"node": shot.face, "size": SIZE, "sets": [f"{node}.poses={words}"]}
        return self._worker.start("view", **shot.described, frame=self._frame, provisional=True, **wanted)

    def _listen(self, key: tuple[str, int, str], job: WorkerJob) -> None:
        for event in job.poll():
            if event["event"] == "result":
                self._keep(key, _image_of(_read(event)))
        if job.finished:
            self._current = None
            if job.code:  # no face here, or no file: the viewer says so
                self._keep(key, None)

    def _keep(self, key: tuple[str, int, str], image: QImage | None) -> None:
        while len(self._images) >= MOST:
            self._images.pop(next(iter(self._images)))
        self._images[key] = image
        self.arrived.emit()

    def _drop(self) -> None:
        if self._current:
            self._current[1].cancel()
            self._current = None


class _FaceShot:
    """The shot of thumbnails: its text, the node that shows the face, and what it is known by."""

    def __init__(self, graph: Graph, face: str):
        self.face, self.key = face, picture_key(graph, face)
        folder = str(graph.folder) if graph.folder else None
        self.described = {"shot": json.dumps(shot_document.as_data(graph)), "folder": folder}


def find_face_shot(graph: Graph, node: str, frame: int) -> _FaceShot | None:
    """The part of a shot that makes the face which the ExpressionMix `node` poses, at one frame and without a driver.

    None where there is no such face, or its model has no shapes.
    """
    faces = [name for name, placed in graph.nodes.items() if placed.gives is Face and node in graph.upstream(name)]
    if graph.problems() or node not in graph.nodes or not faces:
        return None
    driven = _driver_nodes(graph, node)
    nodes = {}
    for name in graph.upstream(faces[0]):
        placed = graph.nodes[name]
        wires = {entry: target for entry, target in placed.wires.items() if target not in driven}
        nodes[name] = replace(placed, wires=wires)
    mix = nodes[node]
    nodes[node] = replace(mix, constants={}, animation={}, wires={"source": mix.wires["source"]})
    remaining = {name: placed for name, placed in nodes.items() if name not in driven}
    models = [
        placed.constants.get("model", MODELS.default) for placed in remaining.values() if "model" in placed.kind.knobs
    ]
    if any(model not in MODELS or len(MODELS.get(model).shapes) < 2 for model in models):
        return None
    return _FaceShot(Graph(remaining, str(frame), graph.folder), faces[0])


def _driver_nodes(graph: Graph, node: str) -> set[str]:
    """The nodes that are there for the driver of a mix alone."""
    wires = graph.nodes[node].wires
    if "driving" not in wires:
        return set()
    return set(graph.upstream(wires["driving"])) - set(graph.upstream(wires["source"]))


def words_of(shapes: Shapes) -> str:
    """A pose as a blend of single shapes."""
    return " + ".join(f"{name} {amount:g}" for name, amount in shapes.items()) or "rest"


def _read(event: Mapping) -> ViewedPicture | None:
    """The picture of a `result` event; None where its file is gone."""
    try:
        return read_picture(event)
    except (OSError, ValueError):
        return None


def _image_of(picture: ViewedPicture | None) -> QImage | None:
    """The middle of a face as the monitor shows it; None where there is none."""
    if picture is None or picture.pixels is None:
        return None
    shown = np.ascontiguousarray(_crop(to_display(picture.pixels, picture.colorspace, Look(list_views()[0]))))
    height, width = shown.shape[:2]
    return QImage(shown.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _crop(shown: np.ndarray) -> np.ndarray:
    """The square in the middle."""
    height, width = shown.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return shown[top : top + side, left : left + side]
