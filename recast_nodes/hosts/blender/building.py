"""All nodes of an edit, placed and wired as `recast edit` wires them."""

from __future__ import annotations

from typing import Any

from ..bridge.shot import chain
from .reading import PREFIX

READS = {"Plate": "Plate", "Driving": "Driving"}
STEP = 260  # pixels between nodes


def add_edit(tree: Any) -> dict[str, Any]:
    """The nodes by their names in the chain, and the two Image nodes `Plate` and `Driving` that they begin with."""
    made: dict[str, Any] = {}
    for row, name in enumerate(READS.values()):
        made[name] = tree.nodes.new("CompositorNodeImage")
        made[name].name = made[name].label = name
        made[name].location = (0, -500 * row)
    for column, (name, node) in enumerate(chain(), 1):
        made[name] = tree.nodes.new(f"{PREFIX}{node['kind']}Node")
        made[name].name = name
        made[name].location = (STEP * column, -500 * name.startswith("Driving"))
        names = [entry["name"] for entry in made[name].recast["inputs"]]
        for entry, source in node["inputs"].items():
            tree.links.new(made[source].outputs[0], made[name].inputs[names.index(entry)])
    made["ExpressionMix"].replace = 1.0
    return made
