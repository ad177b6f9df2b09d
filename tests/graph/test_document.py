"""The shot document: load-save-load is identity, and every fault is told at once with its line."""

import contextlib
import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.curves import INTERPOLATIONS, Curve, Key
from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import dump, load, parse, save
from recast_nodes.graph.edit import MODES, align_first_frames, edit_graph
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.knobs import Box, Choice, Choices, Float, Int, Still, Switch
from recast_nodes.nodes import NODES
from recast_nodes.notices import forget

SHOT = """\
recast: 1
frames: 1001-1010
nodes:
  Plate:
    kind: Read
    knobs: {file: plate.####.exr}
  FaceTrack:
    kind: FaceTrack
    inputs: {image: Plate}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(DocumentError) as refusal:
        parse(text)
    return refusal.value.problems


@pytest.mark.parametrize("mode", MODES)
def test_an_edit_comes_back_as_it_was(mode, tmp_path):
    edited = edit_graph("/a/plate.####.exr", "/b/take.mov", "/c/out.####.exr", mode)
    graph = align_first_frames(edited, range(1001, 1049), range(48))
    assert parse(dump(graph)) == graph
    save(graph, tmp_path / "shot.yaml")
    again = load(tmp_path / "shot.yaml")
    assert again == graph
    save(again, tmp_path / "again.yaml")
    assert (tmp_path / "again.yaml").read_bytes() == (tmp_path / "shot.yaml").read_bytes()


def values_of(knob):
    if isinstance(knob, Choices):
        return st.lists(st.sampled_from(knob.options), unique=True).map(knob.settle)
    if isinstance(knob, Choice):
        return st.sampled_from(knob.options)
    if isinstance(knob, Switch):
        return st.booleans()
    if isinstance(knob, Int):
        return st.integers(int(knob.limits[0]), int(knob.limits[1]))
    if isinstance(knob, Float):
        return st.floats(*knob.limits)
    if isinstance(knob, Box):
        return st.none() | st.just((1.0, 2.0, 3.5, 4.0))
    if isinstance(knob, Still):
        return st.sampled_from(knob.words) | st.integers(-9999, 9999) | st.just("rest.exr")
    return st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12)


def curves_of(knob):
    value = st.integers(int(knob.limits[0]), int(knob.limits[1])) if isinstance(knob, Int) else st.floats(*knob.limits)
    handle = st.none() | st.tuples(st.floats(-9, 9), st.floats(-9, 9))
    key = st.builds(Key, st.integers(-99, 9999), value, st.sampled_from(INTERPOLATIONS), handle, handle)
    return st.lists(key, min_size=1, max_size=4, unique_by=lambda key: key.frame).map(Curve)


@pytest.mark.parametrize("kind", NODES.values(), ids=list(NODES))
@given(data=st.data())
def test_every_value_of_every_knob_comes_back(kind, data):
    placed = Placed("one", kind)
    name = data.draw(st.sampled_from(sorted(kind.knobs)))
    knob = kind.knobs[name]
    value = data.draw(curves_of(knob) if knob.animates and data.draw(st.booleans()) else values_of(knob))
    graph = Graph({"one": placed.with_knob(name, value)})
    text = yaml.safe_dump(yaml.safe_load(dump(graph)))  # through another YAML writer too
    for again in (dump(graph), text):
        try:
            assert parse(again) == graph
        except DocumentError as error:  # a lone node lacks its wires, and nothing else may be wrong
            assert all("needs a wire" in problem for problem in error.problems)


def test_words_that_yaml_would_take_for_switches_stay_words():
    text = "recast: 1\nnodes:\n  mix:\n    kind: Read\n    knobs: {before: hold, file: 1001, first: 1e3}\n"
    assert parse(text).nodes["mix"].constants == {"before": "hold", "file": "1001", "first": 1000}


def test_all_faults_are_told_at_once_with_line_node_and_knob():
    found = faults(
        """\
recast: 1
nodes:
  Plate:
    kind: Read
    knobs:
      fil: plate.####.exr
      first: soon
  Track:
    kind: FaceTrak
  Mix:
    kind: ExpressionMix
    inputs: {source: Plate, drivin: Plate}
    knobs:
      replace: 3
      transfer: papre
      enhance:
        keys: [[1, 0], [1, 1]]
      smooth: {keys: [[1, 0]]}
