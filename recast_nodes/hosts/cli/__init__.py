"""The `recast` command. Each subcommand lives in a module of its own, which is imported when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from ... import __version__
from ...errors import RecastError
from ...graph.faults import no_memory
from ...notices import printable
from . import exits, limited
from .process_end import leave_while_loading

COMMANDS = {  # name: (module, what it does); said here so that `recast --help` imports nothing heavy
    "edit": ("edit", "Edit the expression in a plate from a driving performance, in one step."),
    "render": ("render", "Render a shot document."),
    "submit": ("submit", "Submit a shot to a render farm."),
    "check": ("check", "Find problems in a shot without rendering it."),
    "report": ("report", "Measure a rendered edit: HTML page, CSV and JSON."),
    "sign": ("sign", "Sign rendered frames or a movie: Content Credentials (C2PA)."),
    "verify": ("verify", "Check the ledger and the signatures of rendered frames or a movie."),
    "nodes": ("nodes", "List the nodes and their knobs."),
    "track": ("track", "Track a face: landmarks, performance in numbers, or fitted head."),
    "studio": ("studio", "Open Recast Studio: nodes, knobs, curves, viewer, rendering."),
    "worker": ("worker", "Run the background process that renders for Nuke, Blender and Studio."),
    "plugins": ("plugins", "Write the Nuke plugin or the Blender extension."),
    "models": ("models", "List, check, fetch, import and export the model files."),
    "bench": ("bench", "Time the models on this machine, or measure their edits against a known truth."),
    "train": ("train", "Train models on this machine: the published architecture, at full size or small."),
    "doctor": ("doctor", "Report what this machine has and what it lacks."),
}


class _Commands(click.Group):
    """Knows its commands by name and one line each; loads a command only to run it or to show its help."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[name][0]}", __name__)
        return module.command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(
    cls=_Commands, epilog=exits.TEXT, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="recast")
def recast() -> None:
    """Edit an actor's facial expression in a finished shot."""


def main() -> None:
    """Run the command line; errors for the artist are one message, not a traceback."""
    try:
        limited.run(_main)
    except SystemExit as end:
        leave_while_loading(end)
        raise


def _main() -> None:
    try:
        recast(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(exits.WRONG_REQUEST)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Cancelled.", err=True)
        sys.exit(exits.CANCELLED)
    except RecastError as error:
        click.echo(printable(f"Error: {error}"), err=True)
        sys.exit(exits.of_error(error))
    except Exception as error:
        if no_memory(error):
            limited.end_without_memory()
        raise
