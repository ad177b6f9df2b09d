"""What is known of one measured frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .metrics import Nearness


@dataclass(frozen=True)
class Numbers:
    """What was measured of one frame; None where it could not be. docs/report.md says how each is measured."""

    frame: int
    state: str = ""  # of the plate's track: tracked, interpolated, held, lost
    confidence: float = 0.0
    fault: str = ""  # why this frame could not be measured
    notes: tuple[str, ...] = ()  # what else should be known of it
    edited: bool | None = None  # whether any pixel of the picture differs from the plate
    expression: Nearness | None = None
    regions: dict[str, Nearness] = field(default_factory=dict)
    pose_drift: float | None = None  # degrees
    rigid_drift: float | None = None  # % of the eye distance
    hull_step: float | None = None  # noise levels of the plate
    edit_step: float | None = None  # noise levels of the plate
    ragged_edge: float | None = None  # times the bends of the plate's own
    edge_rim: float | None = None  # share of the way across
    torn_iris: float | None = None  # share of its area
    mouth_sharpness: float | None = None  # times the plate's own, where a mouth is open
    mouth_light: float | None = None  # times the brightest that the plate shows nearby, where a mouth is open
    flicker: float | None = None  # times the plate's own
    bounce: float | None = None  # times the plate's own
    identity: float | None = None  # cosine
    leak: int | None = None  # values that differ outside the hull or in other channels
    lost_channels: tuple[str, ...] = ()
    made_by: dict[str, str] = field(default_factory=dict)  # what the frame's header says of its making
    coefficients: np.ndarray | None = None  # (3, 52) of plate, driver, result
