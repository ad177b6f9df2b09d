"""Warp: the plate moved to the edited keypoints."""

from __future__ import annotations

from ..knobs import Choice, Int, Switch
from ..node import Input, Node
from ..wires import Image, Motion, Track, WarpField


class Warp(Node):
    """Move the plate from the keypoints that it shows to the edited ones, within the boundary hull.

    The mesh model moves the plate's own pixels in scene-linear light at plate resolution: a smooth field that is zero
    on the hull and outside it and folds nowhere. It computes on the CPU in float32, a frame at a time; the knobs are
    for the neural models.
    """

    image = Input(Image, "The plate.")
    track = Input(Track, "Its face.")
    motion = Input(Motion, "The edited performance.")
    gives = WarpField

    device = Choice(
        "auto", "Where a neural model computes. auto: a GPU where there is one.", options=("auto", "cpu", "cuda")
    )
    precision = Choice(
        "auto",
        "Numbers that a neural model computes with; a frame that is not finite is made again in float32.",
        options=("auto", "float32", "bfloat16", "float16"),
    )
    batch = Int(
        4,
        "Frames that a neural model takes together.",
        limits=(1, 64),
        slider=(1, 16),
        animates=False,
        affects_result=False,
    )
    compile = Switch(
        False, "Compile a neural model for this machine: slow to start, faster after.", affects_result=False
    )

    def process(self, image: Image, track: Track, motion: Motion) -> WarpField:
        """The field and the moved pixels; an unedited frame's field is empty."""
        from ..models import get

        return get(motion.model).warp(image, track, motion)
