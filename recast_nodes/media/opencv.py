"""OpenCV, imported without what its wheel does to Qt."""

from __future__ import annotations

import os
import threading
from types import ModuleType

_TOUCHED = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")  # the wheel points Qt at its own plugins
_importing = threading.Lock()


def opencv() -> ModuleType:
    """The `cv2` module; the environment stays as it was, so that PySide6 still starts in this process."""
    with _importing:
        before = {name: os.environ.get(name) for name in _TOUCHED}
        import cv2

        for name, value in before.items():
            if value is not None:
                os.environ[name] = value
            else:
                os.environ.pop(name, None)
    return cv2
