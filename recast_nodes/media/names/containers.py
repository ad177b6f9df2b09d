"""Which single files are pictures and which may be movies: by what they begin with, since endings lie."""

from __future__ import annotations

import os
import struct

# Endings by which a movie is known before it is opened: a numbered clip (00012.MTS) is then no frame of a sequence.
MOVIES = (
    *(".mov", ".mp4", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mpg", ".mpeg", ".mts", ".m2ts", ".ts", ".3gp"),
    *(".3g2", ".flv", ".f4v", ".wmv", ".asf", ".ogv", ".vob", ".m2v", ".y4m", ".mjpeg", ".mjpg", ".nut", ".ivf"),
    *(".h264", ".264", ".avc", ".h265", ".265", ".hevc", ".dv", ".gxf", ".apng"),
)
NO_MAGIC = (".tga", ".pic", ".iff", ".rla", ".zfile", ".pnm", ".pgm", ".ppm", ".pbm")  # pictures known by their ending
PICTURES = (  # how files of pictures begin
    *(b"\x76\x2f\x31\x01", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"SDPX", b"XPDS", b"\x80\x2a\x5f\xd7", b"BM"),
    *(b"\xd7\x5f\x2a\x80", b"8BPS", b"#?RADIANCE", b"#?RGBE", b"\x01\xda", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\xff\x4f"),
    b"\0\0\0\x0cjP  ",
)
STILL_BRANDS = (b"avif", b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2")  # of ISO files with one picture
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
JPEG_NAMES = (".jpg", ".jpeg", ".jpe", ".jfif")
NEXT_JPEG = b"\xff\xd9\xff\xd8\xff"  # the end of one and the beginning of another: a stream of frames
LOOKED_AT = 4096  # bytes; what tells an animated PNG or WebP stands before the pixels
LARGEST_JPEG = 8 << 20  # bytes of the first frame of a stream of JPEGs, at most


def is_picture(path: str) -> bool:
    """Whether a file's content is a single picture; otherwise it may be a movie, which FFmpeg knows best.

    GIF, animated PNG and animated WebP are not. A file that cannot be read is no picture.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(LOOKED_AT)
            ending = os.path.splitext(path)[1].lower()
            if head.startswith(JPEG):
                # Phones put further pictures behind the first one too (MPF), in a file with a JPEG's name.
                return ending in JPEG_NAMES or NEXT_JPEG not in head + file.read(LARGEST_JPEG)
    except OSError:
        return False
    if head.startswith(PNG):
        return b"acTL" not in _names_of_chunks(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return not is_animated_webp(head)
    if head[4:8] == b"ftyp":
        return head[8:12] in STILL_BRANDS
    return head.startswith(PICTURES) or (ending in NO_MAGIC and not head.startswith(b"RIFF"))


def is_animated_webp(head: bytes) -> bool:
    """Whether the first bytes of a file (21 at least) are those of a WebP with several frames."""
    return head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and len(head) > 20 and bool(head[20] & 2)


def _names_of_chunks(head: bytes) -> list[bytes]:
    """The chunks of a PNG as far as `head` goes."""
    names, at = [], len(PNG)
    while at + 8 <= len(head):
        length, name = struct.unpack_from(">I4s", head, at)
        names.append(name)
        at += 12 + length
    return names
