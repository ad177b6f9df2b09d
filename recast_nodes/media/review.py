"""Pictures for review: PNG, JPEG and TIFF of 8 bits.

They are encoded in memory by FFmpeg and written by Python, which says when a disk is full. OpenImageIO's JPEG writer
ends the whole process there, and its PNG writer loses the end of the file in silence (docs/decisions/0002-exr-
writing.md).
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import MediaError

REVIEW = {".png": "png", ".jpg": "mjpeg", ".jpeg": "mjpeg", ".tif": "tiff", ".tiff": "tiff"}  # suffix: FFmpeg's codec
WITH_ALPHA = ("png", "tiff")
PIXELS = {"png": "rgb24", "mjpeg": "yuvj444p", "tiff": "rgb24"}
OPTIONS = {"png": {"compression_level": "3"}, "mjpeg": {}, "tiff": {"compression_algo": "deflate"}}


def write_review(path: Path, codec: str, pixels: np.ndarray, quality: int, pixel_aspect: float = 1.0) -> None:
    """Write (H, W, 3) uint8 sRGB pixels to exactly `path`. `codec` is a value of REVIEW, `quality` 1..100 (JPEG).

    PNG and JPEG say the aspect of their pixels where it is not 1. Those of WITH_ALPHA also take (H, W, 4),
    unpremultiplied.
    """
    import av

    try:
        data = encode(codec, pixels, quality, pixel_aspect)
    except av.FFmpegError as problem:
        raise MediaError(f"cannot be encoded: {problem.strerror}.") from problem
    with open(path, "wb") as file:
        file.write(data)


def encode(codec: str, pixels: np.ndarray, quality: int, pixel_aspect: float = 1.0) -> bytes:
    """The whole file in memory; the same pixels give the same bytes."""
    import av  # here, since every command names REVIEW's endings, and a tenth of a second is long for `recast check`
    from av.video.reformatter import ColorRange, Colorspace

    height, width = pixels.shape[:2]
    context: Any = av.CodecContext.create(codec, "w")
    kind = "rgba" if pixels.shape[2] == 4 else "rgb24"
    context.width, context.height, context.pix_fmt = width, height, "rgba" if kind == "rgba" else PIXELS[codec]
    context.time_base, context.color_range = Fraction(1, 24), int(ColorRange.JPEG)
    context.options = OPTIONS[codec]
    if pixel_aspect != 1:
        aspect = Fraction(pixel_aspect).limit_denominator(255)
        context.sample_aspect_ratio = 1 / aspect if codec == "png" else aspect  # FFmpeg's PNG has it upside down
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format=kind)
    if codec == "mjpeg":
        context.qmin = context.qmax = round(31 - 0.29 * quality)  # 2 is the best, 31 the worst
        frame = frame.reformat(
            format=PIXELS[codec], dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.JPEG
        )  # as JFIF wants it
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
