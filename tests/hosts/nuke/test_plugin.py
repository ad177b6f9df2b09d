"""The plugin's logic in a stand-in for Nuke: wiring, curves, the way through files, and the same pixels."""

from __future__ import annotations

import importlib
import math
import os
import shutil
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.curves import Curve
from recast_nodes.graph.document import parse
from recast_nodes.graph.edit import edit_graph
from tests.hosts.test_cli_render import call
from tests.hosts.worker.conftest import FRAMES, pid_of, worker, write_python
from tests.shots.footage import read_exr, write_clip

from .conftest import needs_tclsh
from .fake import Fake
from .knobs import CONSTANT, CUBIC, LINEAR, NO_ANIMATION, Key

PLUGIN = Path(__file__).parents[3] / "plugins" / "nuke"
pytestmark = needs_tclsh


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


class Scripts(types.ModuleType):
    """A stand-in for `nukescripts`: a widget becomes a panel by a text that Nuke evaluates, as in nukescripts.panels.

    Checked against Foundry's documentation and against copies of the function in published tools.
    """

    def __init__(self, nuke):
        super().__init__("nukescripts")
        self.nuke, self.panels = nuke, self

    class WidgetKnob:
        def __init__(self, widget):
            self.widgetClass = widget

        def makeUI(self):
            self.widget = self.widgetClass()
            return self.widget

    def registerWidgetAsPanel(self, widget, name, id, create=False):
        command = "__import__('nukescripts').panels.WidgetKnob(" + widget + ")"
        self.nuke.menu("Pane").addCommand(name, lambda: self.nuke.PyCustom_Knob(name, "", command))


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


def hermite(keys):
    """A cubic with the keys' slopes, as Nuke draws it."""

    def at(frame):
        left, right = next((a, b) for a, b in zip(keys, keys[1:]) if a.x <= frame <= b.x)
        width = right.x - left.x
        t = (frame - left.x) / width
        return (
            (2 * t**3 - 3 * t**2 + 1) * left.y
            + (t**3 - 2 * t**2 + t) * width * left.rslope
            + (3 * t**2 - 2 * t**3) * right.y
            + (t**3 - t**2) * width * right.lslope
        )

    return at


def test_the_group_is_the_shot_that_edit_makes(recast):
    graph = document(recast)
    made = edit_graph("plate", "driving", "out")
    names = {"Plate": "plate", "Driving": "driving"}
    for name, placed in made.nodes.items():
        found = graph.nodes[names.get(name, f"Recast_{name}")]
        assert found.kind is placed.kind
        assert found.wires == {entry: names.get(node, f"Recast_{node}") for entry, node in placed.wires.items()}
    assert graph.frames == "1001-1006" and not graph.problems()
    assert plugin("actions").shot_of(recast.node("Write"))[1].plate == "plate"
    assert graph.nodes["Recast_ExpressionMix"].constants == {"replace": 1.0}
    assert graph.nodes["Recast_MaskComposite"].constants == {"layers": ("matte", "stmap")}


def test_curves_stay_curves(recast):
    keys = [Key(1001, 0.0, CUBIC, 0, 0.1), Key(1003, 0.7, CUBIC, 0.2, 0.3), Key(1006, 0.2, CUBIC, -0.1, 0)]
    recast.node("ExpressionMix")["replace"].animate(keys, hermite(keys))
    steps = [Key(1001, 0.2, CONSTANT), Key(1004, 1.0, LINEAR), Key(1006, 0.0, LINEAR)]
    values = {1001: 0.2, 1002: 0.2, 1003: 0.2, 1004: 1.0, 1005: 0.5, 1006: 0.0}
    recast.node("ExpressionMix")["enhance"].animate(steps, values.__getitem__)
    mix = document(recast).nodes["Recast_ExpressionMix"]
    smooth, stepped = mix.animation["replace"], mix.animation["enhance"]
    assert len(smooth.keys) == 3 and [key.interpolation for key in stepped.keys] == ["constant", "linear", "linear"]
    for frame in np.linspace(1001, 1006, 41):
        assert smooth.at(frame) == pytest.approx(hermite(keys)(frame), abs=1e-6)
    assert [stepped.at(frame) for frame in FRAMES] == pytest.approx(list(values.values()))


