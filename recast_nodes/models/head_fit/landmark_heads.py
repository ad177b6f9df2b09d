"""Heads that can be fitted, at MediaPipe's landmarks: by name, from what ships or from the user's own files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...digital_humans.ict import EYE_CENTRES, LOOK_DEGREES, IctHead, small_head
from ...digital_humans.interface import EYES
from ...digital_humans.mesh_landmarks import landmarks_on, misreadings, normals_at, readings
from ...digital_humans.performance import to_ict
from ...errors import ComputeError, RecastError
from ...face.anatomy import LEFT_IRIS, RIGHT_IRIS
from ...face.blendshapes import BLENDSHAPES
from ...stages.head_fit.articulated import LandmarkHead
from ..weights import importing_flame, importing_ict
from ..weights.downloads import folder as models_folder
from ..weights.notes import sha256_of
from .flame_landmarks import of_flame

NAMES = BLENDSHAPES[1:]
USUAL, GAZE_USUAL = 0.35, 0.5  # how strong a coefficient mostly is where it is there at all


SMALL, ICT, FLAME = "small", "ict", "flame"


def load_head(name: str) -> LandmarkHead:
    """A head by name, once for the process. Raises ModelMissing or WeightsError where the user's file is not there."""
    return _load(name, models_folder())


@cache
def _load(name: str, folder: Path) -> LandmarkHead:
    """`folder` is where the user's own are looked for: tests move it."""
    if name == FLAME:
        return of_flame(*importing_flame.installed_flame())
    return of_ict(small_head() if name == SMALL else importing_ict.whole_head())


def head_named(model: str) -> LandmarkHead:
    """The head that parameters are of, by `HeadParameters.model`. Raises ComputeError for another program's."""
    name = model.partition(" ")[0]
    head = load_head(name) if name in (SMALL, ICT, FLAME) else None
    if head is None or head.name != model:
        raise ComputeError(f"Parameters of the head model {model!r} are not known here.")
    return head


def missing_of(name: str) -> Iterator[str]:
    """What the user must bring first for a head of that name: a sentence each."""
    if name == SMALL:
        return
    if name == FLAME:
        yield from importing_flame.missing()
        return
    try:
        importing_ict.whole_head()
    except RecastError as problem:
        yield str(problem)


def fingerprint_of(name: str) -> str:
    """What a head is known by: of the user's files, their content."""
    if name == SMALL:
        return ""
    place = models_folder() / name
    return "".join(sha256_of(path) for path in sorted(place.glob("*.npz")))


def of_ict(head: IctHead) -> LandmarkHead:
    """ICT-FaceKit's head by ARKit's coefficients: its joints are the two eyes."""
    points = landmarks_on(head)
    movements = []
    for name in NAMES:
        shape = sum((weight * head.expression_shapes[own] for own, weight in to_ict({name: 1.0}).items()), np.zeros(3))
        movements.append(points.of(shape + np.zeros_like(head.topology.template)))
    skinning = np.zeros((len(points.corners), len(EYES)))
    skinning[list(RIGHT_IRIS), 0] = skinning[list(LEFT_IRIS), 1] = 1  # the person's left is the picture's right
    eyes = [head.topology.rows(part) for part in EYES]
    spread = [GAZE_USUAL if name.startswith("eyeLook") else USUAL for name in NAMES]
    return LandmarkHead(
        name=f"{head.name} 1",
        names=NAMES,
        rest=_tensor(points.of(head.topology.template)),
        identity=_tensor(points.of(head.identity_shapes)),
        movements=_tensor(np.stack(movements)),
        low=torch.zeros(len(NAMES), dtype=torch.float64),
        high=torch.ones(len(NAMES), dtype=torch.float64),
        spread=_tensor(np.array(spread)),
        hints=torch.cat([torch.zeros(len(NAMES), 1, dtype=torch.float64), torch.diag(_tensor(readings().gain))], 1),
        doubt=_tensor(readings().doubt),
        centres=_tensor(np.array([EYE_CENTRES[part] for part in EYES])),
        moved_centres=_tensor(np.stack([head.identity_shapes[:, rows].mean(1) for rows in eyes], 1)),
        parents=(-1, -1),
        turns=_tensor(np.stack([_looks("Left", 1), _looks("Right", -1)])),
        skinning=_tensor(skinning),
        corrections=torch.zeros(0, dtype=torch.float64),
        normals=_tensor(normals_at(head, points, head.topology.template)),
        noise=_tensor(misreadings().noise),
        misread_person=_tensor(misreadings().person),
        misread_frame=_tensor(misreadings().frame),
    )


def _looks(side: str, outwards: int) -> np.ndarray:
    """(3, P) axis times angle of an eye for each coefficient."""
    turns = np.zeros((3, len(NAMES)))
    for way, axis, sign in (("Out", 1, outwards), ("In", 1, -outwards), ("Down", 0, 1), ("Up", 0, -1)):
        turns[axis, NAMES.index(f"eyeLook{way}{side}")] = sign * np.radians(LOOK_DEGREES)
    return turns


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float64))
