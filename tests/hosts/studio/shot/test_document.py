"""The open shot: undo, saving, autosave. No window is needed."""

from __future__ import annotations

import threading
import weakref
from types import SimpleNamespace

import pytest

pytest.importorskip("PySide6", reason="Studio needs PySide6")

from PySide6.QtCore import QTimer

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import DocumentError, KnobError
from recast_nodes.graph import changes
from recast_nodes.graph import document as shot_document
from recast_nodes.graph.document import dump, load, parse
from recast_nodes.graph.edit import edit_graph, with_driver, without_driver
from recast_nodes.hosts.studio.presets import PRESETS, perform_preset
from recast_nodes.hosts.studio.shot.document import Document, autosave_path, find_newer_autosave, make_new_shot
from recast_nodes.hosts.studio.shot.node_layout import lay_out_nodes
from recast_nodes.nodes import NODES
from tests.patience import PATIENCE


@pytest.fixture
def document(qapp):
    return Document()


def set_smile(document, value, merge=""):
    return document.apply("smile", lambda graph: graph.with_knob("ExpressionMix", "smile", value), merge)


def smile(document):
    return document.graph.nodes["ExpressionMix"].constants.get("smile")


def smile_in(path):
    return load(path).nodes["ExpressionMix"].constants.get("smile")


def test_every_change_is_undone_and_done_again(document):
    before = document.graph
    set_smile(document, 0.5)
    document.undo.undo()
    assert document.graph == before
    document.undo.redo()
    assert smile(document) == 0.5


def test_a_drag_is_one_step_and_the_next_drag_another(document):
    for value in (0.1, 0.2, 0.3):
        set_smile(document, value, merge="smile")
    document.end_drag()
    set_smile(document, 0.4, merge="smile")
    assert document.undo.count() == 2
    document.undo.undo()
    assert smile(document) == 0.3


def test_a_refused_change_says_why_and_changes_nothing(document, qtbot):
    before = document.graph
    with qtbot.waitSignal(document.refused) as told:
        assert not set_smile(document, 17.0)
    assert "smile takes" in told.args[0] and document.graph is before and document.undo.count() == 0


def test_what_is_saved_is_what_is_opened(document, tmp_path):
    set_smile(document, 0.5)
    document.save(tmp_path / "a.recast.yaml")
    assert document.undo.isClean()
    other = Document()
    other.open(tmp_path / "a.recast.yaml")
    assert other.graph == document.graph and dump(other.graph) == dump(document.graph)


def test_a_shot_without_a_name_says_so(document):
    with pytest.raises(DocumentError, match="Save As"):
        document.save()


def test_relative_paths_keep_their_files_when_a_shot_is_saved_elsewhere(document, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "s.yaml").write_text(dump(edit_graph("p.####.exr", "d.mov", "out/s.####.exr")))
    document.open(tmp_path / "a" / "s.yaml")
    document.save(tmp_path / "b.yaml")
    assert load(tmp_path / "b.yaml").at("Plate", 1).file == str(tmp_path / "a" / "p.####.exr")


def test_what_somebody_else_saved_meanwhile_is_kept(document, tmp_path):
    path = tmp_path / "a.recast.yaml"
    assert document.save(path) is None and document.save() is None, "our own is replaced"
    other = Document()
    other.open(path)
    set_smile(other, 0.9)
    assert other.save() is None
    set_smile(document, 0.5)
    kept = document.save()
    assert kept == tmp_path / "a.recast.1.yaml"
    assert load(kept).nodes["ExpressionMix"].constants["smile"] == 0.9
    assert load(path).nodes["ExpressionMix"].constants["smile"] == 0.5
    assert document.save() is None


def test_files_beneath_a_saved_shot_move_with_it(document, tmp_path):
    document.apply("file", lambda graph: graph.with_knob("Plate", "file", str(tmp_path / "a" / "p.####.exr")))
    document.save(tmp_path / "a" / "s.recast.yaml")
    assert document.graph.nodes["Plate"].constants["file"] == "p.####.exr"
    document.save(tmp_path / "b.recast.yaml")
    assert document.graph.at("Plate", 1).file == str(tmp_path / "a" / "p.####.exr")
    assert load(tmp_path / "b.recast.yaml").nodes["Plate"].constants["file"] == "a/p.####.exr"


def autosaved(document):
    document.autosave()
    document.disk.run(lambda: None)  # what was asked for before it is done


@pytest.fixture
def slow(monkeypatch):
    """A disk that writes shots only once it is told to go on; what is written meanwhile."""
    go_on, save, written = threading.Event(), shot_document.save, []

    def slowly(graph, path):
        assert go_on.wait(PATIENCE)
        written.append(path)
        save(graph, path)

    monkeypatch.setattr(shot_document, "save", slowly)
    return SimpleNamespace(resume=go_on, written=written)


def test_a_slow_disk_holds_hands_and_not_the_window(document, tmp_path, slow):
    seen = []
    QTimer.singleShot(0, lambda: seen.append(document.disk.is_waiting))
    QTimer.singleShot(150, slow.resume.set)
    set_smile(document, 0.7)
    document.save(tmp_path / "a.yaml")
    assert seen == [True] and document.undo.isClean() and smile_in(tmp_path / "a.yaml") == 0.7


