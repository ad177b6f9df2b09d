"""What every host keeps: each kind of knob is known, generated files are as generated."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest
from click.testing import CliRunner

from recast_nodes.graph.document import dump, parse
from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts import plugins
from recast_nodes.hosts.blender.properties import bpy_property, properties
from recast_nodes.hosts.cli.job import apply_sets
from recast_nodes.hosts.cli.nodes import command as nodes_command
from recast_nodes.hosts.nuke.gizmos import gizmo, user_knob
from recast_nodes.hosts.openfx.parameters import ofx_parameter
from recast_nodes.knobs import Float, Knob
from recast_nodes.nodes import NODES

PLUGINS = Path(__file__).parents[2] / "plugins"


def kinds(above: type[Knob] = Knob) -> list[type[Knob]]:
    """All kinds of knob that a node can have."""
    below = [kind for each in above.__subclasses__() for kind in (each, *kinds(each))]
    return [kind for kind in dict.fromkeys(below) if not kind.__name__.startswith("_")]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("translate", (user_knob, bpy_property, ofx_parameter), ids=["nuke", "blender", "openfx"])
def test_every_host_knows_every_knob(kind, translate):
    module = translate.__module__.replace(".", "/")
    known = translate.dispatch(kind) is not translate.dispatch(object)
    assert known, f"say what {kind.__name__} is there: {translate.__name__} in {module}.py"


def test_generated_files_are_as_generated(tmp_path):
    plugins.write_generated(tmp_path)
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    for path in made:
        same = (PLUGINS / path).is_file() and filecmp.cmp(tmp_path / path, PLUGINS / path, shallow=False)
        assert same, f"plugins/{path} is old or lacks: run `make plugins`"
    for folder in ("nuke/gizmos", "nuke/recast_hosts", "blender/recast/hosts"):
        there = {path.relative_to(PLUGINS) for path in (PLUGINS / folder).rglob("*") if path.suffix != ".pyc"}
        left = {path for path in there if (PLUGINS / path).is_file()} - made
        assert not left, f"nothing makes these any more: run `make plugins`, which removes {left}"


def test_a_new_knob_shows_up_everywhere(monkeypatch):
    mix = NODES["ExpressionMix"]
    knob = Float(0.25, "How much the ears wiggle.", limits=(0, 3), slider=(0, 1), group="by hand")
    knob.__set_name__(mix, "ears")
    monkeypatch.setattr(mix, "knobs", {**mix.knobs, "ears": knob})
    from recast_nodes.hosts.docs import node_reference

    assert 'addUserKnob {7 ears l "ears" t "How much the ears wiggle.' in gizmo(mix)
    assert '"name": "ears"' in plugins.declarations_json()
    (ears,) = (each for each in properties(NODES)["ExpressionMix"] if each["attribute"] == "ears")
    assert ears["arguments"]["max"] == 3 and ears["arguments"]["soft_max"] == 1 and ears["group"] == "by hand"
    shown = CliRunner().invoke(nodes_command, ["ExpressionMix"]).output
    assert "ears [0.25]: a number from 0 to 3, can be keyed" in shown
    assert "`ears`" in node_reference()
    graph = apply_sets(edit_graph("plate.####.exr", "driver.mov", "out.####.exr"), ["ExpressionMix.ears=2"])
    assert parse(dump(graph)).nodes["ExpressionMix"].at(1001).values["ears"] == 2.0
    # Studio's panel: tests/hosts/studio/knobs/test_knob_panel.py, test_a_new_knob_is_shown_without_another_edit
