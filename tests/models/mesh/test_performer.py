"""The mesh model's face finished by a performer: nothing at a share of 0, the plate's grain, and a doubt in words."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from recast_nodes.models.interface import DecodeKnobs, Guard, Scene
from recast_nodes.models.mesh.decode import decode_field
from recast_nodes.models.mesh.performer import doubt_performer
from recast_nodes.models.mesh.warp import warp_plate
from recast_nodes.models.performer.file import Performer, write_performer
from recast_nodes.nodes.decode import Decode
from recast_nodes.wires import MouthFrame, WarpField

from ...of_performer.actor import image_at, painted_lesson, track_at
from ...performer import motions

PLAIN = DecodeKnobs(1.0, 1.0, 0.0, 1.0, 0)


@pytest.fixture(scope="module")
def performer() -> Performer:
    return painted_lesson().performer


@pytest.fixture(scope="module")
def field() -> WarpField:
    source, goal = motions([track_at(0), track_at(21)])
    motion = source._replace(expression=goal.expression, edited=True)
    return warp_plate(Scene(image_at(0), track_at(0), motion, guard=Guard()))


def test_a_share_of_nothing_is_the_picture_of_before_and_shares_are_even(
    performer: Performer, field: WarpField
) -> None:
    before = decode_field(field, None, PLAIN).pixels
    nothing, half, whole = (
        decode_field(field, None, PLAIN._replace(performer=performer, performer_share=share)).pixels
        for share in (0.0, 0.5, 1.0)
    )
    assert torch.equal(nothing, before) and not torch.equal(whole, before)
    torch.testing.assert_close(half, (before + whole) / 2)


def test_glasses_and_what_is_before_the_face_stay(performer: Performer, field: WarpField) -> None:
    knobs = PLAIN._replace(performer=performer, performer_share=1.0)
    covered = field._replace(free=torch.zeros_like(field.flow[:1]))
    assert torch.equal(decode_field(covered, None, knobs).pixels, decode_field(covered, None, PLAIN).pixels)


def test_another_persons_performer_is_announced(
    performer: Performer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    records = {frame: MouthFrame(track_at(7 * frame), None) for frame in range(14)}
    for wide, announced in ((1.0, False), (1.3, True)):
        caplog.clear()
        path = tmp_path / f"{wide}.safetensors"
        write_performer(path, performer._replace(canonical=performer.canonical * torch.tensor([wide, 1.0, 1.0])))
        with caplog.at_level("INFO", logger="recast_nodes.notices"):
            doubt_performer(str(path), records)
        assert ("another person" in caplog.text) is announced


def test_the_file_is_part_of_what_a_result_is_known_by(performer: Performer, tmp_path: Path) -> None:
    path = tmp_path / "p.safetensors"
    write_performer(path, performer)
    node = Decode(1, performer=str(path))
    first = node.stamp()
    write_performer(path, performer._replace(bias=performer.bias + 1))
    assert Decode(1).stamp() == "" and first and node.stamp() != first
    assert not list(Decode.check([node]))
    assert [each.entry for each in Decode.check([Decode(1, performer=str(tmp_path / "gone"))])] == ["performer"]
