"""Which packets of a movie hold its frames, in the order in which they are shown, and when each is shown.

Most movies say so themselves: each packet has a time stamp of its own, and in MP4 and Matroska that is its frame's.
Other containers keep none (AVI, raw streams) or have packets without a frame of their own (fields, hidden frames,
frames whose references were cut off). There the order is the decoder's: it is the only one that knows.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

import av
from av.codec.codec import Properties

from ...errors import MediaError
from ..files import limits
from .movie_file import choice_remark, open_container, video_stream

STAMPED = ("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "gif", "apng")  # a packet's time stamp is its frame's
UNSTAMPED = ("avi", "h264", "hevc", "vvc", "mpegvideo", "m4v", "h261", "h263", "vc1", "dirac", "obu", "av1", "evc")
HIDES = ("vp8",)  # codecs with frames that are only referred to, in packets of their own
TRIED = 100  # packets that are decoded to see whether the time stamps of other containers can be relied on
ROUGH = {"skip_loop_filter": "all", "skip_idct": "all"}  # the order of frames needs no fine pixels
RAW = ("h264", "hevc", "vvc", "mpegvideo", "m4v", "mjpeg")  # no container: FFmpeg says 25 frames a second of them all
COMMON = (*map(Fraction, (24, 25, 30, 48, 50, 60, 10, 12, 15)), Fraction(24000, 1001), Fraction(30000, 1001))
SLACK = 0.01  # of the rate, and one tick of the clock: less is the rounding of time stamps (GIF has hundredths)
# What decoders raise of one packet's content; what they lack (memory) is not among it.
DAMAGE = (av.error.InvalidDataError, av.error.ExternalError, av.error.PatchWelcomeError, av.error.ArgumentError)


class Packet(NamedTuple):
    """One packet of the track: its time stamps in the track's units, and whether decoding can start with it."""

    pts: int | None
    dts: int | None
    key: bool
    shown: bool  # not cut away by an edit list


class Index(NamedTuple):
    """The frames of a movie. Packets are known by their number in the file's order."""

    packets: list[Packet]
    order: list[int]  # for each frame the packet that holds it
    times: list[float]  # for each frame the seconds after the first one at which it is shown; empty if unknown
    rate: Fraction | None  # frames a second, on average
    stamps: str  # "pts" or "dts", by which a packet is known again after seeking; "" where neither does
    remarks: tuple[str, ...] = ()


def index_movie(path: str) -> Index:
    """The frames of the movie at `path`. Raises FFmpegError, MediaError."""
    with open_container(path) as container:
        stream = video_stream(path, container)
        packets = _packets(path, container, stream)
        track = StreamOrder(container.format.name, stream.codec_context.codec, bool(stream.codec_context.has_b_frames))
        base, rate, remark = stream.time_base, _rate(container, stream), choice_remark(container, stream)
    if not packets:
        raise MediaError(f"{path}: cannot be read as a movie: it contains no frames.")
    order = _expected_order(packets, track)
    trusted = bool(order) and (track.sure or _decodes_as(path, order, len(packets)))
    order = order if trusted else _decoded_order(path, packets)
    stamps = _stamps(packets)
    timed = "" if track.kind in RAW else "pts" if trusted and stamps == "pts" else "dts"
    times = _times([packets[number] for number in order], base, rate, timed)
    seekable = "" if track.kind in RAW else stamps if track.kind not in UNSTAMPED else _stamps(packets, ("dts",))
    return Index(packets, order, times, _measure_rate(times, rate, base), seekable, (remark,) if remark else ())


class StreamOrder(NamedTuple):
    """What the order of frames depends on: FFmpeg's name of the container, the codec, and whether it reorders."""

    kind: str
    codec: Any
    reorders: bool

    @property
    def whole(self) -> bool:
        """Whether each packet is a picture of its own."""
        return bool(self.codec.properties & Properties.INTRA_ONLY.value)

    @property
    def sure(self) -> bool:
        return self.whole or self.kind in STAMPED


def _expected_order(packets: list[Packet], track: StreamOrder) -> list[int]:
    """Packets in the order in which their frames should be shown; none where only the decoder can say."""
    shown = [number for number, packet in enumerate(packets) if packet.shown]
    if track.whole and track.kind in UNSTAMPED:
        return shown
    if track.codec.name in HIDES or not packets[0].key:
        return []
    if track.kind in UNSTAMPED:
        return [] if track.reorders else shown
    return sorted(shown, key=lambda number: packets[number].pts or 0) if _stamps(packets) == "pts" else []


