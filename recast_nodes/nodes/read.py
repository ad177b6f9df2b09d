"""Read: frames from files."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import MediaError, MissingFrame, RecastError
from ..knobs import Choice, File, Float, Int, Text
from ..node import Finding, Node
from ..wires import Face, Image, Motion, Track, WarpField

if TYPE_CHECKING:
    from ..media.sequences import Source

OUTSIDE = ("hold", "loop", "bounce", "black", "error")
NEIGHBOURS = 8  # frames that are tried in place of one that cannot be read
FRAMES = (-1_000_000, 10_000_000)
TEMPLATES = (".pkl", ".pickle", ".safetensors")  # endings of motion templates
KINDS = {"image": Image, "track": Track, "motion": Motion, "warp field": WarpField, "face": Face}


class Read(Node):
    """Read a sequence, a still or a movie.

    Every channel, part and attribute of an EXR comes along; `layer` only picks what is looked at and edited. Frames of
    a movie are numbered from 1. A still is the same at every frame. Where `time` falls between two frames, the nearest
    one is shown (the later one from the middle on). With `wire` it reads the EXR form of what another node gave and
    Write wrote. With `wire` motion it also reads a motion template, which drives in place of a clip: LivePortrait's
    (.pkl, read as plain data) or ours (.safetensors), frames 1, 2, 3 and so on.
    """

    gives = Image
    checks_frames = True

    file = File("", "A sequence (plate.####.exr), a still or a movie; for wire motion also a motion template.")
    wire = Choice("image", "What the files hold: pictures, or the EXR form of another wire.", options=tuple(KINDS))
    colorspace = Text("auto", "The colour space of the file by its name in the OpenColorIO configuration, or auto.")
    layer = Text("", "The layer that is looked at and edited. Empty: RGB, or what is the picture by its name.")
    view = Text("", "The view of a stereo file that is looked at and edited. Empty: the first, the hero view.")
    first = Int(
        None, "The first frame that is used.", limits=FRAMES, slider=None, unset="the first there is", animates=False
    )
    last = Int(
        None, "The last frame that is used.", limits=FRAMES, slider=None, unset="the last there is", animates=False
    )
    before = Choice("hold", "What is shown before the first frame.", options=OUTSIDE)
    after = Choice("hold", "What is shown after the last frame.", options=OUTSIDE)
    time = Float(
        None,
        "Which frame of the file is shown at this frame: keys retime and slip.",
        limits=FRAMES,
        slider=None,
        unset="the frame itself",
    )
    missing = Choice(
        "error",
        "What is shown where a frame is missing or cannot be read. hold: the one before it.",
        options=("error", "hold", "nearest", "black"),
    )

    @classmethod
    def gives_with(cls, constants: Mapping[str, Any]) -> type | None:
        return KINDS[constants.get("wire", "image")]

    def process(self) -> Any:
        source = self.source()
        shown, black = self._settled(source)
        try:
            return self._read(source, shown, black)
        except MediaError as error:
            if self.missing == "error" or source.kind == "still":
                raise
            return self._instead(source, shown, error)

    def _read(self, source: Source, shown: int, black: bool) -> Any:
        from ..media.images import blacked

        if self.wire != "image":
            return _form(source, shown, self.wire, black)
        image = source.read(shown, self.layer, self.colorspace, view=self.view)
        return blacked(image) if black else image

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
            notice(f"{error} Frame {self.frame} is shown by the rule '{self.missing}'.")
            return made
        raise error

    def stamp(self) -> str:
        from ..media.colour import config_name

        source = self.source()
        shown, black = self._settled(source)
        beside = "" if self.missing == "error" else _beside(source, shown)
        return f"{source.fingerprint(shown)} {config_name()}{' black' if black else ''}{beside}"

    def span(self) -> range | None:
        first, last = self._ends(self.source())
        return range(first, last + 1)

    @classmethod
    def check(cls, moments: Sequence[Read]) -> Iterable[Finding]:  # type: ignore[override]
        if not moments:
            return
        one = moments[0]
        try:
            source = one.source()
            _look(one, source)
        except RecastError as error:
            yield Finding(str(error), "file")
            return
        yield from _holes(moments, source)
        yield from _outside(moments, source)

    def source(self) -> Source:
        """Where the frames come from. Raises MediaError where there is nothing."""
        if self.wire == "motion" and self.file.lower().endswith(TEMPLATES):
            from ..models.performances import open_template

            return open_template(self.file)  # type: ignore[return-value]
        from ..media.sequences import open_source

        return open_source(self.file)

    def _ends(self, source: Source) -> tuple[int, int]:
        first = source.first if self.first is None else self.first
        last = source.last if self.last is None else self.last
        if last < first:
            raise MissingFrame(f"{self.file}: last ({last}) comes before first ({first}).")
        return first, last

    def _asked(self) -> int:
        """The frame of the file that `time` asks for."""
        return self.frame if self.time is None else math.floor(self.time + 0.5)

    def _settled(self, source: Source) -> tuple[int, bool]:
        """The frame to read, and whether it only lends its format to a black one."""
        if source.kind == "still":
            return source.first, False
        first, last = self._ends(source)
        asked = self._asked()
        rule = self.before if asked < first else self.after if asked > last else ""
        if rule == "error":
            raise MissingFrame(f"{self.file}: frame {asked} is outside {first}-{last}.")
        shown = inside(asked, first, last, rule)
        if source.holds(shown):
            return shown, rule == "black"
        if self.missing == "error" and rule != "black":
            source.path(shown)  # raises, and says what there is
            raise MissingFrame(f"{self.file}: there is no frame {shown}.")
        return _substitute(shown, source.frames, self.missing), "black" in (rule, self.missing)


def inside(asked: int, first: int, last: int, rule: str) -> int:
    """The frame between `first` and `last` that is shown for one outside them; black takes the nearest one's format."""
    if first <= asked <= last:
        return asked
    count = last - first + 1
    if rule == "loop":
        return first + (asked - first) % count
    if rule == "bounce" and count > 1:
        step = (asked - first) % (2 * count - 2)
        return first + min(step, 2 * count - 2 - step)
    return min(max(asked, first), last)


