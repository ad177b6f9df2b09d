"""Several faces in a shot: how many run through it, which of them is followed, and whether that one is a picture."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ...wires import Faces
from ..thresholds import Count, Threshold
from .association import Trail
from .pick import Cast, Pick, cast_of

STAYS = Threshold(0.25, "of the frames that show a face", "who stays from who passes by", "no measurement is on record")
FEWEST = Count(12, "frames", "half a second: a face that keeps still for less may be between two movements")
ACTS = Threshold(
    0.012,
    "mean standard deviation of a face's coefficients",
    "a face that acts from a picture",
    "0.001 to 0.009 of a still face that is read in noise",
)
SWAYS = Threshold(
    0.001,
    "sizes of the face",
    "a person from a picture",
    "the standard deviation of the face's middle: up to 0.0007 of a picture, from 0.0014 of a person",
)
_WORDS = {
    "largest": "the largest",
    "left-most": "the left-most",
    "right-most": "the right-most",
    "nearest-to-centre": "the one nearest to the centre",
    "index": "index {number} from the left",
    "box": "the one in the box",
    "point": "the one nearest to ({x:g}, {y:g})",
    "person": "the person of {file}",
}


def remark(seen: Mapping[int, Faces], pick: Pick) -> str:
    """What a user should know where several faces run through a shot; nothing where there is one, or none.

    Raises NoFace as `choose` does.
    """
    cast = cast_of(seen, pick)
    return describe_crowd(seen, pick, cast) if cast else ""


def describe_crowd(seen: Mapping[int, Faces], pick: Pick, cast: Cast) -> str:
    """As `remark`, of a shot of which it is known who is in it."""
    least = STAYS * sum(len(faces.landmarks) > 0 for faces in seen.values())
    others = [person for person in cast.others if len(person) >= least]  # who is seen in fewer frames is left out
    if not others:
        return ""
    words = _WORDS[pick.rule].format(number=pick.number, x=pick.point[0], y=pick.point[1], file=pick.file)
    text = f"there are {len(others) + 1} faces in the shot, and {words} is followed, {_place(seen, cast.picked)}."
    if pick == Pick():  # nobody said which is meant
        text += " Set pick to follow another, or give each a driver of its own (recast edit --face)."
    if keeps_still(seen, cast.picked) and not all(keeps_still(seen, other) for other in others):
        text += " The followed face never moves, as if it were a poster or a photograph, and another does."
    return text


def keeps_still(seen: Mapping[int, Faces], trail: Trail) -> bool:
    """Whether a face neither acts nor sways in all the frames that it is seen in: more than a few."""
    if len(trail) < FEWEST:
        return False
    coefficients = torch.stack([seen[sighting.frame].coefficients[sighting.entry] for sighting in trail])
    middles = torch.stack([_middle(seen[sighting.frame].landmarks[sighting.entry]) for sighting in trail])
    size = sum(sighting.size for sighting in trail) / len(trail)
    sways = float(middles.std(0).norm()) / max(size, 1e-6)
    return sways < SWAYS and not float(coefficients.std(0).mean()) >= ACTS  # coefficients may be unknown


def _middle(landmarks: Tensor) -> Tensor:
    return landmarks[:, :2].double().mean(0)


def _place(seen: Mapping[int, Faces], trail: Trail) -> str:
    """Where a face is most of the time, or at first where it walks across the picture."""
    frame = next((faces.frame for faces in seen.values() if faces.frame is not None), None)
    middle = sorted(trail, key=lambda sighting: sighting.x)
    if frame is None:
        return f"at x = {middle[len(trail) // 2].x:.0f}"
    width = max(float(frame[2]), 1.0)
    walks = middle[-1].x - middle[0].x > width / 3
    x = trail[0].x if walks else middle[len(trail) // 2].x
    share = (x - float(frame[0])) / width
    where = "in the middle" if 1 / 3 <= share <= 2 / 3 else "at the left" if share < 0.5 else "at the right"
    return f"{where} of the picture" + (f" in frame {trail[0].frame}" if walks else "")
