"""`recast verify`: whether rendered frames are what was rendered and signed. It uses no network."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ...errors import DocumentError, MediaError
from .console import Console
from .edited import find_document
from .job import DONE, SOME_FAILED, count_text, find_output

if TYPE_CHECKING:
    from ...media.provenance.reading import ManifestCheck


class Verdict(NamedTuple):
    """Something that was found: good to know, or wrong."""

    text: str
    wrong: bool = False


CERTIFICATE = "-----BEGIN CERTIFICATE-----"


@click.command("verify")
@click.argument("out", type=click.Path())
@click.option("--trust", envvar="RECAST_SIGN_TRUST", help="PEM file: certificates that a signer's must come from.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line instead of a progress bar.")
def command(out: str, trust: str | None, as_json: bool) -> None:
    """Check the ledger and the signatures of what a shot rendered, without the network (docs/provenance.md).

    OUT is the shot document, its frames (out/shot.####.exr), their folder, its movie, a review file, or a manifest
    (out/shot.c2pa). The exit code is 1 if anything was changed, is missing, was added, or is not signed as --trust
    asks. --trust may be set by RECAST_SIGN_TRUST.
    """
    console = Console(as_json)
    with console.open():
        target = _target(out)
        anchors = _read_anchors(trust) if trust else ""
        found = list(_verify(target, anchors, console))
        if not found:
            raise DocumentError([f"{target}: has neither a ledger nor a signature, so nothing can be checked."])
        for text, wrong in found:
            console.emit("fault" if wrong else "found", f"Error: {text}" if wrong else text)
        faults = sum(each.wrong for each in found)
        verdict = f"{count_text(faults, 'fault')}." if faults else "all of it is as it was."
        console.emit("done", f"{target}: {verdict}", faults=faults)
    sys.exit(SOME_FAILED if faults else DONE)


def _read_anchors(path: str) -> str:
    """The certificates that are trusted. Without any, everybody would be said to be a stranger. Raises MediaError."""
    try:
        text = Path(path).read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise MediaError(f"{path}: cannot be read: {getattr(problem, 'strerror', 'it is not text')}.") from None
    if CERTIFICATE not in text:
        raise MediaError(f"{path}: holds no certificate in PEM form (--trust).")
    return text


def _target(out: str) -> str:
    """The frames, as a pattern, or the file that OUT stands for. Raises DocumentError."""
    from ...graph.document import load
    from ...media.names.siblings import pattern_around
    from ...media.provenance.credentials import SIDECAR
    from ...media.provenance.reading import read_sidecar

    path = Path(out).absolute()
    if path.suffix == SIDECAR:
        return str(path.with_name(Path(read_sidecar(path).title).name))
    if path.is_dir() or path.suffix in (".yaml", ".yml"):
        graph = load(find_document(out)[0])
        return str(graph.at(find_output(graph), 0).values["file"])
    return pattern_around(str(path)) if path.is_file() else str(path)


def _verify(target: str, trust: str, console: Console) -> Iterator[Verdict]:
    from ...graph.crew.count import default_workers
    from ...media.journal.journal import stem
    from ...media.provenance.credentials import SIDECAR, can_carry
    from ...media.provenance.footage import footage_files
    from ...media.provenance.frame_list import hash_files

    paths = footage_files(target)
    there = hash_files(paths, default_workers(), console.progress)
    yield from _ledger(target, there)
    sidecar = Path(target).with_name(stem(target) + SIDECAR)
    if sidecar.is_file():
        yield from _sidecar(sidecar, there, trust)
    if can_carry(target):
        yield from _carried(paths, trust, console)


def _ledger(target: str, there: dict[str, str]) -> Iterator[Verdict]:
    from ...media.provenance.frame_list import compare
    from ...media.provenance.ledger import Ledger

    ledger = Ledger(target)
    checked = ledger.check()
    if not checked.lines:
        return
    yield Verdict(f"{ledger.path}: {count_text(checked.lines, 'line')}.")
    yield from (Verdict(f"{ledger.path}: {fault}", True) for fault in checked.faults)
    changed, missing, added = compare(checked.files, there)
    yield from (Verdict(f"{name}: is not what was rendered; it was changed since.", True) for name in changed)
    yield from (Verdict(f"{name}: was rendered, and is not there any more.") for name in missing)
    yield from (Verdict(f"{name}: no line of the ledger accounts for it.", True) for name in added)


def _sidecar(path: Path, there: dict[str, str], trust: str) -> Iterator[Verdict]:
    from ...media.provenance.frame_list import compare
    from ...media.provenance.reading import read_sidecar

    manifest = read_sidecar(path, trust)
    yield from _manifest(str(path), manifest, trust, f" {count_text(len(manifest.frames), 'frame')};")
    changed, missing, added = compare(manifest.frames, there)
    yield from (Verdict(f"{name}: was changed since it was signed.", True) for name in changed)
    yield from (Verdict(f"{name}: was signed, and is missing.", True) for name in missing)
    yield from (Verdict(f"{name}: was added since the others were signed.", True) for name in added)


def _carried(paths: list[str], trust: str, console: Console) -> Iterator[Verdict]:
    from ...media.provenance.reading import read_embedded

    read = {}
    for done, path in enumerate(paths, 1):
        read[path] = read_embedded(path, trust)
        console.progress("signatures", done, len(paths))
    signed = [path for path, manifest in read.items() if manifest]
    for path, manifest in read.items():
        if manifest is None and signed:
            yield Verdict(f"{path}: carries no manifest, and others do.", True)
        elif manifest is not None and (len(signed) == 1 or manifest.faults or path == signed[0]):
            yield from _manifest(path, manifest, trust, "")
    if len(signed) > 1:
        yield Verdict(f"{len(signed)} of {len(paths)} files carry a manifest.")


def _manifest(path: str, manifest: ManifestCheck, trust: str, content: str) -> Iterator[Verdict]:
    yield from (Verdict(f"{path}: {fault}", True) for fault in manifest.faults)
    trusted = "a trusted signer" if manifest.trusted else "a signer who was not checked (--trust)"
    if trust and not manifest.trusted:
        yield Verdict(f"{path}: {manifest.signer} is not one of the signers that are trusted.", True)
    elif not manifest.faults:
        yield Verdict(f"{path}: signed by {manifest.signer}, {trusted};{content} {manifest.source_type}.")
