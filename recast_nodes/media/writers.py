"""Where a render's frames go: numbered files, or one movie."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from .. import __version__
from ..errors import MediaError
from ..notices import notice
from ..wires import Attribute, Image
from .alpha import is_straight
from .colour import colour
from .edits import with_attributes, without_attribute
from .exr.attributes import CONSENT
from .exr.header import COMPRESSIONS
from .exr.write import AS_PLATE
from .images import REVIEW, write_image
from .names.patterns import frame_path, is_pattern
from .output_names import check_output_name
from .pixels import review_pixels
from .rates import frame_rate

MOVIE_OUT = (".mp4", ".mov")
FILM_RATE = Fraction(24)
WAITING = 64  # frames that a movie holds back for an earlier one before it goes on without it


class Options(NamedTuple):
    """How frames are written; the knobs of Write say what each means."""

    compression: str = AS_PLATE
    dwa_level: float | None = None
    datatype: str = AS_PLATE
    colorspace: str = "auto"
    quality: int = 92
    rate: float | None = None
    facts_of: Callable[[int], Mapping[str, str]] = lambda frame: {}  # what the header of an edited frame says of it


PLAIN = Options()


class Writer(Protocol):
    """Takes frames from several threads, in any order. `close` finishes, `abort` leaves nothing half done."""

    def put(self, frame: int, image: Any) -> str:
        """Write one frame and return the file that holds it."""

    def close(self) -> None: ...

    def abort(self) -> None: ...


def check_target(pattern: str, frames: Sequence[int]) -> str:
    """The suffix of what will be written. MediaError for one that cannot be, or one name for many frames."""
    suffix = Path(pattern).suffix.lower()
    if not pattern:
        raise MediaError("No output file is set.")
    if suffix not in (".exr", *REVIEW, *MOVIE_OUT):
        kinds = ", ".join((".exr", *REVIEW, *MOVIE_OUT))
        raise MediaError(f"{pattern}: {suffix or 'a name without an extension'} cannot be written; use {kinds}.")
    check_output_name(pattern, frames, suffix in MOVIE_OUT)
    if suffix not in MOVIE_OUT and len(frames) > 1 and not is_pattern(pattern):
        raise MediaError(
            f"{pattern}: {len(frames)} frames need a frame number in the file name, such as shot.####{suffix}."
        )
    return suffix


def open_writer(pattern: str, frames: Sequence[int], options: Options = PLAIN) -> Writer:
    """A writer of these frames. MediaError where the name or an option cannot be used."""
    suffix = check_target(pattern, frames)
    if options.compression not in (AS_PLATE, *COMPRESSIONS):
        raise MediaError(f"Unknown compression {options.compression!r}; use {', '.join(COMPRESSIONS)}.")
    if options.colorspace != "auto":
        colour.check_colorspace(options.colorspace)
    return MovieFile(pattern, frames, options) if suffix in MOVIE_OUT else NumberedFiles(pattern, options)


class NumberedFiles:
    """One file a frame: an image, or the EXR form of what else travels on a wire."""

    def __init__(self, pattern: str, options: Options):
        self.pattern, self.options = pattern, options

    def put(self, frame: int, image: Any) -> str:
        path = frame_path(self.pattern, frame)
        if not isinstance(image, Image):
            from .exr.forms import write_form

            if not path.lower().endswith(".exr"):
                raise MediaError(f"{path}: a {type(image).__name__} can only be written as EXR.")
            write_form(image, path)
            return path
        chosen = self.options
        write_image(
            stamp_header(image, chosen.facts_of(frame)),
            path,
            compression=chosen.compression,
            dwa_level=chosen.dwa_level,
            datatype=chosen.datatype,
            colorspace=chosen.colorspace,
            quality=chosen.quality,
        )
        return path

    def close(self) -> None:
        """Every file is whole already."""

    def abort(self) -> None:
        """Every file is whole already."""


def stamp_header(image: Image, facts: Mapping[str, str]) -> Image:
    """An edited image with these facts and the version of this program in its header; others as they are. Consent that
    an earlier edit of the plate had was not given for this one, and is left out.
    """
    if image.path or "recast:model" not in image.main.attributes:
        return image
    given = {name: Attribute(value, "string") for name, value in facts.items() if value}
    stamped = with_attributes(image, {"recast:version": Attribute(__version__, "string")} | given)
    return stamped if CONSENT in given else without_attribute(stamped, CONSENT)


class MovieFile:
    """All frames in one movie, in order; a frame that never arrives is left out, with a notice."""

    def __init__(self, path: str, frames: Sequence[int], options: Options):
        self.path, self.options = path, options
        self._order = sorted(frames)
        self._waiting: dict[int, np.ndarray] = {}
        self._lock = threading.Lock()
        self._writer: Any = None

    def put(self, frame: int, image: Image) -> str:
        pixels = review_pixels(image, self.options.colorspace)
        if is_straight(image):
            notice(
                f"{self.path}: {Path(self.path).suffix} files have no alpha, so the frames are composited over black."
            )
        with self._lock:
            self._writer = self._writer or self._open(image)
            self._waiting[frame] = pixels
            while self._order and (self._order[0] in self._waiting or len(self._waiting) > WAITING):
                self._encode(self._order.pop(0))
        return self.path

    def close(self) -> None:
        with self._lock:
            for frame in self._order:
                self._encode(frame)
            if self._writer:
                self._writer.close()

    def abort(self) -> None:
        with self._lock:
            if self._writer:
                self._writer.abort()

    def _open(self, image: Image) -> Any:
        from .movie_writer import MovieWriter

        return MovieWriter(self.path, self._rate(image), self.options.quality, image.main.pixel_aspect)

    def _rate(self, image: Image) -> Fraction:
        if self.options.rate:
            return Fraction(self.options.rate).limit_denominator(1001)
        return frame_rate(image.main.attributes.get("framesPerSecond")) or FILM_RATE

    def _encode(self, frame: int) -> None:
        if frame in self._waiting:
            self._writer.put(self._waiting.pop(frame))
        else:
            notice(f"{self.path}: frame {frame} is missing from the movie because it could not be rendered.")
