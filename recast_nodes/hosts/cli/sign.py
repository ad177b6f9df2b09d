"""`recast sign`: Content Credentials for rendered frames, by the studio's own key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...errors import DocumentError
from ...graph.graph import Graph
from .console import Console
from .edited import find_document
from .job import count_text, find_output

if TYPE_CHECKING:
    from ...media.provenance.credentials import EditStory
    from ...media.provenance.signing_key import SigningKey

PASSPHRASE = "RECAST_SIGN_PASSPHRASE"


@click.command("sign")
@click.argument("out", type=click.Path())
@click.option(
    "--certificate", envvar="RECAST_SIGN_CERTIFICATE", help="PEM file: your certificates, the signer's first."
)
@click.option("--key", envvar="RECAST_SIGN_KEY", help=f"PEM file: the private key. {PASSPHRASE} opens it.")
@click.option("--timestamp", envvar="RECAST_SIGN_TIMESTAMP", help="Address of a time-stamping service (RFC 3161).")
@click.option("--with-consent", is_flag=True, help="Also put the shot's consents, with the performers' names, into it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line instead of a progress bar.")
def command(
    out: str, certificate: str | None, key: str | None, timestamp: str | None, with_consent: bool, as_json: bool
) -> None:
    """Sign what a shot rendered: C2PA manifests with its source type, edit, plate and driver (docs/provenance.md).

    OUT is the shot document, its frames (out/shot.####.exr), their folder, or its movie. Movies, PNG, JPEG and TIFF
    carry their manifest; a sequence gets one beside it, out/shot.c2pa, with the hashes of all its frames. The options
    for the key may be set by RECAST_SIGN_CERTIFICATE, RECAST_SIGN_KEY and RECAST_SIGN_TIMESTAMP.
    """
    console = Console(as_json)
    with console.open():
        if not certificate or not key:
            raise click.UsageError(
                "--certificate and --key, or RECAST_SIGN_CERTIFICATE and RECAST_SIGN_KEY, are needed."
            )
        from ...media.provenance.signing_key import load_key

        signer = load_key(certificate, key, os.environ.get(PASSPHRASE, ""), timestamp or "")
        _sign(out, signer, with_consent, console)


def _sign(out: str, key: SigningKey, with_consent: bool, console: Console) -> None:
    from ...graph import allowed_paths, consent
    from ...graph.check import shot_span
    from ...graph.document import load
    from .edit_story import tell_edit

    document, pattern = find_document(out)
    graph = allowed_paths.confine(load(document), allowed_paths.allowed_places(document), writing=False)
    graph = consent.with_consent(graph)
    output = find_output(graph)
    if pattern:
        graph = graph.with_knob(output, "file", pattern)
    first = shot_span(graph, output)[0]
    file = str(graph.at(output, first).values["file"])
    is_movie = graph.at(output, first).target() is None  # type: ignore[attr-defined]
    paths = {first: file} if is_movie else _frames(graph, output, file)
    story = tell_edit(graph, output, first, Path(file).name, with_consent, console.progress)
    signed = _carry(story, list(paths.values()), file, key, console)
    made = [] if is_movie else _beside(story, list(paths.values()), file, key, console)
    _note(file, signed)
    what = "the movie" if is_movie else count_text(len(paths), "frame")
    names = [*map(str, made)] or [file]
    console.emit("done", f"Signed {what}: {', '.join(names)}.", files=names)


def _frames(graph: Graph, output: str, pattern: str) -> dict[int, str]:
    """The frames that are there. Raises DocumentError where one was rendered from another shot than the document's."""
    from ...graph import fingerprint
    from ...media.exr.header import read_layout
    from ...media.names.patterns import format_frames
    from ...media.names.siblings import frames_of

    there = dict(sorted(frames_of(pattern).items())) if Path(pattern).parent.is_dir() else {}
    if not there:
        raise DocumentError([f"{pattern}: there are no frames to sign."])
    foreign = []
    for frame, path in there.items() if pattern.lower().endswith(".exr") else ():
        stated = {header.value("recast:shot", "") for header in read_layout(path).headers} - {""}
        if stated and fingerprint.frame(graph, output, frame) not in stated:
            foreign.append(frame)
    if foreign:
        which = format_frames(foreign)
        text = f"{pattern}: frames {which} were not rendered from the document as it is now: render them, then sign."
        raise DocumentError([text])
    return there


def _carry(story: EditStory, paths: list[str], file: str, key: SigningKey, console: Console) -> list[str]:
    """Sign the files that can carry their manifest; those that did."""
    from ...media.provenance.credentials import can_carry, sign_file

    carriers = [path for path in paths if can_carry(path)]
    for done, path in enumerate(carriers, 1):
        sign_file(story._replace(title=Path(path).name), path, key)
        console.progress("sign", done, len(carriers))
    return carriers


def _beside(story: EditStory, paths: list[str], file: str, key: SigningKey, console: Console) -> list[Path]:
    """Write the manifest of a sequence, and the list that it is bound to, beside it."""
    from ...graph.crew.count import default_workers
    from ...media.files.atomic import whole_file
    from ...media.journal.journal import stem
    from ...media.provenance.credentials import SIDECAR, sign_list
    from ...media.provenance.frame_list import LIST, hash_files, list_text

    hashes = hash_files(paths, default_workers(), console.progress)
    made = []
    for ending, data in ((SIDECAR, sign_list(story, hashes, key)), (LIST, list_text(hashes))):
        path = Path(file).absolute().with_name(stem(file) + ending)
        with whole_file(path) as temporary:
            Path(temporary).write_bytes(data)
        made.append(path)
    return made


def _note(file: str, signed: list[str]) -> None:
    """Have journal and ledger know files that are others now, since they carry a manifest: a render keeps them."""
    from ...graph.render_record import now, who
    from ...media.journal.journal import Journal, content_of, note_of
    from ...media.provenance.ledger import Ledger

    if not signed:
        return
    Ledger(file).append(
        {
            "event": "signed",
            "when": now(),
            "who": who(),
            "files": {Path(path).name: content_of(path) for path in signed},
        }
    )
    journal = Journal(file)
    known = {path: journal.notes_of(path) for path in signed}
    if any(known.values()):
        journal.open()
        try:
            for path, notes in known.items():
                if notes:
                    journal.note(path, note_of(path, notes[-1].key, notes[-1].consent))
        finally:
            journal.close()
