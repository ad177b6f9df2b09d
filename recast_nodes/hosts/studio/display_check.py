"""Whether Qt can open a window here, checked before it starts: if it cannot, it ends the whole process and names a
library that is not the one that is missing. Standard library only; PySide6 is found and not imported.
"""

from __future__ import annotations

import glob
import importlib.util
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

PACKAGES = {  # shared library: its package on Debian and Ubuntu, and on Fedora, Rocky and RHEL
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libGLX.so.0": ("libglx0", "libglvnd-glx"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
}
ON_A_SCREEN = ("xcb", "wayland")  # Qt's plugins that need libraries of the system
WITHIN = 30.0  # seconds; a cold disk is slow
CHILD = """
import ctypes, glob, json, sys
asked = json.loads(sys.argv[1])
def fault(path):
    try:
        ctypes.CDLL(path)
    except OSError as error:
        return str(error)
    return ""
faults = {path: fault(path) for path in asked["files"]}
missing = [name for name in asked["known"] if fault(name)] if any(faults.values()) else []
answers = True
if asked["x11"] and not any(faults.values()):
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
print(json.dumps({"faults": faults, "missing": missing, "answers": answers}))
"""


class Fault(NamedTuple):
    """Why no window can be opened, and what to do about it."""

    text: str
    to_do: str


def explain_no_window(environment: Mapping[str, str] = os.environ) -> Fault | None:
    """Why Studio cannot open a window on this machine; None if it can, or if there is no way to know but to try."""
    if not sys.platform.startswith("linux"):
        return None
    found = importlib.util.find_spec("PySide6")
    if found is None or found.origin is None:
        return None  # reported elsewhere: the studio extra is not installed
    wanted = find_qt_platform(environment)
    if wanted == "":
        return Fault(
            "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set.",
            "open Studio on a desktop, or through ssh -X, VNC or a remote desktop. Without one, recast edit and "
            "recast render do the same work.",
        )
    package = Path(found.origin).parent
    fault = _find_library_fault(package, wanted, environment)
    if fault and wanted == "wayland" and environment.get("DISPLAY") and not environment.get("QT_QPA_PLATFORM"):
        fault = _find_library_fault(package, "xcb", environment)  # which Qt tries next
    return fault


def find_qt_platform(environment: Mapping[str, str]) -> str:
    """The plugin that Qt will open its windows by; '' where there is no display."""
    named = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0].strip()
    if named:
        return named
    if environment.get("WAYLAND_DISPLAY"):
        return "wayland"
    return "xcb" if environment.get("DISPLAY") else ""


def _find_library_fault(package: Path, wanted: str, environment: Mapping[str, str]) -> Fault | None:
    """What of the libraries that PySide6 and its plugin need cannot be loaded."""
    library = package / "Qt" / "lib"
    plugins = glob.glob(str(package / "Qt" / "plugins" / "platforms" / f"libq{wanted}*.so"))
    files = [str(path) for name in ("Gui", "Widgets") for path in library.glob(f"libQt6{name}.so.*")]
    files += plugins if wanted in ON_A_SCREEN else []
    answer = ask_loader(files, wanted == "xcb", environment)
    if answer is None:
        return None
    faults = {path: words for path, words in answer["faults"].items() if words}
    if faults:
        return explain_missing(
            [*answer["missing"], *map(_find_library_name, faults.values())], next(iter(faults.values()))
        )
    if not answer["answers"]:
        shown = environment.get("DISPLAY", "")
        return Fault(
            f"No display answers at DISPLAY={shown}.", "check that it runs and that you may open windows on it."
        )
    return None


def ask_loader(files: list[str], x11: bool, environment: Mapping[str, str]) -> dict | None:
    """What loading `files` does in another Python, since what this one loads stays loaded. None if that fails."""
    asked = json.dumps({"files": files, "known": list(PACKAGES), "x11": x11})
    command = [sys.executable, "-c", CHILD, asked]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, env=dict(environment))
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None  # Qt itself will say more


def _find_library_name(words: str) -> str:
    """The library that the loader names in 'libxcb-cursor.so.0: cannot open shared object file: ...'."""
    return words.partition(":")[0].strip()


def explain_missing(names: list[str], words: str) -> Fault:
    """The fault for missing libraries. `words` is the loader's message about the first of them."""
    missing = list(dict.fromkeys(name for name in names if "/" not in name))
    if not missing:
        return Fault(f"Qt cannot be loaded: {words}", "reinstall PySide6: pip install --force-reinstall PySide6.")
    known = [PACKAGES[name] for name in missing if name in PACKAGES]
    others = [name for name in missing if name not in PACKAGES]
    lines = write_install_lines(known) + ([f"the packages that hold {', '.join(others)}"] if others else [])
    text = f"Qt needs {', '.join(missing)}, which this machine does not have."
    return Fault(text, "install " + ", and ".join(lines) + ".")


def write_install_lines(packages: list[tuple[str, str]]) -> list[str]:
    """How to install packages here: the line of this distribution, or those of both families."""
    if not packages:
        return []
    debian, fedora = (" ".join(dict.fromkeys(each)) for each in zip(*packages))
    apt = f"them by `sudo apt install {debian}`"
    dnf = f"them by `sudo dnf install {fedora}` (on Rocky and RHEL after `sudo dnf install epel-release`)"
    kin = _find_distribution()
    if kin & {"debian", "ubuntu"}:
        return [apt]
    if kin & {"fedora", "rhel", "centos", "rocky"}:
        return [dnf]
    return [f"{apt} (Debian, Ubuntu) or {dnf}"]


def _find_distribution() -> set[str]:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return set()
    return {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
