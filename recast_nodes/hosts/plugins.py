"""The plugins as their files: what is written by hand, and what is made from the declarations and from this package.

Made are gizmos, declarations, a header of C, and copies of the modules that run inside a host. `make plugins` writes
these into `plugins`, and a test compares; `recast plugins` writes whole plugins anywhere (plugin_folder.py).
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..graph.edit import edit_graph
from ..graph.poses import shipped_shapes
from ..nodes import NODES
from ..nodes.renames import RENAMES
from ..registry import only_own
from . import resources
from .blender.properties import properties
from .nuke.gizmos import gizmo
from .openfx.header import declared_header

Files = dict[str, bytes]  # by their paths within the plugin
HOSTS = Path(__file__).parent
WORKER = tuple(f"worker/{name}.py" for name in ("__init__", "protocol", "job", "client"))
MAKES = {"nuke": "gizmos.py", "blender": "properties.py"}  # the module of a host that runs here, not in the host
BY_HAND = {  # where the files are that nothing makes, and which
    "nuke": ("nuke", ("init.py", "menu.py", "icons/*.png")),
    "blender": ("blender/recast", ("__init__.py", "blender_manifest.toml", "icons/*.png")),
    "openfx": ("openfx", ("*.c", "job.h", "ofx.h", "recast.h", "CMakeLists.txt", "Info.plist")),
}
ZIP_DATE = (2026, 1, 1, 0, 0, 0)  # every file in the extension's zip


def nuke_plugin() -> Files:
    """Everything that Nuke wants in a folder of NUKE_PATH."""
    return _by_hand("nuke") | generate_for_nuke()


def blender_extension() -> bytes:
    """The Blender extension as one zip file, the same to the byte for the same content."""
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted((_by_hand("blender") | generate_for_blender()).items()):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return archive_bytes.getvalue()


def generate_for_nuke() -> Files:
    """The part of the Nuke plugin that is made from this package."""
    gizmos = {f"gizmos/Recast{name}.gizmo": gizmo(kind).encode() for name, kind in NODES.items()}
    return gizmos | _copies("recast_hosts", "nuke")


def generate_for_blender() -> Files:
    """The part of the Blender extension that is made from this package."""
    shown = json.dumps(properties(NODES), indent=1) + "\n"
    return _copies("hosts", "blender") | {"hosts/properties.json": shown.encode()}


def generate_for_openfx() -> Files:
    """The part of the OpenFX plugin that is made from this package."""
    return {"declared.h": declared_header().encode()}


def write_generated(root: Path) -> None:
    """Write what is made below `root`, the clone's folder `plugins`: without what other packages add here."""
    with only_own():
        every = (
            ("nuke", generate_for_nuke()),
            ("blender", generate_for_blender()),
            ("openfx", generate_for_openfx()),
        )
    for host, made in every:
        folder = root / BY_HAND[host][0]
        for name in {Path(name).parts[0] for name in made if Path(name).parent.name}:
            shutil.rmtree(folder / name, ignore_errors=True)
        write_files(folder, made)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, over whatever is there."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _by_hand(host: str) -> Files:
    place, patterns = BY_HAND[host]
    folder = resources.PLUGINS / place
    found = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _copies(folder: str, host: str) -> Files:
    """What runs inside the host: its own modules, those that all hosts share, and the worker's client."""
    own = (path for path in (HOSTS / host).glob("*.py") if path.name != MAKES[host])
    names = [*WORKER, *(path.relative_to(HOSTS).as_posix() for path in (*(HOSTS / "bridge").glob("*.py"), *own))]
    texts = {name: (HOSTS / name).read_text(encoding="utf-8") for name in names}
    texts["__init__.py"] = '"""Copied from recast_nodes/hosts by `make plugins`; change it there."""\n'
    texts |= {"declarations.json": declarations_json(), "chain.json": chain_json(), "poses.json": poses_json()}
    return {f"{folder}/{name}": text.encode() for name, text in texts.items()}


def declarations_json() -> str:
    """The declarations of all nodes, as hosts read them, with the names that knobs had before."""
    nodes = [kind.describe() | {"renames": _renames(name)} for name, kind in NODES.items()]
    return json.dumps(nodes, indent=1) + "\n"


def _renames(node: str) -> list[dict[str, Any]]:
    every = [each for each in RENAMES if each.node == node]
    return [{"old": each.old, "new": each.new, "values": dict(each.values)} for each in every]


def poses_json() -> str:
    """The poses that ship, by name, as hosts list them."""
    return json.dumps(shipped_shapes(), indent=1) + "\n"


def chain_json() -> str:
    """The nodes of an edit and their wires, in an order in which each comes after what it needs."""
    graph = edit_graph("", "", "")
    placed = [graph.nodes[name] for name in graph.upstream("Write")]
    plain = [{"name": node.name, "kind": node.kind.__name__, "inputs": dict(node.wires)} for node in placed]
    return json.dumps(plain, indent=1) + "\n"


if __name__ == "__main__":
    write_generated(Path(sys.argv[1]))
