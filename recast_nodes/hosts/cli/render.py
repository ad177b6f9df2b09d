"""`recast render`: a shot document to files."""

from __future__ import annotations

from typing import Any

import click

from .job import render_options, run, with_sets


@click.command("render")
@click.argument("shot", type=click.Path())
@render_options
def command(shot: str, options: dict[str, Any]) -> None:
    """Render the shot document SHOT."""
    from ...graph.document import load

    run(with_sets(load(shot), options["sets"]), options)
