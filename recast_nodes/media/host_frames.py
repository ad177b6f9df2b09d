"""Frames that a host holds in memory and hands over one by one: the source behind a Read whose file is `host:NAME`.

A worker registers a clip under a name for as long as its host asks for frames of it. Which frames were seen, and with
what pixels, is known by a digest that the host sends along: a clip of which a frame comes back with other pixels is
taken for another clip from its first frame on, since nobody can say what else of it has changed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from ..errors import MediaError, MissingFrame
from ..model_registry import MODELS
from ..wires import Attribute, Face, Image, Part, Window

if TYPE_CHECKING:
    import numpy as np

PREFIX = "host:"
MOST = 256  # clips whose names are known


class HostFrame(NamedTuple):
    """One frame as a host gave it. `planes` are its channels by name, each (H, W), rows from the top."""

    planes: Mapping[str, np.ndarray]
    window: Window
    display: Window
    pixel_aspect: float
    digest: str


class HostClip:
    """A clip of a host, asked as a sequence of files is."""

    kind: ClassVar[str] = "host"
    missing: ClassVar[tuple[int, ...]] = ()
    rate: ClassVar[Fraction | None] = None

    def __init__(self, name: str):
        self.name, self.first, self.last = name, 0, 0
        self.premultiplied = True
        self.changed = False  # whether a frame came back with other pixels; `renew` then
        self._fetch: Callable[[int], HostFrame] | None = None
        self._digests: dict[int, str] = {}
        self._generation = 0
        self._lock = threading.Lock()

    def attach(self, first: int, last: int, premultiplied: bool, fetch: Callable[[int], HostFrame] | None) -> None:
        """The clip's range, and the way to its frames, as of now."""
        self.first, self.last, self.premultiplied, self._fetch = first, last, premultiplied, fetch

    def renew(self) -> None:
        """Forget what was seen: whatever was made of it has another fingerprint from now on."""
        with self._lock:
            self._digests.clear()
            self._generation += 1
            self.changed = False

    @property
    def frames(self) -> tuple[int, ...]:
        """Every frame of the clip's range."""
        return tuple(range(self.first, self.last + 1))

    def holds(self, frame: int) -> bool:
        """Whether the frame is within the clip's range."""
        return self.first <= frame <= self.last

    def path(self, frame: int) -> str:
        """What the frame is called in messages. Raises MissingFrame."""
        if self.holds(frame):
            return self.name
        raise MissingFrame(f"{self.name}: no frame {frame}; the clip has {self.first}-{self.last}.")

    def fingerprint(self, frame: int) -> str:
        """Changes with `renew`."""
        return f"{PREFIX}{self.name} {self._generation} {frame}"

    def fetch(self, frame: int) -> HostFrame:
        """A frame from the host. Raises MediaError."""
        if self._fetch is None:
            raise MediaError(f"{self.name}: its host is not connected.")
        found = self._fetch(frame)
        with self._lock:
            self.changed |= self._digests.setdefault(frame, found.digest) != found.digest
        return found

    def read(
        self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all", view: str = ""
    ) -> Image:
        """The frame as an image. Raises MediaError, ColourError."""
        from .colour import colour

        found = self.fetch(frame)
        attributes = {"pixelAspectRatio": Attribute(found.pixel_aspect, "float")}
        part = Part("", dict(found.planes), found.window, found.display, attributes)
        rgb = ("R", "G", "B") if "G" in found.planes else (next(iter(found.planes)),) * 3
        return Image((part,), rgb, colour.colorspace_of(part, rgb[0], self.name, colorspace))

    def face(self, frame: int, colorspace: str = "auto") -> Face:
        """A frame that shows a face alone as the face that Decode makes: where its alpha is above 0, it is the edit."""
        import numpy as np
        import torch

        from .pixels import linear_rgb

        image = self.read(frame, colorspace=colorspace)
        window = image.main.window
        alpha = torch.from_numpy(np.float32(image.main.channels["A"]))
        rows, columns = alpha.any(1).nonzero().flatten(), alpha.any(0).nonzero().flatten()
        if not len(rows):
            window, alpha = Window(window.x, window.y, 0, 0), alpha[:0, :0]
        else:
            top, left, bottom, right = (int(each) for each in (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1))
            window = Window(window.x + left, window.y + top, right - left, bottom - top)
            alpha = alpha[top:bottom, left:right]
        pixels = linear_rgb(image, window) if window.width else torch.zeros(3, 0, 0)
        crop = torch.eye(3)
        crop[:2, 2] = -torch.tensor([float(window.x), float(window.y)])
        return Face(
            pixels=pixels / alpha.clamp(min=1e-6) if self.premultiplied else pixels,
            change=(alpha > 0).float()[None],
            crop=crop,
            flow=torch.zeros(2, *alpha.shape),
            occlusion=torch.ones(1, *alpha.shape),
            keypoints=torch.zeros(1, 3),
            model=MODELS.default,
            edited=bool(window.width),
            colorspace=image.colorspace,
        )


_clips: OrderedDict[str, HostClip] = OrderedDict()
_lock = threading.Lock()


def host_clip(name: str) -> HostClip:
    """The clip of this name; a new one where there is none yet."""
    with _lock:
        clip = _clips.pop(name, None) or HostClip(name)
        _clips[name] = clip
        while len(_clips) > MOST:
            _clips.popitem(last=False)
        return clip


def open_host_clip(file: str) -> HostClip:
    """The clip that a Read's file names. Raises MediaError."""
    with _lock:
        found = _clips.get(file.removeprefix(PREFIX))
    if found is None:
        raise MediaError(f"{file}: names a clip of a host, which is not connected.")
    return found
