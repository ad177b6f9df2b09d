"""Write: frames to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RecastError
from ..knobs import Choice, File, Float, Int, Text
from ..node import Finding, Input, Node
from ..wires import WIRES

if TYPE_CHECKING:
    from ..media.writers import Writer

AS_PLATE = "as plate"
COMPRESSIONS = ("none", "rle", "zips", "zip", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab")


class Write(Node):
    """Write EXR frames, or PNG, JPEG, TIFF or a movie for review.

    Tracks, motions, fields and faces are written in their EXR forms, which Read reads back to the bit.

    A frame appears under its name only when it is complete. EXR keeps every part, channel and attribute of the plate;
    an unedited frame is a copy of the plate's file. Tiled plates are written as scanlines.
    """

    image = Input(WIRES, "The frames to write: images, or the output of any other node.")
    gives = None
    checks_frames = True

    file = File(
        "",
        "The frames to write: shot.####.exr, or .png, .jpg, .tif, or a movie (.mp4, .mov).",
        writes=True,
        affects_result=False,
    )
    compression = Choice(
        AS_PLATE,
        "EXR compression. as plate: the plate's own, or zip if that is lossy and the frame was edited, so that "
        "unedited pixels keep every bit. pxr24, b44 and dwa also change pixels outside the edit.",
        options=(AS_PLATE, *COMPRESSIONS),
        group="EXR",
    )
    dwa_level = Float(
        None,
        "The lossiness of dwaa and dwab.",
        limits=(0, 100000),
        slider=(0, 200),
        unset="the plate's own, or 45",
        animates=False,
        group="EXR",
    )
    datatype = Choice(AS_PLATE, "Data type of the image channels.", options=(AS_PLATE, "half", "float"), group="EXR")
    colorspace = Text("auto", "Output colour space. auto: the plate's own for EXR, sRGB for review files and movies.")
    quality = Int(92, "JPEG and movie quality.", limits=(1, 100), slider=(60, 100), animates=False, group="Review")
    rate = Float(
        None,
        "Frame rate of a movie.",
        limits=(1, 1000),
        slider=(12, 60),
        unset="the plate's own, or 24",
        animates=False,
        group="Review",
    )

    consent = File(
        "",
        "A file with the block consent: (who agreed to the edit), for shots that are made of a host's nodes. A shot "
        "document may have the block itself.",
        affects_result=False,
        group="Consent",
    )

    def target(self) -> str | None:
        """The file that this frame will be; None where all frames go into one movie."""
        from ..media.names.patterns import frame_path
        from ..media.writers import MOVIE_OUT

        return None if self.file.lower().endswith(MOVIE_OUT) else frame_path(self.file, self.frame)

    def open(self, facts: Callable[[int], Mapping[str, str]], frames: Sequence[int]) -> Writer:
        """Where the frames go. `facts` gives what the header of an edited frame says of the shot."""
        from ..media.writers import Options, open_writer

        chosen = (self.compression, self.dwa_level, self.datatype, self.colorspace, self.quality, self.rate)
        return open_writer(self.file, frames, Options(*chosen, facts))

    @classmethod
    def check(cls, moments: Sequence[Write]) -> Iterable[Finding]:  # type: ignore[override]
        if not moments:
            return
        from ..media.colour.colour import check_colorspace
        from ..media.writers import check_target

        one = moments[0]
        try:
            check_target(one.file, [moment.frame for moment in moments])
        except RecastError as error:
            yield Finding(str(error), "file")
        if one.colorspace != "auto":
            try:
                check_colorspace(one.colorspace)
            except RecastError as error:
                yield Finding(str(error), "colorspace")
        if one.file:
            yield from _unwritable(Path(one.file).absolute().parent)


def _unwritable(folder: Path) -> Iterable[Finding]:
    there = next(above for above in (folder, *folder.parents) if above.exists())
    if not there.is_dir():
        yield Finding(f"{there} is a file, not a folder, so no frames can be written there.", "file")
    elif not os.access(there, os.W_OK | os.X_OK):
        yield Finding(f"{there} cannot be written to.", "file")
