"""The edit of a frame whose blinks are not those that replacing gives: none, the plate's alone, or the driver's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..model_registry import MODELS
from ..wires import DrivenFrame, Motion
from . import get
from .driver import Driver, edit
from .interface import MixKnobs
from .performance import gather

if TYPE_CHECKING:
    from .mesh.blinks import OpenEyes


class Blinks(NamedTuple):
    """What is known of a shot's blinks, beside its driver."""

    driver: Driver | None
    plate_eyes: OpenEyes
    driver_eyes: OpenEyes | None

    def shut_at(self, frame: int, whose: str) -> tuple[float, float]:
        """How far the picture's left and right eye are shut by blinks that are put in: none, plate or driver."""
        eyes = {"plate": self.plate_eyes, "driver": self.driver_eyes}.get(whose)
        return (0.0, 0.0) if eyes is None else eyes.shut_at(frame)


def learn_blinks(records: Mapping[int, DrivenFrame], driver: Driver | None) -> Blinks | None:
    """The blinks of plate and driver over the shot; None where the plate was not looked at in every frame, or is of a
    model that knows no lids.
    """
    from .mesh.blinks import find_open_eyes

    plate = {frame: record.plate for frame, record in records.items() if record.plate is not None}
    if not plate or len(plate) < len(records) or not MODELS.get(next(iter(plate.values())).model).directs_eyes:
        return None
    rate = next((record.rate for _, record in sorted(records.items()) if record.rate is not None), None)
    theirs = None if driver is None else find_open_eyes(driver.performance, rate)
    return Blinks(driver, find_open_eyes(gather(plate, 0.0), rate), theirs)


def edit_blinks(
    source: Motion, blinks: Blinks | Driver | None, whose: str, mix: MixKnobs, frame: int, relative_pose: bool
) -> Motion:
    """As `edit`, with both performances' blinks taken out before it and those that are wanted put in after it: none,
    the plate's or the driver's; where `whose` is edited, or blinks are not known, it is `edit` itself.
    """
    if not isinstance(blinks, Blinks):
        return edit(source, blinks, mix, frame, relative_pose)
    if source.state == "lost" or whose == "edited":
        return edit(source, blinks.driver, mix, frame, relative_pose)
    if whose == "plate" and (mix.replace == 0 or blinks.driver is None):
        return edit(source, _without_blinks(blinks, frame), mix, frame, relative_pose)  # its own blinks are there
    opened, shut = blinks.plate_eyes.opened(source, frame), blinks.shut_at(frame, whose)
    left, right = (1 - (1 - one) * (1 - other) for one, other in zip(mix.eyeballs.blinks, shut, strict=True))
    mix = mix._replace(eyeballs=mix.eyeballs._replace(blinks=(left, right)))
    edited = edit(opened, _without_blinks(blinks, frame), mix, frame, relative_pose)
    return edited if edited.edited or opened is source else get(source.model).mix(opened, None, None, None, mix)


def _without_blinks(blinks: Blinks, frame: int) -> Driver | None:
    """The driver with open eyes at a frame."""
    driver, eyes = blinks.driver, blinks.driver_eyes
    if driver is None or eyes is None or not any(eyes.shut_at(frame)):
        return driver
    row = driver.performance.frames.index(frame)
    expressions = driver.performance.expressions.clone()
    expressions[row] = eyes.expressions[eyes.frames.index(frame)]
    return driver._replace(performance=driver.performance._replace(expressions=expressions))
