"""`recast train`: models trained on this machine. Each subcommand lives in a module of its own, loaded when called."""

from __future__ import annotations

import importlib

import click

SUBCOMMANDS = {  # name: (module, what it does)
    "new": ("train_new", "Write the settings of a training run, to be changed."),
    "run": ("train_run", "Train the published architecture, or go on where it was stopped."),
    "export": ("train_export", "Make a trained model available to the nodes."),
}


class _Trainings(click.Group):
    """Knows its commands by name and one line each."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in SUBCOMMANDS:
            return None
        return importlib.import_module(f".{SUBCOMMANDS[name][0]}", __package__).command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in SUBCOMMANDS.items()])


@click.command("train", cls=_Trainings)
def command() -> None:
    """Train models on this machine (see docs/training.md)."""
