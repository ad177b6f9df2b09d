"""`recast plugins`: the Nuke plugin, the Blender extension or the OpenFX bundle, made from this installation."""

from __future__ import annotations

from pathlib import Path

import click

EXTENSION = "recast-blender.zip"


@click.command("plugins")
@click.argument("host", type=click.Choice(["nuke", "blender", "openfx"]))
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--overwrite", is_flag=True, help="Also replace files that have been changed; the changed files are renamed."
)
def command(host: str, folder: Path | None, overwrite: bool) -> None:
    """Write the plugin for HOST into FOLDER, or update the one that is there.

    nuke: a folder for NUKE_PATH. blender: recast-blender.zip, to install under Get Extensions. openfx: compiled here;
    without FOLDER it goes into the first folder of OFX_PLUGIN_PATH, or else where every host looks.
    """
    from ..plugin_folder import write_plugin
    from ..plugins import blender_extension, nuke_plugin

    if host == "openfx":
        _write_openfx(folder, overwrite)
        return
    if folder is None:
        raise click.UsageError(f"{host} needs a FOLDER.")
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


def _write_openfx(folder: Path | None, overwrite: bool) -> None:
    from ..openfx.build import BUNDLE, bundle_files, default_folder, system_folder
    from ..plugin_folder import write_plugin

    target = folder or default_folder()
    written = write_plugin(target, "openfx", bundle_files(), overwrite)
    for name, now in written.moved_aside.items():
        click.echo(f"Note: {target / name} had been changed; it is now {now}.", err=True)
    click.echo(f"The OpenFX bundle: {target.resolve() / BUNDLE}")
    if target != system_folder():
        click.echo("Hosts look there if OFX_PLUGIN_PATH names the folder. Start the host again.")
    else:
        click.echo("Every host looks there. Start the host again.")


def _count_text(new: int, same: int, removed: int) -> str:
    words = [f"{new} file{'s' * (new != 1)} written"] if new or not same else []
    words += [f"{same} unchanged"] if same else []
    words += [f"{removed} from an earlier version removed"] if removed else []
    return ", ".join(words)
