"""The line below the picture: the pixel under the mouse, and its values as they are stored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..shot.picture import ViewedPicture
from ..widgets.labels import ElidedLabel
from .viewer_model import ViewerModel

NOTHING = " "


class Readout(ElidedLabel):
    """Reads where the mouse is from the viewer's model, so that the values are those of the frame that is shown."""

    def __init__(self, model: ViewerModel) -> None:
        super().__init__(NOTHING)
        self._model = model

    def show_values(self, name: str, pictures: Sequence[ViewedPicture | None]) -> None:
        """Show the pixel's values in the input `name`, made of `pictures`; None is one still to come."""
        first = pictures[0] if pictures else None
        if self._model.pointer is None:
            self.setText(NOTHING)
            return
        x, y = self._model.pointer
        where = f" x {int(x // 1)}  y {int(y // 1)}"
        if first is None:
            self.setText(f"{where}    …")  # those of another frame would be wrong
            return
        values = read_pixel(first, x, y)
        if name == "difference" and values is not None:
            plate = read_pixel(pictures[1], x, y) if len(pictures) > 1 and pictures[1] else None
            values = None if plate is None else np.abs(values[:3] - plate[:3])
        if values is None:
            self.setText(NOTHING)
            return
        words = "  ".join(f"{value:.4f}" for value in values)
        self.setText(f"{where}    {words}    {name if name == 'difference' else first.colorspace}")


def read_pixel(picture: ViewedPicture, x: float, y: float) -> np.ndarray | None:
    """The channels at a pixel of the plate; None outside the picture."""
    if picture.pixels is None:
        return None
    height, width = picture.pixels.shape[:2]
    left, top, wide, high = picture.window
    column, row = int((x - left) * width // max(wide, 1)), int((y - top) * height // max(high, 1))
    return picture.pixels[row, column].astype(float) if 0 <= column < width and 0 <= row < height else None
