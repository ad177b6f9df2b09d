"""The icons as PNG, for hosts that do not read SVG: `python tools/icons.py` writes them where the plugins have them.
Those whose drawing has not changed are left alone.

Needs PySide6 (`pip install -e .[studio]`).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ICONS = ROOT / "icons"
NUKE = ROOT / "plugins" / "nuke" / "icons"
BLENDER = ROOT / "plugins" / "blender" / "recast" / "icons"
DRAWING = "Drawing"  # the entry of a PNG that names the drawing it was made from
TARGETS = ((NUKE, 24), (BLENDER, 96))  # folder, size in pixels


def draw(svg: Path, size: int):
    """A QImage of the icon, `size` pixels square, on nothing."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    return image


def drawing_of(svg: Path) -> str:
    """What a PNG says of the drawing that it was made from: the same drawing, the same word."""
    return hashlib.sha256(svg.read_bytes()).hexdigest()


def is_drawn(png: Path, svg: Path) -> bool:
    """Whether `png` was made from the drawing as it is now. Pixels do not say so: each version of Qt has its own."""
    from PySide6.QtGui import QImage

    return bool(QImage(str(png)).text(DRAWING) == drawing_of(svg))


def write_icons(icons: Path = ICONS, targets: Sequence[tuple[Path, int]] = TARGETS) -> list[Path]:
    """Draw the icons whose drawing has changed, for every host; returns what was written. Raises OSError."""
    written = []
    for folder, size in targets:
        folder.mkdir(parents=True, exist_ok=True)
        for svg in sorted(icons.glob("*.svg")):
            png = folder / f"Recast{svg.stem}.png"
            if is_drawn(png, svg):
                continue
            image = draw(svg, size)
            image.setText(DRAWING, drawing_of(svg))
            if not image.save(str(png)):
                raise OSError(f"{png}: cannot be written.")
            written.append(png)
    return written


if __name__ == "__main__":
    try:
        print(*write_icons(), sep="\n")
    except OSError as problem:
        sys.exit(str(problem))
