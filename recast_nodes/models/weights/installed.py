"""Installed weights of the published models: where they lie, what is known of them, and networks filled with them.

Each model has a folder of its own in `files.folder()`, with one safetensors file a network (`F.safetensors`, ...) and
`weights.json`, where the import notes what each was made of. Loading maps the files into memory: a network costs the
pages that are read, and several processes on one machine share them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ModelMissing, WeightsError
from ...model_registry import MODELS, Published
from . import downloads as files
from .notes import ImportNote, add_note, check_size, read_notes, sha256_of

if TYPE_CHECKING:
    from torch import Tensor, nn


def all_published() -> dict[str, Published]:
    """The published weights of all models that have some, by the model's name."""
    return {traits.name: traits.published for traits in MODELS if traits.published}


def weights_of(model: str) -> Published:
    """The published weights of the model of that name. Raises ModelMissing where it has none."""
    there = all_published()
    if model not in there:
        raise ModelMissing(f"There are no weights of a model {model!r}; there are {' and '.join(there)}.")
    return there[model]


def folder(model: str) -> Path:
    """Where a model's weights lie. Nothing is created by asking."""
    weights_of(model)
    return files.folder() / model


def path_of(model: str, part: str) -> Path:
    """The installed file of one network. Raises ModelMissing, or WeightsError where it has not the noted size."""
    path = folder(model) / f"{part}.safetensors"
    note = notes(model).get(part)
    if note is None or not path.is_file():
        raise ModelMissing(missing(model, part))
    return check_size(path, note, _import_again(model))


def load(model: str, part: str) -> nn.Module:
    """One network in its plain form (see `models.build`) with the installed weights, in eval mode, on the CPU.

    Raises ModelMissing where they are not installed, naming file, place, licence and what to do; WeightsError where
    they are damaged or do not fit.
    """
    import torch

    from ..networks.build import build
    from .checkpoints import read_safetensors

    with torch.device("meta"):  # no memory and no random numbers for what is about to be replaced
        network = build(model, part)
    path = path_of(model, part)
    tensors = read_safetensors(path)
    try:
        network.load_state_dict(tensors, strict=True, assign=True)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit {model}'s {part}. {_import_again(model)}") from error
    return network.requires_grad_(False)


def fingerprint(model: str) -> str:
    """The hash that a model's results are fingerprinted by: of what was noted at import, without reading the weights.

    Raises as `path_of` does.
    """
    by_part = notes(model)
    hashes = []
    for part in weights_of(model).parts:
        path_of(model, part)
        hashes.append((part, by_part[part].sha256))
    return hashlib.sha256(json.dumps(hashes).encode()).hexdigest()


def store(model: str, part: str, tensors: Mapping[str, Tensor], origin: Path) -> ImportNote:
    """Install one network's tensors as read from `origin`; whole or not at all.

    `tensors` must be named and shaped as the network's own (`checkpoints.recognise` sees to that).
    """
    from .checkpoints import write_safetensors

    path = folder(model) / f"{part}.safetensors"
    write_safetensors(path, tensors, f"{model} {part}")
    return add_note(path.parent, part, path, origin)


def notes(model: str) -> dict[str, ImportNote]:
    """What the import noted, by network; empty where nothing was imported. Raises WeightsError for a broken file."""
    return read_notes(folder(model), _import_again(model))


def missing_parts(model: str) -> list[str]:
    """The networks of a model that are not installed, or not whole as far as their size tells."""
    absent = []
    for part in weights_of(model).parts:
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
        return f"{path} is damaged: its sha256 is not the one noted at import. {_import_again(model)}"
    wanted = {name: tensor.shape for name, tensor in structure(model, part).items()}
    if {name: tensor.shape for name, tensor in read_safetensors(path).items()} != wanted:
        return f"{path} does not fit {model}'s {part}. {_import_again(model)}"
    return ""


def missing(model: str, part: str) -> str:
    """One sentence for a network that is not installed, and what to do."""
    weights = weights_of(model)
    return (
        f"{model}'s {part} is not in {folder(model)}: download {weights.file_of(part).name} from {weights.page} "
        f"(licence: {weights.licence}; `recast models list` says more) and run `recast models import {model} FOLDER`."
    )


def _import_again(model: str) -> str:
    return f"Import it again: `recast models import {model} FOLDER`."
