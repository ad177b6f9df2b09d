"""`recast models`: which models and model files there are, whether they are whole, and how to get them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from .installed_models import list_models, show_installed_models


@click.group("models")
def command() -> None:
    """List the models; list, check, fetch and import their files."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for scripts.")
def list_files(as_json: bool) -> None:
    """List the models and what each does, and the model files: state, size, licence, purpose."""
    _show(as_json, thorough=False)


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for scripts.")
def check(as_json: bool) -> None:
    """Check every file byte for byte.

    The exit code is 1 if a file that rendering needs is missing or damaged, or a published model is incomplete.
    """
    sys.exit(0 if _show(as_json, thorough=True) else 1)


@command.command("fetch")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Also fetch the files that rendering does not need.")
def fetch_files(names: tuple[str, ...], everything: bool) -> None:
    """Fetch NAMES, or all files that rendering needs, and verify them.

    A name is a file from `recast models list`, or a model with published weights. Those are fetched only by name, never
    with --all.
    """
    from ...models.weights.downloads import FILES, fetch, required_files
    from ...models.weights.importing import fetch_weights
    from ...models.weights.installed import all_published

    wanted = names or [name for name in FILES if (everything and FILES[name].fetchable) or name in required_files()]
    for name in wanted:
        if name in all_published():
            fetch_weights(name, click.echo)
        else:
            fetch(name, click.echo)


@command.command("import")
@click.argument("model")
@click.argument("source", type=click.Path(path_type=Path))
def import_files(model: str, source: Path) -> None:
    """Install the published weights of MODEL, one of `recast models list`, from SOURCE.

    SOURCE is the folder they were downloaded to, or one file. Files are recognised by their tensors, whatever their
    names; they are read as numbers only, checked, and saved as safetensors. The exit code is 1 if some are missing.

    As MODEL, faces means your own copies of LivePortrait's landmark network and InsightFace's detector, in ONNX. Both
    are optional. ict means the head of ICT-FaceKit, its folder of OBJ files as published, for digital humans
    and for tracking by a head model. flame means your own FLAME, with its MediaPipe landmark embedding, for tracking.
    """
    from ...models.weights import importing_faces, importing_flame, importing_ict, onnx_faces
    from ...models.weights.importing import import_weights
    from ...models.weights.installed import missing

    if model == onnx_faces.GROUP:
        for name in importing_faces.import_networks(source.expanduser(), click.echo):
            click.echo(f"Not installed (optional): {onnx_faces.missing(name)}")
        return
    if model == importing_ict.NAME:
        importing_ict.import_ict(source.expanduser(), click.echo)
        return
    if model == importing_flame.NAME:
        for text in importing_flame.import_flame(source.expanduser(), click.echo):
            click.echo(f"Still missing: {text}")
        return
    absent = import_weights(model, source.expanduser(), click.echo)
    for part in absent:
        click.echo(f"Still missing: {missing(model, part)}")
    if not absent:
        click.echo(f"{model} is complete.")
    sys.exit(1 if absent else 0)


@command.command("export")
@click.argument("model")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(("torchscript", "onnx")), default="torchscript", show_default=True)
@click.option(
    "--size", default=512, show_default=True, help="Width and height of both images in pixels: a multiple of 512."
)
@click.option("--matte", is_flag=True, help="Add the published paste-back matte as a fourth channel.")
@click.option("--reference", type=click.Path(path_type=Path), help="An image of the driver at rest, for enhance.")
def export_model(model: str, file: Path, form: str, size: int, matte: bool, reference: Path | None) -> None:
    """Export the whole edit of MODEL, one with published weights, to FILE, for programs that run networks.

    The input is one tensor (1, 6, S, S), the source's crop and the driver's, sRGB in 0..1; the output is the new face.
    replace, enhance, pose and protect are attributes (TorchScript) or inputs (ONNX). The file's result is compared with
    the networks' own before it is saved. For Nuke see docs/models.md.
    """
    from ...models.neural import export

    edit = export.edit_of(model, matte)
    if reference:
        edit.reference = export.resting(model, reference)
    export.export(edit, file, "onnx" if form == "onnx" else "torchscript", size, click.echo)


def _show(as_json: bool, thorough: bool) -> bool:
    """Print the tables; whether all that rendering needs is whole, and each published model whole or not there."""
    from ...models.weights.downloads import folder, required_files, status

    found = status()
    whole = all(entry.state == "whole" for entry in found if entry.file.name in required_files())
    models, own = _describe_published(thorough), _face_networks(thorough)
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
        plain += list_models()
        click.echo(json.dumps([*plain, *(part for model in models for part in model["parts"]), *own], indent=2))
    else:
        show_installed_models()
        click.echo(f"Model files in {folder()}:")
        for entry in found:
            size = f"{entry.file.size / 1e6:.1f} MB"
            click.echo(f"  {entry.state:8} {entry.file.name}  {size}, {entry.file.licence}")
            click.echo(f"           {entry.file.purpose}; needed for {entry.file.needed_for}")
        if not whole:
            click.echo("`recast models fetch` downloads what rendering needs.")
        for model in models:
            _show_model(model)
        _show_face_networks(own)
    states = [{part["state"] for part in model["parts"]} for model in models]
    sound = all(network["state"] != "damaged" for network in own)
    return whole and sound and all(state in ({"whole"}, {"missing"}) for state in states)


