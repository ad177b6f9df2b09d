"""A driver's painted fold on another face: at its place, dark, about as deep; and nothing where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from recast_nodes.face.regions import REGIONS
from recast_nodes.models.mesh.folds import complete_folds, fold_texture, lay_folds
from recast_nodes.nodes import Decode, MaskComposite, Warp
from recast_nodes.wires import Face, Image, Track
from tests.painted_face import BETWEEN, LEFT_FOLD, RIGHT_FOLD, SIDE, along, at_rest, picture
from tests.performer import motions, track

PALE, DARK = (0.55, 0.38, 0.3), (0.12, 0.07, 0.045)
HERE = track(size=250, centre=(180, 185), yaw=0.0)
THERE = track(size=210, centre=(170, 180), yaw=0.05)  # the driver's face is smaller, and turned a little


def edit(
    driving: Image,
    plate: Image,
    replace: float = 1.0,
    enhance: float = 0.0,
    regions: dict[str, float] | None = None,
    folds: float = 1.0,
    there: Track | None = None,
    here: Track | None = None,
) -> Face:
    """The new face of an edit that moves no landmark; by default both faces rest without folds."""
    shares = torch.tensor([(regions or {}).get(name, 1.0 if regions is None else 0.0) for name in REGIONS])
    here = here or at_rest(HERE, picture(HERE, skin=PALE))
    there = there or at_rest(THERE, *(picture(THERE, skin=DARK, noise=0.01, seed=seed) for seed in (1, 2, 3)))
    weights = torch.stack([(replace + enhance) * shares, replace * shares])
    motion = motions([HERE])[0]._replace(edited=True, folds=weights)
    field = Warp(0).process(plate, here, motion)
    return Decode(0, grain=0.0, folds=folds).process(field, driving=driving, driving_track=there)


def light(face: Face) -> Tensor:
    """(SIDE, SIDE) the logarithm of what the face's green light was multiplied by, in the plate's pixels."""
    whole = torch.zeros(SIDE, SIDE)
    if face.folds is not None:
        left, top = (-round(float(value)) for value in face.crop[:2, 2])
        height, width = face.folds.shape[1:]
        whole[top : top + height, left : left + width] = face.folds[1].log()
    return whole


@pytest.mark.parametrize("fold", (LEFT_FOLD, RIGHT_FOLD))
def test_a_fold_comes_along_at_its_place_and_as_deep(fold: tuple[int, ...]) -> None:
    shown = light(edit(picture(THERE, (fold,), skin=DARK), picture(HERE, skin=PALE)))
    assert -0.55 < along(HERE, fold, shown) < -0.2
    other = RIGHT_FOLD if fold is LEFT_FOLD else LEFT_FOLD
    assert abs(along(HERE, other, shown)) < 0.02 and abs(along(HERE, BETWEEN, shown)) < 0.02


def test_a_finished_face_is_given_the_folds_that_it_lacks_and_no_more() -> None:
    here = at_rest(HERE, picture(HERE, skin=PALE))
    there = at_rest(THERE, *(picture(THERE, skin=DARK, noise=0.01, seed=seed) for seed in (1, 2, 3)))
    motion = motions([HERE])[0]._replace(edited=True, folds=torch.ones(2, len(REGIONS)))
    field = Warp(0).process(picture(HERE, skin=PALE), here, motion)
    field = field._replace(folds=fold_texture(field, picture(THERE, (LEFT_FOLD,), skin=DARK), there, 1.0))
    folded = lay_folds(field, field.warped, torch.zeros_like(field.warped[:1]))[0]
    torch.testing.assert_close(complete_folds(field, field.warped, field.warped), folded, rtol=1e-3, atol=1e-4)
    depth = (folded / field.warped).log()
    again = (complete_folds(field, folded, field.warped) / folded).log()
    dark = depth < 0.5 * depth.min()
    assert depth.min() < -0.2 and float(again[dark].abs().mean()) < 0.4 * abs(float(depth[dark].mean()))


def test_pixels_are_the_plates_times_the_layer_and_none_other() -> None:
    plate, driving = picture(HERE, skin=PALE), picture(THERE, (LEFT_FOLD,), skin=DARK)
    with_folds, without = (edit(driving, plate, folds=amount) for amount in (1.0, 0.0))
    assert without.folds is None and with_folds.folds is not None
    torch.testing.assert_close(with_folds.pixels, without.pixels * with_folds.folds)
    finished = MaskComposite(0, layers=("folds",)).process(plate, HERE, with_folds)
    layer = finished.main.channels["folds.G"].astype(np.float32)
    assert layer.min() < 0.8 and layer[0, 0] == 1
    still = MaskComposite(0, layers=("folds",)).process(plate, HERE, without)
    assert (still.main.channels["folds.R"] == 1).all()
    assert all((still.main.channels[name] == plate.main.channels[name]).all() for name in "RGB")


def test_a_driver_without_folds_gives_none() -> None:
    face = edit(picture(THERE, skin=DARK, noise=0.01, seed=9), picture(HERE, skin=PALE))
    assert float(light(face).abs().max()) < 0.01


def test_folds_of_the_plate_go_where_its_expression_does_and_stay_where_it_is_added_to() -> None:
    plate, driving = picture(HERE, (LEFT_FOLD,), skin=PALE), picture(THERE, skin=DARK)
    assert along(HERE, LEFT_FOLD, light(edit(driving, plate))) > 0.15
    assert along(HERE, LEFT_FOLD, light(edit(driving, plate, replace=0.0, enhance=1.0))) == pytest.approx(0, abs=0.01)


def test_regions_and_the_knob_decide_how_much() -> None:
    driving, plate = picture(THERE, (LEFT_FOLD, BETWEEN), skin=DARK), picture(HERE, skin=PALE)
    brows = light(edit(driving, plate, regions={"brows": 1.0}))
    assert along(HERE, BETWEEN, brows) < -0.1 and along(HERE, LEFT_FOLD, brows) > -0.03
    depths = [along(HERE, LEFT_FOLD, light(edit(driving, plate, folds=amount))) for amount in (0.5, 1.0, 2.0)]
    assert depths[0] > 1.5 * depths[1] > 1.5 * depths[2] - 1e-6 and depths[2] > -0.7


def test_what_lies_before_the_driver_is_no_fold() -> None:
    hand = (206, 25, (0.1, 0.2, 0.35))
    shown = light(edit(picture(THERE, skin=DARK, patch=hand), picture(HERE, skin=PALE)))
    assert float(shown.abs().max()) < 0.08


def test_a_plate_in_black_and_white_stays_so() -> None:
    grey = (0.3, 0.3, 0.3)
    face = edit(
        picture(THERE, (LEFT_FOLD,), skin=DARK), picture(HERE, skin=grey), here=at_rest(HERE, picture(HERE, skin=grey))
    )
    assert face.folds is not None and torch.equal(face.folds[0], face.folds[1])
    assert torch.equal(face.folds[1], face.folds[2])


def test_without_a_face_at_rest_there_are_no_folds() -> None:
    driving, plate = picture(THERE, (LEFT_FOLD,), skin=DARK), picture(HERE, skin=PALE)
    assert edit(driving, plate, there=THERE).folds is None
    assert edit(driving, plate, here=HERE).folds is None
    assert edit(driving, plate, there=at_rest(THERE, picture(THERE, skin=DARK))._replace(seen=0.0)).folds is None
