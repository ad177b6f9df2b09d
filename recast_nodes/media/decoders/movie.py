"""One movie, frame by exact frame, by FFmpeg."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from ...errors import MediaError
from .. import limits

KEPT = 16  # decoded frames that wait for threads which ask a little out of order
FORWARD = 48  # so many frames ahead are decoded rather than sought
UNSPECIFIED = 2  # FFmpeg's number where a stream does not say its matrix
# A file's content may name other files and addresses (playlists): neither they nor any protocol but files are opened.
SAFE = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mxf,mpeg,mpegts,mpegvideo,m4v,h264,hevc",
}


class Movie:
    """Random access to the frames of one movie; memory does not grow with its length.

    Frames are those that a player shows, in order of their time stamps; a variable frame rate is taken frame by frame.
    """

    def __init__(self, path: str):
        self.path = path
        self._kept: OrderedDict[int, av.VideoFrame] = OrderedDict()
        try:
            self._times, self.rate = _times(path)
            self._container = _open(path)
            self._stream = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            self._frames = self._container.decode(self._stream)
        except (av.FFmpegError, OSError, ValueError) as problem:
            raise MediaError(f"{path}: cannot be read as a movie: {limits.reason(problem)}.") from problem
        self._next = 0

    @property
    def count(self) -> int:
        return len(self._times)

    def pixels(self, index: int) -> np.ndarray:
        """Frame `index` (from 0) as (H, W, 3), upright, of 8 bits, or of 16 where the movie has more than 8."""
        try:
            if index not in self._kept:
                self._decode_to(index)
            frame = self._kept[index]
            self._check_size(frame)
            return upright(_rgb(frame), frame.rotation)
        except (av.FFmpegError, StopIteration, ValueError) as problem:
            self._kept.clear()
            self._seek(0)
            raise MediaError(f"{self.path}: frame {index + 1} cannot be decoded.") from problem

    def aspect(self, index: int) -> Fraction:
        """Width of a pixel over its height in a frame that was just read."""
        aspect = self._stream.sample_aspect_ratio or Fraction(1)
        return 1 / aspect if self._kept[index].rotation % 180 else Fraction(aspect)

    def _check_size(self, frame: av.VideoFrame) -> None:
        limits.check_size(self.path, frame.width, frame.height, 3, frame.width * frame.height * 6)

    def _decode_to(self, index: int) -> None:
        if not self._next <= index <= self._next + FORWARD:
            self._seek(index)
        if not self._reach(index):
            self._seek(0)  # the container sought too far; from the start it cannot
            if not self._reach(index):
                raise StopIteration

    def _reach(self, index: int) -> bool:
        """Decode forwards until frame `index` is kept; False where the stream is past it."""
        while index not in self._kept:
            frame = next(self._frames)
            at = bisect.bisect_left(self._times, frame.pts or 0)
            if index < at:
                return False
            self._keep(at, frame)
        return True

    def _keep(self, at: int, frame: av.VideoFrame) -> None:
        self._kept[at] = frame
        self._next = at + 1
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _seek(self, index: int) -> None:
        self._container.seek(self._times[index], stream=self._stream, backward=True)
        self._frames = self._container.decode(self._stream)
        self._next = index


_movies: dict[str, Movie] = {}  # a process that reads a movie reads no other


def start(path: str) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Open the movie: its number of frames, and its rate as a fraction."""
    movie = _movies[path] = Movie(path)
    return {"count": movie.count, "rate": _fraction(movie.rate)}, []


def frame(path: str, index: int) -> tuple[dict[str, Any], list[np.ndarray]]:
    """One frame of the movie that was opened: the aspect of its pixels, and (H, W, 3) of them."""
    pixels = _movies[path].pixels(index)
    return {"aspect": _fraction(_movies[path].aspect(index))}, [pixels]


def _fraction(value: Fraction | None) -> list[int] | None:
    return [value.numerator, value.denominator] if value else None


def _open(path: str) -> Any:
    return av.open(f"file:{path}", options=SAFE)


def _times(path: str) -> tuple[list[int], Fraction | None]:
    """Time stamps of all frames that are shown, in order, without decoding them; and the frame rate."""
    times: list[int] = []
    with _open(path) as container:
        if not container.streams.video:
            raise MediaError(f"{path}: there is no picture in it.")
        stream = container.streams.video[0]
        limits.check_size(path, max(1, stream.width), max(1, stream.height), 3, stream.width * stream.height * 6)
        for packet in container.demux(stream):
            if packet.pts is not None and not packet.is_discard:
                times.append(packet.pts)
                limits.check(path, limits.MOVIE, len(times))
        rate = stream.average_rate or stream.guessed_rate
    if not times:
        raise MediaError(f"{path}: there are no frames in it.")
    return sorted(times), Fraction(rate) if rate else None


def _rgb(frame: av.VideoFrame) -> np.ndarray:
    """(H, W, 3) of 8 bits, or of 16 where the movie has more than 8. Streams that do not say their matrix follow
    their size.
    """
    deep = any(component.bits > 8 for component in frame.format.components)
    matrix = frame.colorspace
    if matrix == UNSPECIFIED:
        matrix = Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
    kind = "rgb48le" if deep else "rgb24"
    turned = VideoReformatter().reformat(
        frame, format=kind, src_colorspace=matrix, dst_color_range=ColorRange.JPEG, threads=1
    )
    return turned.to_ndarray()


def upright(pixels: np.ndarray, degrees: int) -> np.ndarray:
    """Pixels turned counter-clockwise by the quarter turns that a phone noted."""
    return np.ascontiguousarray(np.rot90(pixels, round(degrees / 90) % 4))
