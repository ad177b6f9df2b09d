"""Several faces in a shot: how many run through it, which of them is followed, and whether that one is a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ...wires import Faces
from ..thresholds import Count, Threshold
from .association import Pick, Trail, centre_of, choose, follow, link

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
    "nearest-to-centre": "the one nearest to the centre",
    "index": "index {} from the left",
    "box": "the one in the box",
}


def remark(seen: Mapping[int, Faces], pick: Pick) -> str:
    """What a user should know where several faces run through a shot; nothing where there is one, or none.

    Raises NoFace as `choose` does.
    """
    trails = link(seen)
    if not trails:
        return ""
    picked = follow(trails, choose(trails, pick, centre_of(seen)))
    others = _others(trails, picked, STAYS * sum(len(faces.landmarks) > 0 for faces in seen.values()))
    if not others:
        return ""
    text = (
        f"there are {len(others) + 1} faces in the shot, and {_WORDS[pick.rule].format(pick.number)} is followed, "
        f"{_place(seen, picked)}. Set pick to follow another."
    )
    if keeps_still(seen, picked) and not all(keeps_still(seen, other) for other in others):
        text += " The followed face never moves, as if it were a poster or a photograph, and another does."
    return text


def _others(trails: Sequence[Trail], picked: Trail, least: float) -> list[Trail]:
    """Everybody but who is picked, whole; a person who comes back is one. Who is seen in fewer frames is left out."""
    left = sorted((trail for trail in trails if trail[0] not in picked), key=len, reverse=True)
    people = []
    while left:
        whole = follow(left, left[0])
        left = [trail for trail in left if trail[0] not in whole]
        people.append(whole)
    return [person for person in people if len(person) >= least]


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
    """Where a face is most of the time."""
    frame = next((faces.frame for faces in seen.values() if faces.frame is not None), None)
    x = sorted(sighting.x for sighting in trail)[len(trail) // 2]
    if frame is None:
        return f"at x = {x:.0f}"
    share = (x - float(frame[0])) / max(float(frame[2]), 1.0)
    return "in the middle of the picture" if 1 / 3 <= share <= 2 / 3 else f"at the {_side(share)} of the picture"


def _side(share: float) -> str:
    return "left" if share < 0.5 else "right"
