"""What the EXR form of each wire holds: one entry a field, which writing and reading both follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...face.regions import REGIONS
from ...wires import Face, Faces, HeadParameters, Motion, Shading, SkinTexture, Track, WarpField


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
    """A tensor (C, h, w) of any size, as a part of its own with a channel for each plane, of half floats or not."""

    prefix: str
    half: bool = False

    def names(self, count: int) -> list[str]:
        return [f"{self.prefix}.{plane:03d}" for plane in range(count)]


class HeaderValue(NamedTuple):
    """A value in a header attribute of this type; tensors as vectors or matrices."""

    type: str


Field = Points | Columns | Layer | Planes | HeaderValue


class Group(NamedTuple):
    """A record inside the wire's value; its fields stand beside the others: `head.identity` is `identity` of `head`."""

    kind: type[Any]
    fields: Mapping[str, Field]


XYZ, XY = Points(("x", "y", "z")), Points(("x", "y"))
NUMBER, WORD, SWITCH, VECTOR, MATRIX = (
    HeaderValue(kind) for kind in ("double", "string", "int", "floatvector", "m33f")
)
COMPUTING = HeaderValue("stringvector")
NUMBERS = Points(("value",))
HEAD = Group(HeadParameters, {"model": WORD, "identity": NUMBERS, "expression": NUMBERS, "pose": NUMBERS})
SKIN = Group(SkinTexture, {"light": Planes("light", half=True), "tint": Planes("tint", half=True)})
PER_REGION = Columns(tuple(REGIONS))
SHADING = Group(Shading, {"rest": Planes("rest"), "weights": PER_REGION})
FLOW, OCCLUSION, PICTURE = Layer(("flow.u", "flow.v")), Layer(("occlusion.A",)), Layer(("R", "G", "B"))

FORMS: dict[type[Any], dict[str, Field | Group]] = {
    Faces: {
        "landmarks": XYZ,
        "coefficients": NUMBERS,
        "confidence": VECTOR,
        "frame": VECTOR,
        "published": XY,
        "head": HEAD,
        "skin": SKIN,
        "identity": NUMBERS,
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
        "head": HEAD,
        "rest": Planes("rest"),
        "seen": NUMBER,
        "nearer": XY,
        "farther": XY,
        "trust": NUMBER,
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
        "regions": PER_REGION,
        "openings": VECTOR,
        "published": SWITCH,
        "folds": PER_REGION,
        "placed": VECTOR,
        "numbers": VECTOR,
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
        "glasses": Layer(("glasses.R", "glasses.G", "glasses.B", "glasses.A")),
        "free": Layer(("free.A",)),
        "shading": SHADING,
        "folds": Planes("folds"),
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
        "folds": Layer(("folds.R", "folds.G", "folds.B")),
        "colorspace": WORD,
    },
}

RENAMES: dict[type[Any], dict[str, str]] = {WarpField: {"worn": "glasses"}}
"""The names that fields had in forms written before, each with the name that it has now."""


def fields_of(kind: type[Any]) -> dict[str, Field]:
    """The fields of a wire's form, those of its groups by their full names."""
    flat: dict[str, Field] = {}
    for name, how in FORMS[kind].items():
        flat |= (
            {f"{name}.{inner}": field for inner, field in how.fields.items()} if isinstance(how, Group) else {name: how}
        )
    return flat


def item_of(value: Any, name: str) -> Any:
    """The value of a field by its full name; None of a group that is not there."""
    for word in name.split("."):
        value = getattr(value, word, None)
    return value


def with_groups(kind: type[Any], items: Mapping[str, Any]) -> dict[str, Any]:
    """The items of a form by their full names as the arguments of `kind`. Raises TypeError where a group lacks one."""
    whole = {name: item for name, item in items.items() if "." not in name}
    for name, how in FORMS[kind].items():
        if isinstance(how, Group):
            inner = {word: items[f"{name}.{word}"] for word in how.fields if f"{name}.{word}" in items}
            whole |= {name: how.kind(**inner)} if inner else {}
    return whole
