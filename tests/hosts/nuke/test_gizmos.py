"""Every gizmo is good Tcl and says all that the declaration says."""

from __future__ import annotations

from pathlib import Path

import pytest

from recast_nodes.hosts.nuke.gizmos import BUTTONS, gizmo, quoted
from recast_nodes.knobs import Float
from recast_nodes.node import Node
from recast_nodes.nodes import NODES

from .fake import STANDARD, read_list
from .tcl import needs_tclsh, read_script

PLUGIN = Path(__file__).parents[3] / "plugins" / "nuke"
every_node = pytest.mark.parametrize("kind", NODES.values(), ids=list(NODES))
pytestmark = needs_tclsh


def words_of(script, name: str) -> list[str]:
    (words,) = (words for words in script.user if words[1] == name)
    return words


@every_node
def test_every_knob_is_there_with_range_tip_and_default(kind, tmp_path):
    script = read_script(PLUGIN / "gizmos" / f"Recast{kind.__name__}.gizmo", tmp_path)[0]
    assert script.values["recast_kind"] == kind.__name__ and int(script.values["inputs"]) == len(kind.inputs)
    names = [words[1] for words in script.user]
    assert len(set(names)) == len(names) and not STANDARD & set(names)
    for name, knob in kind.knobs.items():
        if hasattr(knob, "options") and isinstance(knob.default, tuple):
            assert [script.values[f"{name}_{option}"] for option in knob.options].count("true") == len(knob.default)
            continue
        words = words_of(script, name)
        assert knob.tip in words[words.index("t") + 1] and words[words.index("l") + 1] == knob.label
        if hasattr(knob, "slider"):
            at = words.index("R")
            assert [float(word) for word in words[at + 1 : at + 3]] == pytest.approx(list(knob.slider))
            assert ("+DISABLE_ANIMATION" in words) == (not knob.animates)
            assert knob.default is None or float(script.values[name]) == pytest.approx(knob.default, rel=1e-9)
        if hasattr(knob, "options"):
            assert read_list(words[words.index("M") + 1]) == list(knob.options) and script.values[name] == knob.default
        if knob.default is None:
            assert script.values[f"{name}_on"] == "false"


@every_node
def test_inputs_are_named_and_numbered_in_their_order(kind, tmp_path):
    _, *inside = read_script(PLUGIN / "gizmos" / f"Recast{kind.__name__}.gizmo", tmp_path)
    found = {int(node.values.get("number", 0)): node.values["name"] for node in inside if node.kind == "Input"}
    assert [found[number] for number in sorted(found)] == list(kind.inputs)
    assert inside[-1].kind == "Output"


@every_node
def test_tabs_are_the_groups_and_buttons_can_be_compiled(kind, tmp_path):
    script = read_script(PLUGIN / "gizmos" / f"Recast{kind.__name__}.gizmo", tmp_path)[0]
    tabs = [words[words.index("l") + 1] for words in script.user if words[0] == "20"]
    groups = dict.fromkeys(knob.group for knob in kind.knobs.values() if knob.group)
    assert tabs == [kind.__name__, *groups]
    for name, *_ in BUTTONS.get(kind.__name__, ()):
        words = words_of(script, name)
        compile(words[words.index("T") + 1], name, "exec")


@pytest.mark.parametrize("text", ['a "b" [c] $d {e} \\f', "two\nlines", "", "}{", "ä[exec rm]"])
def test_any_text_is_one_word(text, tmp_path):
    class Odd(Node):
        """Odd words."""

        knob = Float(0.0, text, limits=(0, 1), label=text)

    path = tmp_path / "Odd.gizmo"
    path.write_text(gizmo(Odd), encoding="utf-8")
    words = words_of(read_script(path, tmp_path)[0], "knob")
    assert words[words.index("t") + 1].startswith(text) and quoted(text)