def test_what_our_keys_cannot_say_becomes_a_key_a_frame(recast):
    wave = lambda frame: 0.5 + 0.4 * math.sin(frame)  # noqa: E731
    knob = recast.node("ExpressionMix")["replace"]
    knob.animate([Key(1001, wave(1001)), Key(1006, wave(1006))], wave)
    curve = document(recast).nodes["Recast_ExpressionMix"].animation["replace"]
    assert [curve.at(frame) for frame in FRAMES] == pytest.approx([wave(frame) for frame in FRAMES])
    assert len(curve.keys) == len(FRAMES)


def test_a_movie_that_starts_at_the_shot_is_shown_as_nuke_shows_it(recast, nuke):
    driving = nuke.toNode("driving")
    for knob, value in (("first", 1), ("last", 4), ("origfirst", 1), ("frame_mode", "start at"), ("frame", "1002")):
        driving[knob].setValue(value)
    driving["after"].setValue("bounce")
    placed = document(recast).nodes["driving"]
    assert [placed.at(frame).values["time"] for frame in FRAMES] == [0, 1, 2, 3, 4, 5]
    assert placed.constants["after"] == "bounce" and "before" not in placed.constants


@pytest.mark.parametrize(
    "knobs",
    [
        {"frame_mode": "offset", "frame": "10"},
        {"frame": "frame*2"},
        {"frame_mode": "start at", "frame": "1", "first": 1003},
    ],
    ids=["offset", "expression", "trimmed"],
)
def test_a_read_that_only_nuke_can_retime_is_written_first(recast, nuke, knobs):
    plate = nuke.toNode("plate")
    for knob, value in ({"origfirst": 1001} | knobs).items():
        plate[knob].setValue(value)
    _, gathered = plugin("actions").shot_of(recast.node("Write"))
    assert list(gathered.rendered) == ["plate"] and list(gathered.reads) == ["driving"]
    assert gathered.nodes["plate"]["knobs"]["file"].endswith("from_nuke/plate/plate.####.exr")


def test_the_plugins_idea_of_a_curve_is_the_documents(nuke):
    reading = importlib.import_module("recast_hosts.bridge.shot")
    keys = [
        {"frame": 1.0, "value": 0.0, "interpolation": "bezier", "right": [5.0, 2.0]},
        {"frame": 4.0, "value": 1.0, "interpolation": "bezier", "left": [-4.0, 0.5], "right": [1.0, 0.0]},
        {"frame": 9.0, "value": 0.3, "interpolation": "linear"},
        {"frame": 12.0, "value": 0.6, "interpolation": "constant"},
        {"frame": 13.0, "value": 0.1, "interpolation": "linear"},
    ]
    curve = Curve(parse_key(key) for key in keys)
    for frame in np.linspace(0, 14, 57):
        assert reading.value_at(keys, frame) == pytest.approx(curve.at(frame), abs=1e-9)


def parse_key(key):
    from recast_nodes.curves import Key as Ours

    return Ours(**{name: tuple(value) if isinstance(value, list) else value for name, value in key.items()})


def test_switches_boxes_and_unset_numbers_come_over(recast):
    track = recast.node("FaceTrack")
    track["rotate"].setValue(False)
    track["pick"].setValue("box")
    track["box_on"].setValue(True)
    track["box"].setValue([10.0, 20.0, 110.0, 220.0])
    track["pick_frame_on"].setValue(True)
    track["pick_frame"].setValue(1003)
    found = document(recast).nodes["Recast_FaceTrack"].constants
    assert found == {"rotate": False, "pick": "box", "box": (10.0, 100.0, 110.0, 300.0), "pick_frame": 1003}
    track["box_on"].setValue(False)
    assert "box" not in document(recast).nodes["Recast_FaceTrack"].constants


def render_here(recast, tmp_path, frames, clip="shot"):
    """What a render leaves: the files of some frames, and the result looked at."""
    (tmp_path / "out").mkdir(exist_ok=True)
    for frame in frames:
        (tmp_path / "out" / f"{clip}.{frame}.exr").write_bytes(b"")
    write = recast.node("Write")
    return plugin("results").load_results(write, plugin("actions").shot_of(write)[1])


