"""What is fuzzed: for each target some sound inputs, words that its format knows, and what must hold for any bytes.

A target may raise `RecastError`, which is a refusal in words; anything else is a finding. Seeds are made on the spot.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recast_nodes.errors import RecastError


class Target(NamedTuple):
    """Something that reads what strangers made."""

    name: str
    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes], None]
    words: tuple[bytes, ...] = ()


@cache
def scratch() -> Path:
    """A folder for the files of this process, in memory where there is such a thing."""
    root = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = Path(tempfile.mkdtemp(prefix="recast-fuzz-", dir=root))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _file(name: str, data: bytes) -> Path:
    path = scratch() / name
    path.write_bytes(data)
    return path


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


# The shot document

SHOT = """recast: 1
frames: 1001-1048x2,1050
nodes:
  Plate: {kind: Read, knobs: {file: plate.####.exr, missing: hold, time: 1.5, first: 3}}
  FaceTrack:
    kind: FaceTrack
    inputs: {image: Plate}
    knobs: {box: "1, 2, 30, 40", pick: box}
  MotionExtract: {kind: MotionExtract, inputs: {image: Plate, track: FaceTrack}, knobs: {neutral: 1001}}
  ExpressionMix:
    kind: ExpressionMix
    inputs: {source: MotionExtract, driving: MotionExtract}
    knobs:
      mode: 'official'
      replace:
        keys:
        - [1001, 0]
        - [1012, 1, smooth]
        - {frame: 1048, value: 0, interpolation: bezier, left: [-6, 0.2], right: [6, 0]}
"""


def _shot(data: bytes) -> None:
    from recast_nodes.graph.document import dump, parse

    graph = parse(_text(data))
    assert parse(dump(graph)) == graph, "a shot that is written is another one when it is read"


# Frame ranges and names of sequences


def _frames(data: bytes) -> None:
    from recast_nodes.media.names.patterns import format_frames, parse_frames

    frames = parse_frames(_text(data))
    if len(frames) < 10_000:
        assert set(parse_frames(format_frames(frames))) == set(frames)


def _pattern(data: bytes) -> None:
    from recast_nodes.hosts.cli.edit import document_path
    from recast_nodes.media.names.patterns import frame_path, is_pattern
    from recast_nodes.media.sequences import open_source

    name = _text(data)
    if is_pattern(name):
        assert frame_path(name, 1001) != frame_path(name, 1002)
    document_path(name)
    _sequence_folder()
    open_source(str(scratch() / "sequence") + "/" + name)


@cache
def _sequence_folder() -> None:
    (scratch() / "sequence").mkdir()
    for name in ("plate.1001.exr", "plate.1002.exr", "take-3.0001.png", "clip.txt", "a b.7.dpx", "x.-3.exr"):
        (scratch() / "sequence" / name).write_bytes(b"")


# ICC profiles


def _profile(data: bytes) -> None:
    from recast_nodes.media.decoders.icc import space_of

    assert space_of(data)[0]


def _profile_seeds() -> list[bytes]:
    from tests.media.colour.test_stated import GAMMA, P3, icc

    return [icc(P3, GAMMA, "of a phone", (b"cicp", b"cicp\0\0\0\0\x09\x10\0\1"))]


# Landmarks


def _landmark_seeds() -> list[bytes]:
    points = np.random.default_rng(0).random((2, 468, 2)).round(2).astype(np.float32)
    rows = [f"{frame},{at},{x},{y},0" for frame in (1, 2) for at, (x, y) in enumerate(points[frame - 1])]
    document = {"recast": "landmarks", "version": 1, "y": "down", "frames": {"7": {"landmarks": points[0].tolist()}}}
    np.save(scratch() / "seed.npy", points)
    np.savez_compressed(scratch() / "seed.npz", landmarks=points, frames=np.array([1, 2]), confidence=np.ones(2))
    return [
        b"\0" + b"frame,index,x,y,z\n" + "\n".join(rows).encode(),
        b"\1" + json.dumps(document).encode(),
        b"\2" + (scratch() / "seed.npy").read_bytes(),
        b"\3" + (scratch() / "seed.npz").read_bytes(),
    ]


def _landmarks(data: bytes) -> None:
    from recast_nodes.media.landmarks.landmarks import read_landmarks

    ending = ("csv", "json", "npy", "npz")[(data[0] if data else 0) % 4]
    for faces in read_landmarks(_file(f"a.{ending}", data[1:]), 1001).values():
        assert faces.landmarks.isfinite().all()


# Performances


def _performance_seeds() -> list[bytes]:
    rows = "".join(f"00:00:0{at // 24}:{at % 24:02d},61,0.5,{at / 50},0.1\n" for at in range(30))
    metahuman = {"fps": 30, "frames": [{"CTRL_expressions_jawOpen": 0.5, "HeadYaw": 12.5}, {"HeadYaw": 0}]}
    audio = {"exportFps": 30, "facsNames": ["jawOpen", "mouthClose"], "weightMat": [[0, 0.5], [1, 0.25]]}
    return [
        b"\0Timecode,BlendShapeCount,JawOpen,EyeBlinkLeft,HeadYaw\n" + rows.encode(),
        b"\0frame;jawOpen\n1001;0,5\n1002;0,25\n",
        *(b"\1" + json.dumps(each).encode() for each in (metahuman, audio, {"jawOpen": [0, 1]})),
    ]


def _performance(data: bytes) -> None:
    from recast_nodes.media.performances.formats import read_recording
    from recast_nodes.media.performances.performance import FacePerformance

    found = read_recording(_file(f"a.{('csv', 'json')[(data[0] if data else 0) % 2]}", data[1:]))
    if isinstance(found, FacePerformance):
        assert found.numbers.shape == (len(found.frames), 61) and not np.isinf(found.numbers).any()


# EXR


def _exr_seeds() -> list[bytes]:
    import OpenEXR

    from recast_nodes.media.exr.header import COMPRESSIONS

    rng = np.random.default_rng(1)
    seeds = []
    for number, name in enumerate(COMPRESSIONS[:10]):
        planes = {"R": rng.random((9, 7)).astype(np.float16), "G": np.ones((9, 7), np.float32)}
        planes |= {"B": rng.random((9, 7)).astype(np.float16), "id.Z": np.arange(63, dtype=np.uint32).reshape(9, 7)}
        header = {"compression": OpenEXR.Compression(number), "type": OpenEXR.scanlineimage, "comments": name}
        parts = [OpenEXR.Part(dict(header), planes, f"part {at}") for at in range(1 + number % 2)]
        OpenEXR.File(parts).write(str(scratch() / "seed.exr"))
        seeds.append((scratch() / "seed.exr").read_bytes())
    return seeds


def _header(data: bytes) -> None:
    from recast_nodes.media.exr import chunks as exr_chunks
    from recast_nodes.media.exr import header as exr_header

    path = _file("h.exr", data)
    layout = exr_header.read_layout(path)
    exr_header.check_size(path, layout)
    exr_chunks.is_complete(path, layout)
    for header in layout.headers:
        again, _ = exr_header._header(exr_header.part_bytes(header.attributes), 0, 1 << 40)
        for name, attribute in header.attributes.items():
            assert repr(again.attributes[name]) == repr(attribute), f"{name} is another one when it is read again"


def _image(name: str) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        from recast_nodes.media.images import read_image

        image = read_image(_file(name, data))
        for part in image.parts:
            for plane in part.channels.values():
                assert plane.shape == (part.window.height, part.window.width)
                np.isfinite(plane).all()  # every pixel is there to be looked at

    return run


def _form_seeds() -> list[bytes]:
    import torch

    from recast_nodes.media.exr.forms import write_form
    from recast_nodes.wires import Motion, Track

    made: list[object] = [
        Track(torch.rand(5, 3), torch.rand(52), torch.eye(3), torch.rand(4, 2), 0.5, "tracked"),
        Motion("mesh", *(torch.rand(5, 3) for _ in range(2)), torch.eye(3), torch.ones(1), torch.zeros(3),
               torch.rand(5, 3), torch.rand(52), "held"),
    ]  # fmt: skip
    seeds = []
    for value in made:
        write_form(value, scratch() / "seed.exr")
        seeds.append((scratch() / "seed.exr").read_bytes())
    return seeds


def _form(data: bytes) -> None:
    from recast_nodes.media.exr.forms import read_form

    read_form(_file("f.exr", data))


# Other formats


def _raster_seeds() -> list[bytes]:
    from recast_nodes.media.review import encode

    pixels = np.random.default_rng(2).integers(0, 255, (8, 10, 3), np.uint8)
    dpx = bytearray(2048 + 4 * 80)
    dpx[:4], dpx[768:780] = (
        b"SDPX",
        (0).to_bytes(2, "big") + (1).to_bytes(2, "big") + (10).to_bytes(4, "big") + b"\0\0\0\10",
    )
    return [
        *(encode(codec, pixels, 90) for codec in ("png", "mjpeg", "tiff")),
        b"P6 2 2 255\n" + b"x" * 12,
        bytes(dpx),
    ]


def _movie_seeds() -> list[bytes]:
    from ..media.clips import write_movie

    kinds = [("mp4", "libx264", None, "yuv420p"), ("avi", "mpeg4", None, "yuv420p"), ("mkv", "mpeg4", None, "yuv420p")]
    kinds += [("ts", "mpeg2video", "mpegts", "yuv420p"), ("mxf", "mpeg2video", "mxf", "yuv420p")]
    kinds += [("wmv", "wmv2", "asf", "yuv420p"), ("flv", "flv", None, "yuv420p"), ("nut", "mpeg4", "nut", "yuv420p")]
    kinds += [
        ("gif", "gif", "gif", "rgb8"),
        ("apng", "apng", "apng", "rgb24"),
        ("webp", "libwebp_anim", "webp", "bgra"),
    ]
    files = [write_movie(scratch() / f"seed.{name}", codec, range(4), *how) for name, codec, *how in kinds]
    return [file.read_bytes() for file in files]


def _movie(data: bytes) -> None:
    from recast_nodes.media.movie_source import MovieSource
    from recast_nodes.media.sequences import open_source

    source = open_source(_file("m", data))
    try:
        for frame in {source.first, source.last}:
            source.read(frame)
    finally:
        if isinstance(source, MovieSource):
            assert len(source.times) in (0, source.last)
            source.reader.close()


# What renders leave beside their frames, which anybody with the folder could have changed


def _journal_seeds() -> list[bytes]:
    note = {"file": "n.0001.exr", "key": "ab" * 32, "size": 1, "changed": 10**18, "content": "cd" * 32}
    return [
        json.dumps(note).encode() + b"\n" + json.dumps({"analysis": "ef" * 32, "unseen": [3, 4]}).encode() + b"\n",
        b"",
    ]


def _journal(data: bytes) -> None:
    from recast_nodes.media.journal.journal import MERGED, Journal, folder_of

    pattern = scratch() / "n.####.exr"
    folder_of(str(pattern)).mkdir(exist_ok=True)
    (folder_of(str(pattern)) / MERGED).write_bytes(data)
    journal = Journal(str(pattern))
    for note in journal.notes_of(str(scratch() / "n.0001.exr")):
        assert isinstance(note.key, str) and isinstance(note.size, int)
    assert all(isinstance(frame, int) for frame in journal.unseen_frames("ef" * 32))


def _ledger_seeds() -> list[bytes]:
    from recast_nodes.media.provenance.ledger import hash_of

    entry = {"number": 1, "previous": "", "event": "rendered", "files": {"l.0001.exr": "ab" * 32}}
    after = {"number": 2, "previous": hash_of(entry), "event": "begun", "frames": "1-3"}
    return [b"".join(json.dumps(each | {"hash": hash_of(each)}).encode() + b"\n" for each in (entry, after)), b""]


def _ledger(data: bytes) -> None:
    from recast_nodes.media.journal.journal import folder_of
    from recast_nodes.media.provenance.ledger import HEAD, Ledger, ledger_path

    pattern = str(scratch() / "l.####.exr")
    ledger_path(pattern).write_bytes(data)
    folder_of(pattern).mkdir(exist_ok=True)
    (folder_of(pattern) / HEAD).write_bytes(data)
    found = Ledger(pattern).check()
    assert all(isinstance(name, str) and isinstance(content, str) for name, content in found.files.items())
    Ledger(pattern).end()


CONSENT = b"consent:\n- {performer: Jane, role: driver, agreement: '7', scope: all, until: 2027-06-30}\n"
POLICY = b"recast-policy: 1\nconsent: required\nfields: [performer, until]\ndriver: optional\nexpired: refused\n"


def _consent(data: bytes) -> None:
    from recast_nodes.graph.consent import header_text, plain_block, read_consent

    consents = read_consent(str(_file("consent.yaml", data)))
    assert len(json.loads(header_text(consents) or "[]")) == len(consents) and len(str(plain_block(consents)))


def _policy(data: bytes) -> None:
    from recast_nodes.graph.policy import VARIABLE, studio_policy

    os.environ[VARIABLE] = str(_file("policy.yaml", data))
    try:
        assert studio_policy().path
    finally:
        del os.environ[VARIABLE]


def _records_seeds() -> list[bytes]:
    import torch

    from recast_nodes.media.journal.record_bytes import encode_record
    from recast_nodes.wires import Faces, Track

    faces = Faces(torch.rand(1, 478, 3), torch.rand(1, 52), torch.ones(1))
    track = Track(torch.rand(478, 3), torch.rand(52), torch.eye(3), torch.rand(4, 2), 0.5, "tracked")
    return [encode_record("one", faces) + encode_record("two", track), encode_record("one", track)]


def _records(data: bytes) -> None:
    """The checksum keeps out what disks do, and not what people do: so it is put right for one record."""
    from zlib import crc32

    from recast_nodes.media.journal.record_bytes import LEAD, MARK
    from recast_nodes.media.journal.records import MERGED, ReadOnlyRecords

    size = min(len(data), LEAD.unpack_from(data)[1]) if len(data) >= LEAD.size else 0
    header, body = data[LEAD.size : LEAD.size + size], data[LEAD.size + size :]
    made = LEAD.pack(MARK, len(header), len(body), crc32(header + body)) + header + body
    for content in (data, made):
        (scratch() / "records").mkdir(exist_ok=True)
        (scratch() / "records" / MERGED).write_bytes(content)
        kept = ReadOnlyRecords(scratch() / "records")
        for key in ("one", "two"):
            record = kept.get(key)
            assert record is None or type(record).__name__ in ("Faces", "Track", "Motion")


# The worker's protocol


def _protocol_seeds() -> list[bytes]:
    from recast_nodes.hosts.worker.protocol import encode

    return [
        encode({"request": "hello", "token": "0" * 64, "protocol": 1}),
        encode(
            {"request": "render", "shot": "recast: 1", "folder": "/x", "frames": "1-2", "workers": 2, "sets": ["a"]}
        ),
        encode({"request": "view", "path": "/x.yaml", "node": "Plate", "frame": 3, "size": 64})
        + encode({"request": "quit"}),
    ]


def _protocol(data: bytes) -> None:
    import socket

    from recast_nodes.hosts.worker.protocol import MessageReader, ProtocolError
    from recast_nodes.hosts.worker.requests import check_request

    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data[:100_000])
        theirs.shutdown(socket.SHUT_WR)
        lines = MessageReader(ours, 50_000)
        try:
            while (message := lines.read()) is not None:
                check_request(message)
        except ProtocolError as refusal:
            raise RecastError(str(refusal)) from None


EXR_WORDS = (b"channels\0chlist\0", b"dataWindow\0box2i\0", b"chunkCount\0int\0", b"tiles\0tiledesc\0", b"preview\0")
EXR_WORDS += (b"type\0string\0", b"stringvector\0", b"floatvector\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"v/1\x01")
RASTER_WORDS = (b"IHDR", b"IDAT", b"cHRM", b"\xff\xd9", b"II*\0", b"SDPX", b"P6 ")
SHOT_WORDS = (b"keys:", b"- [", b"{", b"}", b"]", b"? ", b"&a", b"*a", b"!!python", b"nan", b".inf", b"kind: ", b"\n  ")
SHOT_WORDS += (b"knobs:", b"box: ", b"neutral: ", "²".encode(), b"9" * 30, b"1e400", b"Write", b"|", b'"', b"\xff")
FRAME_WORDS = (b"####", b"%04d", b"@@", b"$F4", b"x", b"-", b",", b":", b"y", b"1001", b"\xff", b"..", b"<", b"#")
TABLE_WORDS = (b"nan", b"inf", b"1e400", b"null", b"[[", b"{", b'"', b"\n", b",", b"descr", b"|O", b"(99999999,)")
JSON_WORDS = (b'"', b"{", b"[", b"NaN", b"1e999", b"\\u0000", b'"request"', b'"shot"', b"\n", b"9" * 5000)

MOVIE_WORDS = (b"moov", b"mdat", b"trak", b"stsz", b"stts", b"ctts", b"elst", b"#EXTM3U", b"ffconcat", b"RIFF", b"ANMF")
MOVIE_WORDS += (b"idx1", b"\x1a\x45\xdf\xa3", b"\x40\0\0\0", b"\0\0\0\x40", b"\x7f\xff\xff\xff", b"acTL")

TARGETS = {
    target.name: target
    for target in (
        Target("shot", lambda: [SHOT.encode()], _shot, SHOT_WORDS),
        Target("frames", lambda: [b"1001-1100x2,1150", b"-5-7", b"1,2,3"], _frames, FRAME_WORDS),
        Target(
            "pattern",
            lambda: [b"plate.####.exr", b"a b.%04d.dpx", b"x.1-9@@.exr", b"take-3.0001.png"],
            _pattern,
            FRAME_WORDS,
        ),
        Target("landmarks", _landmark_seeds, _landmarks, TABLE_WORDS),
        Target(
            "performance", _performance_seeds, _performance, (*TABLE_WORDS, b"JawOpen", b"weightMat", b"00:00:00:00")
        ),
        Target("header", _exr_seeds, _header, EXR_WORDS),
        Target("exr", _exr_seeds, _image("i.exr"), EXR_WORDS),
        Target("form", _form_seeds, _form, (*EXR_WORDS, b"recast:kind", b"landmarks 5x3", b"Motion", b"x99999999")),
        Target("profile", _profile_seeds, _profile, (b"rXYZ", b"rTRC", b"curv", b"para", b"cicp", b"\xff\xff\xff\xff")),
        Target("raster", _raster_seeds, _image("i.png"), RASTER_WORDS),
        Target("movie", _movie_seeds, _movie, MOVIE_WORDS),
        Target("ledger", _ledger_seeds, _ledger, (*JSON_WORDS, b"number", b"hash", b"previous", b"files")),
        Target("consent", lambda: [CONSENT], _consent, (*SHOT_WORDS, b"until", b"role", b"performer")),
        Target("policy", lambda: [POLICY], _policy, (*SHOT_WORDS, b"required", b"fields", b"refused")),
        Target("journal", _journal_seeds, _journal, JSON_WORDS),
        Target("records", _records_seeds, _records, (*JSON_WORDS, b"shape", b"Faces", b"value", b"-1", b"[]", b"null")),
        Target("protocol", _protocol_seeds, _protocol, JSON_WORDS),
    )
}
