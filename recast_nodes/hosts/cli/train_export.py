"""`recast train export`: a run's averaged weights in half precision, with a card, where the nodes find them."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("export")
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), help="A folder. Default: among the model files."
)
@click.option("--summary", default="", help="A sentence for menus.")
@click.option("--can", default="", help="What it can do, for its card.")
@click.option("--cannot", default="", help="What it cannot do, for its card.")
@click.option(
    "--licence", default="", help="Of the weights. Default: Apache-2.0 for rendered people, else yours to say."
)
def export(run: Path, name: str, to: Path | None, summary: str, can: str, cannot: str, licence: str) -> None:
    """Make what a run trained a model of every node.

    RUN is the run's folder. `recast edit --model NAME` and every host then find it.
    """
    from ...training.export import Words, export_run, installed_place

    installed = installed_place(name)  # a name that cannot be used is refused, wherever it is written to
    place = to.absolute() if to else installed
    card = export_run(run, name, place, Words(summary, can, cannot, licence))
    size = sum(each.stat().st_size for each in place.glob("*.safetensors")) / 1e6
    click.echo(f"{name}: {card.steps} steps, {size:.1f} MB in {place}")
    click.echo(
        f"Use it: recast edit --model {name} ..."
        if to is None
        else f"Measure it: recast bench quality --weights {name}={place}\n"
        f"Use it: set RECAST_TRAINED={name}={place}, then recast edit --model {name} ..."
    )
