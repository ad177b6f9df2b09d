"""The frames that a performer is learned from: where the face is in each, which can lend, and how to look at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import NoFace
from ..models.mesh.analysis import MeshAnalysis, analyse_shot, extract_parameters
from ..models.mesh.complexion import layout
from ..models.mesh.keypoints import keypoints
from ..models.mesh.lenders import observe_mouth
from ..stages.features.donor import Lender
from ..stages.lenders.choose import can_lend
from ..stages.lenders.sight import find_covered
from ..stages.thresholds import Count
from ..wires import Image, Motion, MouthFrame, Track

FEWEST = Count(24, "frames with a face", "fewer have no second stretch that tells what own frames are worth")
STRETCHES = Count(
    12, "stretches", "that all footage is cut into: what a frame's own stretch shows is not known while it is the truth"
)
APART = Count(6, "frames", "about a frame show the same moment: a fifth of a second and more")


class ActorFootage(NamedTuple):
    """Footage of one actor, in order. F frames that show the face, K keypoints."""

    names: tuple[Lender, ...]
    tracks: tuple[Track, ...]
    keypoints: Tensor  # (F, K, 3) square pixels
    motions: tuple[Motion, ...]
    analysis: MeshAnalysis
    lends: tuple[bool, ...]  # whether a frame is sharp, and free of things before the mouth
    stretch: tuple[int, ...]
    open: Callable[[Lender], Image]

    @property
    def rotations(self) -> Tensor:
        """(F, 3, 3) of the head."""
        return torch.stack([motion.rotation for motion in self.motions])

    def image(self, row: int) -> Image:
        """The picture of a frame."""
        return self.open(self.names[row])

    def is_apart(self, one: int, other: int) -> bool:
        """Whether two frames are of different stretches, and no neighbours."""
        here, there = self.names[one], self.names[other]
        near = here.take == there.take and abs(here.frame - there.frame) <= APART
        return self.stretch[one] != self.stretch[other] and not near


def gather_footage(
    tracks: Mapping[Lender, Track],
    open_image: Callable[[Lender], Image],
    report: Callable[[int, int], None] = lambda done, total: None,
) -> ActorFootage:
    """What frames show of the actor, in the order given. Raises NoFace where too few show the face."""
    seen = {name: track for name, track in tracks.items() if track.state == "tracked"}
    if len(seen) < FEWEST:
        raise NoFace(f"A performer is learned from {FEWEST} frames with a face or more; here are {len(seen)}.")
    records: dict[Lender, MouthFrame] = {}
    for name, track in seen.items():
        report(len(records), len(seen))
        records[name] = observe_mouth(open_image(name), track, None)
    report(len(seen), len(seen))
    rows = dict(enumerate(seen.values()))
    analysis = analyse_shot(rows, None)
    motions = tuple(extract_parameters(track, analysis, row) for row, track in rows.items())
    names = tuple(seen)
    points = torch.stack([keypoints(track) for track in seen.values()])
    return ActorFootage(
        names, tuple(seen.values()), points, motions, analysis, _lends(records), _cut(names), open_image
    )


def _lends(records: Mapping[Lender, MouthFrame]) -> tuple[bool, ...]:
    """Which frames can lend; sharpness is measured against its own footage's."""
    found = dict.fromkeys(records, False)
    for take in dict.fromkeys(name.take for name in records):
        ours = {name: record for name, record in records.items() if name.take == take and record.face is not None}
        covered = find_covered([record.face for record in ours.values()], layout())
        worth = can_lend([record.sharpness for record in ours.values()], covered)
        found.update(zip(ours, (value > 0 for value in worth)))
    return tuple(found.values())


def _cut(names: Sequence[Lender]) -> tuple[int, ...]:
    """The stretch of each frame: as many frames in each, none over two takes."""
    takes = list(dict.fromkeys(name.take for name in names))
    return tuple(row * STRETCHES // len(names) + STRETCHES * takes.index(name.take) for row, name in enumerate(names))
