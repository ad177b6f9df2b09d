"""What travels along a wire between nodes: Image, Track, Motion, WarpField, Face.

Positions are continuous pixel coordinates of the plate's own EXR pixel space (the display window's), x to the right, y
down. Pixel (i, j) covers [i, i+1) x [j, j+1), so its centre is (i + 0.5, j + 0.5); a data window that starts at -20 has
its first pixel's centre at -19.5. Tensors are float32 on the CPU unless a model says otherwise.

This module needs only the standard library at run time, so that hosts can read the node declarations without torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .channels import LazyChannels
from .window import Window
from .wire_parts import Eyes as Eyes
from .wire_parts import HeadParameters as HeadParameters
from .wire_parts import Shading as Shading
from .wire_parts import SkinTexture as SkinTexture

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor


@dataclass(frozen=True)
class Attribute:
    """One header attribute: its value and the file format's own name for its type ('float', 'timecode', 'm33f')."""

    value: Any
    type: str


@dataclass(frozen=True)
class Part:
    """One part of an image file, exactly as stored: every channel in its own type, in the file's order.

    `channels` maps full names ('R', 'diffuse.R', 'left.Z') to (H, W) arrays that cover `window` (the data window). What
    a file holds may still be packed: `channels[name]` unpacks a channel whole, `cut` no more rows of it than it needs,
    and `kind` nothing at all.
    """

    name: str
    channels: Mapping[str, np.ndarray]
    window: Window
    display: Window
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    def cut(self, name: str, window: Window) -> np.ndarray:
        """A channel's pixels in `window`, which lies inside the data window. To look at, not to write into."""
        rows, columns = window.within(self.window)
        if isinstance(self.channels, LazyChannels):
            return self.channels.cut(name, rows, columns)
        return self.channels[name][rows, columns]

    def kind(self, name: str) -> np.dtype:
        """The type of a channel's values."""
        return self.channels.kinds[name] if isinstance(self.channels, LazyChannels) else self.channels[name].dtype

    @property
    def pixel_aspect(self) -> float:
        """Width of a pixel over its height; 1 where the header says nothing that can be meant."""
        attribute = self.attributes.get("pixelAspectRatio")
        value = attribute.value if attribute else 1.0
        return float(value) if isinstance(value, (int, float)) and 0.01 <= value <= 100 else 1.0


class Image(NamedTuple):
    """One frame of a plate or of a driving performance: all that its file held, and which channels are the picture.

    `rgb` names the red, green and blue channel of `parts[part]` that are looked at and edited (one name thrice where
    the picture is a single channel). `colorspace` is what they are encoded in. `path` is the file whose content this
    still is, to the bit; it is empty as soon as anything was edited. `origin` is the file whose pixels these still are,
    channel for channel, outside of `touched` in `parts[part]`; it is empty where that cannot be said.
    """

    parts: tuple[Part, ...]
    rgb: tuple[str, str, str]
    colorspace: str
    part: int = 0
    path: str = ""
    origin: str = ""
    touched: Window | None = None

    @property
    def main(self) -> Part:
        return self.parts[self.part]


class Faces(NamedTuple):
    """All faces that were seen in one frame, before one of them is picked and followed. F faces, K landmarks."""

    landmarks: Tensor  # (F, K, 3) pixels; z in the scale of x, smaller is nearer to the camera
    coefficients: Tensor  # (F, 52) blendshape coefficients, 0..1, in MediaPipe's order; NaN where the source has none
    confidence: Tensor  # (F,) 0..1
    frame: Tensor | None = None  # (5,) the display window's x, y, width, height and the pixel aspect; None: unknown
    published: Tensor | None = None  # (F, 203, 2) LivePortrait's landmarks, pixels, where its network was asked
    head: HeadParameters | None = None  # where the tracker fits a head model
    skin: SkinTexture | None = None  # where a picture was looked at
    identity: Tensor | None = None  # (F, 128) who each face is, of unit length, where SFace was asked


class Track(NamedTuple):
    """One face in one frame. K landmarks (478 for MediaPipe's mesh)."""

    landmarks: Tensor  # (K, 3) pixels, smoothed; z in the scale of x, smaller is nearer to the camera
    coefficients: Tensor  # (52,) blendshape coefficients, 0..1; NaN where the source has none
    crop: Tensor  # (3, 3) plate pixels to crop pixels (a square of `crop_size`), invertible, smoothed over time
    hull: Tensor  # (N, 2) the boundary hull, a convex polygon in pixels, already expanded
    confidence: float  # 0..1; 0 where no face was seen in this frame
    state: str  # "tracked", "interpolated", "held" or "lost"; a lost frame goes through unedited
    pixel_aspect: float = 1.0
    published: Tensor | None = None  # (203, 2) LivePortrait's landmarks, pixels, if the crop was made from them
    head: HeadParameters | None = None  # as the tracker gave them; none where the face was not seen in this very frame
    rest: Tensor | None = None  # (3, h, w) the skin of the face at rest, of the whole shot; NaN where nothing is known
    seen: float = 1.0  # 0..1: 0 where the face is not seen, falling over some frames towards those
    nearer: Tensor | None = None  # (F, N, 2) outlines of faces that stand before this one and may touch it, pixels
    farther: Tensor | None = None  # (F, N, 2) and the boundaries of those behind it
    trust: float = 1.0  # 0..1: how far it may be edited, less where another face hides it for long

    @property
    def found(self) -> bool:
        return self.state != "lost"


