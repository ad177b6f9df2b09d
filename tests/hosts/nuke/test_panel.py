"""What Nuke does with the plugin when it starts, and the panel: on PySide6, on PySide2, in Nuke's own namespace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recast_nodes.face.regions import REGIONS

from .conftest import PLUGIN, needs_tclsh, plugin
from .fake import Scripts

pytestmark = needs_tclsh


def test_init_makes_no_interface_and_menu_has_every_node(nuke, monkeypatch):
    nuke.gui = False
    exec((PLUGIN / "init.py").read_text(), {"__file__": str(PLUGIN / "init.py"), "__name__": "init"})
    assert [Path(path).name for path in nuke.paths] == ["gizmos", "icons"]
    nuke.gui = True
    monkeypatch.setitem(sys.modules, "nukescripts", Scripts(nuke))
    exec((PLUGIN / "menu.py").read_text(), {})
    exec((PLUGIN / "menu.py").read_text(), {})  # Nuke may run it again; the preference is added once
    assert {"Read", "ExpressionMix", "Write"} <= set(nuke.commands)
    plugin("preference").set_preferred_python("/opt/recast/bin/python")
    assert plugin("actions").make_worker().python == "/opt/recast/bin/python"


def test_the_panel_opens_where_nothing_of_ours_is_imported(nuke, monkeypatch):
    """Nuke evaluates the text that menu.py registers, in a namespace that knows `nuke` alone."""
    pytest.importorskip("PySide6.QtWidgets")
    from PySide6 import QtWidgets

    _ = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    monkeypatch.setitem(sys.modules, "nukescripts", Scripts(nuke))
    exec((PLUGIN / "menu.py").read_text(), {})
    panel = nuke.panes["Recast"]().getObject().makeUI()
    assert type(panel).__name__ == "RecastPanel" and isinstance(panel, QtWidgets.QWidget)
    panel.deleteLater()


def test_the_panel_asks_the_worker_and_never_waits(nuke, worker):
    pytest.importorskip("PySide6.QtWidgets")
    from PySide6 import QtCore, QtWidgets

    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    plugin("preference").add_preference()
    panel = plugin("panel").RecastPanel()
    panel.python.setText("/opt/recast/bin/python")
    panel.python.editingFinished.emit()
    assert plugin("actions").make_worker().python == "/opt/recast/bin/python"
    panel.test()
    until = QtCore.QDeadlineTimer(60_000)
    while panel.timer.isActive() and not until.hasExpired():
        application.processEvents(QtCore.QEventLoop.ProcessEventsFlag.AllEvents, 50)
    assert "is running" in panel.status.text() and not panel.timer.isActive()
    panel.render_shot()
    assert "Select exactly one Recast Write; found 0" in panel.status.text()
    panel.deleteLater()


SHIM = """
import sys, types
sys.modules["PySide6"] = None  # as in a Nuke before 16
from PySide2 import QtCore, QtWidgets
nuke = types.ModuleType("nuke")
nuke.toNode = lambda name: None
nuke.allNodes = lambda recurseGroups: []
nuke.ProgressTask = nuke.executeInMainThread = nuke.message = None
sys.modules["nuke"] = nuke
sys.path.insert(0, sys.argv[1])
from recast_hosts.nuke.panel import RecastPanel
application = QtWidgets.QApplication([])
panel = RecastPanel()
panel.show()
panel.test()
until = QtCore.QDeadlineTimer(60000)
while panel.timer.isActive() and not until.hasExpired():
    application.processEvents(QtCore.QEventLoop.AllEvents, 50)
print(panel.status.text())
[button] = [each for each in panel.findChildren(QtWidgets.QPushButton) if each.text() == "Render shot"]
button.click()
print(panel.status.text())
"""


def test_the_panel_runs_on_pyside2(worker):
    """In any Python here that has it, such as Debian's: python3-pyside2.qtwidgets."""
    found = (shutil.which(name) for name in ("python3.11", "python3.10", "python3.9", "python3.8", "python3.7"))
    pythons = dict.fromkeys([*filter(None, found), "/usr/bin/python3", os.environ.get("RECAST_PYSIDE2", "")])
    try_it = [
        python for python in pythons if python and Path(python).exists() and _imports(python, "PySide2.QtWidgets")
    ]
    if not try_it:
        pytest.skip("no Python here has PySide2; RECAST_PYSIDE2 can name one")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    result = subprocess.run(
        [try_it[0], "-c", SHIM, PLUGIN], capture_output=True, text=True, env=environment, timeout=100
    )
    assert result.returncode == 0, result.stderr
    version, render = result.stdout.strip().splitlines()
    assert "is running" in version and "Select exactly one Recast Write; found 0" in render


def _imports(python: str, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def test_the_group_shows_the_knob_of_every_region(recast):
    shown = [name.removeprefix("ExpressionMix_") for name in recast.knobs if name.startswith("ExpressionMix_")]
    assert shown == ["transfer", "replace", "enhance", *REGIONS, "pose"]
