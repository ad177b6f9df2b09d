"""The effects of the OpenFX plugin: which nodes of an edit each one holds, its clips, and what it can put out."""

from __future__ import annotations

from dataclasses import dataclass

VENDOR = "com.recastnodes"
MIX = "ExpressionMix"
LEFT_OUT = ("batch", "layers")  # frames come one by one, and a layer is an output here
WITH_THE_PLATE = ("model",)  # knobs that the driver's MotionExtract takes from the plate's


@dataclass(frozen=True)
class EffectClip:
    """A clip of an effect. `mask` ones are read as a matte."""

    name: str
    tip: str
    optional: bool = False
    mask: bool = False


@dataclass(frozen=True)
class Effect:
    """One effect. `nodes` are names of nodes in the shot of an edit, the first of which gives its knobs bare names."""

    name: str
    label: str
    tip: str
    nodes: tuple[str, ...]
    clips: tuple[EffectClip, ...]
    outputs: tuple[tuple[str, str], ...]  # names and what they are; the first is the default

    @property
    def identifier(self) -> str:
        """What host projects know it by; never to be changed."""
        return f"{VENDOR}.{self.name}"

    @property
    def edits(self) -> bool:
        """Whether it changes an expression, and so leaves the picture alone where no weight is set."""
        return MIX in self.nodes

    @property
    def output_names(self) -> tuple[str, ...]:
        """The options of the parameter `output`."""
        return tuple(name for name, _ in self.outputs)

    def clip(self, name: str) -> EffectClip | None:
        """The clip of this name."""
        return next((clip for clip in self.clips if clip.name == name), None)


SOURCE = EffectClip("Source", "The plate.")
DRIVER = EffectClip("Driver", "The driving performance; or name a file in driver file.", optional=True)
MASK = EffectClip("Mask", "The matte used when use mask is on: its alpha.", optional=True, mask=True)
FACE = EffectClip("Face", "The face alone, as Recast Expression puts it out, graded or painted on the way.")
LAYERS = (
    ("face", "the new face alone, not premultiplied; the matte in alpha"),
    ("matte", "the matte that it is composited through, in all channels"),
    ("stmap", "where each pixel comes from, in red and green, as Nuke's STMap takes it"),
    ("difference", "result minus plate"),
)
DRIVEN = (MIX, "FaceTrack", "MotionExtract", "DrivingTrack", "DrivingMotion", "Warp", "Decode")

EFFECTS = (
    Effect(
        "Recast",
        "Recast",
        "Carries an actor's expression from the driver onto the plate, or adds to it: a whole edit in one effect.",
        (*DRIVEN, "MaskComposite"),
        (SOURCE, DRIVER, MASK),
        (("composite", "the plate with the new face"), *LAYERS),
    ),
    Effect(
        "RecastExpression",
        "Recast Expression",
        "The new face alone (ExpressionMix, Warp and Decode), to be treated before Recast MaskComposite.",
        DRIVEN,
        (SOURCE, DRIVER),
        (("face", "the new face, not premultiplied; where it differs from the plate in alpha"), LAYERS[2]),
    ),
    Effect(
        "RecastMaskComposite",
        "Recast MaskComposite",
        "Lays a face over the plate through the face's boundary, in linear light.",
        ("MaskComposite", "FaceTrack"),
        (SOURCE, FACE, MASK),
        (("composite", "the plate with the face"), LAYERS[1], LAYERS[3]),
    ),
    Effect(
        "RecastFaceTrack",
        "Recast FaceTrack",
        "Finds a face and follows it through the shot.",
        ("FaceTrack",),
        (SOURCE,),
        (
            ("overlay", "the plate with landmarks, boundary and crop drawn on it"),
            ("crop", "the crop, upright and as high as the picture"),
            ("mask", "the inside of the face's boundary, in all channels"),
        ),
    ),
)
