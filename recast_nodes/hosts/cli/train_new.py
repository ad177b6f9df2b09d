"""`recast train new`: the settings of a run as a file, every one with its value."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("preset")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="Change a setting, such as losses.flame=0.")
def new(preset: str, file: Path, sets: tuple[str, ...]) -> None:
    """Write a preset's settings to a file.

    PRESET is full, mini or tiny; FILE is to be changed, and given to `recast train run`.
    """
    from ...training.settings_file import preset_path, read_settings, write_settings

    if file.exists():
        raise click.UsageError(f"{file} is already there; name another file.")
    write_settings(read_settings(preset_path(preset), sets), file)
    click.echo(f"{file} written. Train: recast train run {file}")
