"""MotionExtract: a tracked face taken apart into identity at rest, expression and head pose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ModelMissing
from ..knobs import Choice, Int, Still
from ..node import Finding, Input, Node
from ..wires import Image, Motion, Track
from ._stills import check_still, stamp_of_still

if TYPE_CHECKING:
    from ..models.interface import Model


class MotionExtract(Node):
    """Take a tracked face apart: the face at rest, its expression, and the pose of the head.

    x = s ((x_c + delta) R) + t: x_c is the performer at rest, the same in all frames of the shot, delta the expression,
    R, s and t the head's rotation, size and place. The expression is added before the head turns, so it holds no pose
    and can be carried to somebody else.
    """

    image = Input(Image, "The plate, or the driving performance.")
    track = Input(Track, "Its face.")
    gives = Motion

    model = Choice(
        "mesh",
        "mesh: built in, no weights, moves the plate's own pixels at plate resolution. performrecast and liveportrait "
        "are neural networks; they arrive with their weights in a later version.",
        options=("mesh", "performrecast", "liveportrait"),
    )
    neutral = Still(
        "auto",
        "How the face at rest is found. auto: from the whole shot, the measured expression taken away. A frame number: "
        "the face rests there. An image file: a still of the same person at rest.",
        words=("auto",),
        animates=False,
    )
    batch = Int(
        4,
        "Frames that a neural model takes together; mesh takes one at a time and needs no more.",
        limits=(1, 64),
        slider=(1, 16),
        animates=False,
        affects_result=False,
    )

    observes = ()
    analyses = ("track",)

    def wanted(self) -> tuple[str, ...]:
        return ("track",) if self.model == "mesh" else ("image", "track")

    def analyse(self, seen: Mapping[int, Track]) -> Any:
        """The poses of the shot and the face at rest."""
        still: Track | int | None = None
        if isinstance(self.neutral, int):
            still = self.neutral
        elif self.neutral != "auto":
            from ..models.still import tracked_still

            still = tracked_still(self.neutral)
        return self._model().analyse(seen, still)

    def process(self, image: Image | None, track: Track, analysis: Any) -> Motion:
        """This frame's parameters."""
        return self._model().extract(image, track, analysis, self.frame)

    def stamp(self) -> str:
        return stamp_of_still(self.neutral, ("auto",))

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        for name in dict.fromkeys(moment.values["model"] for moment in moments):
            try:
                _model(name)
            except ModelMissing as problem:
                yield Finding(str(problem), "model")
        yield from check_still(moments, "neutral", ("auto",))

    def batch_size(self) -> int:
        return 1 if self.model == "mesh" else self.batch

    def _model(self) -> Model:
        return _model(self.model)


def _model(name: str) -> Model:
    from ..models import get

    return get(name)
