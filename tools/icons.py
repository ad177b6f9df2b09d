"""The icons as PNG, for hosts that do not read SVG: `python tools/icons.py` writes them where the plugins have them.

Needs PySide6 (`pip install -e .[studio]`).
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ICONS = ROOT / "icons"
NUKE = ROOT / "plugins" / "nuke" / "icons"
BLENDER = ROOT / "plugins" / "blender" / "recast" / "icons"
TARGETS = ((NUKE, 24), (BLENDER, 96))  # folder, size in pixels


def drawn(svg: Path, size: int):
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


def main() -> int:
    """Write every icon for every host."""
    for folder, size in TARGETS:
        folder.mkdir(parents=True, exist_ok=True)
        for svg in sorted(ICONS.glob("*.svg")):
            if not drawn(svg, size).save(str(folder / f"Recast{svg.stem}.png")):
                print(f"{folder}: cannot be written", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
