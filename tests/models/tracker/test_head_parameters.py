"""A tracker that fits a head model: its parameters reach the Track as they were given, and are kept."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.media.journal.record_bytes import LEAD, decode_record, encode_record
from recast_nodes.models.tracker import chain
from recast_nodes.models.tracker.interface import Tracker
from recast_nodes.nodes import FaceTrack
from recast_nodes.registry import only_own
from recast_nodes.tracker_registry import TRACKERS, TrackerTraits
from recast_nodes.wires import Faces, HeadParameters

from ...performer import plate, track

PLATE = plate()
FITTED = TrackerTraits(name="fitted", summary="two people, fitted.", implementation="none:Fitted", parameters=True)


class Fitted(Tracker):
    """Two people beside each other: the larger is the second. One head for the shot is found when all was seen."""

    def observe(self, image, faces, search):
        people = [track(size=90.0, centre=(50.0, 100.0)), track({25: 0.4})]
        return faces._replace(
            landmarks=torch.stack([one.landmarks for one in people]),
            coefficients=torch.stack([one.coefficients for one in people]),
            confidence=torch.tensor([0.9, 0.8]),
            head=HeadParameters("toy-1", torch.rand(2, 5), torch.arange(8.0).reshape(2, 4), torch.rand(2, 6)),
        )

    def complete(self, seen, search):
        heads = torch.stack([faces.head.identity for faces in seen.values() if len(faces.confidence)]).mean(0)
        return {
            frame: faces._replace(head=faces.head._replace(identity=heads)) if len(faces.confidence) else faces
            for frame, faces in seen.items()
        }


@pytest.fixture
def fitted(monkeypatch):
    """FaceTrack by a tracker with parameters, as if a package had brought it."""
    with only_own():
        contents = TRACKERS._contents
        contents.declarations["fitted"], contents.origins["fitted"] = FITTED, contents.origins["auto"]
        tracker, real = Fitted(), chain.load
        monkeypatch.setattr(chain, "load", lambda name: tracker if name == "fitted" else real(name))
        yield FaceTrack(2, detector="fitted", steady=3.0, smooth=0)


def seen(node: FaceTrack) -> dict[int, Faces]:
    """Five frames; nobody is seen in the third."""
    faces = {frame: node.observe(PLATE) for frame in range(1, 6)}
    nobody = faces[3]._replace(**{name: getattr(faces[3], name)[:0] for name in faces[3]._fields[:3]}, head=None)
    return {**faces, 3: nobody}


def test_the_followed_face_has_its_own_parameters_where_it_was_seen(fitted):
    faces = seen(fitted)
    analysis = fitted.analyse(faces)
    tracks = {frame: fitted.at_frame(frame).process(analysis) for frame in faces}
    assert tracks[3].state == "interpolated" and tracks[3].head is None
    for frame in (1, 2, 4, 5):
        head = tracks[frame].head
        assert head.model == "toy-1" and [len(part) for part in head[1:]] == [1, 1, 1]
        assert torch.equal(head.expression, faces[frame].head.expression[1:])
        assert torch.equal(head.pose, faces[frame].head.pose[1:])
        assert torch.equal(head.identity, tracks[1].head.identity), "one head for the shot"


def test_records_keep_them_to_the_bit(fitted):
    faces = fitted.observe(PLATE)
    kept = fitted.process(fitted.analyse(seen(fitted)))
    for record in (faces, kept):
        data = encode_record("key", record)
        again = decode_record(data, LEAD.unpack_from(data)[1])
        assert again.head.model == "toy-1"
        assert all(torch.equal(one, other) for one, other in zip(again.head[1:], record.head[1:], strict=True))


def test_records_of_before_are_read_as_without(fitted):
    data = encode_record("key", fitted.observe(PLATE)._replace(head=None))
    mark, header, body, check = LEAD.unpack_from(data)
    older = data[LEAD.size :].replace(b', "head": {"value": null}', b"")
    header -= len(data) - LEAD.size - len(older)
    assert len(older) < len(data) - LEAD.size
    assert decode_record(LEAD.pack(mark, header, body, check) + older, header).head is None
