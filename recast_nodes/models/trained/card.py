"""What is known of a trained model: `model.json` beside its weights, for people and for the loader."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from ...errors import WeightsError
from ...media.files.atomic import whole_file
from . import CARD
from .sizes import NetworkSizes

VERSION = 1
Equation = Literal[1, 3]


@dataclass(frozen=True)
class ModelCard:
    """The card. What people want to know is text; `sizes`, `equation` and `sha256` are what the networks need."""

    summary: str  # in a sentence, for menus
    sizes: NetworkSizes
    equation: Equation  # of the paper: 3 adds the expression before the head turns, 1 after
    sha256: dict[str, str] = field(default_factory=dict)  # of each network's file, by part
    data: str = ""  # what it was trained on
    command: str = ""
    seed: int = 0
    steps: int = 0
    hours: float = 0.0  # of training, on the machine that did it
    licence: str = ""
    can: str = ""
    cannot: str = ""
    settings: dict[str, Any] = field(default_factory=dict)  # of the run, whole


def write_card(folder: Path, card: ModelCard) -> None:
    """Write `model.json`, whole or not at all."""
    with whole_file(folder / CARD) as part:
        part.write_text(json.dumps({"version": VERSION} | asdict(card), indent=1) + "\n", encoding="utf-8")


def read_card(folder: Path) -> ModelCard:
    """The card of a folder. Raises WeightsError where there is none, or where it holds something else."""
    path = folder / CARD
    try:
        plain: dict[str, Any] = json.loads(path.read_bytes())
        if plain.pop("version") != VERSION:
            raise ValueError("it is of another version")
        sizes: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in plain["sizes"].items()
        }
        card = ModelCard(**plain | {"sizes": NetworkSizes(**sizes)})
        card.sizes.check()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsError(f"{path} is not the card of a trained model: {error}") from error
    return card
