"""Form comes from the network, detail from the plate; what is detail is a matter of size."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.finish.detail import add_plate_detail
from recast_nodes.stages.finish.grain import scale_detail

EVERYWHERE = torch.ones(1, 128, 256)
MIDDLE = slice(48, 208)


def waves(length: float) -> torch.Tensor:
    """(3, 128, 256) stripes that repeat after so many pixels."""
    return torch.sin(torch.arange(256) * (2 * torch.pi / length)).expand(3, 128, 256)


def share(picture: torch.Tensor, of: torch.Tensor) -> float:
    return float(picture[..., MIDDLE].std() / of[..., MIDDLE].std())


@pytest.mark.parametrize(
    ("length", "least", "most"), [(4, 0.95, 1.0), (8, 0.6, 0.8), (40, 0.0, 0.1)], ids=["fine", "between", "form"]
)
@pytest.mark.parametrize("shrinkage", [1.0, 2.0])
def test_the_plates_detail_is_what_a_patch_does_not_show(length, least, most, shrinkage):
    """A patch's pixel stands for `shrinkage` of the plate's, and so does what is fine in it."""
    plate, painted = waves(length * shrinkage), torch.zeros(3, 128, 256)
    assert least < share(add_plate_detail(painted, plate, EVERYWHERE, 1.0, shrinkage), plate) <= most


def test_without_detail_the_painting_stays():
    painted = waves(5)
    assert add_plate_detail(painted, waves(9), EVERYWHERE, 0.0, 1.0) is painted


@pytest.mark.parametrize(("length", "least", "most"), [(8, 0.95, 1.0), (16, 0.6, 0.8), (80, 0.0, 0.1)])
def test_sharpening_a_face_takes_detail_of_its_size(length, least, most):
    """Of a face of 500 pixels: pores and fine folds, not its form."""
    face = waves(length)
    sharpened = scale_detail(face, EVERYWHERE, 1.0, 1.0, 500.0)
    assert least < share(sharpened - face, face) <= most
