"""MediaPipe's three networks, taken out of its `face_landmarker.task` and run by LiteRT in this process.

An interpreter computes on the thread that asks it alone, and another thread's Python goes on meanwhile.
"""

from __future__ import annotations

import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...errors import ModelMissing
from ...natives import quiet
from ..weights.downloads import path_of
from .pool import Pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANDMARKER = "face_landmarker.task"
DETECTOR, MESH, BLENDSHAPES = "face_detector.tflite", "face_landmarks_detector.tflite", "face_blendshapes.tflite"


class Network(NamedTuple):
    """One interpreter, and where its input and its answers lie."""

    interpreter: Any
    given: int
    answers: tuple[int, ...]


def ask(network: str, given: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """What a network (DETECTOR, MESH, BLENDSHAPES) answers to its one input, in the order of its file.

    Raises ModelMissing.
    """
    with _networks(network).borrow() as one:
        one.interpreter.set_tensor(one.given, given)
        one.interpreter.invoke()
        return [one.interpreter.get_tensor(index) for index in one.answers]


@cache
def _networks(name: str) -> Pool[Network]:
    content = _member(name)

    def start() -> Network:
        from ai_edge_litert.interpreter import Interpreter

        with quiet():
            made = Interpreter(model_content=content, num_threads=1)
            made.allocate_tensors()
        answers = tuple(each["index"] for each in made.get_output_details())
        return Network(made, made.get_input_details()[0]["index"], answers)

    return Pool(start)


def _member(name: str) -> bytes:
    path = path_of(LANDMARKER)
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelMissing(f"The model file {path} is damaged ({error}): run `recast models fetch`.") from error
