"""Installed weights of the published models: where they lie, what is known of them, and networks filled with them.

Each model has a folder of its own in `files.folder()`, with one safetensors file a network (`F.safetensors`, ...) and
`weights.json`, where the import notes what each was made of. Loading maps the files into memory: a network costs the
pages that are read, and several processes on one machine share them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ModelMissing, WeightsError
from ..media.atomic import whole_file
from . import files
from .published import PUBLISHED, Published

if TYPE_CHECKING:
    from torch import Tensor, nn

NOTES = "weights.json"
NOTES_VERSION = 1
LARGEST_NOTES = 1 << 20  # bytes


@dataclass(frozen=True)
class Note:
    """What the import noted of one network's file."""

    size: int  # bytes, of the safetensors file
    sha256: str  # of the same
    origin: str  # the name of the file that it was imported from
    origin_size: int
    origin_sha256: str


def published(model: str) -> Published:
    """The published model of that name. Raises ModelMissing for a name that is none."""
    if model not in PUBLISHED:
        raise ModelMissing(f"There are no weights of a model {model!r}; there are {' and '.join(PUBLISHED)}.")
    return PUBLISHED[model]


def folder(model: str) -> Path:
    """Where a model's weights lie. Nothing is created by asking."""
    return files.folder() / published(model).name


def path_of(model: str, part: str) -> Path:
    """The installed file of one network. Raises ModelMissing, or WeightsError where it has not the noted size."""
    path = folder(model) / f"{part}.safetensors"
    noted = notes(model).get(part)
    if noted is None or not path.is_file():
        raise ModelMissing(missing(model, part))
    if path.stat().st_size != noted.size:
        raise WeightsError(
            f"{path} is damaged: it has {path.stat().st_size:,} bytes, not {noted.size:,}. {_again(model)}"
        )
    return path


def load(model: str, part: str) -> nn.Module:
    """One network in its plain form (see `models.build`) with the installed weights, in eval mode, on the CPU.

    Raises ModelMissing where they are not installed, naming file, place, licence and what to do; WeightsError where
    they are damaged or do not fit.
    """
    import torch

    from .checkpoints import read_safetensors
    from .networks.build import build

    with torch.device("meta"):  # no memory and no random numbers for what is about to be replaced
        network = build(model, part)
    path = path_of(model, part)
    tensors = read_safetensors(path)
    try:
        network.load_state_dict(tensors, strict=True, assign=True)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit {model}'s {part}. {_again(model)}") from error
    return network.requires_grad_(False)


def known_by(model: str) -> str:
    """The hash that a model's results are fingerprinted by: of what was noted at import, without reading the weights.

    Raises as `path_of` does.
    """
    noted = notes(model)
    told = []
    for part in published(model).parts:
        path_of(model, part)
        told.append((part, noted[part].sha256))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def store(model: str, part: str, tensors: Mapping[str, Tensor], origin: Path) -> Note:
    """Install one network's tensors as read from `origin`; whole or not at all.

    `tensors` must be named and shaped as the network's own (`checkpoints.recognise` sees to that).
    """
    from .checkpoints import write_safetensors

    path = folder(model) / f"{part}.safetensors"
    write_safetensors(path, tensors, f"{model} {part}")
    note = Note(path.stat().st_size, sha256_of(path), origin.name, origin.stat().st_size, sha256_of(origin))
    noted = {**_notes_if_sound(model), part: note}
    plain = {"version": NOTES_VERSION, "parts": {name: asdict(entry) for name, entry in noted.items()}}
    with whole_file(path.parent / NOTES) as temporary:
        temporary.write_text(json.dumps(plain, indent=2), encoding="utf-8")
    return note


def notes(model: str) -> dict[str, Note]:
    """What the import noted, by network; empty where nothing was imported. Raises WeightsError for a broken file."""
    path = folder(model) / NOTES
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > LARGEST_NOTES:
            raise ValueError
        plain = json.loads(path.read_bytes())
        noted = {part: Note(**entry) for part, entry in plain["parts"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsError(f"{path} is not what an import wrote. {_again(model)}") from error
    return noted


def _notes_if_sound(model: str) -> dict[str, Note]:
    try:
        return notes(model)
    except WeightsError:  # an import is what puts it right
        return {}


def missing_parts(model: str) -> list[str]:
    """The networks of a model that are not installed, or not whole as far as their size tells."""
    absent = []
    for part in published(model).parts:
        try:
            path_of(model, part)
        except ModelMissing:
            absent.append(part)
    return absent


def damage(model: str, part: str) -> str:
    """What is wrong with an installed network, reading all of it; empty where it is whole. Raises as `path_of` does."""
    from .checkpoints import read_safetensors, structure

    path = path_of(model, part)
    if sha256_of(path) != notes(model)[part].sha256:
        return f"{path} is damaged: its sha256 is not the one noted at import. {_again(model)}"
    wanted = {name: tensor.shape for name, tensor in structure(model, part).items()}
    if {name: tensor.shape for name, tensor in read_safetensors(path).items()} != wanted:
        return f"{path} does not fit {model}'s {part}. {_again(model)}"
    return ""


def missing(model: str, part: str) -> str:
    """One sentence for a network that is not installed, and what to do."""
    told = published(model)
    file = told.file_of(part)
    return (
        f"{told.name}'s {part} is not in {folder(model)}: download {file.name} from {told.page} (licence: "
        f"{told.licence}; `recast models list` tells more) and run `recast models import {told.name} FOLDER`."
    )


def sha256_of(path: Path) -> str:
    """A file's sha256 (hex)."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _again(model: str) -> str:
    return f"Import it again: `recast models import {model} FOLDER`."
