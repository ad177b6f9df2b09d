"""The same face in other kinds of files: the edit lands on the face, and all the rest stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO as oiio
import pytest

from recast_nodes.media.images import read_image, write_image
from recast_nodes.wires import Attribute, Image, Part, Window

from .conftest import Shot
from .footage import SIZE, frame_of

FRAMES = range(1001, 1004)
WIDTH, HEIGHT = SIZE
WHOLE = Window(0, 0, WIDTH, HEIGHT)


def picture(portrait: Path, frame: int) -> np.ndarray:
    noise = np.random.default_rng(frame).normal(0, 0.002, (HEIGHT, WIDTH, 3))
    return (frame_of(portrait, 1.5 * (frame - FRAMES[0])) + noise).astype(np.float32)


def part_of(pixels: np.ndarray, window: Window, kind: str = "float16", name: str = "", **attributes: Attribute) -> Part:
    channels = {channel: pixels[..., at].astype(kind) for at, channel in enumerate("RGB")}
    channels["id.Z"] = np.arange(window.width * window.height, dtype=np.float32).reshape(window.height, window.width)
    return Part(name, channels, window, Window(0, 0, WIDTH, HEIGHT), attributes)


def overscan(pixels: np.ndarray) -> Image:
    """A data window that begins left of and above the display window, and ends inside it."""
    return Image((part_of(pixels, Window(-40, -25, WIDTH, HEIGHT)),), ("R", "G", "B"), "ACEScg")


def squeezed(pixels: np.ndarray) -> Image:
    """Anamorphic: pixels twice as wide as they are high."""
    half = cv2.resize(pixels, (WIDTH // 2, HEIGHT), interpolation=cv2.INTER_AREA)
    made = part_of(half, Window(0, 0, WIDTH // 2, HEIGHT), pixelAspectRatio=Attribute(2.0, "float"))
    return Image((replace(made, display=Window(0, 0, WIDTH // 2, HEIGHT)),), ("R", "G", "B"), "ACEScg")


def floats(pixels: np.ndarray) -> Image:
    return Image((part_of(pixels, WHOLE, "float32"),), ("R", "G", "B"), "ACEScg")


def second_part(pixels: np.ndarray) -> Image:
    """Views and layers in parts of their own: the picture is in the second."""
    depth = Part("depth", {"Z": np.ones((HEIGHT, WIDTH), np.float32)}, WHOLE, WHOLE)
    return Image((depth, part_of(pixels, WHOLE, name="rgb")), ("R", "G", "B"), "ACEScg", part=1)


def grey(pixels: np.ndarray) -> Image:
    return Image((Part("", {"Y": pixels.mean(-1).astype(np.float16)}, WHOLE, WHOLE),), ("Y",) * 3, "ACEScg")


@pytest.mark.parametrize("form", [overscan, squeezed, floats, second_part, grey])
def test_the_face_is_edited_and_nothing_else(tmp_path, portrait, driving, landmarker_files, form):
    for frame in FRAMES:
        write_image(form(picture(portrait, frame)), tmp_path / "in" / f"plate.{frame}.exr")
    shot = Shot(str(tmp_path / "in" / "plate.####.exr"), driving, tmp_path)
    graph = shot.graph(Driving__time=40.0)
    assert not shot.render(graph).failed
    before = read_image(tmp_path / "in" / "plate.1002.exr")
    after = read_image(tmp_path / "out.1002.exr")
    assert [list(part.channels) for part in before.parts] == [list(part.channels) for part in after.parts]
    changed = {
        name: (plane != after.parts[index].channels[name]).mean()
        for index, part in enumerate(before.parts)
        for name, plane in part.channels.items()
    }
    assert all(0.01 < changed[name] < 0.5 for name in before.rgb)
    assert all(share == 0 for name, share in changed.items() if name not in before.rgb)
    assert after.main.window == before.main.window and after.main.pixel_aspect == before.main.pixel_aspect


def test_a_png_plate_becomes_linear_exr_and_says_so_in_its_channels(tmp_path, portrait, driving, landmarker_files):
    (tmp_path / "in").mkdir()
    for frame in FRAMES:
        codes = (np.clip(picture(portrait, frame), 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)
        cv2.imwrite(str(tmp_path / "in" / f"plate.{frame}.png"), codes[..., ::-1])
    shot = Shot(str(tmp_path / "in" / "plate.####.png"), driving, tmp_path)
    assert not shot.render(shot.graph(Driving__time=40.0)).failed
    spec = oiio.ImageInput.open(str(tmp_path / "out.1002.exr")).spec()
    assert str(spec.format) == "half" and set("RGB") <= set(spec.channelnames)
    plain = shot._replace(folder=tmp_path / "plain")
    assert not plain.render(plain.graph(ExpressionMix__replace=0.0)).failed
    edited, untouched = (read_image(folder / "out.1002.exr") for folder in (tmp_path, tmp_path / "plain"))
    same = [(edited.main.channels[name] == untouched.main.channels[name]).mean() for name in "RGB"]
    assert all(0.5 < share < 0.99 for share in same), "the edit reaches the face, the conversion is the same elsewhere"
