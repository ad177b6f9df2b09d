"""There is a drawing for each node, in one style, and the hosts' PNGs are drawn from it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.nodes import NODES
from tools import icons

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = {"#2a2e35", "#e6e8eb", "#ffb545", "none"}


@pytest.mark.parametrize("name", NODES)
def test_every_node_has_an_icon_in_the_common_style(name):
    root = ElementTree.parse(icons.ICONS / f"{name}.svg").getroot()
    assert root.get("viewBox") == "0 0 24 24" and root.findtext(f"{SVG}title") == name
    used = {shape.get(how) for shape in root.iter() for how in ("fill", "stroke")} - {None}
    assert used <= COLOURS and "#ffb545" in used


def test_there_is_no_icon_without_a_node():
    assert {path.stem for path in icons.ICONS.glob("*.svg")} == set(NODES)


@pytest.mark.parametrize("name", NODES)
def test_the_hosts_pictures_are_drawn_from_it(name):
    pytest.importorskip("PySide6.QtSvg")
    from PySide6.QtGui import QImage

    for folder, size in icons.TARGETS:
        drawn = pixels(icons.drawn(icons.ICONS / f"{name}.svg", size))
        kept = pixels(QImage(str(folder / f"Recast{name}.png")))
        assert kept.shape == (size, size, 4)
        assert np.abs(drawn - kept).mean() < 2, "draw them anew: python tools/icons.py"


def pixels(image) -> np.ndarray:
    rows = image.convertToFormat(image.Format.Format_RGBA8888)
    return np.frombuffer(rows.constBits(), np.uint8).reshape(rows.height(), rows.width(), 4).astype(float)


def test_pictures_are_small():
    assert all(path.stat().st_size < 20_000 for folder, _ in icons.TARGETS for path in Path(folder).glob("*.png"))