class Motion(NamedTuple):
    """One frame of performance. K keypoints, whose rows are points: x = s ((x_c + delta) R) + t (PerformRecast,
    eq. 3), and x = s (x_c R + delta) + t for LivePortrait.

    The x of a model that works in the plate are its square pixels. Those of one that works in a patch are units of it,
    the square that the track's crop cuts out: -1..1 from its left to its right edge and from its top to its bottom, and
    depth alike.

    `source` are the keypoints x_s of the plate that these parameters belong to; where the parameters are the plate's
    own, composing them gives `source` bit for bit, and nothing moves.
    """

    model: str  # the name of the model whose keypoints these are (`model_registry.MODELS`)
    canonical: Tensor  # (K, 3) x_c, identity at rest, head frame
    expression: Tensor  # (K, 3) delta, head frame
    rotation: Tensor  # (3, 3) R
    scale: Tensor  # (1,) or (3,) s, units of x for one of the head frame
    translation: Tensor  # (3,) t, units of x
    source: Tensor  # (K, 3) x_s
    coefficients: Tensor  # (52,) blendshape coefficients of the frame; NaN where unknown
    state: str  # as in Track
    edited: bool = False  # False: these are the plate's own parameters, and the frame goes through untouched
    regions: Tensor | None = None  # (K, R) how much each keypoint belongs to each region, where a model asks
    openings: Tensor | None = None  # (3,) height over width of both eyes' openings and the lips', where it was measured
    published: bool = False  # the face was cropped by LivePortrait's landmarks
    folds: Tensor | None = None  # (2, R) by region, how much of the driver's folds is given, and of its own is taken
    placed: Tensor | None = (
        None  # (1,) 0..1, how far irises are where they look in the edit, whatever misses the plate's
    )
    numbers: Tensor | None = None  # (61,) `face.columns.COLUMNS` of a performance that came as numbers; NaN: not known


class Trial(NamedTuple):
    """One frame that was edited on trial and read back: blendshape coefficients (52,) of each."""

    driver: Tensor
    plate: Tensor
    result: Tensor


class DrivenFrame(NamedTuple):
    """What ExpressionMix keeps of one frame of a shot."""

    driving: Motion | None  # the driver's parameters, without the places in its picture
    trial: Trial | None = None
    plate: Motion | None = None  # the plate's own, without the places in its picture, where it was looked at
    rate: float | None = None  # frames a second, where the plate's picture was looked at and says so


class PlateFrame(NamedTuple):
    """What Warp keeps of one frame of a plate."""

    eyes: Eyes
    face: Tensor | None  # (3, h, w) what each point of the face shows, where that was looked at
    front: Tensor | None = None  # (h, w) and the plane before its eyes
    track: Track | None = None


class MouthFrame(NamedTuple):
    """What Decode keeps of one frame of a shot."""

    plate: Track | None  # None: not connected
    driver: Track | None
    face: Tensor | None = None  # (3, h, w) what each point of the plate's face shows, where that was looked at
    sharpness: float = 0.0  # of its mouth, there


class Computing(NamedTuple):
    """How a neural model was asked to compute: Warp's knobs, which Decode goes by too."""

    device: str = "auto"
    precision: str = "auto"
    compile: bool = False


class WarpField(NamedTuple):
    """Where each pixel of `window` comes from, and the plate's pixels that were moved. H, W of `window`.

    Pixels are scene-linear with the plate's primaries, finite (see `stages.grid.resample.fill_not_finite`).
    """

    model: str
    window: Window  # the region of the plate, in pixels
    flow: Tensor  # (2, H, W) offset (x, y) in pixels from a pixel to the place in the plate that it shows
    occlusion: Tensor  # (1, H, W) 1 where the plate shows what is needed, 0 where something opens
    plate: Tensor  # (3, H, W) the plate's own pixels
    warped: Tensor  # (3, H, W) the plate's pixels after the flow
    source: Tensor  # (K, 3) keypoints x_s in the plate, pixels
    driven: Tensor  # (K, 3) keypoints x_d in the result, pixels
    edited: bool = True
    feature: Tensor | None = None  # (256, 64, 64) what a neural model's decoder paints the face from
    crop: Tensor | None = None  # (3, 3) plate pixels to the pixels of its patch
    colorspace: str = ""  # what the plate is encoded in, which says how it is shown, to a network too
    computing: Computing = Computing()
    glasses: Tensor | None = None  # (4, H, W) what they add to the plate without them, and how far they cover it
    free: Tensor | None = None  # (1, H, W) how far a pixel is free of things before the face; None: all of it
    shading: Shading | None = None  # where the edit asks for folds, and the shot shows the face at rest
    folds: Tensor | None = None  # (1, h, w) logarithm of what light on skin is multiplied by, in the face's texture


class Face(NamedTuple):
    """The new face in crop space. H, W of the crop."""

    pixels: Tensor  # (3, H, W) scene-linear, the plate's primaries
    change: Tensor  # (1, H, W) 0 where the edit left the plate's pixel as it was, up to 1
    crop: Tensor  # (3, 3) plate pixels to crop pixels; an integer shift for the mesh model, at plate resolution
    flow: Tensor  # (2, H, W) as in WarpField, for the ST map
    occlusion: Tensor  # (1, H, W)
    keypoints: Tensor  # (K, 3) x_d, pixels
    model: str
    edited: bool = True
    folds: Tensor | None = None  # (3, H, W) what the light on skin was multiplied by
    colorspace: str = ""  # what the plate is encoded in: its primaries are those of `pixels`


WIRES: tuple[type, ...] = (Image, Track, Motion, WarpField, Face)
RECORDS: tuple[type, ...] = (Faces, Track, Motion, DrivenFrame, PlateFrame, MouthFrame)
"""The results of analysing a frame that are saved beside a render's frames, so that no frame is analysed twice."""
