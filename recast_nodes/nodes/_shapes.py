"""The knobs for ARKit's 52 shapes: one for each, by its own name, and how both sides of a face go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from ..face.blendshapes import PAIRS, SHAPES, SIDES
from ..knobs import Choice, Float
from ..model_registry import MODELS

GROUP, LINK = "shapes", "link_sides"
LINKS = ("off", "left", "right")
_AMOUNTS = itemgetter(*SHAPES)  # asked of every frame of a shot before it is rendered
_OURS = frozenset((*SHAPES, LINK))
_WHAT = {  # by the shape's name without its side
    "browDown": "The brow sinks and draws in",
    "browInnerUp": "The inner ends of both brows rise",
    "browOuterUp": "The outer end of the brow rises",
    "cheekPuff": "Both cheeks fill with air; they widen, and their shading stays the plate's",
    "cheekSquint": "The cheek rises below the eye",
    "eyeBlink": "The lids close and meet; below 0 they open",
    "eyeLookDown": "The eye looks down, its lids with it",
    "eyeLookIn": "The eye looks towards the nose",
    "eyeLookOut": "The eye looks away from the nose",
    "eyeLookUp": "The eye looks up, its lids with it",
    "eyeSquint": "The lids narrow, the lower one most",
    "eyeWide": "The upper lid opens wider",
    "jawForward": "The chin comes forward, which a camera in front hardly sees",
    "jaw": "The jaw goes to the actor's own {side}",
    "jawOpen": "The jaw opens",
    "mouthClose": "The lips close, however open the jaw is; 1 brings them together. Below 0 it does nothing",
    "mouthDimple": "The corner of the mouth goes back and in",
    "mouthFrown": "The corner of the mouth goes down",
    "mouthFunnel": "The lips open into a funnel, as for oh",
    "mouth": "Both lips go to the actor's own {side}",
    "mouthLowerDown": "The lower lip goes down",
    "mouthPress": "The lips press together",
    "mouthPucker": "The closed lips purse, as for a kiss",
    "mouthRollLower": "The lower lip rolls in over the teeth",
    "mouthRollUpper": "The upper lip rolls in over the teeth",
    "mouthShrugLower": "The chin pushes the lower lip up",
    "mouthShrugUpper": "The upper lip rises with the chin",
    "mouthSmile": "The corner of the mouth goes out and up",
    "mouthStretch": "The corner of the mouth goes out and down",
    "mouthUpperUp": "The upper lip rises",
    "noseSneer": "The wing of the nose and the lip below it rise; the nose does not wrinkle",
    "tongueOut": "The tongue comes out",
}


def shape_knobs() -> dict[str, Any]:
    """The knobs by name: the link first, then the shapes in the order of `SHAPES`."""
    link = Choice(
        "off",
        "How the sides of a pair go together. off: each by its own knob. left: the right side does what the knob of "
        "the actor's left says, and its own knob waits; right: the other way round. Eyes go together as they look the "
        "same way. jaw and mouth Left and Right are directions and stay by themselves.",
        options=LINKS,
        group=GROUP,
    )
    return {LINK: link} | {name: _shape(name) for name in SHAPES}


def _shape(name: str) -> Float:
    side = next((each for each in SIDES if name.endswith(each)), "")
    what = _WHAT[name.removesuffix(side)].format(side=side.lower())
    able = [traits.name for traits in MODELS if name in traits.shapes]
    where = f" With {' and '.join(able)}." if able else " None of the models can do it: a plate shows no tongue."
    whose = f" The actor's own {side.lower()}." if side and not what.endswith(side.lower()) else ""
    return Float(0.0, f"{what}.{whose}{where}", limits=(-1.5, 1.5), slider=(-1, 1), group=GROUP)


def find_shapes(values: Mapping[str, Any]) -> tuple[float, ...]:
    """How much of each shape the knobs' `values` ask for, in the order of `SHAPES`; () where it is nothing."""
    amounts = _AMOUNTS(values)
    if not any(amounts):
        return ()
    link = values[LINK]
    if link == "off":
        return amounts
    follows = {right: left for left, right in PAIRS.items()} if link == "left" else PAIRS
    return tuple(values[follows.get(name, name)] for name in SHAPES)


def idle_shapes(values: Mapping[str, Any]) -> frozenset[str]:
    """The shapes that are 0, and their link where all are: they decide nothing."""
    amounts = _AMOUNTS(values)
    return frozenset(name for name, amount in zip(SHAPES, amounts) if not amount) if any(amounts) else _OURS


def waiting_knobs(link: str) -> Sequence[str]:
    """The knobs of shapes that say nothing while the sides of pairs are linked."""
    return {"off": (), "left": tuple(PAIRS.values()), "right": tuple(PAIRS)}[link]
