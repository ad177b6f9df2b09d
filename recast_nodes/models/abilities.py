"""What can be known of the models without loading them: PyTorch takes a second, and a check of a shot has no more."""

from __future__ import annotations

from collections.abc import Sequence

from .. import __version__
from ..errors import ModelMissing
from .weights.published import PUBLISHED

HAND_SLIDERS: dict[str, tuple[str, ...]] = {  # of ExpressionMix, those that a model can do
    "mesh": ("smile", "jaw_open", "blink", "brow_raise", "gaze_x", "gaze_y"),
    "performrecast": (),
    "liveportrait": ("jaw_open", "blink"),
}


def weights(model: str) -> str:
    """What a model's results are fingerprinted by besides its knobs. Raises ModelMissing, WeightsError."""
    if model == "mesh":
        return f"built-in {__version__}"
    if model not in PUBLISHED:
        raise ModelMissing(f"There is no model {model!r}; there are {', '.join(HAND_SLIDERS)}.")
    from .weights.installed import known_by

    return known_by(model)


def no_slider(model: str, asked: Sequence[str]) -> str:
    """What is said where hand sliders are asked of a model that has no such movement."""
    able = HAND_SLIDERS[model]
    has = f"it has {' and '.join(able)}" if able else "it has none"
    return f"The {model} model has no hand slider {', '.join(asked)}; {has}. The mesh model has all six."
