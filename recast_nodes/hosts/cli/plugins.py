"""`recast plugins`: the Nuke plugin or the Blender extension, made from this installation."""

from __future__ import annotations

from pathlib import Path

import click

EXTENSION = "recast-blender.zip"


@click.command("plugins")
@click.argument("host", type=click.Choice(["nuke", "blender"]))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--overwrite", is_flag=True, help="Also replace files that are not as this command wrote them. They are kept."
)
def command(host: str, folder: Path, overwrite: bool) -> None:
    """Write the plugin of HOST into FOLDER, or bring the one that is there up to date.

    nuke: a folder for NUKE_PATH. blender: recast-blender.zip, to install under Get Extensions.
    """
    from ..plugins import blender_extension, nuke_plugin
    from ..writing_plugins import write_plugin

    files = nuke_plugin() if host == "nuke" else {EXTENSION: blender_extension()}
    written = write_plugin(folder, host, files, overwrite)
    for name, now in written.moved_aside.items():
        click.echo(f"Note: {folder / name} was not as `recast plugins` wrote it; it is kept as {now}.", err=True)
    folder = folder.resolve()
    if host == "nuke":
        click.echo(
            f"The Nuke plugin: {folder} ({_count_text(len(written.new), len(written.same), len(written.removed))})"
        )
        click.echo(
            "Put this folder on NUKE_PATH, and set RECAST_PYTHON to the Python that Recast Nodes is installed in."
        )
    else:
        same = " (as it was)" if written.same else ""
        click.echo(f"The Blender extension: {folder / EXTENSION}{same}")
        click.echo("In Blender: Edit > Preferences > Get Extensions > the arrow > Install from Disk.")


def _count_text(new: int, same: int, removed: int) -> str:
    words = [f"{new} file{'s' * (new != 1)} written"] if new or not same else []
    words += [f"{same} as they were"] if same else []
    words += [f"{removed} of an earlier version removed"] if removed else []
    return ", ".join(words)