def _packets(path: str, container: Any, stream: Any) -> list[Packet]:
    packets = []
    for packet in container.demux(stream):
        if packet.size:
            packets.append(Packet(packet.pts, packet.dts, packet.is_keyframe, not packet.is_discard))
            limits.check(path, limits.MOVIE, len(packets))
    return packets


def _stamps(packets: list[Packet], kinds: tuple[str, ...] = ("pts", "dts")) -> str:
    """The kind of time stamp that every packet has, and no two the same; '' where there is none."""
    for kind in kinds:
        stamps = {getattr(packet, kind) for packet in packets}
        if None not in stamps and len(stamps) == len(packets):
            return kind
    return ""


def _decodes_as(path: str, expected: list[int], count: int) -> bool:
    """Whether the first of `count` packets give one frame each, in this order."""
    shown, _ = _decode(path, "AUTO", TRIED)
    expected = [number for number in expected if number < TRIED]
    if count > TRIED:  # what the last ones refer to may come later
        shown, expected = shown[: TRIED // 2], expected[: TRIED // 2]
    return shown == expected


def _decoded_order(path: str, packets: list[Packet]) -> list[int]:
    """Packets in the order in which the decoder gives their frames; a damaged one keeps its place."""
    order, damaged = _decode(path, "AUTO")
    if damaged:
        order, damaged = _decode(path, "NONE")  # several threads tell of an error some packets later
    order = [number for number in dict.fromkeys(order) if packets[number].shown]
    if len(order) <= len(damaged):
        raise MediaError(f"{path}: cannot be read as a movie: none of its frames can be decoded.")
    return order


def _decode(path: str, threads: str, most: int | None = None) -> tuple[list[int], list[int]]:
    """The number of each frame's packet, as the frames come out of the decoder, and of each damaged packet; the damaged
    ones alone.
    """
    order: list[int] = []
    damaged: list[int] = []
    with open_container(path) as container:
        stream = video_stream(path, container)
        stream.codec_context.options = ROUGH
        stream.thread_type = threads
        for number, packet in enumerate(islice(container.demux(stream), most)):
            try:
                order += _numbers(decode_packet(packet, number))
            except DAMAGE:
                order.append(number)
                damaged.append(number)
        if most:
            with suppress(av.FFmpegError):
                order += _numbers(stream.codec_context.decode(None))
    return order, damaged


def _numbers(frames: list[Any]) -> list[int]:
    return [frame.pts for frame in frames if frame.pts is not None]


def decode_packet(packet: Any, number: int) -> list[Any]:
    """The frames that come out of the decoder when this packet goes in, each with its packet's number as `pts`."""
    if packet.size:
        packet.pts = number
    try:
        return list(packet.decode())
    except av.error.EOFError:
        return []


def _rate(container: Any, stream: Any) -> Fraction | None:
    raw = container.format.name in RAW
    rate = stream.codec_context.framerate if raw else stream.average_rate
    return Fraction(rate) if rate else None


def _measure_rate(times: list[float], rate: Fraction | None, base: Fraction | None) -> Fraction | None:
    """The rate as the container has it, unless the frames are shown at another one."""
    if len(times) < 2 or not times[-1]:
        return rate
    measured = (len(times) - 1) / times[-1]
    if rate and abs(float(rate) / measured - 1) < SLACK + float(base or 0) / times[-1]:
        return rate
    slack = float(base or 0) / times[-1]
    common = (each for each in COMMON if abs(float(each) / measured - 1) <= slack)
    return next(common, Fraction(measured).limit_denominator(1001))


def _times(shown: list[Packet], base: Fraction | None, rate: Fraction | None, stamps: str) -> list[float]:
    """When each frame is shown, in seconds after the first: by time stamps (those of decoding are shown ones too,
    once they are in order), or else by the rate.
    """
    ticks = [getattr(packet, stamps) for packet in shown] if stamps else []
    if base and ticks and None not in ticks and len(set(ticks)) == len(ticks):
        ticks.sort()
        return [float((tick - ticks[0]) * base) for tick in ticks]
    return [float(at / rate) for at in range(len(shown))] if rate else []
