"""`recast nodes`: the nodes and knobs, from their declarations."""

from __future__ import annotations

import json

import click

from ...node import Node
from ...nodes import NODES
from ...unknown_names import unknown


@click.command("nodes")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for scripts.")
@click.option("--markdown", is_flag=True, help="The node reference, as in docs/nodes.md.")
def command(name: str | None, as_json: bool, markdown: bool) -> None:
    """List the nodes, or the knobs of the node NAME."""
    if name and name not in NODES:
        raise click.ClickException(unknown("node", name, NODES, "the nodes are"))
    if markdown:
        from ..docs import node_reference

        click.echo(node_reference(), nl=False)
    elif as_json:
        chosen = NODES[name].describe() if name else [kind.describe() for kind in NODES.values()]
        click.echo(json.dumps(chosen, indent=2))
    elif name:
        _show(NODES[name])
    else:
        width = max(map(len, NODES))
        for kind in NODES.values():
            click.echo(f"{kind.__name__:{width}}  {kind.summary()}")


def _show(kind: type[Node]) -> None:
    click.echo(f"{kind.__name__}: {kind.summary()}\n")
    for entry in kind.inputs.values():
        needed = " (optional)" if entry.optional else ""
        click.echo(f"  <- {entry.name}: {entry.takes}{needed}. {entry.tip}")
    if kind.gives:
        click.echo(f"  -> {kind.gives.__name__}")
    for knob in kind.knobs.values():
        keyed = ", can be keyed" if knob.animates else ""
        default = "" if knob.default in (None, "", ()) else f" [{_plain(knob.default)}]"
        click.echo(f"\n  {knob.name}{default}: {knob.takes()}{keyed}\n      {knob.tip}")


def _plain(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
