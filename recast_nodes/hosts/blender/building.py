"""All nodes of an edit, placed and wired as `recast edit` wires them."""

from __future__ import annotations

from typing import Any

from ..bridge.shot import chain
from .reading import PREFIX

READS = {"Plate": "Plate", "Driving": "Driving"}
STEP = 260  # pixels between nodes


def add_edit(tree: Any) -> dict[str, Any]:
    """The nodes by their names in the chain, and the two Image nodes `Plate` and `Driving` that they begin with."""
    nodes: dict[str, Any] = {}
    for row, name in enumerate(READS.values()):
        nodes[name] = tree.nodes.new("CompositorNodeImage")
        nodes[name].name = nodes[name].label = name
        nodes[name].location = (0, -500 * row)
    for column, (name, node) in enumerate(chain(), 1):
        nodes[name] = tree.nodes.new(f"{PREFIX}{node['kind']}Node")
        nodes[name].name = name
        nodes[name].location = (STEP * column, -500 * name.startswith("Driving"))
        names = [entry["name"] for entry in nodes[name].recast["inputs"]]
        for entry, source in node["inputs"].items():
            tree.links.new(nodes[source].outputs[0], nodes[name].inputs[names.index(entry)])
    nodes["ExpressionMix"].replace = 1.0
    return nodes
