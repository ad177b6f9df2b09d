"""Whose mouth a shot shows where its own frame lacks it: what each frame is worth, and who lends at which frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ...face.anatomy import MOUTH_CORNERS, OUTER_LIPS, RIGID
from ...face.blendshapes import BLENDSHAPES
from ...media.pixels import display_rgb
from ...notices import notice
from ...stages.expression.blend import proportions
from ...stages.expression.head_pose import Pose, compose, robust_similarity, to_head
from ...stages.features.donor import PLATE, TAKE, Donor, Lender
from ...stages.features.lip_line import lip_gap
from ...stages.features.mouth import FILLED
from ...stages.lenders.choose import Candidates, ChosenMouth, can_lend, choose_mouths
from ...stages.lenders.person import FEWEST, is_other_person
from ...stages.lenders.sight import MARGIN, PATCH, find_covered, measure_sharpness
from ...stages.thresholds import Amount
from ...wires import Image, MouthFrame, Track, Window
from ..canonical import expression_basis
from .analysis import MeshAnalysis, analyse_shot
from .complexion import layout, observe_texture
from .keypoints import donor_of, keypoints, offset_of
from .retarget import landmark_regions

OPEN = Amount(
    0.5, "of jawOpen", "what is looked for where no driver says how the mouth opens: hand sliders move it so far"
)


class LentMouth(NamedTuple):
    """Whose mouth one frame of the shot shows where its own lacks it."""

    lender: Lender | None  # None: the driver
    other: Lender | None = None  # the one of whom a share is shown, about a change
    share: float = 0.0
    shown: bool = True  # whether any of it would be seen, the driver being followed in full

    @property
    def lenders(self) -> tuple[Lender, ...]:
        """All that are shown of the actor's own."""
        shown = (self.lender, self.other if self.share > 0 else None)
        return tuple(each for each in shown if each is not None)


class Lenders(NamedTuple):
    """Who lends a shot its mouths."""

    mouths: Mapping[int, LentMouth]  # by the shot's frames
    tracks: Mapping[Lender, Track]  # where the faces are in the frames of takes that lend

    def of(self, frame: int) -> tuple[Lender, ...]:
        """The own frames that are shown at a frame of the shot."""
        lent = self.mouths.get(frame)
        return () if lent is None else lent.lenders

    def lent_to_others(self) -> dict[int, Lender | None]:
        """Who is shown at each frame that does not keep its own mouth."""
        return {at: each.lender for at, each in self.mouths.items() if each.shown and each.lender != Lender(at)}


def observe_mouth(image: Image | None, plate: Track | None, driver: Track | None) -> MouthFrame:
    """What one frame tells: where the faces are and, where the plate's picture is given, what its mouth is worth."""
    texture = None if image is None or plate is None else observe_texture(image, plate)
    if image is None or plate is None or texture is None:
        return MouthFrame(_bare(plate), _bare(driver))
    return MouthFrame(_bare(plate), _bare(driver), texture, _sharpness(image, plate))


def _bare(track: Track | None) -> Track | None:
    """A track without its skin at rest, which is the same in every frame and larger than all the rest of it."""
    return None if track is None else track._replace(rest=None)


def learn_lenders(records: Mapping[int, MouthFrame], takes: Mapping[str, Mapping[int, MouthFrame]]) -> Lenders:
    """Whose mouth is shown at each frame of a shot; frames without a face are left out. `takes` are by their names, and
    their records by their own frames.
    """
    shot = _tracks(records)
    if not any(track.found for track in shot.values()):
        return Lenders({}, {})
    own = analyse_shot(shot, None)
    for take, seen in takes.items():
        _doubt(take, _tracks(seen), own)
    names, candidates = _gather(own, {"": records, **takes})
    source = torch.stack([keypoints(shot[frame]) for frame in own.frames])
    wanted = _wanted(own, source, records)
    opened = torch.stack([FILLED(lip_gap(there) - lip_gap(here)) for here, there in zip(source, wanted)])
    choices = choose_mouths(candidates, source, wanted, own.poses.rotation, opened)
    mouths = {frame: _named(choice, names) for frame, choice in zip(own.frames, choices)}
    others = {each for lent in mouths.values() for each in lent.lenders if each.take}
    return Lenders(mouths, {each: takes[each.take][each.frame].plate for each in others})  # type: ignore[misc]


def lend_mouth(image: Image, track: Track, lender: Lender) -> Donor:
    """A frame's face, whose mouth is to be shown in others."""
    return donor_of(image, track)._replace(lender=TAKE if lender.take else PLATE, with_lips=True)


