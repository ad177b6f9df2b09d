"""Records of what was seen: what is damaged or cut off is passed over and said, and never ends a process."""

from __future__ import annotations

import json
import os
import zlib
from types import SimpleNamespace

import pytest
import torch

from recast_nodes import notices
from recast_nodes.media.journal.claims import Claims
from recast_nodes.media.journal.record_bytes import LEAD, LONGEST, MARK, encode_record
from recast_nodes.media.journal.records import MERGED, ReadOnlyRecords, Records
from recast_nodes.wires import (
    RECORDS,
    DrivenFrame,
    Eyes,
    Faces,
    Motion,
    MouthFrame,
    PlateFrame,
    SkinTexture,
    Track,
    Trial,
)

FACES = Faces(torch.ones(1, 478, 3), torch.zeros(1, 52), torch.ones(1))


def packed(header: bytes, body: bytes = b"") -> bytes:
    return LEAD.pack(MARK, len(header), len(body), zlib.crc32(header + body)) + header + body


def fields(**changed: object) -> bytes:
    told = {name: {"shape": [1]} for name in ("landmarks", "coefficients", "confidence")} | changed
    return json.dumps({"key": "bad", "kind": "Faces", "fields": told}).encode()


DAMAGED = {
    "no key": packed(b"{}"),
    "no object": packed(b"[1]"),
    "no JSON": packed(b"\xff"),
    "nested": packed(b"[" * 100_000),
    "kind": packed(b'{"key": "bad", "kind": "os.system", "fields": {}}'),
    "shape": packed(fields(landmarks={"shape": [1 << 40, 1 << 40]}), b"1234" * 3),
    "negative": packed(fields(landmarks={"shape": [-1]}), b"1234" * 3),
    "short": packed(fields(), b"1234"),
    "type": packed(fields(landmarks={"value": "words"}), b"1234" * 2),
    "more": packed(fields(shape={"shape": [1]}), b"1234" * 4),
    "inner kind": packed(fields(landmarks={"record": {"kind": "Image", "fields": {}}}), b"1234" * 2),
    "inner record": packed(fields(landmarks={"record": {"kind": "Trial", "fields": {}}}), b"1234" * 2),
    "inner nested": packed(b'{"key": "bad", "kind": "Faces", "fields": {"landmarks": ' + b'{"record":' * 50_000),
    "halves": packed(fields(landmarks={"shape": [1], "half": True}), b"1234" * 2),
    "checksum": packed(fields(), b"1234" * 3)[:-1] + b"x",
    "length": LEAD.pack(MARK, LONGEST, LONGEST, 0) + b"x" * 40,
    "mark": b"what is this, and where does it come from?",
}


MOTION = Motion("mesh", *(torch.rand(478, 3) for _ in range(2)), torch.eye(3), torch.ones(1), torch.zeros(3),
                torch.zeros(0, 3), torch.rand(52), "tracked")  # fmt: skip
EYES = Eyes(torch.rand(2), torch.rand(2, 2), torch.rand(5, 3), True)
TRACK = Track(torch.rand(478, 3), torch.rand(52), torch.eye(3), torch.rand(9, 2), 0.9, "held")
EVERY = (
    FACES,
    TRACK,
    FACES._replace(skin=SkinTexture(torch.rand(1, 6, 5).half(), torch.rand(2, 3, 3).half())),
    Track(torch.rand(478, 3), torch.rand(52), torch.eye(3), torch.rand(9, 2), 0.9, "tracked", rest=torch.rand(3, 6, 5)),
    MOTION,
    DrivenFrame(None),
    DrivenFrame(MOTION, Trial(*torch.rand(3, 52))),
    PlateFrame(EYES, None),
    PlateFrame(EYES, torch.rand(3, 6, 5).half(), torch.rand(4, 2).half()),
    MouthFrame(TRACK, None),
    MouthFrame(TRACK, TRACK, torch.rand(3, 6, 5).half(), 0.1),
)


STRANGE = {
    "flat": FACES._replace(landmarks=torch.ones(478 * 3)),
    "few points": FACES._replace(landmarks=torch.ones(1, 1, 3)),
    "two counts": FACES._replace(confidence=torch.ones(2)),
    "scalar": FACES._replace(confidence=torch.tensor(1.0)),
    "NaN": FACES._replace(landmarks=torch.full((1, 478, 3), torch.nan)),
    "far": FACES._replace(landmarks=torch.full((1, 478, 3), 3e38)),
    "mesh of 21": DrivenFrame(MOTION._replace(canonical=torch.rand(21, 3), expression=torch.rand(21, 3))),
    "a trial of 3": DrivenFrame(MOTION, Trial(*torch.rand(3, 3))),
    "eyes": PlateFrame(EYES._replace(gaps=torch.rand(3)), None),
    "no picture": PlateFrame(EYES, torch.rand(6, 5)),
    "a mouth without colours": MouthFrame(TRACK, None, torch.rand(6, 5)),
}


