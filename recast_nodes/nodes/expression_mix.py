"""ExpressionMix: the edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..face.regions import REGIONS, Region, sets_without
from ..knobs import Choice, Float, Still
from ..model_registry import MODELS
from ..node import Finding, Input, Node
from ..wires import DrivenFrame, Image, Motion, Track
from ._eye_knobs import BLINKS, EYE_KNOBS, check_eyes, idle_eyes, inputs_of_eyes, missing_for_eyes, stamp_of_track
from ._shapes import GROUP as SHAPES_GROUP
from ._shapes import find_shapes, idle_shapes, shape_knobs, waiting_knobs
from ._stills import check_still, stamp_of_still
from ._unable import check_asked

if TYPE_CHECKING:
    from ..models.blinks import Blinks
    from ..models.driver import Driver
    from ..models.interface import MixKnobs

TRIALS = 24  # frames, spread evenly over the shot, that are edited on trial at most
REFERENCES = ("auto", "first")
BY_HAND = "by hand"  # the group of the hand sliders
HAND_GROUPS = (BY_HAND, SHAPES_GROUP)  # what edits without a driver


def _region(region: Region) -> Float:
    lacking = sets_without(region)
    models = " and ".join(each.name for each in MODELS if each.keypoints in lacking) if lacking else ""
    tip = f"{region.tip} Multiplies replace and enhance there." + (f" Does nothing with {models}." if models else "")
    return Float(1.0, tip, limits=(0, 2), slider=(0, 2), group="regions")


def _slider(tip: str) -> Float:
    return Float(0.0, tip, limits=(-2, 2), slider=(-1, 1), group=BY_HAND)


class ExpressionMix(Node):
    """Carry the driver's expression onto the plate's performance, or add to it; every weight can be keyed.

    delta = delta_s + w [ replace (delta_d - delta_s) + enhance (delta_d - delta_ref) ], with w the region knobs at each
    keypoint. With everything at 0 the plate comes out bit for bit. Without a driver the hand sliders still work: all of
    them with mesh, jaw_open and blink with liveportrait, none with performrecast. So do ARKit's 52 shapes, in the group
    of that name, which are added to everything else; each says which model can do it.
    """

    source = Input(Motion, "The plate's performance.")
    driving = Input(Motion, "The driver's performance. Not needed for the hand sliders.", optional=True)
    image = Input(Image, "The plate, for calibrate and look_at.", optional=True)
    track = Input(Track, "Its face, for calibrate.", optional=True)
    driving_image = Input(Image, "The driver's picture, whose mouth calibrate shows.", optional=True)
    driving_track = Input(Track, "Its face, for calibrate.", optional=True)
    other_track = Input(Track, "Another face of the plate, for look_at with target face.", optional=True)
    gives = Motion

    transfer = Choice(
        "expression",
        "What is taken from the driver. expression: the expression alone, fitted to this face (see protect, retarget "
        "and calibrate). expression-and-pose: the same, and the head follows the driver's, as far as pose says. "
        "paper-equations: the expression by the paper's equations to the letter, with nothing fitted to this face.",
        options=("paper-equations", "expression", "expression-and-pose"),
    )
    replace = Float(0.0, "How much of the plate's expression gives way to the driver's.", limits=(0, 1))
    enhance = Float(
        0.0, "How much of the driver's expression, counted from its reference, is added.", limits=(0, 2), slider=(0, 2)
    )
    pose = Float(
        0.0, "How much of the driver's head pose is taken. Only where transfer is expression-and-pose.", limits=(0, 1)
    )
    pose_from = Choice(
        "relative",
        "relative: the driver's head movement since its first frame, laid on the plate's pose. absolute: the driver's "
        "pose itself, its place in the picture included.",
        options=("relative", "absolute"),
    )

    # A knob for each region that is declared; a class's body may write its own names so.
    vars().update({name: _region(region) for name, region in REGIONS.items()})

    reference = Still(
        "auto",
        "The driver's neutral for enhance. auto: its face at rest, estimated from the whole shot, looking where "
        "it looks most; for the neural models the frame that is nearest to it. first: its first frame, as published. "
        "A frame number. An image file: a still of the driver.",
        words=REFERENCES,
        animates=False,
        group="driver",
    )
    smooth = Choice(
        "kalman",
        "Settles the driver's jitter, looking ahead as far as back.",
        options=("kalman", "off"),
        group="driver",
    )
    smooth_variance = Float(
        3e-7,
        "How noisy the driver's landmarks are, against a movement of 1e-5 a frame. 3e-7, as published, keeps blinks as "
        "fast as they were acted; larger is calmer and slower.",
        limits=(0, 1e-2),
        slider=(0, 1e-5),
        animates=False,
        group="driver",
    )
    retarget = Float(
        1.0,
        "How far the driver's movements are fitted to the plate's mouth, lids and face. For liveportrait: its networks "
        "open eyes and lips as far as the driver's. performrecast has no such thing.",
        limits=(0, 1),
        group="driver",
    )
    likeness = Float(
        0.1,
        "How much of the driver's own resting brows, lids and lips comes along. Above a third, identity suffers. For "
        "mesh.",
        limits=(0, 1),
        slider=(0, 0.5),
        group="driver",
    )
    protect = Float(
        1.0,
        "How firmly what should not take part is held where the plate has it. mesh: forehead, temples and bridge of "
        "the nose. performrecast: the head's outline, as the published code mixes it. liveportrait: all but the "
        "expression, and stitching keeps the shoulders. Not for paper-equations.",
        limits=(0, 1),
        group="driver",
    )

    calibrate = Float(
        1.0,
        "How far replace is calibrated on this shot: up to 24 of its frames are edited on trial and read by the "
        "tracker, and what they miss of the driver's brows, squints and lips is asked for on top, by one rule for the "
        "whole shot. For mesh, with image and track connected; not for paper-equations.",
        limits=(0, 1),
        group="driver",
    )

    smile = _slider("Corners of the mouth go out and up; below 0 down.")
    jaw_open = _slider("The jaw opens; below 0 it clenches, and the chin rises.")
    blink = _slider("The lids close; below 0 they open wider.")
    brow_raise = _slider("The brows rise; below 0 they sink.")
    gaze_x = _slider("The eyes look to the right of the picture; below 0 to its left.")
    gaze_y = _slider("The eyes look down; below 0 up.")

    vars().update(EYE_KNOBS | shape_knobs())
    folded = (SHAPES_GROUP,)

    performance = "source"
    observes = ()
    analyses = ("driving", "source", "image", "track", "driving_image", "driving_track")
    inputs_by, missing_inputs = ("look_at", "target"), missing_for_eyes

    def used_inputs(self) -> tuple[str, ...]:
        """The driver was looked at before, over the whole shot."""
        return ("source", *inputs_of_eyes(self.values))

    def looks_at(self, frame: int, span: Sequence[int], keyed: Collection[str]) -> Sequence[str]:
        """The driver everywhere; the plate, and the driver's mouth, where a frame is edited on trial."""
        every = max(1, -(-(span[-1] - span[0] + 1) // TRIALS))
        on = all(self.values[name] > 0 or name in keyed for name in ("replace", "calibrate"))
        on = on and (self.transfer != "paper-equations" or "transfer" in keyed)
        if on and (frame - span[0]) % every == 0:
            return self.analyses
        if self.values["blinks"] == BLINKS[0] and "blinks" not in keyed:
            return ("driving",)
        return ("driving", "source", "image") if frame == span[0] else ("driving", "source")  # it says the frame rate

    def observe(
        self,
        driving: Motion | None = None,
        source: Motion | None = None,
        image: Image | None = None,
        track: Track | None = None,
        driving_image: Image | None = None,
        driving_track: Track | None = None,
    ) -> DrivenFrame:
        """The driver's parameters at one frame, and what an edit by them is read as where it is tried."""
        from ..models.trial import observe_frame

        return observe_frame(driving, source, image, track, driving_image, driving_track)

    def analyse(self, records: Mapping[int, DrivenFrame]) -> Driver | Blinks | None:
        """The driver over the whole shot, with what trials missed; and its blinks where all of the plate was seen."""
        from ..models.blinks import learn_blinks
        from ..models.driver import learn_driver

        driver = learn_driver(records, self.reference, self.smooth_variance if self.smooth == "kalman" else 0.0)
        return learn_blinks(records, driver) or driver

    def process(
        self,
        source: Motion,
        driving: Motion | None = None,
        analysis: Driver | Blinks | None = None,
        image: Image | None = None,
        track: Track | None = None,
        driving_image: Image | None = None,
        driving_track: Track | None = None,
        other_track: Track | None = None,
    ) -> Motion:
        """The edited parameters; the source itself where nothing is asked for. Of pictures only the plate's size is
        looked at, which look_at needs.
        """
        from ..models.blinks import edit_blinks

        asked = self._mix(image, other_track), self.frame, self.pose_from == "relative"
        return edit_blinks(source, analysis, self.values["blinks"], *asked)

    def affecting_values(self) -> dict[str, Any]:
        """Without what decides nothing where no shape is set and no eye turned: there are many."""
        idle = self._without_effect | idle_shapes(self.values) | idle_eyes(self.values)
        return {name: value for name, value in self.values.items() if name not in idle}

    def stamp(self) -> str:
        return stamp_of_still(self.reference, REFERENCES) + stamp_of_track(self.values)

    @classmethod
    def idle_knobs(cls, values: Mapping[str, Any]) -> Collection[str]:
        """The shapes of the side that follows the other."""
        return waiting_knobs(values["link_sides"])

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        yield from check_still(moments, "reference", REFERENCES)
        yield from check_eyes(moments)

    @classmethod
    def check_after(cls, moments: Sequence[Node], upstream: Sequence[Node]) -> Iterable[Finding]:
        """What is asked by hand that the source's model cannot do, and trials that tell it nothing."""
        return check_asked(moments, upstream, hand_sliders())

    def _mix(self, image: Image | None = None, other: Track | None = None) -> MixKnobs:
        from ..models.eye_knobs import gather_eyes
        from ..models.interface import MixKnobs
        from ..stages.expression.sliders import SLIDERS

        values: dict[str, Any] = {name: self.values[name] for name in MixKnobs._fields if name in self.values}
        regions, sliders = (tuple(self.values[name] for name in names) for names in (REGIONS, SLIDERS))
        eyes = gather_eyes(self.values, self.frame, image, other)
        shapes = find_shapes(self.values)
        return MixKnobs(**values, regions=regions, sliders=sliders, shapes=shapes, eyeballs=eyes)


def hand_sliders() -> list[str]:
    """The knobs that edit by hand, without a driver."""
    return [name for name, knob in ExpressionMix.knobs.items() if knob.group == BY_HAND]
