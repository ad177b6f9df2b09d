"""Face networks that the user brings as ONNX: LivePortrait's landmark network and InsightFace's detector.

The published codes crop faces by them. Recast Nodes needs neither, ships neither, and fetches neither: whoever has
copies imports them (`recast models import faces FOLDER`), and onnxruntime runs them. They are known by what they take
and give, whatever they are called, and lie in a folder of their own with the import's notes beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import ModelMissing, WeightsError
from . import downloads as files
from .notes import ImportNote, check_size, read_notes, sha256_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUP = "faces"  # what `recast models` calls them together
LANDMARKS, DETECTOR = "landmark.onnx", "det_10g.onnx"
AGAIN = f"Import it again: `recast models import {GROUP} FOLDER`."

Answers = list["NDArray[np.float32]"]


@dataclass(frozen=True)
class FaceNetwork:
    """One network: what it is for, whose it is, and how it is known."""

    name: str  # as it is published, and as it is kept
    purpose: str
    licence: str
    page: str
    picture: int  # pixels along a side of what it is shown
    answers: Callable[[Answers], bool]  # whether what it gave for a picture is what such a network gives


def _is_landmarks(given: Answers) -> bool:
    return sum(answer.size == 2 * 203 for answer in given) == 1


def _is_detector(given: Answers) -> bool:
    """Scores, boxes and five points of two anchors at every 8th, 16th and 32nd pixel of 640."""
    wanted = sorted((2 * (640 // step) ** 2, numbers) for step in (8, 16, 32) for numbers in (1, 4, 10))
    return sorted((answer.size // answer.shape[-1], answer.shape[-1]) for answer in given if answer.ndim) == wanted


NETWORKS: dict[str, FaceNetwork] = {
    network.name: network
    for network in (
        FaceNetwork(
            LANDMARKS,
            "LivePortrait's landmark network: 203 points, for FaceTrack.crop_from published",
            "MIT, as its authors publish it",
            "https://huggingface.co/KlingTeam/LivePortrait (folder liveportrait)",
            224,
            _is_landmarks,
        ),
        FaceNetwork(
            DETECTOR,
            "InsightFace's detector (buffalo_l), for FaceTrack.detector insightface",
            "for non-commercial research only, as InsightFace publishes it",
            "https://github.com/deepinsight/insightface (model zoo, buffalo_l)",
            640,
            _is_detector,
        ),
    )
}


def folder() -> Path:
    """Where they lie. Nothing is created by asking."""
    return files.folder() / GROUP


def notes() -> dict[str, ImportNote]:
    """What the import noted, by name. Raises WeightsError for a broken file."""
    return read_notes(folder(), AGAIN)


def is_installed(name: str) -> bool:
    """Whether a network was imported here, sound or not: damage is reported when it is used."""
    return (folder() / name).is_file()


def path_of(name: str) -> Path:
    """The installed file. Raises ModelMissing, or WeightsError where it has not the noted size."""
    return _find(name)[0]


def _find(name: str) -> tuple[Path, ImportNote]:
    """The installed file and what was noted of it. Raises as `path_of` does."""
    path, note = folder() / name, notes().get(name)
    if note is None or not path.is_file():
        raise ModelMissing(missing(name))
    return check_size(path, note, AGAIN), note


def missing(name: str) -> str:
    """One sentence for a network that is not there, and what to do."""
    network = NETWORKS[name]
    return (
        f"{name} is not in {folder()}: download your own copy from {network.page} (licence: {network.licence}) and run "
        f"`recast models import {GROUP} FOLDER`."
    )


def fingerprint(name: str) -> str:
    """The hash that results are fingerprinted by, as noted at import. Raises as `path_of` does."""
    return _find(name)[1].sha256


def damage(name: str) -> str:
    """What is wrong with an installed network, reading all of it; empty where it is whole. Raises as `path_of` does."""
    path, note = _find(name)
    if sha256_of(path) != note.sha256:
        return f"{path} is damaged: its sha256 is not the one noted at import. {AGAIN}"
    return ""


def ask(name: str, picture: NDArray[np.float32]) -> Answers:
    """All that an installed network gives for a picture (1, 3, S, S). Safe for several threads.

    Raises ModelMissing and WeightsError in one sentence.
    """
    path, note = _find(name)
    return run(_session(path, note.sha256), picture)


def require(name: str) -> None:
    """That a network is there and that something can run it, without running it. Raises as `ask` does."""
    path_of(name)
    onnx_runtime()


@cache
def _session(path: Path, sha256: str) -> Any:
    """The running network of a file; `sha256` makes it a new one where the file was replaced."""
    return start(path)


def start(path: Path, advice: str = AGAIN) -> Any:
    """A file's network, ready to run on one thread of the CPU. Raises WeightsError where it is no sound ONNX, with
    `advice` for whoever gave the file.
    """
    runtime = onnx_runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # frames are worked on side by side
    options.log_severity_level = 4  # what is wrong is raised
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # onnxruntime has a class of its own for each way in which a file can be wrong
        raise WeightsError(f"{path} cannot be read as ONNX: it is damaged or something else. {advice}") from problem


def run(session: Any, picture: NDArray[np.float32]) -> Answers:
    """All that a network gives for a picture (1, 3, S, S). Raises WeightsError."""
    try:
        given = session.run(None, {session.get_inputs()[0].name: picture})
    except Exception as problem:  # as above
        reason = " ".join(str(problem).split())[:200]
        raise WeightsError(f"onnxruntime could not run the face network: {reason}") from problem
    return [np.asarray(answer) for answer in given]


def onnx_runtime() -> Any:
    """The library that runs them. Raises ModelMissing where it is not installed."""
    try:
        import onnxruntime
    except ImportError:
        raise ModelMissing(
            "onnxruntime, which runs face networks in ONNX, is not installed: pip install 'recast-nodes[faces]'."
        ) from None
    return onnxruntime
