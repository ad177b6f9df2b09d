"""Properties from the declarations, as plain data: both ranges, tips, defaults that fit, free names."""

from __future__ import annotations

import pytest

from recast_nodes.hosts.blender.properties import MOST, NO_SLIDER, bpy_property, properties
from recast_nodes.knobs import Box, Choices, Float, Int, Still
from recast_nodes.nodes import NODES

TAKEN = (
    "type location location_absolute width height dimensions name label inputs outputs internal_links parent color "
    "use_custom_color color_tag select show_options show_preview hide mute show_texture node_tree warning_propagation "
    "copy free init poll update draw_buttons recast shown id_data rna_type"
)
PROPERTIES = [
    pytest.param(each, id=f"{name}.{each['attribute']}") for name, shown in properties(NODES).items() for each in shown
]


@pytest.mark.parametrize("each", PROPERTIES)
def test_every_property_is_one_that_blender_takes(each):
    given = each["arguments"]
    assert each["attribute"] not in TAKEN.split() and given["name"] and given["description"]
    assert not given["description"].endswith("."), "Blender adds the full stop"
    if "min" in given:
        assert given["min"] <= given["soft_min"] <= given["soft_max"] <= given["max"]
        assert given["min"] <= given["default"] <= given["max"]
    if "items" in given:
        assert given["default"] in [item[0] for item in given["items"]]


def test_what_can_be_keyed_is_what_the_knob_says():
    shown = {each["attribute"]: each["arguments"]["options"] for each in properties(NODES)["ExpressionMix"]}
    for name, knob in NODES["ExpressionMix"].knobs.items():
        assert ("ANIMATABLE" in shown[name]) == knob.animates


def test_a_frame_number_is_dragged_slowly():
    """Blender takes the speed of a drag from the soft range; the limits of a frame number are eleven million wide."""
    for each in properties(NODES)["Read"]:
        if each["attribute"] in ("first", "last", "time"):
            given = each["arguments"]
            assert (given["min"], given["max"]) == (-1_000_000, 10_000_000)
            assert (given["soft_min"], given["soft_max"]) == NO_SLIDER and given.get("step", 1) <= 100


def test_kinds_that_blender_lacks():
    def named(knob, name="k"):
        knob.__set_name__(None, name)
        return [(attribute, kind, given.get("default")) for attribute, kind, given in bpy_property(knob)]

    unset = Float(None, "A tip that is long.", limits=(0, 9), slider=(2, 5), unset="as it is")
    assert named(unset) == [("k_on", "BoolProperty", False), ("k", "FloatProperty", 2)]
    assert named(Int(3, "A tip.", limits=(-(10**12), 10**12), slider=(0, 5))) == [("k", "IntProperty", 3)]
    big = bpy_property(Int(3, "A tip.", limits=(-(10**12), 10**12), slider=(0, 5)))[0][2]
    assert (big["min"], big["max"]) == (-MOST, MOST)
    assert named(Choices(("a",), "A tip.", options=("a", "b"))) == [
        ("k_a", "BoolProperty", True),
        ("k_b", "BoolProperty", False),
    ]
    assert [name for name, *_ in named(Box(None, "A tip."))] == ["k_on", "k"]
    assert named(Still("auto", "A tip.", words=("auto",))) == [("k", "StringProperty", "auto")]
