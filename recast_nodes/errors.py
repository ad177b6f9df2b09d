"""Errors that are shown to the artist.

Every error that a user can cause derives from `RecastError`, says what is wrong in one sentence, and names the file,
node, knob or line. Anything else that escapes is a bug of ours.
"""

from __future__ import annotations


class RecastError(Exception):
    """Something that the user can put right; its text is shown as it is, without a traceback."""


class KnobError(RecastError, ValueError):
    """A knob was given a value that it does not take."""


class DocumentError(RecastError):
    """A shot document is wrong; `problems` holds every fault that was found, not only the first."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


class MediaError(RecastError):
    """A file could not be read or written; the text names it."""


class MissingFrame(MediaError):
    """A sequence has no file for this frame."""


class ColourError(RecastError):
    """A colour space or OpenColorIO configuration that is not there."""


class ModelMissing(RecastError):
    """A model file is not on this machine; the text names the command that installs it."""


class NotInstalled(ModelMissing):
    """A model or a tracker that no installed package brings, or whose package does not load; the text names it."""


class WeightsError(ModelMissing):
    """A file of weights that is there and cannot be used: damaged, of another model, or with code inside."""


class ComputeError(RecastError):
    """A network gave nothing that can be used, or there was no memory to run it; the text names the frame."""


class NoFace(RecastError):
    """No face was found where one is needed."""


class StorageError(MediaError):
    """A disk is full, a share is gone, a permission was lost: not the request's fault, and worth another try."""


class OutOfMemory(ComputeError):
    """A frame needs more memory than there is."""


class Stopped(RecastError):
    """A frame took longer than its time limit."""
