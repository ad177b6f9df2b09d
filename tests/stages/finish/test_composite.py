"""Compositing leaves the plate's bits wherever the matte is empty."""

from __future__ import annotations

import torch

from recast_nodes.stages.finish.composite import (
    changed_matte,
    colour_gain,
    composite,
    hull_region,
    soft_edge,
    st_map,
    template_region,
)


def test_an_empty_matte_leaves_the_plate():
    face, plate = torch.rand(2, 3, 8, 8)
    plate[0, 0, 0] = torch.inf
    assert torch.equal(composite(face, plate, torch.zeros(1, 8, 8)), plate)
    assert torch.equal(composite(face, plate, torch.ones(1, 8, 8))[1:], face[1:])


def test_the_soft_edge_stays_inside():
    hull = torch.tensor([[8.0, 8.0], [32.0, 8.0], [32.0, 32.0], [8.0, 32.0]])
    region = hull_region(hull, (0, 0), (40, 40))
    matte = soft_edge(region, 0.0, 6.0)
    assert float(matte[0][region == 0].max()) == 0
    assert float(matte[0, 20, 20]) == 1
    assert bool((matte[0, 20, 8:20].diff() >= 0).all())
    assert float(soft_edge(region, 3.0, 1.0)[0, 20, 6]) > 0


def test_colours_that_agree_are_not_touched():
    plate = torch.rand(3, 16, 16)
    matte = torch.rand(1, 16, 16)
    assert torch.equal(colour_gain(plate, plate, matte), torch.ones(3, 1, 1))
    torch.testing.assert_close(colour_gain(plate / 2, plate, matte), torch.full((3, 1, 1), 2.0))
    assert torch.equal(colour_gain(plate, plate, torch.ones(1, 16, 16)), torch.ones(3, 1, 1))


def test_st_map_is_that_of_nuke():
    still = st_map(torch.zeros(2, 4, 8), (0, 0), (0, 0, 8, 4))
    torch.testing.assert_close(still[:, 0, 0], torch.tensor([0.5 / 8, 1 - 0.5 / 4]))
    torch.testing.assert_close(still[:, 3, 7], torch.tensor([7.5 / 8, 0.5 / 4]))


def test_template_is_the_published_square():
    matte = template_region(torch.eye(3), (0, 0), (512, 512))[0]
    assert float(matte[256, 256]) == 1
    assert 0 < float(matte[256, 4]) < float(matte[256, 12]) < 1
    assert float(template_region(torch.eye(3), (-20, 0), (10, 10)).max()) == 0


def test_what_an_edit_changed_ends_softly_where_it_is_held_back():
    change, still = torch.zeros(1, 40, 40), torch.zeros(2, 40, 40)
    change[:, 8:32, 8:] = 1
    matte = changed_matte(change, still, 6.0)
    assert float(matte[change == 0].max()) == 0 and float(matte[0, 20, 20]) == 1
    assert float(matte[0, 20].diff().abs().max()) < 0.3, "no step"
    assert float(matte[0, 20, 39]) == 1, "the edge of the picture is no edge of the edit"
    assert torch.equal(changed_matte(torch.ones(1, 8, 8), still[:, :8, :8], 6.0), torch.ones(1, 8, 8))


def test_what_comes_from_afar_is_not_laid_half_over_the_plate():
    change = torch.zeros(1, 40, 40)
    change[:, :, 8:] = 1
    flow = torch.zeros(2, 40, 40)
    flow[0, :, 10:] = 1.0
    matte = changed_matte(change, flow, 12.0)
    assert bool((matte[0, :, 10:] == 1).all()), "what moved by a pixel would be seen twice"
    assert 0 < float(matte[0, 20, 9]) < 0.5
    assert float(changed_matte(change, 0.9 * flow, 12.0)[0, 20, 10]) < 1


def test_a_face_that_is_far_off_in_colour_is_met_two_stops_of_the_way():
    plate, matte = torch.full((3, 16, 16), 0.4), torch.full((1, 16, 16), 0.5)
    dark, bright, near = (colour_gain(plate * times, plate, matte).flatten() for times in (0.05, 20.0, 0.3))
    torch.testing.assert_close(dark, torch.full((3,), 4.0))
    torch.testing.assert_close(bright, torch.full((3,), 0.25))
    torch.testing.assert_close(near, torch.full((3,), 1 / 0.3))


def test_the_template_fades_over_a_32nd_of_the_crop():
    row = template_region(torch.eye(3), (0, 0), (512, 512))[0, 256]
    assert float(row[16]) == 1 > float(row[15]) and float(row[8]) == 0.5 == float(row[504]) and float(row[0]) == 0
