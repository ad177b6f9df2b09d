"""`recast studio`: the window."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...errors import RecastError


@click.command("studio")
@click.argument("shot", type=click.Path(path_type=Path), required=False)
def command(shot: Path | None) -> None:
    """Open Recast Studio, with the shot document SHOT if given.

    Nodes, knobs, curves, viewer and rendering in one window. Needs the studio extra.
    """
    from ..studio.display_check import why_no_window

    fault = why_no_window()
    if fault:
        raise RecastError(f"Studio cannot open its window. {fault.text} To do: {fault.to_do}")
    try:
        from ..studio.app import run
    except ModuleNotFoundError as missing:
        raise RecastError(f"Studio needs {missing.name}: pip install 'recast-nodes[studio]'.") from None
    except ImportError as fault_of_qt:  # a shared library that the check above does not know
        raise RecastError(f"Studio cannot load Qt: {fault_of_qt}. See `recast doctor`.") from None
    sys.exit(run(shot))
