"""There is a drawing for each node, in one style, and the hosts' PNGs are drawn from it."""

from __future__ import annotations

import os
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.nodes import NODES
from tools import icons

SVG = "{http://www.w3.org/2000/svg}"
DRAW_ANEW = "run `make plugins`, which draws it (tools/icons.py)"
COLOURS = {"#2a2e35", "#e6e8eb", "#ffb545", "none"}


@pytest.mark.parametrize("name", NODES)
def test_every_node_has_an_icon_in_the_common_style(name):
    svg = icons.ICONS / f"{name}.svg"
    assert svg.is_file(), f"draw icons/{svg.name} in the style of the others, then run `make plugins`"
    root = ElementTree.parse(svg).getroot()
    assert root.get("viewBox") == "0 0 24 24" and root.findtext(f"{SVG}title") == name
    used = {shape.get(how) for shape in root.iter() for how in ("fill", "stroke")} - {None}
    assert used <= COLOURS and "#ffb545" in used


def test_there_is_no_icon_without_a_node():
    left = {path.stem for path in icons.ICONS.glob("*.svg")} - set(NODES)
    assert not left, f"no node has these names: remove icons/{left}.svg"


@pytest.mark.parametrize("name", NODES)
def test_the_hosts_pictures_are_drawn_from_it(name):
    pytest.importorskip("PySide6.QtSvg")
    from PySide6.QtGui import QImage

    for folder, size in icons.TARGETS:
        drawn = pixels(icons.draw(icons.ICONS / f"{name}.svg", size))
        png = folder / f"Recast{name}.png"
        assert png.is_file() and icons.is_drawn(png, icons.ICONS / f"{name}.svg"), DRAW_ANEW
        committed = pixels(QImage(str(png)))
        assert committed.shape == (size, size, 4) and np.abs(drawn - committed).mean() < 2, DRAW_ANEW


def test_only_drawings_that_changed_are_drawn_anew(tmp_path):
    pytest.importorskip("PySide6.QtSvg")
    folder, targets = tmp_path / "icons", [(tmp_path / "24", 24), (tmp_path / "96", 96)]
    shutil.copytree(icons.ICONS, folder)
    assert len(icons.write_icons(folder, targets)) == 2 * len(list(folder.glob("*.svg")))
    for path in (tmp_path / "24").glob("*.png"):
        os.utime(path, (1, 1))
    assert icons.write_icons(folder, targets) == []
    assert all(path.stat().st_mtime == 1 for path in (tmp_path / "24").glob("*.png"))
    with open(folder / "Warp.svg", "a") as file:
        file.write("<!-- another stroke -->")
    assert icons.write_icons(folder, targets) == [path / "RecastWarp.png" for path, _ in targets]


def pixels(image) -> np.ndarray:
    rows = image.convertToFormat(image.Format.Format_RGBA8888)
    return np.frombuffer(rows.constBits(), np.uint8).reshape(rows.height(), rows.width(), 4).astype(float)


def test_pictures_are_small():
    assert all(path.stat().st_size < 20_000 for folder, _ in icons.TARGETS for path in Path(folder).glob("*.png"))
