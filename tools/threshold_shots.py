"""The small fixed set of shots that `tools/thresholds.py` renders.

The demo's portrait stands for itself: clean, before a coloured bar, dark, lying on its side, with glasses drawn on.
Where the shared folder is present there are clips of people too: glasses and a beard, wide mouths, shut and wide eyes,
turned and small faces. Each shot is six frames that are looked at, and a few of them that are rendered; a rule of
calibration takes more, and they are looked at for calibration's own numbers alone.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import OpenImageIO as oiio

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RECAST_SHARED") or ROOT.parent / "shared") / "footage"
DEMO = ROOT / "demo"
LOOKED_AT = 6  # frames of a clip: a complexion needs five


class Clip(NamedTuple):
    """Some frames of a movie, or of the portrait where `file` is a picture."""

    file: Path
    first: int = 1
    step: int = 1
    frames: int = LOOKED_AT
    change: Callable[[int, np.ndarray], np.ndarray] = lambda at, pixels: pixels


class Shot(NamedTuple):
    """A plate, a driver, the frames that are rendered, and knobs as Node__knob."""

    plate: str
    driver: str
    frames: tuple[int, ...]
    mode: str = "replace"
    modules: str = ""  # rendered for numbers of these alone, where any are named
    knobs: tuple[tuple[str, Any], ...] = ()


def barred(at: int, pixels: np.ndarray) -> np.ndarray:
    """A green bar before the mouth in two of the frames."""
    if at in (2, 3):
        pixels[205:235, 90:300] = (40, 160, 40)
    return pixels


def spectacled(at: int, pixels: np.ndarray) -> np.ndarray:
    """Round rims and a bridge about the eyes, moved with the face."""
    x = round(1.5 * at)
    for middle in (167, 235):
        cv2.circle(pixels, (middle + x, 133), 28, (30, 30, 30), 3, cv2.LINE_AA)
    cv2.line(pixels, (195 + x, 130), (207 + x, 130), (30, 30, 30), 3, cv2.LINE_AA)
    return pixels


PORTRAIT = DEMO / "portrait.jpg"
CLIPS = {
    "portrait": Clip(PORTRAIT),
    "barred": Clip(PORTRAIT, change=barred),
    "spectacled": Clip(PORTRAIT, change=spectacled),
    "dark": Clip(PORTRAIT, change=lambda at, pixels: (pixels * 0.15).astype(np.uint8)),
    "lying": Clip(PORTRAIT, change=lambda at, pixels: np.rot90(pixels).copy()),
    "performer": Clip(DEMO / "driver.mp4", 1, 9),
    "glasses": Clip(SHARED / "d19.mp4", 160),
    "wide mouth": Clip(SHARED / "d18.mp4", 122, 2),
    "round mouth": Clip(SHARED / "d18.mp4", 66, 2),
    "shut mouth": Clip(SHARED / "d18.mp4", 159, 2),
    "wide eyes": Clip(SHARED / "d10.mp4", 78, 3),
    "raised brows": Clip(SHARED / "d10.mp4", 345, 2),
    "blink": Clip(SHARED / "d14.mp4", 140, 4),
    "open eyes": Clip(SHARED / "d14.mp4", 210, 3),
    "turned": Clip(SHARED / "d12.mp4", 36, 2),
    "smile": Clip(SHARED / "d0.mp4", 58, 2),
    "small": Clip(SHARED / "s13.mp4", 30, 4),
    "hair": Clip(SHARED / "s20.mp4", 60, 4),
    "speaker": Clip(SHARED / "s20.mp4", frames=24),
    "grimaces": Clip(SHARED / "d10.mp4", frames=24),
}
SLIDERS = ("smile", "jaw_open", "blink", "brow_raise", "gaze_x", "gaze_y")
CALM = (("ExpressionMix__calibrate", 0.0),)
SHOTS = {
    "portrait by a performer": Shot("portrait", "performer", (2, 5), knobs=CALM),
    "blink by wide eyes": Shot("blink", "wide eyes", (3, 5), knobs=CALM),
    "wide mouth by a blink": Shot("wide mouth", "blink", (2, 6), knobs=CALM),
    "shut mouth by a wide one": Shot("shut mouth", "wide mouth", (3,), knobs=CALM),
    "glasses by wide eyes": Shot("glasses", "wide eyes", (1, 5), knobs=CALM),
    "portrait with a bar": Shot("barred", "performer", (2, 5), knobs=CALM),
    "raised brows by a shut mouth": Shot("raised brows", "shut mouth", (1, 4), knobs=CALM),
    "smile by a round mouth": Shot("smile", "round mouth", (1, 5), knobs=CALM),
    "open eyes by a blink": Shot("open eyes", "blink", (4, 6), knobs=CALM),
    "turned by a wide mouth": Shot("turned", "wide mouth", (2, 5), knobs=CALM),
    "portrait with glasses": Shot("spectacled", "performer", (3,), knobs=CALM),
    "long hair, its head moved too": Shot("hair", "turned", (2, 5), "animate", knobs=CALM),
    "dark by a performer": Shot("dark", "performer", (4,), "enhance", knobs=CALM),
    "lying by a performer": Shot("lying", "performer", (4,), knobs=CALM),
    "small by a smile": Shot("small", "smile", (1,), "enhance", knobs=CALM),
    "a mouth that nobody shows": Shot("portrait", "shut mouth", (2,), knobs=(*CALM, ("ExpressionMix__jaw_open", 1.0))),
    "head follows a turned one": Shot("open eyes", "turned", (2, 5), knobs=(*CALM, ("ExpressionMix__pose", 1.0))),
    "sliders": Shot(
        "portrait", "performer", (3,), knobs=(*CALM, *((f"ExpressionMix__{name}", 0.8) for name in SLIDERS))
    ),
    "sliders, the other way": Shot(
        "open eyes", "performer", (3,), knobs=(*CALM, *((f"ExpressionMix__{name}", -0.8) for name in SLIDERS))
    ),
    "calibrated": Shot("speaker", "grimaces", (3, 10, 16, 22), modules="calibration landmark_gain trial sliders"),
}


def names(folder: Path, module: str = "") -> list[str]:
    """The shots whose clips are there and which are rendered for the numbers of `module`, where one is named."""
    there = [name for name, shot in SHOTS.items() if all(_there(folder, clip) for clip in (shot.plate, shot.driver))]
    return [name for name in there if not (module and SHOTS[name].modules) or _is_own(SHOTS[name], module)]


def has_own_shots(module: str) -> bool:
    """Whether there are shots that are rendered for numbers of `module` alone."""
    return any(_is_own(shot, module) for shot in SHOTS.values())


def _is_own(shot: Shot, module: str) -> bool:
    return module.rpartition(".")[2] in shot.modules.split()


def _there(folder: Path, clip: str) -> bool:
    return (folder / clip / f"{CLIPS[clip].frames:04d}.exr").exists()


def write_clips(folder: Path) -> None:
    """Write the clips that can be had and are not there yet, scene-linear: other pictures need a reader's process."""
    for name, clip in CLIPS.items():
        if clip.file.exists() and not _there(folder, name):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for at, picture in enumerate(_pictures(clip), 1):
                _write(folder / name / f"{at:04d}.exr", clip.change(at, picture))


