"""The current frame as an image, at once: provisional at first, and settled once the worker has looked at the shot."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import bpy
import numpy as np

from ..bridge.shot import format_range, shot_text
from ..worker.client import Worker
from .reading import TreeNodes
from .running import running
from .trees import TreeError

IMAGE = "Recast preview"
PROVISIONAL = "Provisional: made from this frame alone, until the shot has been looked at"


class Preview:
    """What comes into a Write at one frame, as the shot is now."""

    def __init__(self, worker: Worker, shot: TreeNodes, write: Any, frame: int):
        """Raises TreeError where nothing comes in."""
        wired = shot.nodes[write.name]["inputs"]
        if "image" not in wired:
            raise TreeError(f"{write.name}: nothing is connected to it.")
        text = shot_text(shot.nodes, format_range(shot.frames))
        self._facts: dict[str, Any] = {"shot": text, "node": wired["image"], "frame": frame}
        self._worker = worker
        plate = shot.images.get(shot.plate)
        self._colorspace = plate.node.image.colorspace_settings.name if plate is not None else ""

    def ask(self, provisional: bool = True) -> None:
        """Begin. A provisional picture is followed by a look at the shot, and that by the final picture."""
        job = self._worker.start("view", provisional=provisional or None, **self._facts)
        running.begin(job, "Preview", self._show)

    def _show(self) -> None:
        found = running.result
        show_picture(found, self._colorspace)
        running.mark = PROVISIONAL if found.get("provisional") else ""
        if running.mark:
            running.begin(self._worker.start("look", **self._facts), "Look", lambda: self.ask(False), gives_way=True)


def show_picture(found: dict[str, Any], colorspace: str) -> Any:
    """The picture of a view as Blender's image, whose file is removed; Image editors that show nothing show it."""
    height, width, channels = found["shape"]
    pixels = np.ones((height, width, 4), np.float32)
    stored = np.fromfile(found["picture"], found["type"]).reshape(height, width, channels)
    pixels[..., : min(channels, 4)] = stored[::-1, :, :4]  # Blender's rows begin at the bottom
    with contextlib.suppress(OSError):
        os.unlink(found["picture"])
    image = bpy.data.images.get(IMAGE)
    if image is None or tuple(image.size) != (width, height):
        if image is not None:
            bpy.data.images.remove(image)
        image = bpy.data.images.new(IMAGE, width, height, alpha=True, float_buffer=True)
    if colorspace:
        image.colorspace_settings.name = colorspace
    image.pixels.foreach_set(pixels.ravel())
    image.update()
    for window in bpy.context.window_manager.windows if bpy.context.window_manager else ():
        for area in window.screen.areas:
            if area.type == "IMAGE_EDITOR" and area.spaces.active.image is None:
                area.spaces.active.image = image
    return image
