"""One movie, frame by exact frame, by FFmpeg."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from ...errors import MediaError
from ..files import limits
from ..names.containers import is_animated_webp
from .movie_file import open_container, video_stream
from .movie_index import DAMAGE, decode_packet, index_movie
from .movie_pixels import (
    TAGS,
    angle,
    complete_tags,
    display_matrix,
    is_oblique,
    is_turned,
    pixels_of,
    rotate_by_matrix,
    tags,
)

if TYPE_CHECKING:
    from .webp_movie import WebpMovie

RECENT = 16  # decoded frames that wait for threads which ask a little out of order
FORWARD = 48  # so many frames ahead are decoded rather than sought
STEPS_BACK = (0, 1, 4)  # keyframes before the nearest one at which decoding is tried; then the start
EXPLODING = ("mjpeg",)  # codecs that make up what is damaged and do not say so, unless they are to stop there
STRAIGHT_ALPHA = ("apng", "gif", "png")  # codecs whose definition says that colours are not multiplied by alpha
ERRORS = (av.FFmpegError, OSError, ValueError)


class Movie:
    """Random access to the frames of one movie; memory does not grow with its length.

    Frames are those that a player shows, in the order in which it shows them (`movie_index`).
    """

    def __init__(self, path: str):
        self.path = path
        self._recent: OrderedDict[int, av.VideoFrame] = OrderedDict()
        self.remarks: list[str] = []
        self._container: Any = None
        try:
            self.index = index_movie(path)
            self._restart()
        except MemoryError:
            raise
        except ERRORS as problem:
            raise MediaError(f"{path}: cannot be read as a movie: {limits.reason(problem)}.") from problem
        self.remarks += self.index.remarks

    @property
    def count(self) -> int:
        return len(self.index.order)

    def pixels(self, index: int) -> np.ndarray:
        """Frame `index` (from 0) as (H, W, 3), or 4 with alpha, upright, of 8 bits, or of 16 where it has more."""
        try:
            if index not in self._recent:
                self._decode_to(index)
            frame = self._recent[index]
            complete_tags(frame, self._tags)
            limits.check_size(self.path, frame.width, frame.height, 4, frame.width * frame.height * 8)
            return rotate_by_matrix(pixels_of(self.path, frame), display_matrix(frame))
        except MemoryError:
            raise
        except (*ERRORS, StopIteration) as problem:
            self._recent.clear()
            self._restart()
            raise MediaError(f"{self.path}: frame {index + 1} cannot be decoded.") from problem

    def facts(self, index: int) -> dict[str, Any]:
        """What is known of a frame that was just read: the aspect of its pixels, and what it says of its colours."""
        frame = self._recent[index]
        aspect = Fraction(self._stream.sample_aspect_ratio or 1) or Fraction(1)
        aspect = 1 / aspect if is_turned(display_matrix(frame)) else aspect
        straight = self._stream.codec_context.name in STRAIGHT_ALPHA
        facts = {"tags": tags(frame), "remarks": self._collect_remarks(frame), "straight": straight}
        return facts | {"aspect": [aspect.numerator, aspect.denominator]}

    def _collect_remarks(self, frame: av.VideoFrame) -> list[str]:
        """What an artist should know of how the frames are read."""
        remarks = [*self.remarks]
        if frame.interlaced_frame:
            remarks.append("it is interlaced, and the two fields are read as one frame; deinterlace it first")
        matrix = display_matrix(frame)
        if matrix and is_oblique(matrix):
            degrees = angle(matrix)
            remarks.append(f"its track is rotated by {degrees:.0f} degrees; only quarter turns are applied")
        if self._stream.metadata.get("alpha_mode", "0") == "1" and not frame.format.name.startswith("yuva"):
            remarks.append("its alpha channel cannot be read and is left out")
        return remarks

    def _restart(self) -> None:
        """Decode from the start of the file."""
        if self._container is not None:
            self._container.close()
        self._container = open_container(self.path)
        self._stream = video_stream(self.path, self._container)
        self._stream.thread_type = "AUTO"
        if self._stream.codec_context.name in EXPLODING:
            self._stream.codec_context.options = {"err_detect": "explode"}
        self._tags = {name: getattr(self._stream.codec_context, name) for name in TAGS}
        self._frames = self._decode_packets(self._container.demux(self._stream), first=0)
        self._next = 0

    def _decode_packets(self, packets: Iterator[av.Packet], first: int) -> Iterator[tuple[int, av.VideoFrame]]:
        """Each frame with its place in the movie, from packet number `first` on; none that came out damaged."""
        number = first
        for packet in packets:
            frames: list[av.VideoFrame] = []
            with suppress(*DAMAGE):  # of this packet; the next ones may be whole
                frames = [frame for frame in decode_packet(packet, number) if not frame.is_corrupt]
            yield from ((self._places[frame.pts], frame) for frame in frames if frame.pts in self._places)
            number += 1

    @cached_property
    def _places(self) -> dict[int, int]:
        """The place in the movie of the frame that a packet holds."""
        return {number: place for place, number in enumerate(self.index.order)}

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """The number of the packet that has a time stamp."""
        stamps = self.index.stamps
        return {getattr(packet, stamps): number for number, packet in enumerate(self.index.packets)} if stamps else {}

    @cached_property
    def _keys(self) -> list[int]:
        """The packets with which decoding can start."""
        return [number for number, packet in enumerate(self.index.packets) if packet.key]

    def _decode_to(self, index: int) -> None:
        if self._next <= index <= self._next + FORWARD and self._reach(index):
            return
        for start in self._starts(index):
            if self._seek(start) and self._reach(index):
                return
        self._restart()
        if not self._reach(index):
            raise StopIteration

    def _starts(self, index: int) -> list[int]:
        """Keyframes from which the frame can be decoded: those before it, both in the file and when shown.

        A frame that is shown before the keyframe that it follows in the file refers to what lies before that.
        """
        if not self.index.stamps:
            return []
        packet = self.index.order[index]
        before = [key for key in self._keys if key <= packet and self._places.get(key, -1) <= index]
        return [before[-1 - step] for step in STEPS_BACK if step < len(before) and before[-1 - step]]

    def _seek(self, start: int) -> bool:
        """Go on at packet `start`; False where the container cannot get there."""
        stamps = [stamp for stamp in self.index.packets[start][:2] if stamp is not None]
        self._container.seek(min(stamps), stream=self._stream, backward=True)  # MPEG-TS seeks by the time of decoding
        packets = self._container.demux(self._stream)
        for packet in packets:
            number = self._numbers.get(getattr(packet, self.index.stamps)) if packet.size else None
            if number is None or number > start:
                return False
            if number == start:
                break
        else:
            return False
        self._frames = self._decode_packets(_prepend(packet, packets), start)
        self._next = self._places.get(start, 0)
        return True

    def _reach(self, index: int) -> bool:
        """Decode forwards until frame `index` is kept; False where the decoder is past it."""
        for at, frame in self._frames:
            if at < self._next:
                continue  # it refers to what was skipped
            self._keep(at, frame)
            if at >= index:
                break
        return index in self._recent

    def _keep(self, at: int, frame: av.VideoFrame) -> None:
        self._recent[at] = frame
        self._next = at + 1
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)


def _prepend(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from others


_movies: dict[str, Movie | WebpMovie] = {}  # a process that reads a movie reads no other


def start(path: str) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Open the movie: its number of frames, its rate as a fraction, and the seconds at which each is shown.

    `unknown` says why, where FFmpeg does not know the file as a movie.
    """
    try:
        movie = _movies[path] = _open_movie(path)
    except _Unknown as unknown:
        return {"unknown": str(unknown)}, []
    rate = movie.index.rate
    facts = {"count": movie.count, "rate": [rate.numerator, rate.denominator] if rate else None}
    return facts, [np.array(movie.index.times, np.float64)]


class _Unknown(Exception):
    """FFmpeg does not know the file as a movie."""


def _open_movie(path: str) -> Movie | WebpMovie:
    with open(path, "rb") as file:
        animated = is_animated_webp(file.read(32))
    if animated:
        from .webp_movie import WebpMovie

        return WebpMovie(path)
    try:
        open_container(path).close()
    except MemoryError:
        raise
    except ERRORS as problem:
        raise _Unknown(limits.reason(problem)) from problem
    return Movie(path)


def frame(path: str, index: int) -> tuple[dict[str, Any], list[np.ndarray]]:
    """One frame of the movie that was opened: what is known of it, and its pixels, (H, W, 3 or 4)."""
    pixels = _movies[path].pixels(index)
    return _movies[path].facts(index), [pixels]
