"""Render demo/driver.mp4, the performance that drives the demo: a digital human acts for three seconds.

    RECAST_SHARED=... python demo/make_driver.py [--output demo/driver.mp4] [--frames 0-71]

Reads the ICT-FaceKit head (MIT licence) from $RECAST_SHARED/digital_humans; needs `warp-lang`, numpy and PyAV.
The renderer is `tools/digital_humans`. The committed driver.mp4 was made by it; nobody needs to run it again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script sees its own folder only

from recast_nodes.digital_humans.noise import ramp
from recast_nodes.digital_humans.rotations import turn
from tools.digital_humans import renderer
from tools.digital_humans.head import Head
from tools.digital_humans.paint import Looks
from tools.digital_humans.renderer import display
from tools.digital_humans.scene import Camera, Lighting

RATE, FRAMES = 24, 72
CAMERA = Camera()
IDENTITY = {0: -0.6, 1: 0.5, 3: 0.6, 5: -0.5, 8: 0.5}  # a person of her own, near the average

BOTH = ("_L", "_R")
# The script: coefficients, how strong, and the frames at which they start, are there, begin to go, are gone.
SCENES = [
    (["mouthSmile"], BOTH, 0.95, (5, 13, 20, 28)),
    (["cheekSquint", "cheekRaiser"], BOTH, 0.45, (5, 13, 20, 28)),
    (["mouthUpperUp", "mouthLowerDown"], BOTH, 0.3, (6, 14, 19, 26)),
    (["jawOpen"], ("",), 0.06, (6, 14, 19, 24)),
    (["browInnerUp", "browOuterUp"], BOTH, 0.95, (23, 29, 35, 41)),
    (["eyeWide"], BOTH, 0.45, (24, 29, 34, 38)),
    (["jawOpen"], ("",), 0.62, (24, 30, 35, 42)),
    (["eyeBlink"], BOTH, 1.0, (39, 41, 43, 46)),
    (["eyeLookOut_L", "eyeLookIn_R"], ("",), 0.8, (46, 48, 52, 54)),
    (["eyeLookIn_L", "eyeLookOut_R"], ("",), 0.8, (52, 54, 58, 60)),
    (["mouthSmile"], ("_L",), 0.9, (55, 60, 65, 70)),
    (["mouthDimple", "cheekSquint"], ("_L",), 0.5, (55, 60, 65, 70)),
    (["browDown"], ("_R",), 0.5, (55, 60, 65, 70)),
]


def expression(frame: int) -> dict[str, float]:
    """ARKit-like coefficients of one frame."""
    weights: dict[str, float] = {}
    at = np.array(float(frame))
    for names, sides, strength, (start, there, leaves, gone) in SCENES:
        amount = strength * float(ramp(start, there, at) * ramp(gone, leaves, at))
        for name in (name + side for name in names for side in sides):
            weights[name] = min(1.0, weights.get(name, 0.0) + amount)
    return {name: weight for name, weight in weights.items() if weight}


def posture(frame: int) -> np.ndarray:
    """The head's turn: small, slow, never still, and at rest in the first frame."""
    t = frame / FRAMES * 2 * np.pi
    return turn(3.5 * np.sin(t), -2.0 * np.sin(2 * t), 1.5 * (np.cos(t) - 1) / 2)


def render(head: Head, frame: int) -> np.ndarray:
    """One frame, (512, 512, 3) uint8 sRGB."""
    return display(renderer.render(head, expression(frame), posture(frame), CAMERA, Looks(), Lighting(), frame))


def write(frames: Iterable[np.ndarray], path: Path) -> None:
    """H.264 in Rec.709, frame by frame as they come."""
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=Fraction(RATE))
        stream.width, stream.height, stream.pix_fmt = CAMERA.size, CAMERA.size, "yuv420p"
        stream.options = {"crf": "19", "preset": "veryslow", "tune": "film"}
        stream.codec_context.colorspace = stream.codec_context.color_primaries = stream.codec_context.color_trc = 1
        for pixels in frames:
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            movie.mux(stream.encode(picture))
        movie.mux(stream.encode())


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", type=Path, default=Path(__file__).with_name("driver.mp4"))
    words.add_argument("--frames", default=f"0-{FRAMES - 1}")
    asked = words.parse_args()
    first, last = (int(word) for word in asked.frames.split("-"))
    head = Head(Path(os.environ["RECAST_SHARED"]) / "digital_humans", IDENTITY)
    write((render(head, frame) for frame in range(first, last + 1)), asked.output)
    print(asked.output)


if __name__ == "__main__":
    main()
