"""Windows fit on their screens: a small laptop, and text at 150 %."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QByteArray, QSettings
from recast_nodes.hosts.studio.app import make_application
app = make_application()
from recast_nodes.hosts.worker.client import Worker
from recast_nodes.hosts.studio.clips.import_dialog import ImportDialog
from recast_nodes.hosts.studio.widgets.fit_on_screen import fit_on_screen
from recast_nodes.hosts.studio.shortcuts import show_help
from recast_nodes.hosts.studio.shot.recovery import Recovery
from recast_nodes.hosts.studio.window import StudioWindow
folder = Path(sys.argv[1])
settings = QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat)
worker = Worker(command=[sys.executable, "-c", ""])  # nothing is asked of it; a real one would stay for its idle time
def opened():
    made = StudioWindow(worker, settings, Recovery(folder / "recovery"))
    made.show()
    app.processEvents()
    return made
def size(widget):
    app.processEvents()
    return widget.frameGeometry().getRect()
window = opened()
room = window.screen().availableGeometry().getRect()
found = {"window": size(window), "least": (0, 0, *window.minimumSizeHint().toTuple())}
settings.setValue("geometry", window.saveGeometry())
window.resize(5000, 3000)
settings.setValue("geometry", window.saveGeometry())
found["window that was larger"] = size(opened())
window.render_dialog.show()
window.render_dialog.resize(4000, 3000)
window.render_dialog.hide()
window.render_dialog.show()
found["render"] = size(window.render_dialog)
dialog = ImportDialog(window.document, "/nowhere/" + "long" * 60 + ".exr", window)
dialog.show()
found["import"] = size(dialog)
found["keys"] = size(show_help(window))
print(json.dumps({"room": room, "found": found}))
"""


@pytest.mark.parametrize("width,height", [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize("scale", ["1", "1.5"])
def test_everything_fits_on_the_screen(tmp_path, width, height, scale):
    screen = {
        "name": "one",
        "x": 0,
        "y": 0,
        "width": width,
        "height": height,
        "logicalDpi": 96,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [screen]}))
    environment = dict(
        os.environ,
        QT_QPA_PLATFORM=f"offscreen:configfile={tmp_path}/screens.json",
        QT_SCALE_FACTOR=scale,
        RECAST_RUNTIME=str(tmp_path / "run"),
    )
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["room"][2:] == [round(width / float(scale)), round(height / float(scale))]
    for name, (left, top, wide, high) in told["found"].items():
        assert left >= 0 and top >= 0, name
        assert left + wide <= told["room"][2] and top + high <= told["room"][3], (
            f"{name} is {wide}x{high} of {told['room']}"
        )