def test_what_comes_in_while_a_shot_is_saved_is_not_lost_and_not_saved(document, tmp_path, slow):
    set_smile(document, 0.2)
    QTimer.singleShot(0, lambda: set_smile(document, 0.9))  # a clip that was read, say
    QTimer.singleShot(0, document.autosave)  # waits for the next time
    QTimer.singleShot(150, slow.resume.set)
    document.save(tmp_path / "a.yaml")
    assert smile_in(tmp_path / "a.yaml") == 0.2
    assert smile(document) == 0.9 and not document.undo.isClean()
    document.save()
    assert smile_in(tmp_path / "a.yaml") == 0.9 and not autosave_path(tmp_path / "a.yaml").exists()


def test_an_autosave_that_is_on_its_way_is_gone_after_saving(document, tmp_path, slow):
    path = tmp_path / "a.yaml"
    slow.resume.set()
    document.save(path)
    slow.resume.clear()
    set_smile(document, 0.7)
    document.autosave()
    QTimer.singleShot(150, slow.resume.set)
    document.save()
    assert slow.written[-2:] == [autosave_path(path), path] and not autosave_path(path).exists()


def test_unsaved_changes_are_kept_beside_the_file_until_it_is_saved(document, tmp_path):
    path = tmp_path / "a.yaml"
    document.save(path)
    autosaved(document)
    assert find_newer_autosave(path) is None, "nothing was changed"
    set_smile(document, 0.7)
    autosaved(document)
    assert find_newer_autosave(path) == autosave_path(path)
    other = Document()
    other.restore(autosave_path(path), path)
    assert smile(other) == 0.7 and not other.undo.isClean()
    other.save()
    assert not autosave_path(path).exists()


def test_places_are_kept_and_decide_nothing():
    from recast_nodes.graph.fingerprint import shot

    graph = lay_out_nodes(edit_graph("p.####.exr", "d.mov", "o.####.exr"))
    places = [placed.place for placed in graph.nodes.values()]
    assert len(set(places)) == len(places)
    assert parse(dump(graph)) == graph
    assert shot(graph) == shot(changes.place_nodes(graph, {"Plate": (5.0, 7.0)}))


def test_a_driver_taken_out_and_brought_again_gives_the_same_shot():
    full = edit_graph("p.####.exr", "d.mov", "o.####.exr")
    assert not without_driver(full).problems()
    assert dict(with_driver(without_driver(full), "d.mov").nodes) == dict(full.nodes)
    cropped = edit_graph("p.####.exr", "d.mov", "o.####.exr", model="liveportrait", crop_from="published")
    assert dict(with_driver(without_driver(cropped), "d.mov").nodes) == dict(cropped.nodes)


def test_changes_by_hand():
    graph, name = changes.with_node(make_new_shot(), NODES["Read"])
    assert name == "Read" and not changes.without_nodes(graph, [name]).problems()
    graph = changes.rename_node(graph, "Plate", "Hero")
    assert graph.nodes["FaceTrack"].wires["image"] == "Hero" and not graph.problems()[1:]
    with pytest.raises(KnobError, match="already"):
        changes.rename_node(graph, "Read", "Hero")
    with pytest.raises(KnobError, match="takes a wire of type Track"):
        changes.with_wire(graph, "Warp", "track", "Hero")
    with pytest.raises(KnobError, match="circle"):
        changes.with_wire(graph, "FaceTrack", "image", "MaskComposite")


def test_keys_by_hand():
    graph = changes.with_key(make_new_shot(), "ExpressionMix", "smile", Key(10, 0.5))
    graph = changes.with_value(graph, "ExpressionMix", "smile", 20, 1.0)
    graph = changes.with_key(graph, "ExpressionMix", "smile", Key(15, 0.2), instead_of=10)
    curve = graph.nodes["ExpressionMix"].animation["smile"]
    assert [(key.frame, key.value) for key in curve.keys] == [(15, 0.2), (20, 1.0)]
    graph = changes.without_key(changes.without_key(graph, "ExpressionMix", "smile", 15), "ExpressionMix", "smile", 20)
    assert graph.nodes["ExpressionMix"].constants["smile"] == 1.0 and not graph.nodes["ExpressionMix"].animation


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_presets_stay_between_their_keys(preset):
    graph = perform_preset(make_new_shot(), "ExpressionMix", preset, 100)
    for curve in (graph.nodes["ExpressionMix"].animation[knob] for knob in preset.sliders):
        for left, right in zip(curve.keys, curve.keys[1:]):
            low, high = sorted((left.value, right.value))
            for part in range(11):
                value = curve.at(left.frame + part / 10 * (right.frame - left.frame))
                assert low - 1e-9 <= value <= high + 1e-9


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_presets_begin_and_end_at_rest_and_leave_other_keys_alone(preset):
    knob = next(iter(preset.sliders))
    graph = make_new_shot().with_knob("ExpressionMix", knob, Curve([Key(1, 0.25), Key(500, 0.5)]))
    curve = perform_preset(graph, "ExpressionMix", preset, 100).nodes["ExpressionMix"].animation[knob]
    assert curve.at(100) == 0 and curve.at(1) == 0.25 and curve.at(500) == 0.5
    assert any(curve.at(frame) for frame in range(101, 160))


def test_a_document_goes_without_the_garbage_collector(qapp):
    """A cycle of it and its steps of undo ended the process when both were collected in the wrong order."""
    made = Document()
    for value in (0.2, 0.3):
        made.apply("smile", lambda graph, value=value: graph.with_knob("ExpressionMix", "smile", value), merge="smile")
    made.undo.undo()
    made.undo.redo()
    assert made.graph.nodes["ExpressionMix"].constants["smile"] == 0.3
    gone = weakref.ref(made)
    del made
    assert gone() is None