def test_what_comes_out_is_the_result_where_there_is_one(recast, nuke, tmp_path):
    plate, write = nuke.toNode("plate"), recast.node("Write")
    grade = nuke.nodes.Grade(name="Downstream")
    grade.setInput(0, recast)
    assert render_here(recast, tmp_path, ()) is None and nuke.seen(recast, 1001) is plate
    assert "nothing is rendered yet" in write["recast_result"].value()
    plate["colorspace"].setValue("ACEScg")
    result = render_here(recast, tmp_path, (1001, 1002, 1005))
    assert [nuke.seen(grade.input(0), frame) is result for frame in range(1000, 1007)] == [0, 1, 1, 0, 0, 1, 0]
    assert nuke.seen(recast, 1003) is plate
    assert (result["first"].value(), result["last"].value()) == (1001, 1005)
    assert (result["colorspace"].value(), result["raw"].value()) == ("ACEScg", False) and result["reload"].executed == 1
    assert write["recast_result"].value() == "frames 1001-1002, 1005 of shot.####.exr"
    write["recast_show_result"].setValue(False)
    assert nuke.seen(recast, 1001) is plate
    write["recast_show_result"].setValue(True)
    write["disable"].setValue(True)
    assert nuke.seen(recast, 1001) is plate
    write["disable"].setValue(False)
    for path in (tmp_path / "out").glob("*.exr"):
        path.unlink()
    plugin("actions").reload(write)
    assert nuke.seen(recast, 1001) is plate


def test_a_farms_frames_are_shown_by_reload(recast, nuke, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "shot.1004.exr").write_bytes(b"")
    plugin("actions").reload(recast.node("Write"))
    assert nuke.seen(recast, 1004).fullName() == "Recast.Write.Result"


def test_the_result_is_there_again_when_a_script_is_opened(recast, nuke, tmp_path):
    """Nuke keeps a gizmo's knobs, and makes its inside anew from the file."""
    render_here(recast, tmp_path, FRAMES)
    write = recast.node("Write")
    kept = {name: knob for name, knob in write.knobs.items() if name.startswith("recast_")}
    opened = nuke.nodes.RecastWrite(name="Opened")
    assert not opened.node("Result")["file"].value()
    opened.knobs.update(kept)
    nuke.made = opened
    plugin("created").created()
    result = opened.node("Result")
    assert result["file"].value().endswith("shot.####.exr") and nuke.seen(opened, FRAMES[2]) is result
    assert (result["first"].value(), result["last"].value()) == (FRAMES[0], FRAMES[-1])


def test_knobs_are_animated_and_have_sliders_as_declared(recast):
    for node in ("FaceTrack", "ExpressionMix", "Decode", "MaskComposite"):
        gizmo = recast.node(node)
        for knob in plugin("reading").declarations()[node]["knobs"]:
            if knob["kind"] in ("Float", "Int"):
                own = gizmo.knob(knob["name"])
                assert bool(own.flags & NO_ANIMATION) == (not knob["animates"]), knob["name"]
                assert knob["slider"] or not own.slider, knob["name"]


def test_frame_numbers_have_no_slider(nuke):
    read = nuke.nodes.RecastRead(name="Read1")
    assert not any(read[name].slider for name in ("first", "last", "time"))


def test_keys_on_a_knob_that_is_one_for_the_shot_are_a_message(recast, nuke):
    rotate = recast.node("FaceTrack")["rotate"]
    rotate.animate([Key(1001, 0), Key(1006, 1)], lambda frame: frame > 1003)
    plugin("actions").save(recast.node("Write"))
    assert "Recast.FaceTrack: rotate is one for the whole shot; remove its keys." in nuke.said.pop()
    rotate.animate([Key(1001, 1)], lambda frame: 1)
    assert document(recast).nodes["Recast_FaceTrack"].constants == {}


def test_a_disabled_node_lets_its_first_input_through(recast):
    recast.node("MaskComposite")["disable"].setValue(True)
    assert document(recast).nodes["Recast_Write"].wires["image"] == "plate"


def test_a_second_edit_goes_on_from_the_first(recast, nuke, tmp_path):
    """Also before the first is rendered: Nuke would see its plate, and the document has its nodes."""
    second = plugin("group").make_group()
    second.setInput(0, recast)
    second.setInput(1, nuke.toNode("driving"))
    second.node("Write")["file"].setValue(str(tmp_path / "out" / "second.####.exr"))
    graph = document(second)
    assert graph.nodes["Recast1_FaceTrack"].wires["image"] == "Recast_MaskComposite" and not graph.problems()
    assert [node.kind.__name__ for node in graph.nodes.values()].count("Write") == 1


def test_a_group_of_somebody_elses_is_written_by_nuke(recast, nuke):
    group = nuke.createNode("Group", "name Others")
    with group:
        output = nuke.nodes.Output(name="Output1")
        output.setInput(0, nuke.nodes.Grade(name="Inside"))
    recast.setInput(0, group)
    _, gathered = plugin("actions").shot_of(recast.node("Write"))
    assert list(gathered.rendered) == ["Others"]


