"""What the EXR form of each wire holds: one entry a field, which writing and reading both follow."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...face.regions import REGIONS
from ...wires import Face, Faces, Motion, Track, WarpField


class Points(NamedTuple):
    """A tensor (K, C), (F, K, C), or (F, K) with one channel, as a part of its own."""

    channels: tuple[str, ...]


class Columns(NamedTuple):
    """A tensor (K, C) with a column for each of these, as a part of its own. A column that a file lacks reads as 0: the
    program that wrote it did not have it.
    """

    channels: tuple[str, ...]


class Layer(NamedTuple):
    """A tensor (C, H, W) as channels of the first part."""

    channels: tuple[str, ...]


class Planes(NamedTuple):
    """A tensor (C, h, w) of any size, as a part of its own with a channel for each plane."""

    prefix: str

    def names(self, count: int) -> list[str]:
        return [f"{self.prefix}.{plane:03d}" for plane in range(count)]


class HeaderValue(NamedTuple):
    """A value in a header attribute of this type; tensors as vectors or matrices."""

    type: str


Field = Points | Columns | Layer | Planes | HeaderValue
XYZ, XY = Points(("x", "y", "z")), Points(("x", "y"))
NUMBER, WORD, SWITCH, VECTOR, MATRIX = (
    HeaderValue(kind) for kind in ("double", "string", "int", "floatvector", "m33f")
)
COMPUTING = HeaderValue("stringvector")
FLOW, OCCLUSION, PICTURE = Layer(("flow.u", "flow.v")), Layer(("occlusion.A",)), Layer(("R", "G", "B"))

FORMS: dict[type[Any], dict[str, Field]] = {
    Faces: {
        "landmarks": XYZ,
        "coefficients": Points(("value",)),
        "confidence": VECTOR,
        "frame": VECTOR,
        "published": XY,
    },
    Track: {
        "landmarks": XYZ,
        "coefficients": VECTOR,
        "crop": MATRIX,
        "hull": XY,
        "confidence": NUMBER,
        "state": WORD,
        "pixel_aspect": NUMBER,
        "published": XY,
    },
    Motion: {
        "model": WORD,
        "canonical": XYZ,
        "expression": XYZ,
        "rotation": MATRIX,
        "scale": VECTOR,
        "translation": VECTOR,
        "source": XYZ,
        "coefficients": VECTOR,
        "state": WORD,
        "edited": SWITCH,
        "regions": Columns(tuple(REGIONS)),
        "openings": VECTOR,
        "published": SWITCH,
    },
    WarpField: {
        "model": WORD,
        "window": HeaderValue("box2i"),
        "flow": FLOW,
        "occlusion": OCCLUSION,
        "plate": Layer(("plate.R", "plate.G", "plate.B")),
        "warped": PICTURE,
        "source": XYZ,
        "driven": XYZ,
        "edited": SWITCH,
        "feature": Planes("feature"),
        "crop": MATRIX,
        "colorspace": WORD,
        "computing": COMPUTING,
        "worn": Layer(("worn.R", "worn.G", "worn.B", "worn.A")),
    },
    Face: {
        "pixels": PICTURE,
        "change": Layer(("matte.A",)),
        "crop": MATRIX,
        "flow": FLOW,
        "occlusion": OCCLUSION,
        "keypoints": XYZ,
        "model": WORD,
        "edited": SWITCH,
    },
}
