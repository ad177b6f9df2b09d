"""The Recast group: all nodes of an edit in one, wired, with the knobs that are wanted most on its front."""

from __future__ import annotations

from typing import Any

import nuke

from ..bridge.shot import chain, declarations

FRONT = (  # links on the group's panel
    ("Write", ("file", "recast_show_result")),
    ("ExpressionMix", ("transfer", "replace", "enhance", "brows", "eyes", "gaze", "mouth", "jaw", "cheeks", "pose")),
    ("MaskComposite", ("feather", "opacity")),
)
BUTTONS = (
    ("FaceTrack", "track", "Track"),
    ("Write", "render", "Render shot"),
    ("Write", "render_frame", "Render frame"),
    ("Write", "save", "Save shot"),
    ("Write", "reload", "Reload result"),
)
INPUTS = {"Plate": "plate", "Driving": "driving"}  # the chain's Reads, and the group's inputs in place of them
STARTING = {
    ("ExpressionMix", "replace"): 1.0,
    ("MaskComposite", "layers_matte"): True,
    ("MaskComposite", "layers_stmap"): True,
}


def make_group() -> Any:
    """A Recast group at the selected node: input 0 is the plate, input 1 the driving performance. The result comes out
    once it is rendered.
    """
    group: Any = nuke.createNode("Group", "name Recast", inpanel=False)
    nodes: dict[str, Any] = {}
    kinds = declarations()
    with group:
        for number, name in enumerate(INPUTS.values()):
            nodes[name] = nuke.nodes.Input(name=name)
            nodes[name].setXYpos(200 * number, 0)
        for row, (name, node) in enumerate(chain(), 1):
            nodes[name] = getattr(nuke.nodes, "Recast" + node["kind"])(name=name)
            nodes[name].setXYpos(0, 80 * row)
            for number, entry in enumerate(kinds[node["kind"]]["inputs"]):
                above = node["inputs"].get(entry["name"])
                if above:
                    nodes[name].setInput(number, nodes[INPUTS.get(above, above)])
        output = nuke.nodes.Output(name="Output1")
        output.setInput(0, nodes["Write"])
        output.setXYpos(0, 80 * (len(nodes) + 1))
    for (name, knob), value in STARTING.items():
        nodes[name][knob].setValue(value)
    _front(group)
    return group


def _front(group: Any) -> None:
    group.addKnob(nuke.Tab_Knob("recast", "Recast"))
    for name, knobs in FRONT:
        for knob in knobs:
            link = nuke.Link_Knob(f"{name}_{knob}", knob.replace("recast_", "").replace("_", " "))
            link.makeLink(f"{name}", knob)
            group.addKnob(link)
    for target, function, label in BUTTONS:
        script = f"from recast_hosts.nuke import actions; actions.{function}(nuke.thisNode().node({target!r}))"
        group.addKnob(nuke.PyScript_Knob(f"recast_{function}", label, script))