def _beside(source: Source, frame: int) -> str:
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


def _look(one: Read, source: Source) -> None:
    """Read the first frame's picture: layer, colour space and file are then known to be good."""
    if one.wire == "image":
        source.read(source.first, one.layer, one.colorspace, channels="rgb", view=one.view)
    else:
        _form(source, source.first, one.wire, black=False)


def _form(source: Source, frame: int, wire: str, black: bool) -> Any:
    """What a frame's EXR form holds, if it is of this wire, or a motion template. Raises MediaError."""
    from ..media.forms import read_form

    path = source.path(frame)
    if black:
        raise MediaError(f"{path}: only pictures can be black; a {wire} has no such thing.")
    if source.kind == "template":
        return source.motion(frame)  # type: ignore[attr-defined]
    value = read_form(path)
    if not isinstance(value, KINDS[wire]):
        raise MediaError(f"{path}: it holds a {type(value).__name__}; Read.wire says {wire}.")
    return value


def _holes(moments: Sequence[Read], source: Source) -> Iterable[Finding]:
    if source.kind == "still":
        return
    from ..media.patterns import format_frames

    there = set(source.frames)
    lacking = set()
    for moment in moments:
        first, last = moment._ends(source)
        asked = moment._asked()
        rule = moment.before if asked < first else moment.after
        shown = inside(asked, first, last, rule)
        if shown not in there and (first <= asked <= last or rule not in ("black", "error")):
            lacking.add(shown)
    if lacking:
        one = moments[0]
        told = "" if one.missing == "error" else f"; they are shown by the rule '{one.missing}'"
        text = f"{one.file}: frames {format_frames(lacking)} are missing{told}."
        yield Finding(text, "missing" if one.missing != "error" else "file", severe=one.missing == "error")


def _outside(moments: Sequence[Read], source: Source) -> Iterable[Finding]:
    if source.kind == "still":
        return
    from ..media.patterns import format_frames

    first, last = moments[0]._ends(source)
    sides = {"before": [m for m in moments if m._asked() < first], "after": [m for m in moments if m._asked() > last]}
    for side, beyond in sides.items():
        if beyond:
            rule = getattr(beyond[0], side)
            frames = format_frames(moment.frame for moment in beyond)
            text = f"{beyond[0].file} ({first}-{last}) is too short: frames {frames} are shown by the rule '{rule}'."
            yield Finding(text, side, severe=rule == "error")
