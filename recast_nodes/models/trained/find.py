"""The trained models of this machine, declared by their cards. Nothing heavy is loaded."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...face import published
from ...model_registry import ModelTraits
from ...registry import BrokenDeclaration, Found, Origin
from ..neural import NEURAL, NEURAL_EDIT
from . import CARD, FOLDER, NAMED

ORIGIN = Origin("trained weights")
IMPLEMENTATION = "recast_nodes.models.trained.model:Trained.of_traits"
LARGEST_CARD = 1 << 20  # bytes


def find_models() -> Iterator[Found[ModelTraits]]:
    """The trained models of this machine, each declared by its card; one whose card cannot be read says why."""
    for name, folder in _folders():
        try:
            yield Found(name, ORIGIN, _traits_of(name, folder))
        except (OSError, ValueError, TypeError, KeyError) as error:
            fault = f"The trained model {name!r} in {folder} cannot be used: {CARD} is not a card ({error})."
            yield Found(name, ORIGIN, BrokenDeclaration(name, fault))


def _folders() -> Iterator[tuple[str, Path]]:
    """Name and folder of each; one that is named comes before one of that name among the model files."""
    seen: set[str] = set()
    for text in filter(None, os.environ.get(NAMED, "").split(os.pathsep)):
        name, _, folder = text.partition("=")
        seen.add(name)
        yield name, Path(folder).expanduser()
    place = _place()
    if place and place.is_dir():
        for inside in sorted(place.iterdir()):
            if (inside / CARD).is_file() and inside.name not in seen:
                yield inside.name, inside


def _place() -> Path | None:
    """The folder of trained models; None where a host's own Python lacks what says where that is."""
    try:
        from ..weights.downloads import folder

        return folder() / FOLDER
    except ImportError:
        return None


def _traits_of(name: str, folder: Path) -> ModelTraits:
    path = folder / CARD
    if path.stat().st_size > LARGEST_CARD:
        raise ValueError("it is too large")
    card: dict[str, Any] = json.loads(path.read_bytes())
    about = NEURAL | {"reads_templates": False, "weights": "recast_nodes.models.trained.weights:fingerprint"}
    return ModelTraits(
        name=name,
        summary=str(card["summary"]),
        implementation=IMPLEMENTATION,
        keypoints=published.PERFORMRECAST,
        edit_knobs=NEURAL_EDIT,
        folder=str(folder),
        **about,
    )
