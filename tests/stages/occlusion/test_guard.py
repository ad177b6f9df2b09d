"""The guard: what lies before a face is found and stays, what belongs to the face is never taken for something else."""

from __future__ import annotations

import cv2
import pytest
import torch
import torch.nn.functional as functional

from recast_nodes.face.anatomy import INNER_LIPS, LEFT_BROW, LEFT_EYE, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from recast_nodes.models.mesh.complexion import layout
from recast_nodes.stages.field.backward import field_cells
from recast_nodes.stages.grid.shapes import face_size, fill_polygon
from recast_nodes.stages.occlusion.complexion import learn_complexion
from recast_nodes.stages.occlusion.guard import find_occlusion, firmness, hold_field
from recast_nodes.stages.occlusion.texture import unwrap_face

from ...performer import track

SIZE = (240, 240)
CENTRE = (120.0, 120.0)
SKIN, LIPS, HAIR, HAND, DARK = (0.5, 0.33, 0.26), (0.4, 0.15, 0.16), (0.05, 0.03, 0.02), (0.3, 0.15, 0.09), (0.01,) * 3


def laid(picture, mask, colour):
    return torch.lerp(picture, torch.tensor(colour)[:, None, None].expand_as(picture), mask)


def painted(face, light=1.0, eyes=True):
    """(3, H, W) a face with shading, grain and features before dark hair."""
    picture = torch.tensor(HAIR)[:, None, None].expand(3, SIZE[1], SIZE[0]).contiguous()
    parts = [(OVAL, SKIN), (OUTER_LIPS, LIPS), (INNER_LIPS, DARK)]
    parts += [(LEFT_EYE, (0.6, 0.6, 0.6)), (RIGHT_EYE, (0.6, 0.6, 0.6))] if eyes else []
    for contour, colour in parts:
        picture = laid(picture, fill_polygon(face.landmarks[list(contour), :2], SIZE), colour)
    shade = torch.linspace(0.6, 1.3, SIZE[0])
    grain = torch.randn(3, SIZE[1], SIZE[0], generator=torch.Generator().manual_seed(1)) * 0.004
    return picture * shade * light + grain


def bar(face, width=0.12):
    """(1, H, W) a bar across the cheek and the mouth, from beyond the outline."""
    cheek, lips = face.landmarks[361, :2], face.landmarks[13, :2]
    along = (lips - cheek) / (lips - cheek).norm()
    side = torch.stack([-along[1], along[0]]) * width * face_size(face.landmarks[:, :2]) / 2
    start, end = cheek - 20 * along, lips + 10 * along
    return fill_polygon(torch.stack([start - side, end - side, end + side, start + side]), SIZE)


FACES = [track({25: 0.02 * at}, size=150, centre=CENTRE, yaw=0.03 * at - 0.15) for at in range(10)]
FRAMES = [painted(face) for face in FACES]


def shot(frames, faces=tuple(FACES)):
    return learn_complexion(
        [unwrap_face(p, face.landmarks, layout()).half() for p, face in zip(frames, faces)], layout()
    )


def found(picture, face, complexion):
    cells = field_cells(face.landmarks[:, :2], SIZE)
    return find_occlusion(picture, face.landmarks, complexion, layout(), cells)


def enlarged(values):
    return torch.nn.functional.interpolate(values[None], size=SIZE[::-1], mode="bilinear")[0]


def test_a_clean_shot_has_nothing_before_the_face():
    complexion = shot(FRAMES)
    for picture, face in zip(FRAMES, FACES, strict=True):
        assert float(found(picture, face, complexion).before.max()) < 0.1


@pytest.mark.parametrize("change", ("blink", "open mouth", "light", "side light"))
def test_the_face_s_own_changes_are_not_foreign(change):
    complexion = shot(FRAMES)
    face = track({25: 0.7}, size=150, centre=CENTRE, yaw=0.0) if change == "open mouth" else FACES[5]
    picture = painted(face, light=0.5 if change == "light" else 1.0, eyes=change != "blink")
    if change == "side light":
        picture = picture * torch.linspace(2.0, 0.7, SIZE[0])
    assert float(found(picture, face, complexion).before.max()) < 0.25


@pytest.mark.parametrize("colour, foreign", ((LIPS, False), (DARK, True)))
def test_a_lip_that_its_landmarks_lag_behind_is_not_foreign(colour, foreign):
    face = FACES[4]
    lower, chin = face.landmarks[17, :2], face.landmarks[200, :2]
    width = torch.tensor([0.12 * face_size(face.landmarks[:, :2]), 0.0])
    band = fill_polygon(torch.stack([lower - width, lower + width, chin + width, chin - width]), SIZE)
    before = enlarged(found(laid(FRAMES[4], band, colour), face, shot(FRAMES)).before)
    assert (float(before[band > 0].mean()) > 0.5) == foreign
    assert foreign or float(before.max()) < 0.1


