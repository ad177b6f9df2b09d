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

    whose: str  # "none", "plate" or "driver"
    driver: Driver | None
    plate_eyes: OpenEyes | None  # None: the model knows no lids
    driver_eyes: OpenEyes | None

    def shut_at(self, frame: int) -> tuple[float, float]:
        """How far the picture's left and right eye are shut by blinks that are put in."""
        eyes = {"plate": self.plate_eyes, "driver": self.driver_eyes}.get(self.whose)
        return (0.0, 0.0) if eyes is None else eyes.shut_at(frame)


def learn_blinks(records: Mapping[int, DrivenFrame], driver: Driver | None, whose: str) -> Blinks:
    """The blinks of plate and driver over the shot."""
    from .mesh.blinks import find_open_eyes

    plate = {frame: record.plate for frame, record in records.items() if record.plate is not None}
    if not plate or not MODELS.get(next(iter(plate.values())).model).directs_eyes:
        return Blinks(whose, driver, None, None)
    theirs = None if driver is None else find_open_eyes(driver.performance)
    return Blinks(whose, driver, find_open_eyes(gather(plate, 0.0)), theirs)


def edit_blinks(source: Motion, blinks: Blinks, mix: MixKnobs, frame: int, relative_pose: bool) -> Motion:
    """As `edit`, with both performances' blinks taken out before it and those that are wanted put in after it."""
    if source.state == "lost" or blinks.plate_eyes is None:
        return edit(source, blinks.driver, mix, frame, relative_pose)
    if blinks.whose == "plate" and (mix.replace == 0 or blinks.driver is None):
        return edit(source, _without_blinks(blinks, frame), mix, frame, relative_pose)  # its own blinks are there
    opened, shut = blinks.plate_eyes.opened(source, frame), blinks.shut_at(frame)
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
