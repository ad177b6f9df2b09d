"""What the plugins hold that is made: gizmos, declarations, and copies of the modules that run inside a host.

`make plugins` writes it; a test compares. Written by hand in `plugins/` are only the files that register.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path

from ..graph.edit import edit_graph
from ..nodes import NODES
from .blender.properties import properties
from .nuke.gizmos import gizmo

HOSTS = Path(__file__).parent
BRIDGE = ("bridge/__init__.py", "bridge/shot.py")
SHARED = (*BRIDGE, "worker/__init__.py", "worker/protocol.py", "worker/job.py", "worker/client.py")
NUKE = ("actions", "created", "group", "panel", "preference", "reading", "results", "start", "__init__")
BLENDER = ("actions", "building", "nodes", "panel", "reading", "results", "running", "start", "trees", "__init__")
EXTENSION = ("__init__.py", "blender_manifest.toml", "hosts", "icons")  # what goes into the extension's zip


def write_all(root: Path) -> None:
    """Write everything that is made below `root`, the folder `plugins`."""
    for name, kind in NODES.items():
        _write(root / "nuke" / "gizmos" / f"Recast{name}.gizmo", gizmo(kind))
    _copies(root / "nuke" / "recast_hosts", "nuke", NUKE)
    extension = root / "blender" / "recast"
    _copies(extension / "hosts", "blender", BLENDER)
    _write(extension / "hosts" / "properties.json", json.dumps(properties(NODES), indent=1) + "\n")


def _copies(folder: Path, host: str, modules: tuple[str, ...]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name in (*SHARED, *(f"{host}/{module}.py" for module in modules)):
        _write(folder / name, (HOSTS / name).read_text(encoding="utf-8"))
    _write(folder / "__init__.py", '"""Copied from recast_nodes/hosts by `make plugins`; change it there."""\n')
    _write(folder / "declarations.json", declared())
    _write(folder / "chain.json", chained())


def zip_extension(root: Path, target: Path) -> Path:
    """The Blender extension as one file, the same to the byte for the same content."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = root / "blender" / "recast"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            if path.relative_to(folder).parts[0] in EXTENSION:
                told = zipfile.ZipInfo(str(path.relative_to(folder)).replace("\\", "/"), (2026, 1, 1, 0, 0, 0))
                told.compress_type, told.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(told, path.read_bytes())
    return target


def declared() -> str:
    """The declarations of all nodes, as hosts read them."""
    return json.dumps([kind.describe() for kind in NODES.values()], indent=1) + "\n"


def chained() -> str:
    """The nodes of an edit and their wires, in an order in which each comes after what it needs."""
    graph = edit_graph("", "", "")
    placed = [graph.nodes[name] for name in graph.upstream("Write")]
    plain = [{"name": node.name, "kind": node.kind.__name__, "inputs": dict(node.wires)} for node in placed]
    return json.dumps(plain, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        zip_extension(Path(sys.argv[1]), Path(sys.argv[2]))
