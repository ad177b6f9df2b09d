"""The OpenFX bundle: compiled here by the system's own compiler, from the source in plugins/openfx."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ...errors import RecastError
from .. import resources
from .effects import EFFECTS
from .header import declared_header

BUNDLE = "Recast.ofx.bundle"
SOURCE = resources.PLUGINS / "openfx"
UNITS = [
    "plugin",
    "describe",
    "instance",
    "request",
    "frames",
    "render",
    "bridge",
    "json",
    "pixels",
    "suites",
    "system",
]
COMPILERS = ("cc", "gcc", "clang")
PLAIN = ("-O2", "-std=c11", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra")
LIBRARIES = ("-lpthread", "-ldl", "-lm")


def system_folder() -> Path:
    """Where every host looks."""
    if os.name == "nt":
        return Path(os.environ.get("COMMONPROGRAMFILES", r"C:\Program Files\Common Files")) / "OFX" / "Plugins"
    return Path("/Library/OFX/Plugins") if sys.platform == "darwin" else Path("/usr/OFX/Plugins")


def default_folder() -> Path:
    """The first folder of OFX_PLUGIN_PATH, or else the system's."""
    named = [each for each in os.environ.get("OFX_PLUGIN_PATH", "").split(os.pathsep) if each]
    return Path(named[0]) if named else system_folder()


def architecture() -> str:
    """The folder inside a bundle that a host on this machine loads from."""
    if os.name == "nt":
        return "Win64"
    if sys.platform == "darwin":
        return "MacOS"
    return "Linux-x86-64" if platform.machine() in ("x86_64", "AMD64") else f"Linux-{platform.machine()}"


def bundle_files(python: str = sys.executable) -> dict[str, bytes]:
    """The bundle as its files, by their paths; `python` is the one that its worker is started by. Raises RecastError.

    It is compiled where there is a compiler, or else taken from the wheel, if that brought one for this machine.
    """
    inside = f"{BUNDLE}/Contents"
    shipped = SOURCE / inside / architecture() / "Recast.ofx"
    if find_compiler() or shutil.which("cmake"):
        with tempfile.TemporaryDirectory() as scratch:
            library = compile_into(Path(scratch)).read_bytes()
    elif shipped.is_file() and not _is_of_other_declarations(shipped):
        library = shipped.read_bytes()
    else:
        raise RecastError(
            "There is no C compiler here: install one (gcc, clang, or Visual Studio with CMake), and run this again."
        )
    icons = {each.identifier: f"nuke/icons/Recast{each.nodes[0]}.png" for each in EFFECTS}
    return {
        f"{inside}/Resources/{name}.png": (resources.PLUGINS / icon).read_bytes() for name, icon in icons.items()
    } | {
        f"{inside}/{architecture()}/Recast.ofx": library,
        f"{inside}/Info.plist": (SOURCE / "Info.plist").read_bytes(),
        f"{inside}/Resources/python.txt": f"{python}\n".encode(),
    }


def find_compiler() -> str:
    """The compiler that $CC names, or the system's; '' where there is none that takes a Unix compiler's options."""
    if os.name == "nt":
        return ""  # by CMake, which knows of Visual Studio
    words = os.environ.get("CC", "").split()
    return next((found for name in (*words[:1], *COMPILERS) if (found := shutil.which(name))), "")


def compile_into(folder: Path, options: Sequence[str] = ()) -> Path:
    """Compile the plugin in a folder, with more `options` for the compiler. Returns the library. Raises RecastError."""
    for path in sorted(SOURCE.iterdir()):
        if path.suffix in (".c", ".h", ".txt", ".plist"):
            shutil.copyfile(path, folder / path.name)
    (folder / "declared.h").write_text(declared_header(), encoding="ascii")  # with what other packages bring
    compiler = find_compiler()
    if not compiler:
        _run(["cmake", "-S", ".", "-B", "build"], folder)
        _run(["cmake", "--build", "build", "--config", "Release"], folder)
        return folder / "build" / BUNDLE / "Contents" / architecture() / "Recast.ofx"
    library = folder / "Recast.ofx"
    kind = ["-bundle"] if sys.platform == "darwin" else ["-shared"]
    units = [f"{name}.c" for name in UNITS]
    _run([compiler, *PLAIN, *options, *kind, *units, "-o", str(library), *LIBRARIES], folder)
    return library


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise RecastError(f"The OpenFX plugin could not be compiled by {command[0]}:\n{last}")


def _is_of_other_declarations(library: Path) -> bool:
    from .header import declared

    return declared().encode() not in library.read_bytes()
