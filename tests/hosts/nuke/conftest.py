"""What the tests of the Nuke plugin share: a Nuke that has the plugin's folder on its path, and an edit in it."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path

import pytest

from recast_nodes.graph.document import parse
from tests.hosts.worker.conftest import FRAMES

from .fake import Fake

PLUGIN = Path(__file__).parents[3] / "plugins" / "nuke"
needs_tclsh = pytest.mark.skipif(not shutil.which("tclsh"), reason="no tclsh here")


@pytest.fixture
def nuke(tmp_path, monkeypatch) -> Fake:
    """A Nuke that has the plugin's folder on its path."""
    fake = Fake(PLUGIN / "gizmos", tmp_path, FRAMES)
    monkeypatch.setitem(sys.modules, "nuke", fake)
    monkeypatch.syspath_prepend(str(PLUGIN))
    for name in [name for name in sys.modules if name.split(".")[0] == "recast_hosts"]:
        monkeypatch.delitem(sys.modules, name)
    importlib.import_module("recast_hosts.nuke.created").watch()
    return fake


def plugin(name: str):
    return importlib.import_module(f"recast_hosts.nuke.{name}")


@pytest.fixture
def recast(nuke, tmp_path):
    """The Recast group between two Reads, writing beside them."""
    group = plugin("group").make_group()
    for number, name in enumerate(("plate", "driving")):
        read = nuke.nodes.Read(name=name)
        read["file"].setValue(str(tmp_path / name / f"{name}.####.exr"))
        read["first"].setValue(FRAMES[0])
        read["last"].setValue(FRAMES[-1])
        group.setInput(number, read)
    group.node("Write")["file"].setValue(str(tmp_path / "out" / "shot.####.exr"))
    return group


def document(group):
    return parse(plugin("actions").shot_of(group.node("Write"))[0])
