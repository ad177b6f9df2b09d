"""A scalar random-walk Kalman filter run forward and back (Rauch, Tung and Striebel), the same for every number of a
record.

The published smoothing of the driving expression: process variance 1e-5, observation variance 3e-7 in units of the
canonical face; only their ratio matters. All numbers share one gain, so this costs a multiplication a frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..thresholds import PublishedNumber

PROCESS_VARIANCE = PublishedNumber(
    1e-5, "the published smoothing of a driving expression; only its ratio to the observation's matters"
)


def smooth(values: Tensor, observed: Sequence[bool], observation_variance: float) -> Tensor:
    """Values (F, ...) smoothed over frames; frames that were not `observed` are bridged. Variance 0 gives observed
    values back.
    """
    first = next((frame for frame, seen in enumerate(observed) if seen), None)
    if first is None:
        return values
    # The published filter begins with a variance of 1 and sees the first frame: this is what is left of it.
    first_variance = observation_variance / (1 + observation_variance)
    means, variances, predicted = [values[first]], [first_variance], [0.0]
    for frame in range(first + 1, len(values)):
        ahead = variances[-1] + PROCESS_VARIANCE
        gain = ahead / (ahead + observation_variance) if observed[frame] else 0.0
        innovation = torch.where(torch.isfinite(values[frame]), values[frame] - means[-1], torch.zeros_like(means[-1]))
        means.append(means[-1] + gain * innovation)
        variances.append((1 - gain) * ahead)
        predicted.append(ahead)
    for frame in range(len(means) - 2, -1, -1):
        gain = variances[frame] / predicted[frame + 1]
        means[frame] = means[frame] + gain * (means[frame + 1] - means[frame])
    return torch.stack([means[0]] * first + means)
