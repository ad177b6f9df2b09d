"""When the driver plays: which of its frames is shown at each frame of the plate."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ..curves import Curve, Key
from ..errors import DocumentError, KnobError
from ..notices import notice
from .graph import Graph
from .roles import find_roles

if TYPE_CHECKING:
    from ..media.sequences import Source
    from ..nodes.read import Read

FRAME_FOR_FRAME = "the driver plays frame for frame"
STRAIGHT = 1e-4  # frames: keys that lie so near to the line between their neighbours are left out


class ClipTiming(NamedTuple):
    """What matters here about a Read. `times` are the seconds at which its frames are shown, if their rate varies."""

    name: str  # "plate" or "driver"
    source: Source
    rate: Fraction | None
    times: tuple[float, ...]
    give: str  # how its rate is given

    @property
    def file(self) -> str:
        return self.source.path(self.source.first)

    def seconds(self, frame: int) -> float:
        """When a frame is shown, after the first one; the rate must be known."""
        if self.times:
            return self.times[frame - self.source.first]
        return float((frame - self.source.first) / (self.rate or 1))

    def frame(self, seconds: float) -> float:
        """Which frame is shown after so many seconds, between two of them too; the rate must be known."""
        from ..media.timing import frame_position

        steps = frame_position(self.times, seconds) if self.times else seconds * float(self.rate or 1)
        return self.source.first + steps


def align_first_frames(
    graph: Graph, plate: range, driving: range, speed: Fraction | float = 1, output: str = ""
) -> Graph:
    """Start the driver's first frame with the plate's, `speed` driver frames for each plate frame; `output` as in
    `align_driver`.

    Raises DocumentError where the shot is not an edited plate.
    """
    steps = plate[-1] - plate[0]
    keys = [Key(plate[0], driving[0])]
    if steps:
        keys.append(Key(plate[-1], float(driving[0] + steps * speed)))
    return graph.with_knob(find_roles(graph, output).driver, "time", Curve(keys))


def align_driver(graph: Graph, retime: bool = False, output: str = "") -> Graph:
    """Driver and plate by frame number where the driver has the plate's frames, else first frame to first frame.

    Of several faces the driver is that of the face which `output` writes or composites, by default the last one.

    With `retime` the driver keeps its seconds: by both rates, or by the time stamps of a movie whose rate varies.
    KnobError where a rate is not known then. Raises MediaError, and DocumentError where the shot is not an edited plate
    with a driver.
    """
    roles = find_roles(graph, output)
    if not roles.driver:
        raise DocumentError([f"{roles.mix or 'The shot'}: has no driver whose time could be set."])
    plate = _clip(graph, roles.plate, "plate", f"--fps 24, or {roles.plate}.fps in the document")
    driver = _clip(graph, roles.driver, "driver", f"--set {roles.driver}.fps=25, or {roles.driver}.fps in the document")
    if driver.source.kind == "still":
        return graph
    moving = plate.source.kind != "still"
    if moving:
        _report_rates(plate, driver, retime)
    retime = retime and moving and (bool(plate.times or driver.times) or plate.rate != driver.rate)
    first, last = plate.source.first, plate.source.last
    numbered = driver.source.kind == "sequence" or getattr(driver.source, "numbered", False)
    same_numbers = numbered and driver.source.first <= first and last <= driver.source.last
    if same_numbers and not retime:
        return graph
    if driver.source.first != first:
        notice(f"The driver starts with the plate: its frame {driver.source.first} plays at frame {first}.")
    frames = range(first, last + 1)
    if retime and (plate.times or driver.times):
        return graph.with_knob(roles.driver, "time", _by_time_stamps(frames, plate, driver))
    speed = driver.rate / plate.rate if retime and plate.rate and driver.rate else 1
    driving = range(driver.source.first, driver.source.last + 1)
    return align_first_frames(graph, frames, driving, speed, output)


def _clip(graph: Graph, node: str, name: str, give: str) -> ClipTiming:
    from ..media.timing import is_uneven

    read: Read = graph.at(node, 0)  # type: ignore[assignment]
    source = read.source()
    times = () if read.fps else getattr(source, "times", ())
    return ClipTiming(name, source, read.rate(), times if is_uneven(times) else (), give)


def _report_rates(plate: ClipTiming, driver: ClipTiming, retime: bool) -> None:
    """Say how different, uneven or unknown rates are bridged."""
    unknown = [clip for clip in (plate, driver) if not clip.rate]
    if unknown and retime:
        missing = " and ".join(
            f"the frame rate of the {clip.name} ({clip.file}) is unknown: give it by {clip.give}" for clip in unknown
        )
        raise KnobError(f"--retime keeps the driver's seconds, but {missing}.")
    bridged = "the driver is retimed to keep its speed" if retime else f"{FRAME_FOR_FRAME}; --retime keeps its speed"
    uneven = [_varying(clip) for clip in (plate, driver) if clip.times]
    if uneven:
        notice(f"{_sentence(' and '.join(uneven))}: {bridged}.")
    elif len(unknown) == 1:
        notice(_one_unknown(unknown[0], driver if unknown == [plate] else plate))
    elif plate.rate and driver.rate and plate.rate != driver.rate:
        rates = f"The plate runs at {float(plate.rate):g} fps, the driver at {float(driver.rate):g}"
        notice(f"{rates}: {bridged}.")


def _one_unknown(unknown: ClipTiming, known: ClipTiming) -> str:
    rate = float(known.rate or 0)
    return (
        f"The {unknown.name} does not say its frame rate (the {known.name}'s is {rate:g}): {FRAME_FOR_FRAME}. To keep "
        f"its speed, add --retime and the rate: {unknown.give}."
    )


def _varying(clip: ClipTiming) -> str:
    from ..media.timing import slowest_and_fastest

    low, high = slowest_and_fastest(clip.times)
    return f"the {clip.name}'s frame rate varies from {low:.4g} to {high:.4g} fps"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _by_time_stamps(frames: range, plate: ClipTiming, driver: ClipTiming) -> Curve:
    """The driver's frame for each plate frame at the same second, with as few keys as keep it exact."""
    return Curve(_corners([Key(frame, driver.frame(plate.seconds(frame))) for frame in frames]))


def _corners(keys: list[Key]) -> list[Key]:
    """The keys without those that lie on the line from the last key that was corners to the next one."""
    corners = keys[:1]
    for key, after in zip(keys[1:], keys[2:]):
        last = corners[-1]
        line = last.value + (after.value - last.value) * (key.frame - last.frame) / (after.frame - last.frame)
        if abs(line - key.value) > STRAIGHT:
            corners.append(key)
    return [*corners, *keys[-1:]] if len(keys) > 1 else corners
