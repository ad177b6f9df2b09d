"""Read: frames from files."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ColourError, MediaError, MissingFrame, RecastError
from ..knobs import Choice, File, Float, Int, Text
from ..node import Finding, Node
from ..wires import Image, Motion
from ._read_form import KINDS, check_first, read_form_of
from .read_range import find_holes, find_outside, frame_within

if TYPE_CHECKING:
    from fractions import Fraction

    from ..media.sequences import Source

OUTSIDE = ("hold", "loop", "bounce", "black", "error")
NEIGHBOURS = 8  # frames that are tried in place of one that cannot be read
CHOOSE_A_FRAME = {"first", "last", "before", "after", "time", "offset"}  # the stamp says which one that is
FRAMES = (-1_000_000, 10_000_000)
SLIP = (-1_000_000, 1_000_000)  # frames
HOST = "host:"  # what the name of a clip begins with that a host holds in memory
TEMPLATES = (".pkl", ".pickle", ".safetensors")  # endings of motion templates
NUMBERS = (".csv", ".tsv", ".txt", ".json", ".npz", ".npy", ".usd", ".usda", ".usdc", ".usdz", ".glb", ".gltf", ".abc")
"""Endings of performances in numbers and of tracked landmarks; what is in them is known when they are read."""
MADE_BY_MODELS = ("motion", "warp field", "face")  # wires whose model a later node asks for by its name


class Read(Node):
    """Read a sequence, a still, a movie, or a performance in numbers.

    Every channel, part and attribute of an EXR is kept; `layer` only chooses what is edited. Movie frames are numbered
    from 1. A still is the same at every frame. If `time` falls between two frames, the nearest one is used (the later
    one from the middle on). With `wire` it reads the EXR form of another node's output, as saved by Write. With `wire`
    motion it also reads a motion template, which drives in place of a clip: LivePortrait's (.pkl, read as plain data)
    or ours (.safetensors), frames 1, 2, 3 and so on. A performance in numbers (.csv, .json, .usd, .glb: ARKit's shapes
    by name) drives in place of a clip too, whatever `wire` says.
    """

    gives = Image
    checks_frames = True

    file = File(
        "",
        "A sequence (plate.####.exr), a still or a movie; as a driver also a performance in numbers (take.csv), or a "
        "motion template if wire is motion.",
    )
    wire = Choice(
        "image", "What the files contain: images, or the EXR form of another node's output.", options=tuple(KINDS)
    )
    colorspace = Text("auto", "The file's colour space, as named in the OpenColorIO config, or auto.")
    layer = Text("", "The layer to edit. Empty: RGB, otherwise the layer named like a beauty pass.")
    view = Text("", "The view of a stereo file to edit. Empty: the first (hero) view.")
    first = Int(
        None, "The first frame to use.", limits=FRAMES, slider=None, unset="the first in the file", animates=False
    )
    last = Int(None, "The last frame to use.", limits=FRAMES, slider=None, unset="the last in the file", animates=False)
    before = Choice("hold", "What is shown before the first frame.", options=OUTSIDE)
    after = Choice("hold", "What is shown after the last frame.", options=OUTSIDE)
    time = Float(
        None,
        "Which frame of the file is shown at this frame; key it to retime.",
        limits=FRAMES,
        slider=None,
        unset="the frame itself",
    )
    offset = Int(
        0,
        "Slip in frames: 3 shows the clip three frames later, -3 three frames earlier.",
        limits=SLIP,
        slider=(-48, 48),
        animates=False,
    )
    fps = Float(
        None,
        "Frame rate, where the file states none or states it wrongly.",
        limits=(0.01, 10_000),
        slider=(12, 120),
        unset="the file's own rate",
        animates=False,
    )
    missing = Choice(
        "error",
        "What to show when a frame is missing or cannot be read. hold: the frame before it.",
        options=("error", "hold", "nearest", "black"),
    )

    @classmethod
    def gives_with(cls, constants: Mapping[str, Any]) -> type | None:
        return Motion if is_numbers(constants.get("file", "")) else KINDS[constants.get("wire", "image")]

    def process(self) -> Any:
        source = self.source()
        shown, black = self._frame_shown(source)
        try:
            return self._read(source, shown, black)
        except MediaError as error:
            if self.missing == "error" or source.kind == "still":
                raise
            return self._instead(source, shown, error)

    def _read(self, source: Source, shown: int, black: bool) -> Any:
        from ..media.images import make_black
        from ..media.timing import at_rate, exact_rate

        if self.wire != "image" or source.kind == "recording":
            return read_form_of(source, shown, self.wire, black, self.colorspace)
        image = source.read(shown, self.layer, self.colorspace, view=self.view)
        image = image if self.fps is None else at_rate(image, exact_rate(self.fps))
        return make_black(image) if black else image

    def _instead(self, source: Source, shown: int, error: MediaError) -> Any:
        """What the rule shows for a frame that cannot be read. Where its neighbours cannot either, the frame fails."""
        from ..notices import notice

        there = [frame for frame in source.frames if frame != shown]
        for _ in range(min(NEIGHBOURS, len(there))):
            other = _substitute(shown, there, self.missing)
            try:
                made = self._read(source, other, self.missing == "black")
            except MediaError:
                there.remove(other)
                continue
            notice(f"{error} Another frame is used instead at frame {self.frame} (missing: {self.missing}).")
            return made
        raise error

    def values_beside_stamp(self) -> dict[str, Any]:
        """Without what chooses a frame: one that is shown twice, held or bounced, is read and looked at once."""
        return {name: value for name, value in self.affecting_values().items() if name not in CHOOSE_A_FRAME}

    def stamp(self) -> str:
        from ..media.colour.colour import config_name
        from ..media.colour.configurations import state
        from ..models.provenance import stamp_of_foreign

        source = self.source()
        shown, black = self._frame_shown(source)
        beside = "" if self.missing == "error" else _neighbour_states(source, shown)
        if self.wire in MADE_BY_MODELS:
            beside += stamp_of_foreign()
        return f"{source.fingerprint(shown)} {state(config_name())}{' black' if black else ''}{beside}"

    def span(self) -> range | None:
        first, last = self.ends(self.source())
        return range(first + self.offset, last + 1 + self.offset)

    def rate(self) -> Fraction | None:
        """Frames a second: `fps`, or what the file says; None where neither does. Raises MediaError."""
        from ..media.timing import exact_rate

        return exact_rate(self.fps) if self.fps is not None else self.source().rate

    @classmethod
    def check(cls, moments: Sequence[Read]) -> Iterable[Finding]:  # type: ignore[override]
        if not moments:
            return
        one = moments[0]
        try:
            source = one.source()
            check_first(one, source)
        except RecastError as error:
            yield Finding(str(error), "colorspace" if isinstance(error, ColourError) else "file")
            return
        yield from find_holes(moments, source)
        yield from find_outside(moments, source)

    def source(self) -> Source:
        """Where the frames come from. Raises MediaError where there is nothing."""
        if self.wire == "motion" and self.file.lower().endswith(TEMPLATES):
            from ..models.template_source import open_template

            return open_template(self.file)  # type: ignore[return-value]
        if is_numbers(self.file):
            from ..models.recording import open_recording

            return open_recording(self.file)  # type: ignore[return-value]
        if self.file.startswith(HOST):
            from ..media.host_frames import open_host_clip

            return open_host_clip(self.file)
        from ..media.sequences import open_source

        return open_source(self.file)

    def ends(self, source: Source) -> tuple[int, int]:
        """The first and the last frame of the file that are used."""
        first = source.first if self.first is None else self.first
        last = source.last if self.last is None else self.last
        if last < first:
            raise MissingFrame(f"{self.file}: last ({last}) is before first ({first}).")
        return first, last

    def requested_frame(self) -> int:
        """The frame of the file that `time` and `offset` ask for."""
        return (self.frame if self.time is None else math.floor(self.time + 0.5)) - self.offset

    def _frame_shown(self, source: Source) -> tuple[int, bool]:
        """The frame to read, and whether it only lends its format to a black one."""
        if source.kind == "still":
            return source.first, False
        first, last = self.ends(source)
        asked = self.requested_frame()
        rule = self.before if asked < first else self.after if asked > last else ""
        if rule == "error":
            raise MissingFrame(f"{self.file}: frame {asked} is outside the range {first}-{last}.")
        shown = frame_within(asked, first, last, rule)
        if source.holds(shown):
            return shown, rule == "black"
        if self.missing == "error" and rule != "black":
            source.path(shown)  # raises, and says what there is
            raise MissingFrame(f"{self.file}: frame {shown} is missing.")
        return _substitute(shown, source.frames, self.missing), "black" in (rule, self.missing)


def is_numbers(file: object) -> bool:
    """Whether a file is a performance in numbers, or tracked landmarks, by its ending."""
    return str(file).lower().endswith(NUMBERS)


def is_recording(file: object) -> bool:
    """Whether a file drives without pictures: numbers, or a motion template."""
    return str(file).lower().endswith((*NUMBERS, *TEMPLATES))


def _neighbour_states(source: Source, frame: int) -> str:
    """The state of the frames before and after, which stand in for one that cannot be read."""
    frames = source.frames
    at = bisect.bisect_left(frames, frame)
    return "".join(
        f" {source.fingerprint(other)}" for other in (*frames[max(0, at - 1) : at], *frames[at + 1 : at + 2])
    )


def _substitute(frame: int, there: Sequence[int], rule: str) -> int:
    """hold: the nearest frame before, or the first; otherwise the nearest, the earlier one of two."""
    earlier = [other for other in there if other < frame]
    if rule == "hold":
        return earlier[-1] if earlier else there[0]
    return min(there, key=lambda other: (abs(other - frame), other))