@pytest.mark.parametrize("record", STRANGE.values(), ids=STRANGE)
def test_a_record_of_another_shape_is_looked_at_again(tmp_path, caplog, record):
    """Whoever can write beside the frames can write such a one, with its checksum."""
    (tmp_path / MERGED).write_bytes(encode_record("a key", record))
    assert ReadOnlyRecords(tmp_path).get("a key") is None and "damaged" in caplog.text


@pytest.fixture(autouse=True)
def fresh():
    notices.forget()


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_record_is_passed_over_and_said(tmp_path, caplog, damage):
    (tmp_path / MERGED).write_bytes(encode_record("good", FACES) + damage)
    kept = ReadOnlyRecords(tmp_path)
    assert kept.get("good").landmarks.tolist() == FACES.landmarks.tolist()
    assert kept.get("bad") is None
    assert "damaged" in caplog.text


def same(one: object, other: object) -> bool:
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, tuple):
        return type(one) is type(other) and all(map(same, one, other))
    return one == other


@pytest.mark.parametrize("record", EVERY, ids=lambda record: type(record).__name__)
def test_what_was_kept_reads_back_to_the_bit(tmp_path, record):
    Records(tmp_path, SimpleNamespace(owner="0badcafe-7-5.1")).put("a key", record)
    assert same(ReadOnlyRecords(tmp_path).get("a key"), record)
    assert {type(each) for each in EVERY} == set(RECORDS)


UNREADABLE = {
    "not finite": FACES._replace(landmarks=torch.full((1, 478, 3), torch.nan)),
    "of another type": FACES._replace(confidence=torch.ones(1, dtype=torch.float64)),
    "of another shape": FACES._replace(landmarks=torch.ones(1, 21, 3)),
    "of no plain data": FACES._replace(frame={1, 2}),
    "too long": Faces(torch.ones(4000, 478, 3), torch.zeros(4000, 52), torch.ones(4000)),
}


@pytest.mark.parametrize("record", UNREADABLE.values(), ids=UNREADABLE)
def test_a_record_that_would_not_read_back_is_not_kept_and_that_is_said(tmp_path, caplog, record):
    """One that is too long would also have hidden every record behind it."""
    records = Records(tmp_path, SimpleNamespace(owner="0badcafe-7-5.1"))
    records.put("bad", record)
    records.put("good", FACES)
    assert "cannot be kept" in caplog.text
    caplog.clear()
    kept = ReadOnlyRecords(tmp_path)
    assert kept.get("good") is not None and kept.get("bad") is None and not caplog.text


@pytest.mark.parametrize("left", [0, 30, 5000])
def test_a_file_that_is_cut_off_while_it_is_used_ends_nothing(tmp_path, left):
    """Mapped into memory, this was a SIGBUS."""
    path = tmp_path / MERGED
    path.write_bytes(b"".join(encode_record(f"key {number}", FACES) for number in range(50)))
    kept = ReadOnlyRecords(tmp_path)
    os.truncate(path, left)
    found = [kept.get(f"key {number}") is not None for number in range(50)]
    assert found == sorted(found, reverse=True) and not found[-1], "those before the cut, and no others"


def test_records_that_change_under_a_render_are_looked_at_again(tmp_path, caplog):
    path = tmp_path / MERGED
    path.write_bytes(encode_record("a key", FACES))
    kept = ReadOnlyRecords(tmp_path)
    data = bytearray(path.read_bytes())
    data[-3] ^= 255
    with open(path, "r+b") as file:
        file.write(data)
    assert kept.get("a key") is None and "looked at again" in caplog.text


def test_the_end_of_a_piece_that_is_being_written_is_no_damage(tmp_path, caplog):
    records = Records(tmp_path, SimpleNamespace(owner="0badcafe-7-5.1"))
    records.put("a key", FACES)
    with open(tmp_path / "records" / "0badcafe-7-5.1.bin", "ab") as file:
        file.write(encode_record("half", FACES)[:-20])
    kept = ReadOnlyRecords(tmp_path)
    assert kept.get("a key") is not None and kept.get("half") is None and not caplog.text


def test_what_more_shares_left_than_files_can_be_open_is_read(tmp_path, monkeypatch):
    """A farm's tasks leave a file each."""
    monkeypatch.setattr("recast_nodes.media.journal.records.AT_ONCE", 3)
    (tmp_path / "records").mkdir()
    for number in range(10):
        path = tmp_path / "records" / f"{number:08x}-7-5.1.bin"
        path.write_bytes(encode_record(f"key {number}", FACES))
    claims = Claims(tmp_path)
    records = Records(tmp_path, claims)
    assert all(records.get(f"key {number}") is not None for number in range(10))
    assert not list((tmp_path / "records").iterdir())
    records.close()
    claims.close()
    assert all(ReadOnlyRecords(tmp_path).get(f"key {number}") is not None for number in range(10))
