"""`recast studio`: the window."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...errors import RecastError


@click.command("studio")
@click.argument("shot", type=click.Path(path_type=Path), required=False)
def command(shot: Path | None) -> None:
    """Open Recast Studio, with the shot document SHOT if one is named.

    Nodes, knobs, curves, viewer and rendering in a window of its own. Needs the studio extra.
    """
    try:
        from ..studio.app import run
    except ModuleNotFoundError as missing:
        raise RecastError(f"Studio needs {missing.name}: pip install 'recast-nodes[studio]'.") from None
    sys.exit(run(shot))
