"""`recast train run`: the published architecture trained by a file of settings."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from .console import Console


@click.command("run")
@click.argument("settings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Of the run. Default: beside SETTINGS."
)
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="Change a setting for this run (repeatable).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line instead of a progress bar.")
def run(settings: Path, folder: Path | None, sets: tuple[str, ...], as_json: bool) -> None:
    """Train, or go on where a run was stopped.

    SETTINGS is a file (`recast train new` writes one). The run goes on from its last checkpoint where there is one.
    Its folder receives checkpoints, losses.jsonl, preview.png and TensorBoard's files. Ctrl-C keeps what was reached.
    On several graphics cards: `torchrun --nproc-per-node 4 -m recast_nodes.hosts.cli train run SETTINGS`.
    """
    from ...training.run import train
    from ...training.settings_file import read_settings

    chosen = read_settings(settings, sets)
    place = (folder or settings.with_suffix("")).absolute()
    console = Console(as_json)
    own_words = shlex.join(["recast", "train", "run", settings.name, *(f"--set={each}" for each in sets)])
    with console.open():
        trainer = train(chosen, place, console.train_progress, lambda text: console.emit("note", text), own_words)
        if trainer.place.first:
            text = f"{place}: {trainer.step} steps. Use it: recast train export {place} NAME"
            console.emit("done", text, folder=str(place), step=trainer.step)
