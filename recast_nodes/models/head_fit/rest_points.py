"""Where a fitted head holds its face at rest: what its pose is measured by, whatever the face does meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...wires import Track
from .landmark_heads import head_named
from .parameters import place_landmarks


def rest_points(tracks: Sequence[Track]) -> Tensor | None:
    """(T, 478, 3) square pixels with depth, of a face without expression under each frame's head pose. Between frames
    in which the face was seen they go straight, before the first and after the last they stay. None without a fit.
    """
    fitted = [place for place, track in enumerate(tracks) if track.head is not None]
    if not fitted:
        return None
    known = []
    for place in fitted:
        parameters = tracks[place].head
        assert parameters is not None
        known.append(place_landmarks(head_named(parameters.model), parameters, rest=True).posed)
    points, times = torch.stack(known).float(), torch.tensor(fitted, dtype=torch.float32)
    at = torch.arange(len(tracks), dtype=torch.float32).clamp(times[0], times[-1])
    after = torch.searchsorted(times, at).clamp(min=1, max=max(len(fitted) - 1, 1))
    if len(fitted) == 1:
        return points.expand(len(tracks), -1, -1)
    before = after - 1
    share = ((at - times[before]) / (times[after] - times[before]))[:, None, None]
    return torch.lerp(points[before], points[after], share)
