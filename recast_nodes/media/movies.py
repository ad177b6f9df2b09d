"""Movies in, frame by exact frame, and movies out for review."""

from __future__ import annotations

import bisect
import threading
from collections import OrderedDict
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from ..errors import MediaError
from ..wires import Attribute, Image, Part, Window
from . import colour
from .atomic import whole_file

KEPT = 16  # decoded frames that wait for threads which ask a little out of order
FORWARD = 48  # so many frames ahead are decoded rather than sought
UNSPECIFIED = 2  # FFmpeg's number where a stream does not say its matrix


class MovieReader:
    """Random access to the frames of one movie. Safe for several threads; memory does not grow with its length.

    Frames are those that a player shows, in order of their time stamps; a variable frame rate is taken frame by frame.
    """

    def __init__(self, path: str):
        self.path = path
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, av.VideoFrame] = OrderedDict()
        try:
            self._times, self.rate = _times(path)
            self._container = av.open(path)
            self._stream = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            self._frames = self._container.decode(self._stream)
        except (av.FFmpegError, OSError) as problem:
            raise MediaError(f"{path}: cannot be read as a movie: {problem.strerror}.") from problem
        self._next = 0

    @property
    def count(self) -> int:
        return len(self._times)

    def read(self, index: int, colorspace: str = "auto") -> Image:
        """Frame `index` (from 0) as an Image: R, G, B of 8 or 16 bits, display-referred, turned upright."""
        frame = self._frame(index)
        pixels = upright(_rgb(frame), frame.rotation)
        height, width = pixels.shape[:2]
        aspect = self._stream.sample_aspect_ratio or Fraction(1)
        aspect = 1 / aspect if frame.rotation % 180 else aspect
        attributes = {"pixelAspectRatio": Attribute(float(aspect), "float")}
        if self.rate:
            attributes["framesPerSecond"] = Attribute((self.rate.numerator, self.rate.denominator), "rational")
        window = Window(0, 0, width, height)
        part = Part("", {name: pixels[..., at] for at, name in enumerate("RGB")}, window, window, attributes)
        return Image((part,), ("R", "G", "B"), colour.colorspace_of(part, "R", self.path, colorspace))

    def _frame(self, index: int) -> av.VideoFrame:
        with self._lock:
            try:
                if index not in self._kept:
                    self._decode_to(index)
            except (av.FFmpegError, StopIteration) as problem:
                self._kept.clear()
                self._seek(0)
                raise MediaError(f"{self.path}: frame {index + 1} cannot be decoded.") from problem
            return self._kept[index]

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


def _times(path: str) -> tuple[list[int], Fraction | None]:
    """Time stamps of all frames that are shown, in order, without decoding them; and the frame rate."""
    with av.open(path) as container:
        if not container.streams.video:
            raise MediaError(f"{path}: there is no picture in it.")
        stream = container.streams.video[0]
        packets = container.demux(stream)
        times = sorted(packet.pts for packet in packets if packet.pts is not None and not packet.is_discard)
        rate = stream.average_rate or stream.guessed_rate
    if not times:
        raise MediaError(f"{path}: there are no frames in it.")
    return times, Fraction(rate) if rate else None


def _rgb(frame: av.VideoFrame) -> np.ndarray:
    """(H, W, 3) of 8 bits, or of 16 where the movie has more than 8. Streams that do not say their matrix follow
    their size.
    """
    deep = any(component.bits > 8 for component in frame.format.components)
    matrix = frame.colorspace
    if matrix == UNSPECIFIED:
        matrix = Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
    kind = "rgb48le" if deep else "rgb24"
    # A reformatter of its own for each call: the frame's own is shared by all threads that read the same frame.
    turned = VideoReformatter().reformat(
        frame, format=kind, src_colorspace=matrix, dst_color_range=ColorRange.JPEG, threads=1
    )
    return turned.to_ndarray()


def upright(pixels: np.ndarray, degrees: int) -> np.ndarray:
    """Pixels turned counter-clockwise by the quarter turns that a phone noted."""
    return np.ascontiguousarray(np.rot90(pixels, round(degrees / 90) % 4))


class MovieWriter:
    """An H.264 movie (yuv420p, Rec.709) for review. Frames must come in order, all of one size; odd sizes are cropped
    to even.
    """

    def __init__(self, path: str | Path, rate: Fraction, quality: int = 92):
        self.path = Path(path)
        self._stack = ExitStack()
        temporary = self._stack.enter_context(whole_file(path))
        self._container = av.open(str(temporary), "w", format="mov" if self.path.suffix.lower() == ".mov" else "mp4")
        self._stream = self._container.add_stream("libx264", rate=rate)
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": str(round((100 - quality) / 100 * 51)), "preset": "medium"}
        self._size: tuple[int, int] | None = None

    def put(self, pixels: np.ndarray) -> None:
        """Add one (H, W, 3) uint8 sRGB frame."""
        height, width = (size // 2 * 2 for size in pixels.shape[:2])
        if not width or not height:
            raise MediaError(f"{self.path}: a movie needs at least 2 x 2 pixels.")
        if self._size is None:
            self._size = width, height
            self._stream.width, self._stream.height = width, height
            context = self._stream.codec_context
            context.colorspace, context.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
            context.color_primaries, context.color_trc = 1, 13  # Rec.709 primaries, sRGB curve
        if self._size != (width, height):
            raise MediaError(
                f"{self.path}: all frames of a movie need one size; {width} x {height} came after {self._size}."
            )
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:height, :width]), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
        try:
            self._container.mux(self._stream.encode(frame))
        except (av.FFmpegError, OSError) as problem:
            raise MediaError(f"{self.path}: it cannot be written: {problem.strerror}.") from problem

    def close(self) -> None:
        """Finish the movie and give it its name. A movie without a frame is not written."""
        if self._size is None:
            return self.abort()
        with self._stack:
            try:
                self._container.mux(self._stream.encode(None))
                self._container.close()
            except (av.FFmpegError, OSError) as problem:
                raise MediaError(f"it cannot be written: {problem.strerror}.") from problem

    def abort(self) -> None:
        """Leave nothing behind."""
        with suppress(av.FFmpegError, OSError):
            self._container.close()
        with suppress(_Abandoned), self._stack:
            raise _Abandoned


class _Abandoned(Exception):
    """Makes `whole_file` remove what it was given."""
