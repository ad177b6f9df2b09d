"""Published weights brought in: files as they were downloaded, recognised, checked and kept as safetensors."""

from __future__ import annotations

import http.client
import shutil
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import ModelMissing, WeightsError
from . import downloads as files
from . import installed, onnx_faces
from .checkpoints import NetworkPart, read_safetensors
from .recognise import Known, Unknown, recognise
from .torch_files import read_torch

Report = Callable[[str], None]

TORCH = (".pth", ".pt", ".ckpt", ".bin")
ENDINGS = (*TORCH, ".safetensors")
MOST_FILES = 1000
TIMEOUT = 10.0  # seconds without an answer
LARGEST_DOWNLOAD = 2 << 30  # bytes
AGENT = {"User-Agent": "recast-nodes"}  # some stores refuse Python's own


class FoundTensors(NamedTuple):
    """One dict of tensors in one file."""

    path: Path
    match: Known
    place: int  # among the dicts of the file


def import_weights(model: str, source: Path, report: Report = print) -> list[str]:
    """Install what a folder (or file) holds of a model; the networks that are still missing after it.

    Each file gets a line of `report`: what it is, or why it was left. Raises WeightsError where nothing of the
    model was found, where two files hold the same network, or where the one file that was named cannot be used.
    """
    weights = installed.weights_of(model)
    found, left = _look(source)
    for line in left:
        report(line)
    chosen = _choose(model, source, found, report)
    if not chosen:
        reasons = "; ".join(line.rstrip(".") for line in left[:3])
        raise WeightsError(f"{source} holds nothing of {model}{': ' + reasons if reasons else ''}.")
    for part, entry in chosen.items():
        note = installed.store(model, part, entry.match.named_tensors(NetworkPart(model, part)), entry.path)
        size = f"{note.origin_size / 1e6:,.1f} MB"
        report(f"{entry.path.name}: {model}'s {part}, {size}, sha256 {note.origin_sha256}, structure as published")
        _warn_of_twins(model, part, note, report)
    report(f"Installed in {installed.folder(model)}. Licence: {weights.licence}. {weights.terms}")
    if source.is_dir() and any(source.rglob(onnx_faces.LANDMARKS)):
        report(f"{onnx_faces.LANDMARKS} is for the published crop: `recast models import faces {source}` takes it")
    return installed.missing_parts(model)


def fetch_weights(model: str, report: Report = print) -> list[str]:
    """Try the official addresses of what is missing of a model, and install what comes; what is still missing.

    Raises ModelMissing, with what to do by hand, where a file could not be had.
    """
    weights = installed.weights_of(model)
    wanted = [file for file in weights.files if set(file.parts) & set(installed.missing_parts(model))]
    if not wanted:
        report(f"{model}: all of it is in {installed.folder(model)}")
        return []
    with tempfile.TemporaryDirectory(prefix="recast-fetch-") as scratch:
        failures = {}
        for file in wanted:
            report(f"{file.name}: trying {file.url}")
            try:
                _download(file.url, Path(scratch) / file.name)
                import_weights(model, Path(scratch) / file.name, report)
            except (OSError, http.client.HTTPException, WeightsError) as error:
                failures[file.name] = f"  {file.name} ({file.url}): {error}"
                report(f"{file.name}: {error}")
    if failures:
        lines = [f"{model} could not be fetched whole.", *failures.values()]
        lines.append(
            f"By hand: open {weights.page}, download {', '.join(failures)} into one folder as its "
            f"README says, and run `recast models import {model} FOLDER`."
        )
        raise ModelMissing("\n".join(lines))
    return installed.missing_parts(model)


def read_any(path: Path) -> Any:
    """What a file of weights of any kind holds. Raises WeightsError."""
    return read_safetensors(path) if path.suffix.lower() == ".safetensors" else read_torch(path)


def _look(source: Path) -> tuple[list[FoundTensors], list[str]]:
    """What files hold that is known; and in a line each what is left, with why."""
    found: list[FoundTensors] = []
    left: list[str] = []
    for path in _candidates(source):
        try:
            entries = recognise(read_any(path))
        except WeightsError as error:
            if path == source:
                raise
            left.append(str(error).replace(str(path), path.name))
            continue
        known = [FoundTensors(path, entry, place) for place, entry in enumerate(entries) if isinstance(entry, Known)]
        unknown = [entry.why for entry in entries if isinstance(entry, Unknown)]
        found += known
        if not known:
            left.append(f"{path.name} is not used: {unknown[0] if unknown else 'it holds no tensors by name'}.")
    return found, left


def _candidates(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    if not source.is_dir():
        raise WeightsError(f"{source} is neither a folder nor a file.")
    paths = sorted(path for path in source.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    if len(paths) > MOST_FILES:
        raise WeightsError(f"{source} holds {len(paths):,} files that could be weights: name the folder of the model.")
    yield from (path for path in paths if not any(word.startswith(".") for word in path.relative_to(source).parts))


def _choose(model: str, source: Path, found: list[FoundTensors], report: Report) -> dict[str, FoundTensors]:
    """The file of each network."""
    offered: dict[str, list[FoundTensors]] = defaultdict(list)
    for entry in found:
        others = [part for part in entry.match.fits if part.model != model]
        ours = [part for part in entry.match.fits if part.model == model]
        if ours and not (others and _among_strangers(model, entry, found)):
            offered[ours[0].part].append(entry)
        else:
            report(
                f"{entry.path.name} is not used: it is {others[0].model}'s {others[0].part}"
                f"{', by the files beside it' if ours else ''} (`recast models import {others[0].model} {source}`)"
            )
    return {part: _take_only(model, part, entries) for part, entries in offered.items()}


def _among_strangers(model: str, entry: FoundTensors, found: list[FoundTensors]) -> bool:
    """Whether a file that could be either model's lies among files of the other one and none of this one."""
    beside = [other for other in found if other.path.parent == entry.path.parent and len(other.match.fits) == 1]
    return bool(beside) and all(other.match.fits[0].model != model for other in beside)


def _take_only(model: str, part: str, entries: list[FoundTensors]) -> FoundTensors:
    if len({installed.sha256_of(entry.path) for entry in entries}) > 1:
        names = " and ".join(str(entry.path) for entry in entries[:2])
        raise WeightsError(
            f"{names} both hold {model}'s {part}: name the folder with the one that you mean (LivePortrait's weights "
            "for animals look like those for people)."
        )
    return entries[0]


def _warn_of_twins(model: str, part: str, note: installed.ImportNote, report: Report) -> None:
    """The decoders of the two models have one structure; the same file for both is a mistake."""
    for other in installed.all_published():
        other_note = installed.notes(other).get(part) if other != model else None
        if other_note is not None and other_note.origin_sha256 == note.origin_sha256:
            report(f"{note.origin}: it is the very file that is installed as {other}'s {part}; one of the two is wrong")


def _download(url: str, path: Path) -> None:
    request = urllib.request.Request(url, headers=AGENT)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer, path.open("wb") as out:
        size = int(answer.headers.get("Content-Length") or 0)
        if size > LARGEST_DOWNLOAD:
            raise WeightsError(f"{url} offers {size:,} bytes, more than any file of this model has.")
        shutil.copyfileobj(answer, out, files.CHUNK)
        if size and path.stat().st_size != size:
            raise WeightsError(f"{url} broke off after {path.stat().st_size:,} of {size:,} bytes.")
