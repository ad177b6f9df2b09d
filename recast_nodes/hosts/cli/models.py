"""`recast models`: which models and model files there are, whether they are whole, and how to get them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click


@click.group("models")
def command() -> None:
    """List the models; list, check, fetch and import their files."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Plain data, for scripts.")
def list_files(as_json: bool) -> None:
    """List the models and what each does, and the model files: state, size, licence, purpose."""
    _show(as_json, thorough=False)


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Plain data, for scripts.")
def check(as_json: bool) -> None:
    """Check every file byte for byte.

    Leaves with 1 where a file that rendering needs is missing or damaged, or a published model is there in part.
    """
    sys.exit(0 if _show(as_json, thorough=True) else 1)


@command.command("fetch")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Also the files that rendering does not need.")
def fetch_files(names: tuple[str, ...], everything: bool) -> None:
    """Fetch NAMES, or all files that rendering needs, and verify them.

    A name is a file of `recast models list`, or a model with published weights, which is asked for by its name alone
    and never fetched with --all.
    """
    from ...models.weights.files import FILES, fetch, required
    from ...models.weights.importing import fetch_weights
    from ...models.weights.installed import every_published

    wanted = names or [name for name in FILES if (everything and FILES[name].fetchable) or name in required()]
    for name in wanted:
        if name in every_published():
            fetch_weights(name, click.echo)
        else:
            fetch(name, click.echo)


@command.command("import")
@click.argument("model")
@click.argument("source", type=click.Path(path_type=Path))
def import_files(model: str, source: Path) -> None:
    """Install the published weights of MODEL, one of `recast models list`, from SOURCE.

    SOURCE is the folder that they were downloaded to, or one file. Files are known by their tensors, whatever they are
    called; they are read as numbers only, checked, and kept as safetensors. Leaves with 1 where some are still missing.

    MODEL faces stands for your own copies of LivePortrait's landmark network and InsightFace's detector, in ONNX. They
    are optional, so one of them is enough.
    """
    from ...models.weights import importing_faces, onnx_faces
    from ...models.weights.importing import import_weights
    from ...models.weights.installed import missing

    if model == onnx_faces.GROUP:
        for name in importing_faces.import_networks(source.expanduser(), click.echo):
            click.echo(f"Not installed, and not needed: {onnx_faces.missing(name)}")
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
@click.option("--size", default=512, show_default=True, help="Pixels along a side of both pictures: a multiple of 512.")
@click.option("--matte", is_flag=True, help="A fourth channel: the published paste-back matte.")
@click.option("--reference", type=click.Path(path_type=Path), help="A picture of the driver at rest, for enhance.")
def export_model(model: str, file: Path, form: str, size: int, matte: bool, reference: Path | None) -> None:
    """Write the whole edit of MODEL, one with published weights, to FILE, for programs that run a network.

    It takes the source's crop and the driver's in one tensor (1, 6, S, S), sRGB in 0..1, and gives the new face.
    replace, enhance, pose and protect are attributes (TorchScript) or inputs (ONNX). What the file computes is compared
    with the networks themselves before it is kept. docs/models.md has the notes for Nuke.
    """
    from ...models.neural import export

    edit = export.edit_of(model, matte)
    if reference:
        edit.reference = export.resting(model, reference)
    export.export(edit, file, "onnx" if form == "onnx" else "torchscript", size, click.echo)


def _show(as_json: bool, thorough: bool) -> bool:
    """Print the tables; whether all that rendering needs is whole, and each published model whole or not there."""
    from ...models.weights.files import folder, required, status

    found = status()
    whole = all(entry.state == "whole" for entry in found if entry.file.name in required())
    models, own = _published(thorough), _face_networks(thorough)
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
        plain += _installed_models()
        click.echo(json.dumps([*plain, *(part for model in models for part in model["parts"]), *own], indent=2))
    else:
        _show_installed_models()
        click.echo(f"Model files in {folder()}:")
        for entry in found:
            size = f"{entry.file.size / 1e6:.1f} MB"
            click.echo(f"  {entry.state:8} {entry.file.name}  {size}, {entry.file.licence}")
            click.echo(f"           {entry.file.purpose}; needed for {entry.file.needed_for}")
        if not whole:
            click.echo("`recast models fetch` brings what rendering needs.")
        for model in models:
            _show_model(model)
        _show_face_networks(own)
    states = [{part["state"] for part in model["parts"]} for model in models]
    sound = all(network["state"] != "damaged" for network in own)
    return whole and sound and all(state in ({"whole"}, {"missing"}) for state in states)


def _installed_models() -> list[dict[str, Any]]:
    """Every model, and every one that a package brings in vain, as plain data."""
    from ...model_registry import MODELS

    entries: list[dict[str, Any]] = []
    for model in MODELS:
        entry = {"name": f"models/{model.name}", "state": "whole", "purpose": model.summary}
        entries.append(entry | {"package": str(MODELS.origin(model.name))})
    for problem in MODELS.problems:
        entries.append({"name": f"models/{problem.name}", "state": "damaged", "fault": problem.text})
    return entries


def _show_installed_models() -> None:
    from ...model_registry import MODELS

    click.echo("Models, for `recast edit --model` and MotionExtract.model:")
    for model in MODELS:
        origin = f" (package {MODELS.origin(model.name)})" if MODELS.is_foreign(model.name) else ""
        click.echo(f"  {model.name}{origin}: {model.summary}")
    for problem in MODELS.problems:
        click.echo(f"  {problem.text}")


def _published(thorough: bool) -> list[dict[str, Any]]:
    """The published models as plain data, part by part; `thorough` reads every byte."""
    from ...models.weights.installed import every_published

    return [
        {
            "title": weights.title,
            "page": weights.page,
            "licence": weights.licence,
            "terms": weights.terms,
            "name": name,
            "parts": [_part(name, part, thorough) for part in weights.parts],
        }
        for name, weights in every_published().items()
    ]


def _part(model: str, part: str, thorough: bool) -> dict[str, Any]:
    from ...errors import ModelMissing, WeightsError
    from ...models.weights import installed

    told = installed.published(model)
    file = told.file_of(part)
    entry: dict[str, Any] = {"name": f"{model}/{part}", "state": "missing", "fault": "", "purpose": file.purpose}
    entry |= {"published_as": file.name, "url": file.url, "licence": told.licence, "terms": told.terms}
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
            told = f"{part['size'] / 1e6:,.1f} MB, from {part['origin']}, sha256 {part['origin_sha256'][:16]}"
        else:
            told = part["fault"] or f"{part['published_as']}: {part['purpose']}"
        click.echo(f"  {part['state']:8} {part['name'].partition('/')[2]}  {told}")
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

    click.echo(f"Your own face networks, which nothing needs, in {folder()}:")
    for entry in entries:
        told = f"{entry['size'] / 1e6:,.1f} MB, sha256 {entry['sha256'][:16]}" if entry["state"] == "whole" else ""
        click.echo(f"  {entry['state']:8} {entry['name'].partition('/')[2]}  {told or entry['fault'] or entry['page']}")
        click.echo(f"           {entry['purpose']}. Licence: {entry['licence']}")
    click.echo(f"  `recast models import {GROUP} FOLDER` takes them as they were downloaded.")
