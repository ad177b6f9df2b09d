"""NODE.KNOB=VALUE: names of nodes may hold whatever other programs put into them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import DocumentError, KnobError
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.hosts.cli.sets import apply_sets, read_set
from recast_nodes.nodes import NODES
from recast_nodes.notices import forget


def graph_of(*names, kind="Read"):
    return Graph({name: Placed(name, NODES[kind]) for name in names})


def test_a_node_whose_name_holds_a_dot():
    graph = apply_sets(graph_of("Image", "Image.001"), ["Image.001.missing=hold"])
    assert graph.nodes["Image.001"].constants == {"missing": "hold"} and not graph.nodes["Image"].constants


@given(st.lists(st.text("ab. =#%{}ä", min_size=1, max_size=6), min_size=1, max_size=4, unique=True), st.data())
def test_any_name_is_found_or_the_doubt_is_said(names, data):
    graph, name = graph_of(*names), data.draw(st.sampled_from(names))
    try:
        assert read_set(graph, f"{name}.file=a=b.c") == (name, "file", "a=b.c")
    except KnobError as doubt:
        assert name in str(doubt) and " or " in str(doubt)


def test_two_readings_of_one_text_are_named():
    with pytest.raises(DocumentError, match=r"layer of a or file of a.layer=b"):
        apply_sets(graph_of("a", "a.layer=b"), ["a.layer=b.file=c"])


def test_a_value_may_hold_anything():
    graph = apply_sets(graph_of("a"), ["a.file=/b=c/d.e=f.####.exr"])
    assert graph.nodes["a"].constants == {"file": "/b=c/d.e=f.####.exr"}


def test_an_earlier_name_of_a_knob_is_read_and_said(caplog):
    forget()
    mix = replace(graph_of("Mix", kind="ExpressionMix"))
    assert apply_sets(mix, ["Mix.mode=animate"]).nodes["Mix"].constants == {"transfer": "expression-and-pose"}
    assert "transfer" in caplog.text and "expression-and-pose" in caplog.text
    assert apply_sets(mix, ["ExpressionMix.transfer=expression"]).nodes["Mix"].constants == {"transfer": "expression"}


@pytest.mark.parametrize("text", ("", "a", "a=b", "a.b", ".file=x", "=", "a.=", ".=."))
def test_what_is_no_setting_is_refused(text):
    with pytest.raises(DocumentError, match="--set"):
        apply_sets(graph_of("a"), [text])


def test_a_path_starts_where_the_command_is_typed(tmp_path, monkeypatch):
    """It is then written into a document elsewhere. A document that is there has its own folder."""
    monkeypatch.chdir(tmp_path)
    sets = ["Mix.target=track", "Mix.target_track=tracks/hand.csv", "Mix.reference=first"]
    graph = graph_of("Mix", kind="ExpressionMix")
    values = apply_sets(graph, sets).nodes["Mix"].constants
    assert (values["target_track"], values["reference"]) == (str(tmp_path / "tracks" / "hand.csv"), "first")
    saved = replace(graph, folder=tmp_path / "elsewhere")
    assert apply_sets(saved, sets).nodes["Mix"].constants["target_track"] == "tracks/hand.csv"


def test_a_knob_in_other_letters_is_the_one_that_is_proposed():
    with pytest.raises(DocumentError, match=r"Did you mean jawOpen\?"):
        apply_sets(graph_of("Mix", kind="ExpressionMix"), ["Mix.jawopen=0.5"])


def test_what_is_meant_comes_before_what_there_is():
    """A node has a hundred knobs: those beside the one that is meant are named, and no others."""
    with pytest.raises(DocumentError) as refusal:
        apply_sets(graph_of("Mix", kind="ExpressionMix"), ["Mix.loook_at=0.5"])
    text = str(refusal.value)
    assert "There is no knob 'loook_at'. Did you mean look_at? The group 'eyes' of ExpressionMix has look_at" in text
    assert "replace" not in text and "jawOpen" not in text
    with pytest.raises(DocumentError, match=r"'xyzzy'\. ExpressionMix has transfer, .* and \d+ more\."):
        apply_sets(graph_of("Mix", kind="ExpressionMix"), ["Mix.xyzzy=0.5"])


def test_a_pose_and_its_shape_are_not_set_both():
    """As in a document. Shapes that the pose has not are added to it, whichever is named first."""
    mix, pose = graph_of("Mix", kind="ExpressionMix"), "Mix.poses=jawOpen 0.2"
    for sets in ([pose, "Mix.jawOpen=0.3"], ["Mix.jawOpen=0.3", pose]):
        with pytest.raises(DocumentError, match=r"--set Mix\.jawOpen=0\.3: jawOpen is in the pose"):
            apply_sets(mix, sets)
    for sets in ([pose, "Mix.mouthLeft=0.3"], ["Mix.mouthLeft=0.3", pose]):
        assert apply_sets(mix, sets).nodes["Mix"].constants == {"jawOpen": 0.2, "mouthLeft": 0.3}
    shaped = mix.with_knob("Mix", "jawOpen", 0.9)
    assert apply_sets(shaped, [pose]).nodes["Mix"].constants == {"jawOpen": 0.2}, "what the document had gives way"