def test_a_shuffled_layer_is_written_by_nuke_as_the_artist_sees_it(recast, nuke):
    """A layer that a Shuffle lays into rgba is the picture: what Nuke writes has it there."""
    shuffle = nuke.nodes.Shuffle(name="Combined")
    shuffle.setInput(0, nuke.toNode("plate"))
    recast.setInput(0, shuffle)
    _, gathered = plugin("actions").shot_of(recast.node("Write"))
    assert list(gathered.rendered) == ["Combined"]


def test_two_nodes_whose_names_differ_in_a_dot_stay_two(recast, nuke, tmp_path):
    read = nuke.nodes.Read(name="Recast_FaceTrack")
    read["file"].setValue(str(tmp_path / "other.####.exr"))
    recast.setInput(1, read)
    graph = document(recast)
    assert graph.nodes["Recast_FaceTrack"].kind.__name__ == "FaceTrack" and not graph.problems()
    assert graph.nodes["Recast_FaceTrack_2"].constants["file"].endswith("other.####.exr")


def test_what_cannot_be_taken_is_a_message(recast, nuke):
    actions = plugin("actions")
    recast.node("Write")["file"].setValue("")
    actions.render(recast.node("Write"))
    assert "name the frames to write" in nuke.said.pop()
    recast.node("Write")["file"].setValue("[getenv SHOT]/out.####.exr")
    actions.save(recast.node("Write"))
    assert "expressions in brackets" in nuke.said.pop()


def test_a_plate_that_is_not_written_through_is_a_message(recast, nuke):
    grade = nuke.nodes.Grade(name="Grade1")
    recast.setInput(0, grade)

    def cancelled(node, frame):
        raise RuntimeError("Cancelled")

    nuke.write = cancelled
    plugin("actions").render(recast.node("Write"))
    assert "Grade1: writing it to files has ended: Cancelled" in nuke.said.pop()
    assert not [node for node in nuke.all.values() if node.name().startswith("RecastWrites")]


def test_init_makes_no_interface_and_menu_has_every_node(nuke, monkeypatch):
    nuke.gui = False
    exec((PLUGIN / "init.py").read_text(), {"__file__": str(PLUGIN / "init.py"), "__name__": "init"})
    assert [Path(path).name for path in nuke.paths] == ["gizmos", "icons"]
    nuke.gui = True
    monkeypatch.setitem(sys.modules, "nukescripts", Scripts(nuke))
    exec((PLUGIN / "menu.py").read_text(), {})
    exec((PLUGIN / "menu.py").read_text(), {})  # Nuke may run it again; the preference is added once
    assert {"Read", "ExpressionMix", "Write"} <= set(nuke.commands)
    plugin("preference").prefer("/opt/recast/bin/python")
    assert plugin("actions").worker().python == "/opt/recast/bin/python"


def test_the_panel_opens_where_nothing_of_ours_is_imported(nuke, monkeypatch):
    """Nuke evaluates the text that menu.py registers, in a namespace that knows `nuke` alone."""
    pytest.importorskip("PySide6.QtWidgets")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    from PySide6 import QtWidgets

    _ = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    monkeypatch.setitem(sys.modules, "nukescripts", Scripts(nuke))
    exec((PLUGIN / "menu.py").read_text(), {})
    panel = nuke.panes["Recast"]().getObject().makeUI()
    assert type(panel).__name__ == "RecastPanel" and isinstance(panel, QtWidgets.QWidget)
    panel.deleteLater()


def test_the_panel_asks_the_worker_and_never_waits(nuke, worker, monkeypatch):
    pytest.importorskip("PySide6.QtWidgets")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    from PySide6 import QtCore, QtWidgets

    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    plugin("preference").add_preference()
    panel = plugin("panel").RecastPanel()
    panel.python.setText("/opt/recast/bin/python")
    panel.python.editingFinished.emit()
    assert plugin("actions").worker().python == "/opt/recast/bin/python"
    panel.test()
    until = QtCore.QDeadlineTimer(60_000)
    while panel.timer.isActive() and not until.hasExpired():
        application.processEvents(QtCore.QEventLoop.ProcessEventsFlag.AllEvents, 50)
    assert "answers" in panel.told.text() and not panel.timer.isActive()
    panel.render_shot()
    assert "Select one Recast Write; there are 0" in panel.told.text()
    panel.deleteLater()