def test_a_hand_before_the_face_is_found_in_whole():
    face = FACES[4]
    hand = bar(face)
    picture = laid(FRAMES[4], hand, HAND)
    complexion = shot([*FRAMES[:4], picture, *FRAMES[5:]])
    before = enlarged(found(picture, face, complexion).before)
    inside = fill_polygon(face.landmarks[list(OVAL), :2], SIZE) > 0
    assert float(before[(hand > 0) & inside].mean()) > 0.85
    assert float(before[(hand == 0) & inside].mean()) < 0.02


def test_glasses_that_are_always_there_are_found():
    rims = []
    for face in FACES:
        eye = face.landmarks[list(LEFT_EYE), :2].mean(0)
        x, y = torch.arange(SIZE[0]) + 0.5, torch.arange(SIZE[1])[:, None] + 0.5
        away = torch.hypot((x - eye[0]) / 1.25, y - eye[1])[None]
        rims.append(((away - 15).abs() < 1.5).float())
    frames = [laid(picture, rim, DARK) for picture, rim in zip(FRAMES, rims, strict=True)]
    before = enlarged(found(frames[4], FACES[4], shot(frames)).before)
    below = (rims[4] > 0) & (torch.arange(SIZE[1])[:, None] > float(FACES[4].landmarks[145, 1]) + 8)
    assert float(before[below].mean()) > 0.6


def test_too_few_frames_tell_nothing():
    assert shot(FRAMES[:4]) is None
    assert float(found(FRAMES[0], FACES[0], None).before.max()) == 0


def test_hair_beyond_the_outline_is_not_the_face():
    face = found(FRAMES[4], FACES[4], None).face
    middle, top = FACES[4].landmarks[list(OVAL), :2].mean(0), FACES[4].landmarks[10, :2]
    beyond = (top + 0.25 * (top - middle)).long()
    whole = enlarged(face)
    assert float(whole[0, int(middle[1]), int(middle[0])]) > 0.95
    assert float(whole[0, int(beyond[1]), int(beyond[0])]) < 0.1


def test_what_is_held_does_not_move_and_the_rest_does():
    picture = laid(FRAMES[4], bar(FACES[4]), HAND)
    complexion = shot([*FRAMES[:4], picture, *FRAMES[5:]])
    held_back = found(picture, FACES[4], complexion)
    size = face_size(FACES[4].landmarks[:, :2]) * held_back.face.shape[2] / SIZE[0]
    flow = torch.full((2, *held_back.face.shape[1:]), 2.0)
    assert torch.equal(hold_field(flow, held_back, size, 0.0), flow)
    kept = hold_field(flow, held_back, size, 1.0)
    assert float(kept[:, firmness(held_back, size)[0] == 1].abs().max()) == 0
    brow = (FACES[4].landmarks[52, :2] * kept.shape[2] / SIZE[0]).long()
    torch.testing.assert_close(kept[:, brow[1], brow[0]], torch.full((2,), 2.0), rtol=0.05, atol=0)
    assert float(kept[:, 2, 2].abs().max()) < 0.1


@pytest.mark.parametrize("yaw", (-0.45, 0.45))
def test_a_brow_that_ends_at_the_outline_is_face(yaw):
    """It is a gap of the hair's colour in the skin: held still, the brow would break where it begins."""
    face = track({}, size=150, centre=CENTRE, yaw=yaw)
    brow = LEFT_BROW if face.landmarks[70, 2] > face.landmarks[300, 2] else RIGHT_BROW
    points = face.landmarks[:468, :2].contiguous()
    skin, dark = (torch.from_numpy(cv2.convexHull(shape.numpy())[:, 0]) for shape in (points, points[list(brow)]))
    picture = torch.tensor(HAIR)[:, None, None].expand(3, SIZE[1], SIZE[0]).contiguous()
    for shape, colour in ((skin, SKIN), (dark, HAIR)):
        picture = laid(picture, fill_polygon(shape, SIZE), colour)
    known = found(picture, face, None)
    inside = functional.interpolate(fill_polygon(dark, SIZE)[None], size=known.face.shape[1:], mode="area")[0] == 1
    assert float(known.face[inside].quantile(0.05)) > 0.9