def describe_lenders(lent: Mapping[int, Lender | None]) -> str:
    """Who lends to which frames, in words; None is the driver."""
    runs: list[tuple[Lender | None, int, int]] = []
    for frame, lender in sorted(lent.items()):
        if runs and runs[-1][0] == lender and runs[-1][2] == frame - 1:
            runs[-1] = lender, runs[-1][1], frame
        else:
            runs.append((lender, frame, frame))
    words = [f"{_say(lender)} to {first}" + (f"-{last}" if last > first else "") for lender, first, last in runs]
    return "; ".join(words)


def _doubt(take: str, tracks: Mapping[int, Track], own: MeshAnalysis) -> None:
    """Tell the user of a take that shows no face, or another person's."""
    found = sum(track.found for track in tracks.values())
    if not found:
        notice(f"{take}: no face was found in this take, so it lends nothing.")
    elif min(found, len(own.frames)) >= FEWEST and is_other_person(analyse_shot(tracks, None).canonical, own.canonical):
        notice(f"{take}: this take seems to show another person than the plate. What it lends is theirs.")


def _say(lender: Lender | None) -> str:
    if lender is None:
        return "the driver"
    return f"frame {lender.frame}" + (f" of {lender.take}" if lender.take else "")


def _tracks(records: Mapping[int, MouthFrame]) -> dict[int, Track]:
    return {frame: record.plate for frame, record in sorted(records.items()) if record.plate is not None}


def _sharpness(image: Image, track: Track) -> float:
    points = track.landmarks
    left, right = (points[corner, :2] for corner in MOUTH_CORNERS)
    side = max(8, round(MARGIN * float(torch.linalg.vector_norm(right - left))))
    middle = points[list(OUTER_LIPS), :2].mean(0)
    corner = (middle - side / 2).round()
    window = Window(int(corner[0]), int(corner[1]), side, side)
    patch = torch.from_numpy(display_rgb(image, window, (PATCH, PATCH)).astype(np.float32) / 255).permute(2, 0, 1)
    return measure_sharpness(patch, (points[:, :2] - offset_of((window.x, window.y))[:2]) * (PATCH / side))


def _gather(own: MeshAnalysis, footage: Mapping[str, Mapping[int, MouthFrame]]) -> tuple[list[Lender], Candidates]:
    """The frames that may lend, and what is known of them."""
    names: list[Lender] = []
    points, sharpness = [], []
    for take, records in footage.items():
        looked = {frame: record for frame, record in sorted(records.items()) if record.face is not None}
        covered = find_covered([record.face for record in looked.values()], layout())
        worth = can_lend([record.sharpness for record in looked.values()], covered)
        for (frame, record), value in zip(looked.items(), worth):
            names.append(Lender(frame, take))
            points.append(keypoints(record.plate))  # type: ignore[arg-type]
            sharpness.append(value)
    stacked = torch.stack(points) if points else own.canonical.new_zeros(0, len(own.canonical), 3)
    rigid = list(RIGID)
    rotations = robust_similarity(own.canonical[rigid], stacked[:, rigid]).rotation if points else torch.zeros(0, 3, 3)
    away = torch.tensor([float(bool(name.take)) for name in names])
    return names, Candidates(stacked, rotations, torch.tensor(sharpness), away)


def _wanted(own: MeshAnalysis, source: Tensor, records: Mapping[int, MouthFrame]) -> Tensor:
    """(T, K, 3) the keypoints if the driver were followed in full; `source` where its face is lost.

    The weights of the edit are not asked for: they may be keyed, and a key must not change who lends elsewhere.
    """
    driver = {frame: record.driver for frame, record in records.items() if record.driver is not None}
    if not driver:
        opened = own.canonical + OPEN * expression_basis()[BLENDSHAPES.index("jawOpen")]
        return compose(opened, torch.zeros_like(source), *own.poses)
    acted = analyse_shot(driver, None)
    if not acted.frames:
        return source
    factors = proportions(own.canonical, acted.canonical, landmark_regions())
    row = {frame: at for at, frame in enumerate(acted.frames)}
    wanted = source.clone()
    for at, frame in enumerate(own.frames):
        if frame in row:
            wanted[at] = _driven(own, at, acted, row[frame], keypoints(driver[frame]), factors)
    return wanted


def _driven(own: MeshAnalysis, at: int, acted: MeshAnalysis, row: int, driver: Tensor, factors: Tensor) -> Tensor:
    pose, there = (Pose(*(part[index] for part in each.poses)) for each, index in ((own, at), (acted, row)))
    expression = (to_head(driver, there) - acted.canonical) * factors
    return compose(own.canonical, expression, *pose)


def _named(choice: ChosenMouth, names: Sequence[Lender]) -> LentMouth:
    lender, other = (None if number is None else names[number] for number in (choice.own, choice.other))
    return LentMouth(lender, other, choice.share, choice.shown)