def test_a_render_from_nuke_has_the_pixels_of_the_command_line(
    recast,
    nuke,
    worker,
    portrait,
    landmarker_files,
    tmp_path,
):
    """The plate comes through a Grade, so Nuke writes it first; the stand-in copies files that are there already."""
    plate = write_clip(portrait, tmp_path / "plate" / "plate.####.exr", FRAMES)
    shutil.copytree(tmp_path / "plate", tmp_path / "driving")
    for path in (tmp_path / "driving").glob("*.exr"):
        path.rename(path.with_name(path.name.replace("plate", "driving")))
    grade = nuke.nodes.Grade(name="Grade1")
    grade.setInput(0, nuke.toNode("plate"))
    recast.setInput(0, grade)

    def write(node, frame):
        shutil.copyfile(plate.replace("####", str(frame)), node["file"].value().replace("####", str(frame)))

    nuke.write = write
    actions = plugin("actions")
    threads = []
    follow = actions.follow
    actions.follow = lambda *args: threads.append(follow(*args))
    recast.node("ExpressionMix")["smile"].setValue(0.7)
    actions.render(recast.node("Write"))
    threads[0].join(120)
    assert not nuke.said and nuke.written[0]["channels"] == "all" and nuke.written[0]["raw"]
    result = nuke.seen(recast, FRAMES[0])
    assert result.fullName() == "Recast.Write.Result" and result["reload"].executed
    assert (result["first"].value(), result["last"].value(), result["raw"].value()) == (FRAMES[0], FRAMES[-1], True)
    assert nuke.seen(recast, FRAMES[-1] + 1) is grade
    from_nuke = [read_exr(tmp_path / "out" / "shot.####.exr", frame) for frame in FRAMES]
    assert {"matte.A", "stmap.U", "stmap.V"} <= set(from_nuke[0][1])
    shutil.rmtree(tmp_path / "out" / "from_nuke")
    shot = tmp_path / "out" / "Write.recast.yaml"
    shutil.copytree(tmp_path / "plate", tmp_path / "out" / "from_nuke" / "Grade1")
    for path in (tmp_path / "out" / "from_nuke" / "Grade1").glob("*.exr"):
        path.rename(path.with_name(path.name.replace("plate", "Grade1")))
    assert call("render", shot).returncode == 0
    for frame, (pixels, names, _) in zip(FRAMES, from_nuke):
        again = read_exr(tmp_path / "out" / "shot.####.exr", frame)
        assert again[1] == names
        np.testing.assert_array_equal(again[0], pixels)


@pytest.fixture
def at_work(recast, nuke, portrait, tmp_path):
    """Begins a render of plate files and returns once a frame is in the making: the thread that follows it."""
    write_clip(portrait, tmp_path / "plate" / "plate.####.exr", FRAMES)
    write_clip(portrait, tmp_path / "driving" / "driving.####.exr", FRAMES)
    recast.node("ExpressionMix")["smile"].setValue(0.7)
    actions = plugin("actions")
    threads, follow = [], actions.follow
    actions.follow = lambda *given: threads.append(follow(*given))

    def begin():
        threads.clear()
        actions.render(recast.node("Write"))
        until = time.monotonic() + 60
        while not list((tmp_path / "out").glob("*shot.*")) and time.monotonic() < until:
            time.sleep(0.005)
        return threads[0]

    return begin


def test_a_worker_that_dies_in_mid_render_is_told_and_the_next_render_goes_through(at_work, nuke, worker, tmp_path):
    thread = at_work()
    os.kill(pid_of(worker), signal.SIGKILL)
    thread.join(30)
    assert "The worker ended while it worked" in nuke.said.pop()
    at_work().join(120)
    assert not nuke.said and len(list((tmp_path / "out").glob("shot.*.exr"))) == len(FRAMES)


def test_cancel_leaves_whole_frames_and_the_next_render_goes_on(at_work, nuke, worker, tmp_path):
    nuke.cancelled = True
    thread = at_work()
    started = time.monotonic()
    thread.join(10)
    assert not thread.is_alive() and time.monotonic() - started < 5 and not nuke.said
    nuke.cancelled = False
    at_work().join(120)
    assert not nuke.said
    for frame in FRAMES:
        read_exr(tmp_path / "out" / "shot.####.exr", frame)


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
print(panel.told.text())
[button] = [each for each in panel.findChildren(QtWidgets.QPushButton) if each.text() == "Render shot"]
button.click()
print(panel.told.text())
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
    assert "answers" in version and "Select one Recast Write; there are 0" in render


def _imports(python: str, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


__all__ = ["worker", "write_python"]
