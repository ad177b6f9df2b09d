"""Glasses: found where there are some and nowhere else, and still where the face behind them moves."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
import torch

from recast_nodes.face.anatomy import (
    LEFT_BROW,
    LEFT_EYE,
    LEFT_UPPER_LID,
    OUTER_LIPS,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_UPPER_LID,
)
from recast_nodes.face.regions import REGIONS
from recast_nodes.models.canonical import canonical_face
from recast_nodes.models.interface import DecodeKnobs, Guard, MixKnobs, Scene
from recast_nodes.models.mesh.model import MeshModel
from recast_nodes.stages.expression.head_pose import compose
from recast_nodes.stages.expression.sliders import SLIDERS
from recast_nodes.stages.grid.ridges import find_course
from recast_nodes.stages.grid.shapes import fill_polygon
from recast_nodes.stages.occlusion.find_glasses import UNDER, are_rims, find_glasses
from recast_nodes.stages.occlusion.glasses_plane import view_front
from recast_nodes.stages.occlusion.glasses_wires import STEPS, Wire
from recast_nodes.stages.occlusion.remove_glasses import put_glasses_on, remove_glasses
from recast_nodes.wires import Image, Part, Window

from ...performer import motions, track, turn

SIZE, HEAD, CENTRE = (360, 360), 300.0, (180.0, 180.0)
SKIN, LIPS, HAIR, WHITE, LID = (0.5, 0.33, 0.26), (0.4, 0.15, 0.16), (0.08, 0.05, 0.03), (0.6,) * 3, (0.25, 0.16, 0.13)
BROWS_UP = (3, 4, 5)  # inner brows, and both outer ones
CANONICAL = canonical_face().vertices


def acting(at):
    """A performer who turns the head, blinks, and moves the brows."""
    moved = dict.fromkeys(BROWS_UP, 0.06 * at) | {9: 0.1 * (at % 3), 10: 0.1 * (at % 3)}
    return track(moved, size=HEAD, centre=CENTRE, yaw=0.03 * at - 0.12)


FACES = [acting(at) for at in range(8)]
YAWS = [0.03 * at - 0.12 for at in range(8)]


def laid(picture, mask, colour):
    return torch.lerp(picture, torch.tensor(colour)[:, None, None].expand_as(picture), mask)


def drawn(path, closed, thickness):
    mask = np.zeros(SIZE[::-1], np.uint8)
    fixed = np.round((path.numpy() - 0.5) * 16).astype(np.int32)
    cv2.polylines(mask, [fixed], closed, 255, thickness, cv2.LINE_AA, 4)
    return torch.from_numpy(mask).float()[None] / 255


def painted(face):
    """(3, H, W) a face with brows, creases over the lids, bags under the eyes, shading and grain before dark hair."""
    picture = torch.tensor(HAIR)[:, None, None].expand(3, SIZE[1], SIZE[0]).contiguous()
    points = face.landmarks[:, :2]
    for contour, colour in ((OVAL, SKIN), (OUTER_LIPS, LIPS), (LEFT_EYE, WHITE), (RIGHT_EYE, WHITE)):
        picture = laid(picture, fill_polygon(points[list(contour)], SIZE), colour)
    for brow in (LEFT_BROW, RIGHT_BROW):
        body = torch.from_numpy(cv2.convexHull(points[list(brow)].contiguous().numpy())[:, 0])
        picture = laid(picture, fill_polygon(body, SIZE), HAIR)
    for eye, lid in ((LEFT_EYE, LEFT_UPPER_LID), (RIGHT_EYE, RIGHT_UPPER_LID)):
        picture = laid(picture, drawn(points[list(lid)] - torch.tensor([0.0, 8.0]), False, 2), LID)
        bag = points[list(eye[1:8])] + torch.tensor([0.0, 12.0])
        picture = laid(picture, drawn(bag, False, 2), (0.38, 0.25, 0.2))
    grain = torch.randn(3, SIZE[1], SIZE[0], generator=torch.Generator().manual_seed(1)) * 0.004
    return picture * torch.linspace(0.7, 1.2, SIZE[0]) + grain


def rims(yaw, thickness, radius=2.3):
    """(1, H, W) two rims and a bridge that hang on a head."""
    turns = torch.arange(200) * (2 * math.pi / 200)
    ring = torch.stack([1.1 * radius * turns.cos(), 0.9 * radius * turns.sin()], 1)
    middles = [CANONICAL[list(eye), :2].mean(0) + torch.tensor([0.0, 0.2]) for eye in (LEFT_EYE, RIGHT_EYE)]
    inner = middles[1][0] - 1.1 * radius
    bridge = torch.stack([torch.linspace(-float(inner), float(inner), 20), torch.full((20,), float(middles[0][1]))], 1)
    masks = []
    for path, closed in ((middles[0] + ring, True), (middles[1] + ring, True), (bridge, False)):
        places = torch.cat([path, torch.full((len(path), 1), -5.6)], 1)
        there = compose(places, 0 * places, turn(yaw), torch.tensor([HEAD / 18]), torch.tensor([*CENTRE, 0.0]))
        masks.append(drawn(there[:, :2], closed, thickness))
    return torch.stack(masks).amax(0)


def wearing(colour, thickness):
    masks = [rims(yaw, thickness) for yaw in YAWS]
    return [laid(painted(face), mask, colour) for face, mask in zip(FACES, masks, strict=True)], masks


def seen(frames):
    fronts = [view_front(frame, face.landmarks, CANONICAL) for frame, face in zip(frames, FACES, strict=True)]
    return find_glasses(fronts, CANONICAL)


STYLES = {"dark": ((0.02,) * 3, 2), "metal": ((0.9, 0.85, 0.7), 2), "thick": ((0.02,) * 3, 7)}


@pytest.mark.parametrize("style", STYLES)
def test_rims_are_found_and_taken_off(style):
    frames, masks = wearing(*STYLES[style])
    wires = seen(frames)
    assert len(wires) >= 2
    for row in (0, 4, 7):
        found, bare = remove_glasses(frames[row], FACES[row].landmarks, wires, CANONICAL), painted(FACES[row])
        rim = masks[row] > 0.9
        assert float(found.cover[rim].mean()) > 0.85
        left = (frames[row] - found.added - bare).abs().mean(0)[rim[0]].mean()
        assert float(left) < 0.25 * float((frames[row] - bare).abs().mean(0)[rim[0]].mean())
        far = cv2.dilate((masks[row][0] > 0).float().numpy(), np.ones((25, 25))) == 0
        assert float(found.cover[0][torch.from_numpy(far)].mean()) < 0.02


def test_a_face_without_glasses_has_none():
    assert seen([painted(face) for face in FACES]) == ()


def test_too_few_frames_tell_nothing():
    fronts = [view_front(painted(face), face.landmarks, CANONICAL) for face in FACES[:4]]
    assert find_glasses(fronts, CANONICAL) == ()


@pytest.mark.parametrize(
    ("around", "below", "found"),
    [
        (0.5, (0.5, 0.5), True),
        (0.4, (0.4, 0.4), False),
        (0.6, (0.4, 0.4), True),
        (0.6, (0.3, 0.3), False),  # brows and temples, and nothing where skin has no lines
        (0.6, (0.7, 0.2), True),
        (0.6, (0.7, 0.1), False),  # one line, and nothing below the other eye
    ],
)
def test_rims_go_all_around_and_below_both_eyes(around, below, found):
    votes = torch.full((2, STEPS), around)
    votes[:, slice(*UNDER)] = torch.tensor(below)[:, None]
    assert are_rims(votes) is found


@pytest.mark.parametrize(("area", "taken_off"), [(1.4, True), (0.7, False)])
def test_glasses_stay_on_a_face_that_is_too_small_or_turned_too_far(area, taken_off):
    """Square pixels that a square centimetre of the plane before the eyes has in the picture."""
    rim = Wire(True, torch.tensor([3.0, -3.0]), 1.0, torch.full((STEPS,), 2.3), torch.full((STEPS,), 0.3))
    size = torch.tensor([math.sqrt(area / math.cos(1.2))])
    points = compose(CANONICAL, 0 * CANONICAL, turn(1.2), size, torch.tensor([*CENTRE, 0.0]))
    found = remove_glasses(painted(FACES[4]), points, (rim,), CANONICAL)
    assert bool(found.cover.any()) is taken_off


def test_what_is_behind_moves_and_glasses_do_not():
    """Whatever the new face is: where they cover it wholly they are the plate's, and where they are not they add
    nothing.
    """
    frames, _ = wearing(*STYLES["dark"])
    found = remove_glasses(frames[4], FACES[4].landmarks, seen(frames), CANONICAL)
    behind, face = frames[4] - found.added, torch.rand(3, SIZE[1], SIZE[0])
    shown = put_glasses_on(face, behind, found)
    whole, none = (found.cover == 1)[0], (found.cover == 0)[0]
    torch.testing.assert_close(shown[:, whole], frames[4][:, whole])
    assert torch.equal(shown[:, none & (found.added == 0).all(0)], face[:, none & (found.added == 0).all(0)])
    torch.testing.assert_close(put_glasses_on(behind, behind, found), frames[4])


def edited(frames, amount):
    """The last frame with brows raised far."""
    part = Part("", dict(zip("RGB", frames[-1].numpy(), strict=True)), Window(0, 0, *SIZE), Window(0, 0, *SIZE))
    image = Image((part,), ("R", "G", "B"), "lin_rec709_scene")
    model, own = MeshModel(), motions(FACES)
    driving = motions([track(dict.fromkeys(BROWS_UP, value), size=HEAD, centre=CENTRE) for value in (0.0, 0.0, 1.0)])
    mix = MixKnobs("expression", 1.0, 0.0, (1.0,) * len(REGIONS), 0.0, 0.0, 0.0, 1.0, (0.0,) * len(SLIDERS))
    motion = model.mix(own[-1], driving[-1], None, None, mix)
    field = model.warp(Scene(image, FACES[-1], motion, None, 0, Guard(None, amount, seen(frames))))
    return model.decode(field, None, DecodeKnobs(1.0, 0.0, 0.0, 1.0, 0)), field.window


def test_rims_keep_the_plates_bits_under_raised_brows():
    frames, masks = wearing(*STYLES["dark"])
    kept, place = edited(frames, 1.0)
    bent, _ = edited(frames, 0.0)
    rows, columns = slice(place.y, place.y + place.height), slice(place.x, place.x + place.width)
    plate, rim = frames[-1][:, rows, columns], masks[-1][0, rows, columns] > 0.9
    assert float((kept.pixels - plate).abs().mean(0)[rim].mean()) < 0.02
    assert float((bent.pixels - plate).abs().mean(0)[rim].mean()) > 0.1
    assert float((kept.change[0][rim] == 0).float().mean()) > 0.9
    brow = FACES[-1].landmarks[[66, 296], :2].mean(0).long()
    beside = (brow[1] - place.y, FACES[-1].landmarks[66, 0].long() - place.x)
    assert float(kept.change[0][beside]) == 1  # brows go on past them


def test_a_course_follows_what_gains_most():
    turns = torch.arange(40) * (2 * math.pi / 40)
    wanted = (10 + 4 * turns.sin()).round().long()
    gain = torch.zeros(40, 24)
    gain[torch.arange(40), wanted] = 1.0
    for closed in (True, False):
        assert torch.equal(find_course(gain, closed, 0.01, 2), wanted)
