"""`recast train`: models trained on this machine. Each subcommand lies in a module of its own."""

from __future__ import annotations

import click

from . import train_export, train_new, train_performer, train_run


@click.group("train")
def command() -> None:
    """Train models on this machine (see docs/training.md)."""


for _each in (train_new.new, train_run.run, train_export.export, train_performer.performer):
    command.add_command(_each)
