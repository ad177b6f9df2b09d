"""One face as a file has it: numbers that were checked, or a refusal that names the file and the place in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from ...errors import MediaError
from ...face.anatomy import LANDMARKS, MESH
from ...face.blendshapes import COEFFICIENTS
from ...notices import notice
from ...wires import Faces

COUNTS = (LANDMARKS, MESH)  # with irises and without


def check_face(path: Path, where: str, points: Any, coefficients: Any = None, confidence: float | None = None) -> Faces:
    """One face from (K, 2 or 3) numbers. Raises MediaError, naming the file and the place, where it is none."""
    try:
        landmarks = np.asarray(points, np.float32)
        known = np.full(COEFFICIENTS, np.nan) if coefficients is None else np.asarray(coefficients, np.float32)
        score = 1.0 if confidence is None else float(confidence)
    except (TypeError, ValueError, OverflowError):
        raise MediaError(f"{path}, {where}: landmarks are rows of two or three numbers.") from None
    if landmarks.ndim != 2 or landmarks.shape[1] not in (2, 3) or len(landmarks) not in COUNTS:
        wanted = f"{LANDMARKS} (or {MESH}) points of x, y and z"
        raise MediaError(f"{path}, {where}: holds {landmarks.shape} numbers, not {wanted}.")
    if not np.isfinite(landmarks).all():
        raise MediaError(f"{path}, {where}: point {int(np.argwhere(~np.isfinite(landmarks))[0][0])} is not finite.")
    if known.shape != (COEFFICIENTS,) or not 0 <= score <= 1:
        raise MediaError(f"{path}, {where}: coefficients are {COEFFICIENTS} numbers, a confidence is from 0 to 1.")
    if landmarks.shape[1] == 2:
        notice(f"{path}: has no z: the face is taken to be flat, and how the head is turned is not measured.")
        landmarks = np.concatenate([landmarks, np.zeros_like(landmarks[:, :1])], 1)
    return Faces(
        torch.from_numpy(landmarks)[None], torch.from_numpy(known.astype(np.float32))[None], torch.tensor([score])
    )


def shortest(value: np.float32) -> str:
    """The shortest text that reads back as the same float32."""
    return np.format_float_positional(value, unique=True, trim="0")
