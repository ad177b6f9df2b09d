"""The benchmark's frames: EXR of the picture and of its passes, written and read.

`picture.####.exr` holds R, G, B, half, scene-linear Rec. 709: what a system is given. `passes.####.exr` beside it holds
what is known of it: `face.A`, `Z` in centimetres, `N.X N.Y N.Z`, `uv.U uv.V`, `motion.X motion.Y`, `folds.Y`, and the
68 landmarks as the attribute `landmarks68` (JSON, pixels and depth).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import MediaError
from ...media.files.atomic import whole_file

if TYPE_CHECKING:
    from ...digital_humans.renderer import Picture

FIRST = 1001
PICTURE, PASSES = "picture.####.exr", "passes.####.exr"
DEPTH_STEPS = 256  # of a centimetre: finer ones would take a quarter of a frame's place on disk
REC709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)


class Passes(NamedTuple):
    """What is read back of a frame's passes, (H, W)."""

    face: NDArray[np.float32]
    depth: NDArray[np.float32]
    folds: NDArray[np.float32]


def path_of(clip: Path, pattern: str, number: int) -> Path:
    """The file of the clip's frame, counted from 0."""
    return clip / pattern.replace("####", f"{FIRST + number:04d}")


def write_frame(clip: Path, number: int, picture: Picture, passes: bool) -> None:
    """One frame; the picture comes last, so that where it is, its passes are."""
    if passes:
        channels: dict[str, NDArray] = {"face.A": picture.face, "folds.Y": picture.folds}
        channels |= {f"N.{axis}": picture.normal[..., k] for k, axis in enumerate("XYZ")}
        channels |= {f"uv.{axis}": picture.uv[..., k] for k, axis in enumerate("UV")}
        channels |= {f"motion.{axis}": picture.motion[..., k] for k, axis in enumerate("XY")}
        channels = {name: values.astype(np.float16) for name, values in channels.items()}
        channels["Z"] = np.round(picture.depth * DEPTH_STEPS) / np.float32(DEPTH_STEPS)
        marks = json.dumps(np.round(picture.landmarks.astype(float), 3).tolist())
        _write(path_of(clip, PASSES, number), channels, {"landmarks68": marks})
    colour = {name: picture.beauty[..., k].astype(np.float16) for k, name in enumerate("RGB")}
    _write(path_of(clip, PICTURE, number), colour, {"chromaticities": REC709, "framesPerSecond": (30, 1)})


def _write(path: Path, channels: dict[str, NDArray], attributes: dict[str, object]) -> None:
    import OpenEXR

    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **attributes}
    whole = {name: np.ascontiguousarray(values) for name, values in channels.items()}
    with whole_file(path) as part:
        OpenEXR.File(header, whole).write(str(part))


def read_passes(clip: Path, number: int) -> Passes:
    """The passes of a frame. Raises MediaError."""
    import OpenEXR

    path = path_of(clip, PASSES, number)
    try:
        channels = OpenEXR.File(str(path), separate_channels=True).parts[0].channels
        wanted = (channels[name].pixels.astype(np.float32) for name in ("face.A", "Z", "folds.Y"))
        return Passes(*wanted)
    except (OSError, RuntimeError, KeyError, IndexError) as error:
        raise MediaError(f"{path} cannot be read as the benchmark's passes: {error}.") from error


def read_landmarks(clip: Path, number: int) -> NDArray[np.float64]:
    """(68, 3) landmarks of a frame: pixels and depth. Raises MediaError."""
    import OpenEXR

    path = path_of(clip, PASSES, number)
    try:
        return np.array(json.loads(OpenEXR.File(str(path), header_only=True).header()["landmarks68"]))
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise MediaError(f"{path} holds no landmarks of the benchmark: {error}.") from error
