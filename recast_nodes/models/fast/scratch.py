"""Room for what lies between the steps of an operation.

Fresh memory is handed out by the system page by page, each filled with zeros, which for a hundred megabytes takes
longer than the arithmetic on them. So every thread keeps the room that it needed once.
"""

from __future__ import annotations

import math
import threading

import torch
from torch import Tensor

_rooms = threading.local()


def forget_rooms() -> None:
    """Let go of what the calling thread keeps."""
    _rooms.__dict__.clear()


def room(purpose: str, *shape: int) -> Tensor:
    """Float32 numbers of that shape, of any value: the same memory at every call for a purpose from one thread."""
    rooms: dict[str, Tensor] = _rooms.__dict__
    count = math.prod(shape)
    if purpose not in rooms or rooms[purpose].numel() < count:
        with torch.inference_mode(False):
            rooms[purpose] = torch.empty(count)
    return rooms[purpose][:count].view(shape)
