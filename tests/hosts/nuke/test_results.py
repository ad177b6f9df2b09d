"""The way back into Nuke: what comes out of a Write and its group, and the knobs of a gizmo that Nuke has just made."""

from __future__ import annotations

from tests.hosts.worker.conftest import FRAMES

from .conftest import needs_tclsh, plugin
from .knobs import NO_ANIMATION
from .test_reading import write_passes

pytestmark = needs_tclsh


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
    assert "nothing has been rendered" in write["recast_result"].value()
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


def test_the_layer_that_was_edited_is_in_rgba_as_in_the_plate(recast, nuke, tmp_path):
    shuffle = nuke.nodes.Shuffle(name="Taken")
    shuffle.setInput(0, nuke.toNode("plate"))
    shuffle["in"].setValue("ViewLayer_Combined")
    recast.setInput(0, shuffle)
    write_passes(tmp_path / "plate" / f"plate.{FRAMES[0]}.exr", ("ViewLayer.Combined",))
    nuke.toNode("plate")["colorspace"].setValue("ACEScg")
    result = render_here(recast, tmp_path, FRAMES)
    assert recast.node("Write").node("Layer")["in"].value() == "ViewLayer_Combined"
    assert result["colorspace"].value() == "ACEScg" and nuke.seen(recast, FRAMES[0]) is result
    recast.setInput(0, nuke.toNode("plate"))
    render_here(recast, tmp_path, FRAMES)
    assert recast.node("Write").node("Layer")["in"].value() == "rgba"


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
    plugin("created").finish_gizmo()
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
