"""What can be known of every model without loading it, and the registry of all that are installed.

A model is declared by a `ModelTraits`: this package's own in the `__init__` of their rooms in `models`, those of other
packages behind an entry point of the group GROUP. Nobody compares names: whoever wants to know something of a model
asks its traits. PyTorch takes a second to load, and a check of a shot has no more: only the standard library is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from .registry import NAME, REFERENCE, Registry

GROUP = "recast_nodes.models"
OWN = (  # in the order of the menus; the first is what a new shot has
    "recast_nodes.models.mesh:MESH",
    "recast_nodes.models.performrecast:PERFORMRECAST",
    "recast_nodes.models.liveportrait:LIVEPORTRAIT",
)
TRAINED = "recast_nodes.models.trained.find:find_models"  # of this machine, which `recast train` made
# IPTC's digital source types for frames that an edit made; finished frames carry one in their header.
SOURCE_TYPES = (
    "algorithmicallyEnhanced",
    "compositeCapture",
    "compositeSynthetic",
    "compositeWithTrainedAlgorithmicMedia",
)

KnobValues = Mapping[str, Mapping[str, Any]]  # by node and knob


@dataclass(frozen=True)
class PublishedFile:
    """One file to download. `parts` names the networks that it holds (see `models.build`)."""

    name: str
    parts: tuple[str, ...]
    purpose: str
    url: str


@dataclass(frozen=True)
class Published:
    """Weights as their authors publish them: where, and under which terms. None of them comes with this package."""

    title: str
    files: tuple[PublishedFile, ...]
    licence: str
    terms: str  # what else its user must know before using it commercially, in plain words
    page: str  # where to download by hand

    @property
    def parts(self) -> tuple[str, ...]:
        """All networks, in the order of the files."""
        return tuple(part for file in self.files for part in file.parts)

    def file_of(self, part: str) -> PublishedFile:
        """The published file that holds a network."""
        return next(file for file in self.files if part in file.parts)


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelTraits:
    """What a model is and can do. What has a default here is the simplest case: a model without weights that looks at
    landmarks alone and moves or changes the plate's own pixels, a frame at a time.

    Raises ValueError, which says what is wrong with the declaration.
    """

    name: str  # in shot documents and headers: lower case, digits, - and _
    summary: str  # what it does and needs, in a sentence or two for the artist
    implementation: str  # "module:attribute", called without arguments: gives the `models.interface.Model`
    source_type: str  # one of SOURCE_TYPES
    keypoints: int  # of a Motion

    works_in: Literal["plate", "patch"] = "plate"  # keypoints are pixels of the plate, or units of FaceTrack's crop
    sees_pixels: bool = False  # extracts parameters from the picture, not from landmarks alone
    paints: bool = False  # makes a face's pixels itself, so that a mouth or an eye from elsewhere is not needed
    rests_over_shot: bool = False  # finds one face at rest for the shot (MotionExtract.neutral), not one in every frame
    calibrates: bool = (
        False  # keypoints are tracked landmarks, whose edit can be tried and read (ExpressionMix.calibrate)
    )
    batches: bool = False  # gains by several frames at once (MotionExtract.batch)
    uses_gpu: bool = False  # computes on a graphics card where there is one (Warp.device)
    reads_templates: bool = False  # motion templates with as many keypoints drive it
    follows_numbers: str = ""  # what it follows of a performance in numbers beside the head's turns, in words; or "all"
    sliders: tuple[str, ...] = ()  # the hand sliders of ExpressionMix that it can do
    shapes: tuple[str, ...] = ()  # and of ARKit's 52 shapes, by name (`face.blendshapes.SHAPES`)
    directs_eyes: bool = False  # knows where eyeballs are: the group eyes of ExpressionMix
    edit_knobs: KnobValues = field(default_factory=dict)  # what a shot for it sets otherwise than the nodes' defaults

    weights: str = ""  # "module:function" of the name: what its weights are known by; raises ModelMissing without them
    published: Published | None = None  # the weights that `recast models` lists, fetches and imports
    folder: str = ""  # where a model's own weights and card lie; its implementation is then called with its traits
    networks: str = ""  # "module:attribute" of {part: function that makes the network}, as `models.build` wants them

    def __post_init__(self) -> None:
        problems = [*self._wrong_types(), *self._wrong_values()]
        if problems:
            raise ValueError("; ".join(problems))
        frozen = {node: MappingProxyType(dict(knobs)) for node, knobs in self.edit_knobs.items()}
        object.__setattr__(self, "edit_knobs", MappingProxyType(frozen))

    @property
    def in_patch(self) -> bool:
        return self.works_in == "patch"

    def _wrong_types(self) -> Iterable[str]:
        kinds = {"str": str, "int": int, "bool": bool, "tuple[str, ...]": tuple, "KnobValues": Mapping}
        for name, annotation in type(self).__annotations__.items():
            kind = kinds.get(annotation, object)
            value = getattr(self, name)
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                yield f"{name} is {value!r}, not a {annotation}"

    def _wrong_values(self) -> Iterable[str]:
        if not NAME.fullmatch(str(self.name)):
            yield f"name is {self.name!r}; it takes lower case letters, digits, - and _, at most 40"
        for name in ("implementation", "weights", "networks"):
            reference = str(getattr(self, name))
            if not REFERENCE.fullmatch(reference) and (reference or name == "implementation"):
                yield f"{name} is {reference!r}, not a reference such as package.module:attribute"
        for name, takes in (("source_type", SOURCE_TYPES), ("works_in", ("plate", "patch"))):
            if getattr(self, name) not in takes:
                yield f"{name} is {getattr(self, name)!r}; it takes {', '.join(takes)}"


MODELS = Registry("model", GROUP, ModelTraits, OWN, TRAINED)


def missing_sliders(name: str, wanted: Sequence[str]) -> str:
    """What is said where hand sliders are asked of a model that has no such movement."""
    able = MODELS.get(name).sliders
    has = f"it has {' and '.join(able)}" if able else "it has none"
    others = [each.name for each in MODELS if set(wanted) <= set(each.sliders)]
    does = f" {' and '.join(others)} can do that." if others else ""
    return f"The {name} model has no hand slider {', '.join(wanted)}; {has}.{does}"


def missing_shapes(name: str, wanted: Sequence[str]) -> str:
    """What is said where shapes are asked of a model that cannot do them: they do nothing, and all else goes on."""
    others = [each.name for each in MODELS if set(wanted) <= set(each.shapes)]
    does = f" {' and '.join(others)} can do that." if others else ""
    return f"The {name} model cannot do {', '.join(wanted)}: nothing comes of it.{does}"


class Unfollowed(NamedTuple):
    """What is said where a model does not follow all of a driver in numbers; severe where it follows nothing."""

    text: str
    severe: bool


def unfollowed_numbers(name: str, turns: bool) -> Unfollowed | None:
    """What a model does not follow of a driver in numbers, whose head it `turns` after or not; None: nothing."""
    follows = MODELS.get(name).follows_numbers
    if follows == "all":
        return None
    words = [follows] * bool(follows) + ["how the head is turned"] * turns
    able = " and ".join(each.name for each in MODELS if each.follows_numbers == "all")
    text = f"Of a performance in numbers the {name} model follows {' and '.join(words) or 'nothing'}"
    return Unfollowed(f"{text}: its keypoints have no names. {able} follows all of it.", severe=not words)
