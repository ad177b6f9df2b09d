"""`recast plugins`: the Nuke plugin or the Blender extension, made from this installation."""

from __future__ import annotations

from pathlib import Path

import click

EXTENSION = "recast-blender.zip"


@click.command("plugins")
@click.argument("host", type=click.Choice(["nuke", "blender"]))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--overwrite", is_flag=True, help="Also replace files that have been changed; the changed files are renamed."
)
def command(host: str, folder: Path, overwrite: bool) -> None:
    """Write the plugin for HOST into FOLDER, or update the one that is there.

    nuke: a folder for NUKE_PATH. blender: recast-blender.zip, to install under Get Extensions.
    """
    from ..plugin_folder import write_plugin
    from ..plugins import blender_extension, nuke_plugin

    files = nuke_plugin() if host == "nuke" else {EXTENSION: blender_extension()}
    written = write_plugin(folder, host, files, overwrite)
    for name, now in written.moved_aside.items():
        click.echo(f"Note: {folder / name} had been changed; it is now {now}.", err=True)
    folder = folder.resolve()
    if host == "nuke":
        click.echo(
            f"The Nuke plugin: {folder} ({_count_text(len(written.new), len(written.same), len(written.removed))})"
        )
        click.echo(
            "Add this folder to NUKE_PATH, and set RECAST_PYTHON to the Python in which Recast Nodes is installed."
        )
    else:
        same = " (unchanged)" if written.same else ""
        click.echo(f"The Blender extension: {folder / EXTENSION}{same}")
        click.echo("In Blender: Edit > Preferences > Get Extensions > the arrow > Install from Disk.")


def _count_text(new: int, same: int, removed: int) -> str:
    words = [f"{new} file{'s' * (new != 1)} written"] if new or not same else []
    words += [f"{same} unchanged"] if same else []
    words += [f"{removed} from an earlier version removed"] if removed else []
    return ", ".join(words)
