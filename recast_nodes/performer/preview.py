"""A picture of what was learned: the mesh model, the performer and the truth, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import Tensor

from ..errors import MediaError
from ..media.files.atomic import whole_file
from ..natives import opencv
from ..stages.finish.colour import to_display
from ..stages.grid.planes import interleave

ROWS, TALL = 6, 320  # faces, and pixels of each


def write_preview(path: Path, rows: Sequence[tuple[Tensor, ...]], most: int = ROWS) -> None:
    """Write a PNG of some rows of scene-linear pictures (3, H, W). Raises MediaError."""
    cv2 = opencv()
    shown = [_row(each) for each in rows[:: max(1, len(rows) // most)][:most]]
    wide = max(each.shape[1] for each in shown)
    sheet = np.concatenate([np.pad(each, ((0, 0), (0, wide - each.shape[1]), (0, 0))) for each in shown])
    done, data = cv2.imencode(".png", np.ascontiguousarray(sheet[..., ::-1]))
    if not done:
        raise MediaError(f"{path} cannot be written as PNG.")
    with whole_file(path) as part:
        part.write_bytes(data.tobytes())


def _row(pictures: Sequence[Tensor]) -> np.ndarray:
    made = []
    for picture in pictures:
        rows = np.rint(interleave(to_display(picture).clamp(0, 1)) * 255).astype(np.uint8)
        size = (max(1, round(rows.shape[1] * TALL / rows.shape[0])), TALL)
        smaller = rows.shape[0] > TALL
        made.append(opencv().resize(rows, size, interpolation=opencv().INTER_AREA if smaller else opencv().INTER_CUBIC))
    return np.concatenate(made, 1)