def _describe_published(thorough: bool) -> list[dict[str, Any]]:
    """The published models as plain data, part by part; `thorough` reads every byte."""
    from ...models.weights.installed import all_published

    return [
        {
            "title": weights.title,
            "page": weights.page,
            "licence": weights.licence,
            "terms": weights.terms,
            "name": name,
            "parts": [_part(name, part, thorough) for part in weights.parts],
        }
        for name, weights in all_published().items()
    ]


def _part(model: str, part: str, thorough: bool) -> dict[str, Any]:
    from ...errors import ModelMissing, WeightsError
    from ...models.weights import installed

    published = installed.weights_of(model)
    file = published.file_of(part)
    entry: dict[str, Any] = {"name": f"{model}/{part}", "state": "missing", "fault": "", "purpose": file.purpose}
    entry |= {"published_as": file.name, "url": file.url, "licence": published.licence, "terms": published.terms}
    entry |= {"needed_for": f"model {model}"}
    try:
        path = installed.path_of(model, part)
        note = installed.notes(model)[part]
        entry |= {"path": str(path), "size": note.size, "sha256": note.sha256}
        entry |= {"origin": note.origin, "origin_size": note.origin_size, "origin_sha256": note.origin_sha256}
        entry["fault"] = installed.damage(model, part) if thorough else ""
        entry["state"] = "damaged" if entry["fault"] else "whole"
    except WeightsError as error:
        entry |= {"state": "damaged", "fault": str(error)}
    except ModelMissing:
        pass  # as the entry says
    return entry


def _show_model(model: dict[str, Any]) -> None:
    from ...models.weights.installed import folder

    click.echo(f"{model['title']} in {folder(model['name'])}:")
    click.echo(f"  Licence: {model['licence']}. {model['terms']}")
    for part in model["parts"]:
        if part["state"] == "whole":
            details = f"{part['size'] / 1e6:,.1f} MB, from {part['origin']}, sha256 {part['origin_sha256'][:16]}"
        else:
            details = part["fault"] or f"{part['published_as']}: {part['purpose']}"
        click.echo(f"  {part['state']:8} {part['name'].partition('/')[2]}  {details}")
    absent = list(dict.fromkeys(part["published_as"] for part in model["parts"] if part["state"] != "whole"))
    if absent:
        click.echo(f"  Download {', '.join(absent)} from {model['page']}")
        click.echo(f"  and run `recast models import {model['name']} FOLDER`.")


def _face_networks(thorough: bool) -> list[dict[str, Any]]:
    """The user's own face networks as plain data; `thorough` reads every byte."""
    from ...errors import ModelMissing, WeightsError
    from ...models.weights import onnx_faces

    entries = []
    for network in onnx_faces.NETWORKS.values():
        entry: dict[str, Any] = {"name": f"{onnx_faces.GROUP}/{network.name}", "state": "missing", "fault": ""}
        entry |= {"purpose": network.purpose, "licence": network.licence, "page": network.page}
        try:
            entry["path"] = str(onnx_faces.path_of(network.name))
            note = onnx_faces.notes()[network.name]
            entry |= {"size": note.size, "sha256": note.sha256, "origin": note.origin}
            entry["fault"] = onnx_faces.damage(network.name) if thorough else ""
            entry["state"] = "damaged" if entry["fault"] else "whole"
        except WeightsError as error:
            entry |= {"state": "damaged", "fault": str(error)}
        except ModelMissing:
            pass  # as the entry says
        entries.append(entry)
    return entries


def _show_face_networks(entries: list[dict[str, Any]]) -> None:
    from ...models.weights.onnx_faces import GROUP, folder

    click.echo(f"Your own face networks (optional) in {folder()}:")
    for entry in entries:
        details = f"{entry['size'] / 1e6:,.1f} MB, sha256 {entry['sha256'][:16]}" if entry["state"] == "whole" else ""
        click.echo(
            f"  {entry['state']:8} {entry['name'].partition('/')[2]}  {details or entry['fault'] or entry['page']}"
        )
        click.echo(f"           {entry['purpose']}. Licence: {entry['licence']}")
    click.echo(f"  `recast models import {GROUP} FOLDER` installs them as downloaded.")
