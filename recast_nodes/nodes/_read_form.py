"""Reading the EXR form of a wire, and the first frame of a file, which tells whether the file is good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import MediaError
from ..wires import Face, Image, Motion, Track, WarpField

if TYPE_CHECKING:
    from ..media.sequences import Source
    from .read import Read

KINDS = {"image": Image, "track": Track, "motion": Motion, "warp field": WarpField, "face": Face}
MOST_FOUND = 64  # first frames of files that are remembered as good
_found_good: dict[tuple[str, ...], tuple[str, ...]] = {}  # as they were asked for, and the notices of it


def check_first(one: Read, source: Source) -> None:
    """Read the first frame's picture: layer, colour space and file are then known to be good.

    A host checks at every change of a shot; what the file was found to be, and the notices of it, is remembered until
    it changes.
    """
    from ..media.colour.colour import config_name
    from ..media.colour.configurations import state
    from ..notices import notice, overhear

    asked = source.fingerprint(source.first), state(config_name()), one.wire, one.layer, one.colorspace, one.view
    if asked not in _found_good:
        with overhear() as texts:
            _read_first(one, source)
        if len(_found_good) >= MOST_FOUND:
            _found_good.clear()
        _found_good[asked] = tuple(texts)
    for text in _found_good.get(asked, ()):
        notice(text)


def _read_first(one: Read, source: Source) -> None:
    if one.wire == "image" and source.kind != "recording":
        source.read(source.first, one.layer, one.colorspace, channels="rgb", view=one.view)
    else:
        read_form_of(source, source.first, one.wire, black=False)


def read_form_of(source: Source, frame: int, wire: str, black: bool, colorspace: str = "auto") -> Any:
    """What a frame's EXR form, a recording or a host's clip holds, if it is of this wire. Raises MediaError."""
    from ..media.exr.forms import read_form

    path = source.path(frame)
    if black:
        raise MediaError(f"{path}: only images can be black, not a {wire}.")
    if source.kind in ("template", "recording"):
        return source.motion(frame)  # type: ignore[attr-defined]
    if source.kind == "host" and wire == "face":
        return source.face(frame, colorspace)  # type: ignore[attr-defined]
    value = read_form(path)
    if not isinstance(value, KINDS[wire]):
        raise MediaError(f"{path}: the file contains a {type(value).__name__}, but Read.wire is {wire}.")
    return value
