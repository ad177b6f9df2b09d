"""`recast models`: which model files there are, whether they are whole, and how to get them."""

from __future__ import annotations

import json
import sys

import click


@click.group("models")
def command() -> None:
    """List, check and fetch the model files."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Plain data, for scripts.")
def list_files(as_json: bool) -> None:
    """List the model files: state, size, licence, purpose."""
    _show(as_json)


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Plain data, for scripts.")
def check(as_json: bool) -> None:
    """Check every file byte for byte; leaves with 1 where one that rendering needs is missing or damaged."""
    sys.exit(0 if _show(as_json) else 1)


@command.command("fetch")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Also the files that rendering does not need.")
def fetch_files(names: tuple[str, ...], everything: bool) -> None:
    """Fetch NAMES, or all files that rendering needs, and verify them."""
    from ...models.files import FILES, fetch, required

    wanted = names or [name for name in FILES if (everything and FILES[name].fetchable) or name in required()]
    for name in wanted:
        fetch(name, click.echo)


def _show(as_json: bool) -> bool:
    """Print the table; whether all that rendering needs is whole."""
    from ...models.files import folder, required, status

    found = status()
    if as_json:
        plain = [
            {
                "name": entry.file.name,
                "state": entry.state,
                "path": str(entry.path),
                "size": entry.file.size,
                "sha256": entry.file.sha256,
                "licence": entry.file.licence,
                "purpose": entry.file.purpose,
                "needed_for": entry.file.needed_for,
            }
            for entry in found
        ]
        click.echo(json.dumps(plain, indent=2))
    else:
        click.echo(f"Model files in {folder()}:")
        for entry in found:
            size = f"{entry.file.size / 1e6:.1f} MB"
            click.echo(f"  {entry.state:8} {entry.file.name}  {size}, {entry.file.licence}")
            click.echo(f"           {entry.file.purpose}; needed for {entry.file.needed_for}")
    whole = all(entry.state == "whole" for entry in found if entry.file.name in required())
    if not whole and not as_json:
        click.echo("`recast models fetch` brings what rendering needs.")
    return whole
