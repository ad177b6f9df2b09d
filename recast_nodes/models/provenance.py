"""What a model's results are known by besides the knobs: its weights, and its code where another package brings it.

Nothing heavy is loaded: a check of a shot asks, and so does every fingerprint.
"""

from __future__ import annotations

from pathlib import Path

from .. import __version__
from ..errors import ModelMissing
from ..model_registry import MODELS


def stamp(name: str) -> str:
    """What a model's results are fingerprinted by; '' for one of this package without weights, whose version every
    fingerprint has anyway. Raises NotInstalled, ModelMissing, WeightsError.
    """
    traits = MODELS.get(name)
    code = MODELS.code_of(name, traits.implementation)
    weights = MODELS.load(name, traits.weights)(name) if traits.weights else ""
    return f"{code} {weights}".strip()


def weights(name: str) -> str:
    """The same for people, as a finished frame's header has it. Raises as `stamp` does."""
    return stamp(name) or f"built-in {__version__}"


def weight_files(name: str) -> dict[str, str]:
    """SHA-256 of the weights that were imported for a model, or trained, by network; nothing for a model without such.
    Raises WeightsError.
    """
    from .weights import installed

    folder = MODELS.get(name).folder
    if folder:
        from .trained.card import read_card

        return dict(read_card(Path(folder)).sha256)
    if name not in installed.all_published():
        return {}
    return {part: note.sha256 for part, note in installed.notes(name).items()}


def training_of(name: str) -> str:
    """What a model was trained on, as the card of `recast train` says; '' where there is none. Raises WeightsError."""
    from .trained.card import read_card

    folder = MODELS.get(name).folder
    return read_card(Path(folder)).data if folder else ""


def stamp_of_foreign() -> str:
    """What the results of all models of other packages are known by, as far as they can compute; '' without any. It is
    for what is read from files, which may be of any of them.
    """
    known = []
    for traits in MODELS:
        if MODELS.is_foreign(traits.name):
            try:
                known.append(stamp(traits.name))
            except ModelMissing as missing:
                known.append(str(missing))
    return " ".join(known)
