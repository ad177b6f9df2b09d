"""Frame ranges in shot time: '1001-1100x2,1150', read by the Fileseq library."""

from __future__ import annotations

from ..errors import KnobError

MOST = 1_000_000  # frames in one range; eleven hours at 24 frames a second


def parse_span(text: str) -> tuple[int, ...]:
    """The frames that `text` names, in their order. Raises KnobError."""
    from fileseq import FrameSet
    from fileseq.exceptions import FileSeqException

    try:
        frames = FrameSet(text)
        if len(frames) > MOST:
            raise KnobError(f"{text!r} names {len(frames)} frames; at most {MOST} are taken.")
        return tuple(int(frame) for frame in frames)
    except (FileSeqException, ValueError) as error:
        if isinstance(error, KnobError):
            raise
        raise KnobError(
            f"{text!r} is not a range of frames such as 1001-1100, 1001-1100x2 or 1001-1050,1080."
        ) from None
