"""A run's averaged weights as a model behind the nodes: half precision, with a card."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from ..errors import DocumentError
from ..model_registry import MODELS
from ..models.trained import FOLDER
from ..models.trained.card import ModelCard
from ..models.trained.sizes import PARTS
from ..models.trained.weights import store
from ..models.weights.downloads import folder as model_files
from ..registry import NAME
from .checkpoints import checkpoints, read_checkpoint
from .run import COMMAND, SETTINGS
from .settings import RunSettings
from .settings_file import read_settings

RENDERED = "Apache-2.0: trained by the code of this package on its own rendered people"
OWN = "yours to say: trained on footage of your own"


class Words(NamedTuple):
    """What a person adds to a card."""

    summary: str = ""
    can: str = ""
    cannot: str = ""
    licence: str = ""


NO_WORDS = Words()


def installed_place(name: str) -> Path:
    """Where a trained model of that name is found by itself. Raises DocumentError for a name that cannot be used."""
    if not NAME.fullmatch(name):
        raise DocumentError([f"A model's name takes lower case letters, digits, - and _, not {name!r}."])
    if name in MODELS.own_names:
        raise DocumentError([f"{name} is a model of this package: choose another name."])
    return model_files() / FOLDER / name


def export_run(run: Path, name: str, place: Path, words: Words = NO_WORDS) -> ModelCard:
    """Write the model of a run's last checkpoint to `place`. Raises DocumentError where the run has none."""
    found = checkpoints(run)
    if not found:
        raise DocumentError([f"{run} holds no checkpoint of `recast train run`."])
    settings, content = read_settings(run / SETTINGS), read_checkpoint(found[-1])
    state = content["state"]
    command = run / COMMAND
    card = ModelCard(
        summary=words.summary or _summary(name, settings),
        sizes=settings.networks,
        equation=settings.equation,
        data=_data(settings),
        command=command.read_text(encoding="utf-8").strip() if command.is_file() else "",
        seed=settings.train.seed,
        steps=int(state["step"]),
        hours=round(content["seconds"] / 3600, 3),
        licence=words.licence or (OWN if settings.data.kind == "clips" else RENDERED),
        can=words.can,
        cannot=words.cannot,
        settings=asdict(settings),
    )
    average = state["average"]
    parts = {
        part: {key.removeprefix(part + "."): value for key, value in average.items() if key.startswith(part + ".")}
        for part in PARTS
    }
    return store(place, card, parts)


def _summary(name: str, settings: RunSettings) -> str:
    return (
        f"{name}: neural networks that were trained on this machine, of the architecture of PerformRecast; they paint "
        f"a face in a square of {settings.networks.pixels} pixels."
    )


def _data(settings: RunSettings) -> str:
    data = settings.data
    if data.kind == "humans":
        people = f"{data.people - data.held_out} rendered people, from number {data.first_person}"
        return f"{people}, {data.frames} pictures of each"
    return f"{data.kind} in {Path(data.folder).name}"
