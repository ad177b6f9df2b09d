"""MotionExtract: a tracked face taken apart into identity at rest, expression and head pose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import RecastError
from ..knobs import Choice, FileList, Int, Still
from ..menu import Menu
from ..model_registry import MODELS, ModelTraits
from ..node import Finding, Input, Node
from ..tracker_registry import TRACKERS
from ..wires import Image, Motion, Track
from ._stills import check_files, check_still, stamp_of_still

if TYPE_CHECKING:
    from ..models.tracker.still import Portrait


class MotionExtract(Node):
    """Take a tracked face apart: the face at rest, its expression, and the pose of the head.

    x = s ((x_c + delta) R) + t: x_c is the performer at rest, delta the expression, R, s and t the head's rotation,
    size and place. The expression is added before the head turns, so it holds no pose and can be carried to somebody
    else. (LivePortrait adds it after the head has turned.) The mesh model finds one x_c for the shot, the neural models
    one in every frame.
    """

    image = Input(Image, "The plate, or the driving performance.")
    track = Input(Track, "Its face.")
    gives = Motion

    model = Choice(
        MODELS.default,
        "What edits the face.",
        options=Menu(MODELS),
    )
    neutral = Still(
        "auto",
        "How the face at rest is found. auto: from the whole shot, the measured expression taken away. A frame number: "
        "the face rests there. An image file: a still of the same person at rest. For mesh: the neural models see the "
        "face at rest in every frame.",
        words=("auto",),
        animates=False,
    )
    head_pose = Choice(
        "landmarks",
        "What says how the head stands. landmarks: those that no expression moves. head: the head model that FaceTrack "
        "fits (its detectors fitted-head and the like), which no expression turns. For mesh.",
        options=("landmarks", "head"),
        animates=False,
    )
    takes = FileList(
        "",
        "Further footage of this actor: movies, stills or sequences, with semicolons between them. An open mouth, shut "
        "lips or open eyes that no frame of the shot shows are lent by theirs. For mesh.",
        animates=False,
    )
    batch = Int(
        4,
        "Frames that are in work together with a neural model; mesh takes one at a time and needs no more.",
        limits=(1, 64),
        slider=(1, 16),
        animates=False,
        affects_result=False,
    )

    sampling = Choice(
        "mean",
        "How a neural model's picture of the face is made small. mean: averaged, as published for plates. direct: "
        "sampled pixel by pixel, as published for drivers.",
        options=("mean", "direct"),
        animates=False,
    )

    observes = ()
    analyses = ("track",)

    def used_inputs(self) -> tuple[str, ...]:
        return ("image", "track") if self.traits.sees_pixels else ("track",)

    def analyse(self, tracks: Mapping[int, Track]) -> Any:
        """The poses of the shot and the face at rest."""
        from ..models import get

        still: Portrait | int | None = None
        if isinstance(self.neutral, int):
            still = self.neutral
        elif self.neutral != "auto":
            from ..models.tracker.still import track_still

            still = track_still(self.neutral)
        if self.head_pose == "landmarks":
            tracks = {frame: track._replace(head=None) for frame, track in tracks.items()}
        return get(self.model).analyse(tracks, still)

    def process(self, image: Image | None, track: Track, analysis: Any) -> Motion:
        """This frame's parameters."""
        return self.process_batch([self], [{"image": image, "track": track, "analysis": analysis}])[0]

    @classmethod
    def process_batch(cls, moments: Sequence[Node], inputs: Sequence[Mapping[str, Any]]) -> list[Motion]:
        from ..models import get
        from ..models.interface import TrackedFrame

        sights = [
            TrackedFrame(moment.frame, given["track"], given["image"], moment.values["sampling"] == "direct")
            for moment, given in zip(moments, inputs, strict=True)
        ]
        return get(moments[0].values["model"]).extract_batch(sights, inputs[0]["analysis"])

    def stamp(self) -> str:
        """The state of the still, and what the model's results are known by."""
        from ..models.provenance import stamp

        return stamp_of_still(self.neutral, ("auto",)) + stamp(self.model)

    def values_beside_stamp(self) -> dict[str, Any]:
        """Without the takes: the nodes that look at them know them by what they saw of them."""
        return {name: value for name, value in self.affecting_values().items() if name != "takes"}

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        from ..models.provenance import stamp

        for name in dict.fromkeys(moment.values["model"] for moment in moments):
            try:
                stamp(name)
            except RecastError as problem:
                yield Finding(str(problem), "model")
            if not MODELS.get(name).rests_over_shot and moments[0].values["neutral"] != "auto":
                text = f"The {name} model sees the face at rest in every frame, so neutral does nothing."
                yield Finding(text, "neutral", severe=False)
            if MODELS.get(name).paints and moments[0].values["takes"]:
                yield Finding(f"The {name} model paints eyes and mouth itself, so takes do nothing.", "takes", False)
        yield from check_still(moments, "neutral", ("auto",))
        yield from check_files(moments, "takes")

    @classmethod
    def check_after(cls, moments: Sequence[Node], upstream: Sequence[Node]) -> Iterable[Finding]:
        """The published crop, where it could be had and is not asked for."""
        from ..models.weights import onnx_faces

        finders = [TRACKERS.get(node.values["detector"]) for node in upstream if "detector" in node.values]
        if moments[0].values["head_pose"] == "head" and not any(finder.parameters for finder in finders):
            text = "FaceTrack fits no head, so the pose is that of the landmarks: set its detector to fitted-head."
            yield Finding(text, "head_pose", severe=False)
        crops = [node.values["crop_from"] for node in upstream if "crop_from" in node.values]
        in_patch = any(MODELS.get(moment.values["model"]).in_patch for moment in moments)
        if in_patch and "tracked" in crops and onnx_faces.is_installed(onnx_faces.LANDMARKS):
            text = (
                f"FaceTrack makes the crop from its own landmarks, and {onnx_faces.LANDMARKS} is installed: "
                "FaceTrack.crop_from published would make it as the model's authors do."
            )
            yield Finding(text, "model", severe=False)

    def batch_size(self) -> int:
        return self.batch if self.traits.batches else 1

    @property
    def traits(self) -> ModelTraits:
        """What can be known of the model without loading it."""
        return MODELS.get(self.model)
