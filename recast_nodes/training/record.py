"""What a run leaves for people to look at: numbers as JSON lines, pictures, and TensorBoard's files where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..media.files.atomic import whole_file
from ..natives import opencv
from ..notices import notice

LOSSES, PREVIEW = "losses.jsonl", "preview.png"
ROWS = 4  # people in a preview


class Record:
    """The record of one run; `step` is where it goes on, and what was written of later steps is taken back."""

    def __init__(self, run: Path, step: int):
        self.run = run
        self._path = run / LOSSES
        _take_back(self._path, step)
        self._board = _board(run, step)

    def numbers(self, step: int, numbers: Mapping[str, float]) -> None:
        """The losses or measures after so many steps."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step} | {name: round(value, 6) for name, value in numbers.items()}) + "\n")
        if self._board:
            for name, value in numbers.items():
                self._board.add_scalar(name.replace(" ", "/", 1), value, step)

    def pictures(self, step: int, rows: NDArray[np.uint8]) -> None:
        """A grid (H, W, 3) of pictures: `preview.png`, and TensorBoard's images."""
        done, data = opencv().imencode(".png", rows[..., ::-1])
        assert done
        with whole_file(self.run / PREVIEW) as part:
            part.write_bytes(data.tobytes())
        if self._board:
            self._board.add_image("preview", rows, step, dataformats="HWC")

    def close(self) -> None:
        if self._board:
            self._board.close()


def grid(columns: list[Tensor]) -> NDArray[np.uint8]:
    """Batches (B, 3, S, S) 0..1 beside one another, a person a row: (H, W, 3)."""
    rows = torch.cat([column[:ROWS].float().cpu().clamp(0, 1) for column in columns], 3)
    pixels = rows.permute(0, 2, 3, 1).flatten(0, 1)
    return np.ascontiguousarray((pixels * 255).round().to(torch.uint8).numpy())


def _take_back(path: Path, step: int) -> None:
    if not path.is_file():
        return
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if _step_of(line) <= step]
    with whole_file(path) as part:
        part.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):  # a line that a killed process left half written
        return float("inf")


def _board(run: Path, step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        notice("TensorBoard is not installed (`pip install 'recast-nodes[train]'`): see losses.jsonl and preview.png.")
        return None
    return SummaryWriter(str(run / "tensorboard"), purge_step=step or None)
