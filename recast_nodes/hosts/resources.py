"""Where the icons and the hand-written parts of the plugins are: inside an installed package, beside it in a clone."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]
INSTALLED = PACKAGE / "_shipped"  # setup.py puts them there when it builds a wheel
HOME = INSTALLED if INSTALLED.is_dir() else PACKAGE.parent
ICONS = HOME / "icons"
PLUGINS = HOME / "plugins"
