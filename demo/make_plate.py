"""Make the demo's plate: a camera move over a portrait, as half-float EXR frames in ACEScg.

    python demo/make_plate.py [--output demo/out/plate.####.exr] [--frames 1001-1072] [--size 1280x720] [--zoom 3]

Portrait: Eileen Collins, NASA, public domain. It becomes a plate as a film scanner or a camera would hand one over:
scene-linear with highlights above 1.0, grain, a time code, camera metadata, and a depth layer that must survive.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import OpenImageIO as oiio

FOLDER = Path(__file__).resolve().parent
RATE = 24
CENTRE = (240.0, 128.0)  # where the camera looks, in pixels of the portrait
FACE = (224.0, 130.0)  # the middle of the face there
# Linear Rec.709/sRGB (D65) to ACES AP1 (D60), Bradford, as in the ACES documentation.
TO_ACESCG = np.float32([[0.613097, 0.339523, 0.047379], [0.070194, 0.916354, 0.013452], [0.020616, 0.109570, 0.869815]])
AP1 = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767)


class Move(NamedTuple):
    """Where the camera is: pixels of pan, degrees of roll, and how many plate pixels one portrait pixel covers."""

    x: float
    y: float
    roll: float
    zoom: float


def move(t: float, zoom: float) -> Move:
    """A slow push with the sway of a held camera, at `t` from 0 to 1."""
    sway = 2 * np.pi * t
    eased = t * t * (3 - 2 * t)
    return Move(
        x=CENTRE[0] + 7 * eased - 4 + 1.2 * np.sin(2.1 * sway + 0.4),
        y=CENTRE[1] + 2.5 * np.sin(0.9 * sway) + 0.8 * np.sin(2.7 * sway + 1.0),
        roll=0.9 * np.sin(0.8 * sway) + 0.25 * np.sin(2.3 * sway + 2.0),
        zoom=zoom * (0.94 + 0.1 * eased),
    )


def portrait() -> np.ndarray:
    """The portrait as it is stored, (H, W, 3) float32 sRGB."""
    return cv2.imread(str(FOLDER / "portrait.jpg"))[..., ::-1].astype(np.float32) / 255


def to_acescg(display: np.ndarray) -> np.ndarray:
    """Scene-linear ACEScg of an sRGB picture, its whites lifted above 1.0 as film holds them."""
    display = np.clip(display, 0, 1)
    linear = np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)
    white = linear.min(axis=2, keepdims=True)
    return (linear * (1 + 2 * white**4)) @ TO_ACESCG.T


def depth(height: int, width: int) -> np.ndarray:
    """Metres from the camera, (H, W): a head in front of a wall, enough to tell whether the layer is kept."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = np.hypot((x - FACE[0]) / 60, (y - FACE[1]) / 75)
    return np.where(away < 1, 1.5 - 0.15 * np.sqrt(np.maximum(0, 1 - away**2)), 3.0).astype(np.float32)


def look(picture: np.ndarray, at: Move, size: tuple[int, int], interpolation: int) -> np.ndarray:
    """What the camera sees of a picture, at `size` (width, height)."""
    turn = cv2.getRotationMatrix2D((at.x, at.y), at.roll, at.zoom)
    turn[:, 2] += (size[0] / 2 - at.x, size[1] / 2 - at.y)
    return cv2.warpAffine(picture, turn, size, flags=interpolation, borderMode=cv2.BORDER_REFLECT)


def grain(shape: tuple[int, ...], brightness: np.ndarray, seed: int) -> np.ndarray:
    """Film-like grain, coarser than a pixel and stronger in the light."""
    noise = np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 0.7)
    return soft / soft.std() * 0.012 * np.sqrt(np.maximum(brightness, 0) + 0.01)


def timecode(number: int) -> tuple[int, int]:
    """Time code 01:00:00:00 plus this many frames, packed as SMPTE says (BCD nibbles), with empty user bits."""
    seconds, frames = divmod(number, RATE)
    minutes, seconds = divmod(seconds, 60)
    packed = 0
    for place, value in enumerate((frames, seconds, minutes, 1)):
        packed |= ((value // 10 << 4) | value % 10) << (8 * place)
    return packed, 0


def write(path: Path, rgb: np.ndarray, z: np.ndarray, frame: int, first: int) -> None:
    """One EXR: R, G, B in half and depth.Z in float."""
    height, width = z.shape
    spec = oiio.ImageSpec(width, height, 4, "float")
    spec.channelnames = ("R", "G", "B", "depth.Z")
    spec.channelformats = ("half", "half", "half", "float")
    spec.attribute("compression", "zip")
    spec.attribute("oiio:ColorSpace", "lin_ap1_scene")
    spec.attribute("chromaticities", "float[8]", AP1)
    spec.attribute("smpte:TimeCode", oiio.TypeTimeCode, timecode(frame - first))
    spec.attribute("FramesPerSecond", oiio.TypeRational, (RATE, 1))
    spec.attribute("cameraModel", "Recast demo camera")
    spec.attribute("cameraLensModel", "50 mm")
    spec.attribute("DateTime", "2000:01:01 00:00:00")  # the same bytes whenever it is made
    spec.attribute("ImageDescription", "Eileen Collins, NASA, public domain")
    output = oiio.ImageOutput.create("openexr")
    pixels = np.dstack([np.clip(rgb, -65504, 65504), z]).astype(np.float32)
    if not (output and output.open(str(path), spec) and output.write_image(pixels) and output.close()):
        raise SystemExit(f"Could not write {path}: {output.geterror() if output else oiio.geterror()}")


def make(output: str, first: int, last: int, size: tuple[int, int], zoom: float) -> None:
    """Write the frames `first` to `last` of the move to the pattern `output`, whose #### is the frame number."""
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    picture = portrait()
    far = depth(*picture.shape[:2])
    for frame in range(first, last + 1):
        at = move((frame - first) / max(1, last - first), zoom * size[0] / 1280)
        rgb = to_acescg(look(picture, at, size, cv2.INTER_CUBIC))
        rgb = rgb + grain(rgb.shape, rgb, seed=frame)
        z = look(far, at, size, cv2.INTER_NEAREST)
        write(Path(output.replace("####", f"{frame:04d}")), rgb, z, frame, first)


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", default=str(FOLDER / "out" / "plate.####.exr"))
    words.add_argument("--frames", default="1001-1072")
    words.add_argument("--size", default="1280x720")
    words.add_argument(
        "--zoom", type=float, default=3.0, help="plate pixels to a pixel of the portrait, at a width of 1280"
    )
    asked = words.parse_args()
    first, last = (int(word) for word in asked.frames.split("-"))
    width, height = (int(word) for word in asked.size.split("x"))
    make(asked.output, first, last, (width, height), asked.zoom)


if __name__ == "__main__":
    main()
