"""Leaks: what changed although it may not."""

import numpy as np
import torch

from recast_nodes.evaluation.bits import compare_bits, hull_mask
from recast_nodes.wires import Image, Part, Window

WINDOW = Window(-10, 5, 40, 30)
HULL = torch.tensor([[0.0, 10.0], [15.0, 10.0], [15.0, 25.0], [0.0, 25.0]])


def image(kind=np.float16, window=WINDOW, names=("R", "G", "B", "A", "id.Z"), more=()):
    random = np.random.default_rng(5)
    planes = {name: random.random((window.height, window.width)).astype(kind) for name in names}
    return Image((Part("main", planes, window, Window(0, 0, 20, 20)), *more), ("R", "G", "B"), "lin_rec709_scene")


def changed(source, name, row, column, part=0):
    planes = {key: plane.copy() for key, plane in source.parts[part].channels.items()}
    planes[name][row, column] += 1
    parts = list(source.parts)
    parts[part] = Part(parts[part].name, planes, parts[part].window, parts[part].display)
    return source._replace(parts=tuple(parts))


def test_the_plate_itself_leaks_nothing():
    assert compare_bits(image(), image(), [HULL]) == (0, False, (), True)


def test_inside_the_hull_only_the_picture_may_change():
    plate = image()
    assert compare_bits(plate, changed(plate, "G", 10, 20), [HULL])[:2] == (0, True)  # pixel (10, 15)
    assert compare_bits(plate, changed(plate, "id.Z", 10, 20), [HULL])[:2] == (1, False)


def test_outside_every_hull_nothing_may_change():
    plate = image()
    outside = changed(plate, "R", 0, 0)
    assert compare_bits(plate, outside, [HULL])[:2] == (1, True)
    assert compare_bits(plate, outside, [])[:2] == (1, True)
    assert compare_bits(plate, outside, [HULL, HULL - 12.0])[0] == 0, "a second face has a hull of its own"


def test_channels_and_parts_that_are_gone_are_named():
    depth = Part("depth", {"Z": np.zeros((3, 3), np.float32)}, Window(0, 0, 3, 3), Window(0, 0, 3, 3))
    plate = image(more=(depth,))
    assert compare_bits(plate, image(names=("R", "G", "B")), [HULL]).lost_channels == ("A", "id.Z", "Z")
    assert compare_bits(plate, changed(plate, "Z", 1, 1, part=1), [HULL]).leak == 1


def test_layers_that_were_added_are_no_leak():
    assert compare_bits(image(names=("R", "G", "B")), image(names=("R", "G", "B", "matte.A")), [HULL]).leak == 0


def test_another_data_window_is_said_and_the_common_part_compared():
    plate = image()
    part = plate.main
    planes = {name: np.ascontiguousarray(plane[2:, 3:]) for name, plane in part.channels.items()}
    cropped = plate._replace(parts=(Part("main", planes, Window(-7, 7, 37, 28), part.display),))
    assert compare_bits(plate, cropped, [HULL]) == (0, False, (), False)


def test_other_types_do_not_compare():
    bits = compare_bits(image(), image(np.uint16), [HULL])
    assert bits.leak is None and bits.edited is None


def test_the_hulls_mask_is_in_the_windows_own_pixels():
    mask = hull_mask([HULL, torch.zeros(0, 2)], WINDOW)
    assert 15**2 <= mask.sum() <= 17**2, "the outline's own pixels may go either way"
    assert mask[6, 11] and not mask[3, 11] and not mask[6, 8]
