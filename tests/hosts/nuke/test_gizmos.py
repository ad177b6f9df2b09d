"""Every gizmo is good Tcl and says all that the declaration says."""

from __future__ import annotations

from pathlib import Path

import pytest

from recast_nodes.hosts.nuke.gizmos import BUTTONS, NOTE, TILE, gizmo, quote_tcl
from recast_nodes.knobs import Float
from recast_nodes.node import Node
from recast_nodes.nodes import NODES

from .conftest import needs_tclsh
from .knobs import STANDARD, read_list
from .tcl import read_script

PLUGIN = Path(__file__).parents[3] / "plugins" / "nuke"
# The flags that were found in published gizmos; docs/nuke.md says where.
FLAGS = {"+STARTLINE", "-STARTLINE", "+INVISIBLE", "+HIDDEN", "+DISABLED", "+DO_NOT_WRITE"}
every_node = pytest.mark.parametrize("kind", NODES.values(), ids=list(NODES))
pytestmark = needs_tclsh


def script_of(kind, scratch: Path):
    """The nodes of a node's gizmo, the gizmo itself first."""
    path = PLUGIN / "gizmos" / f"Recast{kind.__name__}.gizmo"
    assert path.is_file(), f"there is no {path.name}: run `make plugins`"
    return read_script(path, scratch)


def words_of(script, name: str) -> list[str]:
    (words,) = (words for words in script.user if words[1] == name)
    return words


@every_node
def test_every_knob_is_there_with_range_tip_and_default(kind, tmp_path):
    script = script_of(kind, tmp_path)[0]
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
            at = words.index("R") if knob.slider else len(words)
            assert [float(word) for word in words[at + 1 : at + 3]] == pytest.approx(list(knob.slider or ()))
            assert knob.slider or "R" not in words
            assert knob.default is None or float(script.values[name]) == pytest.approx(knob.default, rel=1e-9)
        if hasattr(knob, "options"):
            assert read_list(words[words.index("M") + 1]) == list(knob.options) and script.values[name] == knob.default
        if knob.default is None:
            assert script.values[f"{name}_on"] == "false"


@every_node
def test_inputs_are_named_and_numbered_in_their_order(kind, tmp_path):
    _, *inside = script_of(kind, tmp_path)
    found = {int(node.values.get("number", 0)): node.values["name"] for node in inside if node.kind == "Input"}
    assert [found[number] for number in sorted(found)] == list(kind.inputs)
    assert inside[-1].kind == "Output"


@every_node
def test_tabs_are_the_groups_and_buttons_can_be_compiled(kind, tmp_path):
    script = script_of(kind, tmp_path)[0]
    tabs = [words[words.index("l") + 1] for words in script.user if words[0] == "20"]
    first, *others = sorted(dict.fromkeys(knob.group for knob in kind.knobs.values()), key=bool)
    assert tabs == [kind.__name__, *others]
    for name, *_ in BUTTONS.get(kind.__name__, ()):
        words = words_of(script, name)
        compile(words[words.index("T") + 1], name, "exec")


@every_node
def test_the_tab_that_opens_has_knobs_and_the_buttons(kind, tmp_path):
    """Nuke opens the first tab; knobs before any would go to a tab `User` of its own."""
    script = script_of(kind, tmp_path)[0]
    kinds = [words[0] for words in script.user]
    assert kinds[0] == "20"
    end = kinds.index("20", 1) if "20" in kinds[1:] else len(kinds)
    opened = [words[1] for words in script.user[1:end] if not {"+INVISIBLE", "+HIDDEN"} & set(words)]
    assert set(opened) & set(kind.knobs), "an empty tab"
    assert {name for name, *_ in BUTTONS.get(kind.__name__, ())} <= set(opened)


@every_node
def test_flags_are_those_of_published_gizmos(kind, tmp_path):
    script = script_of(kind, tmp_path)[0]
    found = {word for words in script.user for word in words if word[:1] in "+-" and word[1:2].isupper()}
    assert found <= FLAGS


def luminance(colour: str) -> float:
    """Relative luminance of 0xRRGGBBAA, as WCAG 2 has it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (2, 4, 6)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@every_node
def test_labels_can_be_read_on_their_tiles(kind, tmp_path):
    script = script_of(kind, tmp_path)[0]
    assert (script.values["tile_color"], script.values["note_font_color"]) == (TILE, NOTE)
    dark, light = sorted(luminance(script.values[name]) for name in ("tile_color", "note_font_color"))
    assert (light + 0.05) / (dark + 0.05) >= 4.5, "WCAG's least for text"


@pytest.mark.parametrize("text", ['a "b" [c] $d {e} \\f', "two\nlines", "", "}{", "ä[exec rm]"])
def test_any_text_is_one_word(text, tmp_path):
    class Odd(Node):
        """Odd words."""

        knob = Float(0.0, text, limits=(0, 1), label=text)

    path = tmp_path / "Odd.gizmo"
    path.write_text(gizmo(Odd), encoding="utf-8")
    words = words_of(read_script(path, tmp_path)[0], "knob")
    assert words[words.index("t") + 1].startswith(text) and quote_tcl(text)
