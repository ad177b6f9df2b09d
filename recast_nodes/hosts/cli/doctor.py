"""`recast doctor`: what this machine has, what is missing, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ... import __version__
from ...errors import RecastError

if TYPE_CHECKING:
    from ...registry import Registry

OPENCV = "opencv-python-headless"
PACKAGES = (
    "torch",
    "numpy",
    "OpenImageIO",
    "opencolorio",
    OPENCV,
    "ai-edge-litert",
    "av",
    "fileseq",
    "safetensors",
    "PyYAML",
    "matplotlib",
    "Jinja2",
)
RIVALS = ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless")  # they share one cv2 folder


@click.command("doctor")
def command() -> None:
    """Report what this machine has and what it lacks. The exit code is 1 if rendering lacks something it needs."""
    faults = []
    for line, fault in _findings():
        click.echo(line)
        if fault:
            faults.append(fault)
    click.echo()
    for fault in dict.fromkeys(faults):
        click.echo(f"To do: {fault}")
    click.echo("Everything that rendering needs is present." if not faults else "")
    sys.exit(1 if faults else 0)


def _findings() -> Iterator[tuple[str, str]]:
    """Lines to show, each with what to do where it is a fault."""
    yield f"Recast Nodes {__version__}, Python {platform.python_version()}, {platform.platform()}", ""
    yield from _packages()
    yield from _devices()
    yield from _colour()
    yield from _models()
    yield from _provenance()
    yield from _studio()


def _packages() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield f"{name} {importlib.metadata.version(name)}", ""
        except importlib.metadata.PackageNotFoundError:
            yield f"{name}: missing", f"install {name} (pip install recast-nodes includes it)."
    for name in RIVALS:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        yield (
            f"{name}: installed beside {OPENCV}",
            f"pip uninstall -y {name} {OPENCV}, then pip install {OPENCV}: all install into the same cv2 folder.",
        )


def _devices() -> Iterator[tuple[str, str]]:
    import torch

    cuda = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    mps = ["Apple GPU (mps)"] if torch.backends.mps.is_available() else []
    yield f"Devices: {', '.join([f'{os.cpu_count()} CPU cores', *cuda, *mps])}", ""


def _colour() -> Iterator[tuple[str, str]]:
    from ...errors import ColourError
    from ...media.colour.colour import colorspaces

    where = os.environ.get("OCIO", "the built-in ACES config")
    try:
        yield f"Colour: {where}, {len(colorspaces())} colour spaces", ""
    except ColourError as error:
        yield f"Colour: {error}", "set OCIO to a valid config, or unset it."


def _studio() -> Iterator[tuple[str, str]]:
    """Studio's window: the extra and a display are optional; rendering needs neither."""
    import importlib.util

    from ..studio.display_check import explain_no_window

    if importlib.util.find_spec("PySide6") is None:
        yield "Studio: not installed (pip install 'recast-nodes[studio]')", ""
        return
    fault = explain_no_window()
    yield (
        f"Studio: {fault.text} To use it: {fault.to_do}" if fault else "Studio: ready",
        "",
    )


def _provenance() -> Iterator[tuple[str, str]]:
    """What the studio asks of renders, and whether they can be signed here."""
    from ...errors import DocumentError
    from ...graph.policy import VARIABLE, studio_policy

    try:
        yield f"Policy: {studio_policy().path or 'none'}", ""
    except DocumentError as error:
        yield f"Policy: {error}", f"mend the policy, or unset {VARIABLE}: nothing is rendered until then."
    try:
        yield f"Signing: c2pa-python {importlib.metadata.version('c2pa-python')}", ""
    except importlib.metadata.PackageNotFoundError:
        yield "Signing: not installed (pip install 'recast-nodes[c2pa]')", ""


def _models() -> Iterator[tuple[str, str]]:
    from ...models.weights.downloads import required_files, status

    for entry in status():
        fault = entry.state != "whole" and entry.file.name in required_files()
        state: str = entry.state
        if not fault and state != "whole":
            absent = "not downloaded" if state == "missing" else state
            state = f"{absent}; needed only for {entry.file.needed_for} (`recast models fetch --all` downloads it)"
        yield f"Model file {entry.file.name}: {state}", "run `recast models fetch`." if fault else ""
    yield from _weights()


def _weights() -> Iterator[tuple[str, str]]:
    """The neural models: one that is there in part is a fault, one that is not there is not."""
    from ...model_registry import MODELS
    from ...models.weights.installed import all_published, missing_parts
    from ...tracker_registry import TRACKERS

    for name, model in all_published().items():
        absent = missing_parts(name)
        none = len(absent) == len(model.parts)
        state = "not installed (docs/models.md)" if none else f"lacks {', '.join(absent)}" if absent else "installed"
        yield f"Model {name}: {state}", f"run `recast models import {name} FOLDER`." if absent and not none else ""
    for registry in (MODELS, TRACKERS):
        for problem in registry.problems:
            yield f"{registry.noun.capitalize()} {problem.name} of another package: cannot be used", problem.text
        yield from _foreign(registry)
    yield from _face_networks()


def _foreign(registry: Registry[Any]) -> Iterator[tuple[str, str]]:
    """What other packages bring: whether the code that they declare is there."""
    for name in (each.name for each in registry if registry.is_foreign(each.name)):
        origin, fault = registry.origin(name), ""
        try:
            registry.load(name, registry.get(name).implementation)
        except RecastError as error:
            fault = str(error)
        yield f"{registry.noun.capitalize()} {name} of {origin}: {'cannot be used' if fault else 'installed'}", fault


def _face_networks() -> Iterator[tuple[str, str]]:
    """The user's own copies in ONNX: they are optional, but an installed one must run."""
    from ...errors import ModelMissing
    from ...models.weights import onnx_faces

    for name in onnx_faces.NETWORKS:
        if not onnx_faces.is_installed(name):
            yield f"Face network {name}: not installed (docs/models.md)", ""
            continue
        try:
            onnx_faces.require(name)
            yield f"Face network {name}: installed", ""
        except ModelMissing as error:
            yield f"Face network {name}: cannot be used", str(error)
