"""Run by the Python of some Nuke (3.7 to 3.11), without anything installed: the plugin in the stand-in, from init.py to
the worker's answer. Prints one JSON object; the test beside it judges.
"""

import json
import sys
import types
from pathlib import Path

root, plugin, scratch = map(Path, sys.argv[1:4])
first, last = map(int, sys.argv[4].split("-"))
sys.path[:0] = [str(root), str(plugin)]

from tests.hosts.nuke.fake import Fake, Scripts  # noqa: E402
from tests.hosts.nuke.knobs import CONSTANT, Key  # noqa: E402


class Anything:
    """Qt, as far as the panel's lines have to run; what it looks like is seen elsewhere."""

    def __init__(self, *given):
        pass

    def __call__(self, *given):
        return Anything()

    def __getattr__(self, name):
        return Anything()


def main():
    nuke = Fake(plugin / "gizmos", scratch, range(first, last + 1))
    qt = types.ModuleType("PySide2")
    for name in ("QtCore", "QtWidgets"):
        setattr(qt, name, types.SimpleNamespace(QWidget=Anything, QTimer=Anything()))
    qt.QtWidgets.QLineEdit = qt.QtWidgets.QLabel = qt.QtWidgets.QFormLayout = Anything
    qt.QtWidgets.QHBoxLayout = qt.QtWidgets.QPushButton = qt.QtCore.QTimer = Anything
    sys.modules.update({"nuke": nuke, "nukescripts": Scripts(nuke), "PySide2": qt, "PySide6": None})
    for name in ("init.py", "menu.py"):
        path = plugin / name
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), {"__file__": str(path), "__name__": name})
    panel = nuke.panes["Recast"]().getObject().makeUI()
    from recast_hosts.nuke import actions, group, results

    recast = group.make_group()
    for number, name in enumerate(("plate", "driving")):
        read = nuke.nodes.Read(name=name)
        read["file"].setValue(name + ".####.exr")
        read["first"].setValue(first)
        read["last"].setValue(last)
        recast.setInput(number, read)
    recast.node("ExpressionMix")["replace"].animate([Key(first, 0.0, CONSTANT), Key(last, 1.0, CONSTANT)], None)
    write = recast.node("Write")
    write["file"].setValue(str(scratch / "shot.####.exr"))
    (scratch / f"shot.{first}.exr").write_bytes(b"")
    text, gathered = actions.shot_of(write)
    results.load_results(write, gathered)
    seen = [nuke.seen(recast, frame).fullName() for frame in (first, last)]
    answer = actions.make_worker().ask("describe")
    told = {"python": sys.version_info[:2], "panel": type(panel).__name__, "seen": seen, "version": answer["version"]}
    print(json.dumps(dict(told, document=json.loads(text))))


main()
