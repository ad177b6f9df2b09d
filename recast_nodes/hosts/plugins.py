"""What the plugins hold that is made: gizmos, declarations, and copies of the modules that run inside a host.

`make plugins` writes it; a test compares. Written by hand in `plugins/` are only the files that register.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from ..graph.edit import edit_graph
from ..nodes import NODES
from .nuke.gizmos import gizmo

HOSTS = Path(__file__).parent
SHARED = ("bridge/__init__.py", "bridge/shot.py", "worker/__init__.py", "worker/protocol.py", "worker/client.py")
NUKE = ("actions", "group", "panel", "preference", "reading", "results", "start", "__init__")
BLENDER = ()


def write_all(root: Path) -> None:
    """Write everything that is made below `root`, the folder `plugins`."""
    for name, kind in NODES.items():
        _write(root / "nuke" / "gizmos" / f"Recast{name}.gizmo", gizmo(kind))
    _copies(root / "nuke" / "recast_hosts", "nuke", NUKE)


def _copies(folder: Path, host: str, modules: tuple[str, ...]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name in (*SHARED, *(f"{host}/{module}.py" for module in modules)):
        _write(folder / name, (HOSTS / name).read_text(encoding="utf-8"))
    _write(folder / "__init__.py", '"""Copied from recast_nodes/hosts by `make plugins`; change it there."""\n')
    _write(folder / "declarations.json", declared())
    _write(folder / "chain.json", chained())


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
