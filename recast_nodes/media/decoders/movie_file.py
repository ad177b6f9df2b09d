"""Containers of movies: opened safely, and the one track in them that is the movie."""

from __future__ import annotations

from typing import Any

import av
from av.stream import Disposition

from ...errors import MediaError
from ..files import limits
from .memory import at_most

# A file's content may name other files and addresses (playlists): neither they nor any protocol but files are opened.
# Containers of moving pictures, by FFmpeg's names, without those that only point to other files (hls, dash, concat,
# image2, sdp, imf ...) and those of single pictures (png_pipe ...), which OpenImageIO reads.
DEMUXERS = (
    *("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "mxf", "mpeg", "mpegts", "mpegvideo", "m4v", "h264", "hevc"),
    *("vvc", "evc", "obu", "av1", "ivf", "flv", "live_flv", "kux", "asf", "asf_o", "ogg", "nut", "gif", "apng"),
    *("yuv4mpegpipe", "mjpeg", "mjpeg_2000", "smjpeg", "dv", "gxf", "rm", "h261", "h263", "dirac", "vc1", "vc1test"),
    *("avs2", "avs3", "cavsvideo", "dnxhd", "apv", "wtv", "nsv", "nuv", "swf", "roq", "smk", "bink", "flic"),
    *("film_cpk", "filmstrip", "4xm", "mlv", "cine", "ty", "pva", "lxf", "cdxl", "dhav", "xmv", "vivo"),
)
SAFE = {"protocol_whitelist": "file", "format_whitelist": ",".join(DEMUXERS)}
NO_MOVIE = Disposition.attached_pic | Disposition.timed_thumbnails  # cover art, and pictures of chapters


def open_container(path: str) -> Any:
    """The file open in FFmpeg. Raises FFmpegError where it is none that FFmpeg takes for moving pictures.

    MediaError where its tables claim more than is read: FFmpeg makes room for what a table claims before it reads it.
    """
    with at_most(limits.most(limits.OPENING) << 20) as ours:
        try:
            return av.open(f"file:{path}", options=SAFE)
        except MemoryError:
            if not ours:
                raise
    limits.refuse(path, limits.OPENING, limits.most(limits.OPENING) + 1)


def video_stream(path: str, container: Any) -> Any:
    """The track that is the movie: never cover art; of several the one marked as default, then the largest picture.

    MediaError where there is none, or where its pictures or the frames that it claims are more than is read.
    """
    streams = [stream for stream in container.streams.video if not stream.disposition & NO_MOVIE]
    if not streams:
        what = "its only image is cover art" if container.streams.video else "it contains no video"
        raise MediaError(f"{path}: cannot be read as a movie: {what}.")
    stream = max(streams, key=lambda one: (bool(one.disposition & Disposition.default), one.width * one.height))
    limits.check_size(path, max(1, stream.width), max(1, stream.height), 3, stream.width * stream.height * 6)
    limits.check(path, limits.MOVIE, stream.frames)
    return stream


def choice_remark(container: Any, stream: Any) -> str:
    """What to say where there was a choice of tracks."""
    count = sum(not one.disposition & NO_MOVIE for one in container.streams.video)
    return f"it has {count} video tracks; track {stream.index} is read" if count > 1 else ""