"""
    )
    told = "\n".join(found)
    for expected in (
        "line 6: Plate.fil: There is no knob 'fil'",
        "Did you mean file?",
        "line 7: Plate.first: first takes a whole number",
        "line 9: Track: There is no kind of node 'FaceTrak'",
        "Did you mean FaceTrack?",
        "line 12: Mix.source: takes a wire of type Motion, but Plate gives Image.",
        "Did you mean driving?",
        "line 14: Mix.replace: replace takes a number from 0 to 1",
        "line 15: Mix.transfer: transfer takes one of",
        "line 17: Mix.enhance: A curve has two keys at frame 1.",
        "Mix.smooth: smooth cannot be keyed: it has one value for the whole shot.",
    ):
        assert expected in told, expected
    assert [problem for problem in found if problem.startswith("line 6")] == found[:1], "in the order of lines"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("recast: 2\nnodes: {}", "version '2'"),
        ("nodes: {}", "does not say 'recast: 1'"),
        ("recast: 1", "has no 'nodes'"),
        ("recast: 1\nnodes: [1]", "line 2: 'nodes' must be a mapping"),
        ("recast: 1\nnodes: {}\nnodes: {}", "line 3: nodes: 'nodes' stands twice"),
        ("recast: 1\nnode: {}\nnodes: {}", "Did you mean nodes?"),
        ("recast: 1\nframes: 10-x\nnodes: {}", "line 2: frames: Frames '10-x' are not a range"),
        ("recast: [", ": this is not YAML"),
        ("a: &x 1\nb: *x", "line 2: anchors"),
        ("!!python/object/apply:os.system ['true']", "must be a mapping"),
        ("[" * 5000 + "]" * 5000, "nested too deeply"),
        ("recast: 1\nnodes: {\x00: 1}", "this is not YAML"),
    ],
)
def test_what_is_not_a_shot_is_refused_in_words(text, expected):
    assert any(expected in problem for problem in faults(text)), faults(text)


def test_circles_are_found():
    text = SHOT.replace("inputs: {image: Plate}", "inputs: {image: Comp}") + (
        "  Comp:\n    kind: MaskComposite\n    inputs: {image: Comp, track: FaceTrack, face: FaceTrack}\n"
    )
    assert any("wired in a circle" in problem for problem in faults(text))


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path):
    with pytest.raises(DocumentError, match="nowhere.yaml"):
        load(tmp_path / "nowhere.yaml")
    (tmp_path / "file").write_text("")
    with pytest.raises(DocumentError, match="shot.yaml: cannot be written"):
        save(parse(SHOT), tmp_path / "file" / "shot.yaml")


def test_relative_paths_start_at_the_document(tmp_path):
    (tmp_path / "shot.yaml").write_text(SHOT)
    graph = load(tmp_path / "shot.yaml")
    assert graph.at("Plate", 1001).values["file"] == str(tmp_path / "plate.####.exr")
    assert graph.nodes["Plate"].constants["file"] == "plate.####.exr", "kept as it was written"


@given(st.text(max_size=200))
def test_any_text_is_a_shot_or_refused(text):
    with contextlib.suppress(DocumentError):
        parse(text)


def test_earlier_names_are_read_and_said(caplog):
    forget()
    text = SHOT + "  Mix:\n    kind: ExpressionMix\n    inputs: {source: Motion}\n    knobs: {mode: %s}\n"
    motion = "  Motion:\n    kind: MotionExtract\n    inputs: {image: Plate, track: FaceTrack}\n"
    for old, new in (
        ("paper", "paper-equations"),
        ("official", "expression"),
        ("animate", "expression-and-pose"),
        ("expression", "expression"),
    ):
        graph = parse(text % old + motion)
        assert graph.nodes["Mix"].constants == {"transfer": new}
        assert "mode" not in dump(graph)
    assert "Mix.mode: the knob mode is now transfer, and its value animate" in caplog.text
    assert "both are there" in faults(text % "paper, transfer: expression" + motion)[0]


def test_a_second_document_and_tags_are_told():
    assert faults(SHOT + "---\nrecast: 1\n") == ["line 11: a file holds one shot; here begins another document."]
    assert parse(SHOT.replace("plate.", "!!str plate.")) == parse(SHOT)


def test_files_beside_and_beneath_the_document_move_with_it(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    graph = edit_graph(str(old / "in" / "plate.####.exr"), "/drive/take.mov", str(old / "shot.####.exr"))
    graph = graph.with_knob("MotionExtract", "neutral", str(old / "rest.exr"))
    save(graph, old / "shot.yaml")
    old.rename(new)
    moved = load(new / "shot.yaml")
    assert moved.at("Plate", 1).values["file"] == str(new / "in" / "plate.####.exr")
    assert moved.at("MotionExtract", 1).values["neutral"] == str(new / "rest.exr")
    assert moved.at("Write", 1).values["file"] == str(new / "shot.####.exr")
    assert moved.at("Driving", 1).values["file"] == "/drive/take.mov"


@pytest.mark.parametrize("name", ("auto", "first", "1001", "-5", "a b", "ä", "~", "%04d", "x.exr"))
def test_a_relative_name_is_never_taken_for_a_word_or_a_frame(name, tmp_path):
    graph = edit_graph("/p.exr", "/d.mov", "/o.exr").with_knob("ExpressionMix", "reference", str(tmp_path / name))
    save(graph, tmp_path / "shot.yaml")
    assert load(tmp_path / "shot.yaml").at("ExpressionMix", 1).values["reference"] == str(tmp_path / name)


def test_a_document_saved_in_another_folder_reads_the_same_files(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "shot.yaml").write_text(SHOT.replace("plate.", "../in/plate."))
    graph = load(tmp_path / "a" / "shot.yaml")
    save(graph, tmp_path / "a" / "again.yaml")
    assert load(tmp_path / "a" / "again.yaml").nodes["Plate"].constants["file"] == "../in/plate.####.exr"
    save(graph, tmp_path / "b" / "shot.yaml")
    found = load(tmp_path / "b" / "shot.yaml").at("Plate", 1).values["file"]
    assert os.path.normpath(found) == str(tmp_path / "in" / "plate.####.exr")


def test_a_name_that_is_no_text_is_refused(tmp_path):
    graph = edit_graph("/pl\udcffate.exr", "/d.mov", "/o.exr")
    with pytest.raises(DocumentError, match=r"udcff.* rename it"):
        save(graph, tmp_path / "shot.yaml")
    assert list(tmp_path.iterdir()) == []