def _write(file: Path, picture: np.ndarray) -> None:
    """A picture (H, W, 3), uint8, blue first, as sRGB's light."""
    display = picture[:, :, ::-1].astype(np.float32) / 255
    linear = np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)
    spec = oiio.ImageSpec(picture.shape[1], picture.shape[0], 3, "half")
    spec.attribute("compression", "none")
    output = oiio.ImageOutput.create("openexr")
    if not (output.open(str(file), spec) and output.write_image(linear.astype(np.float16)) and output.close()):
        raise SystemExit(output.geterror())


def _pictures(clip: Clip) -> Iterator[np.ndarray]:
    """The clip's frames (H, W, 3), uint8, blue first; a picture drifts to the right."""
    if clip.file.suffix == ".jpg":
        picture = cv2.imread(str(clip.file))
        for at in range(clip.frames):
            noise = np.random.default_rng(at).normal(0, 1.5, (320, 384, 3))
            place = np.float32([[1.6, 0, -155 + 1.5 * at], [0, 1.6, -25]])
            drifted = cv2.warpAffine(picture, place, (384, 320), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
            yield np.clip(drifted + noise, 0, 255).astype(np.uint8)
        return
    movie = cv2.VideoCapture(str(clip.file))
    wanted = [clip.first - 1 + clip.step * at for at in range(clip.frames)]
    for frame in range(wanted[-1] + 1):
        picture = movie.read()[1]
        if frame in wanted:
            yield picture


class Looks:
    """What trackers saw of each frame, kept in a folder; what the stages make of frames is made anew."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> Any:
        file = self.folder / key
        return pickle.loads(file.read_bytes()) if file.exists() else None

    def put(self, key: str, record: Any) -> None:
        if type(record).__name__ == "Faces":
            (self.folder / key).write_bytes(pickle.dumps(record))


class Prepared(NamedTuple):
    """A shot whose frames have all been looked at."""

    evaluator: Any
    frames: tuple[int, ...]

    def digests(self) -> Iterator[str]:
        """What each rendered frame is known by: all its channels' bytes. No result is taken from before."""
        from recast_nodes.graph.cache import MemoryCache

        self.evaluator.memory = MemoryCache()
        for frame in self.frames:
            digest = hashlib.sha256()
            for channel in self.evaluator.pull("MaskComposite", frame).main.channels.values():
                digest.update(np.ascontiguousarray(channel).tobytes())
            yield digest.hexdigest()


def prepare(folder: Path, name: str, anew: bool = False) -> Prepared:
    """Look at all frames of a shot. `anew` tracks every frame again."""
    from recast_nodes.graph.edit import edit_graph
    from recast_nodes.graph.evaluate import Evaluator

    shot = SHOTS[name]
    graph = edit_graph(*(str(folder / clip / "####.exr") for clip in (shot.plate, shot.driver, "out")), shot.mode)
    for knob, value in shot.knobs:
        graph = graph.with_knob(*knob.split("__"), value)
    looks = None if anew else Looks(folder / "looks")
    evaluator = Evaluator(graph, range(1, CLIPS[shot.plate].frames + 1), workers=1, records=looks)
    evaluator.prepare("MaskComposite")
    return Prepared(evaluator, shot.frames)
