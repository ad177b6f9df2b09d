"""Movies in every container: all frames, exact in any order, known by their content, in bounded memory."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.decoders import movie as decoder
from recast_nodes.media.decoders.movie import Movie
from recast_nodes.media.files import limits
from recast_nodes.media.sequences import open_source, sequence_around

from .clips import SIZE, number, number_in, numbered, write_movie

COUNT = 60
B_FRAMES = {"x264-params": "bframes=3:b-adapt=0:keyint=8:scenecut=0:open-gop=1", "preset": "veryfast"}
B_FRAMES_HEVC = {"x265-params": "log-level=none:bframes=3:b-adapt=0:keyint=8:open-gop=1", "preset": "veryfast"}
TWO_B = {"bf": "2", "g": "8"}
# name: codec, FFmpeg's name of the container, format of the pixels, the codec's options
CONTAINERS: dict[str, tuple[str, str | None, str, dict[str, str]]] = {
    "b-frames.avi": ("libx264", None, "yuv420p", B_FRAMES),
    "mpeg4.avi": ("mpeg4", None, "yuv420p", TWO_B),
    "open-gop.mov": ("libx264", None, "yuv420p", B_FRAMES),
    "open-gop.mkv": ("libx264", None, "yuv420p", B_FRAMES),
    "a.mts": ("libx264", "mpegts", "yuv420p", B_FRAMES),
    "hevc.ts": ("libx265", "mpegts", "yuv420p", B_FRAMES_HEVC),
    "raw.h264": ("libx264", "h264", "yuv420p", B_FRAMES),
    "raw.m4v": ("mpeg4", "m4v", "yuv420p", TWO_B),
    "a.vob": ("mpeg2video", "vob", "yuv420p", TWO_B),
    "a.mxf": ("mpeg2video", "mxf", "yuv420p", TWO_B),
    "a.3gp": ("mpeg4", "3gp", "yuv420p", {"g": "8"}),
    "a.flv": ("flv", None, "yuv420p", {"g": "8"}),
    "a.wmv": ("wmv2", "asf", "yuv420p", {"g": "8"}),
    "a.ogv": ("libvpx", "ogg", "yuv420p", {"g": "8"}),
    "a.y4m": ("wrapped_avframe", "yuv4mpegpipe", "yuv420p", {}),
    "a.mjpeg": ("mjpeg", "mjpeg", "yuvj420p", {}),
    "a.nut": ("mpeg4", "nut", "yuv420p", {"g": "8"}),
    "a.ivf": ("libvpx-vp9", "ivf", "yuv420p", {"g": "8"}),
    "hidden.webm": ("libvpx", "webm", "yuv420p", {"auto-alt-ref": "1", "lag-in-frames": "16", "b": "90k"}),
    "a.gif": ("gif", "gif", "rgb8", {}),
    "a.png": ("apng", "apng", "rgb24", {}),
    "prores.mov": ("prores_ks", None, "yuv422p10le", {}),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_gives_all_frames_in_any_order(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec, container, pix_fmt, options = CONTAINERS[name]
    path = write_movie(tmp_path / name, codec, range(24), container, pix_fmt, options)
    monkeypatch.setattr(decoder, "FORWARD", 2)  # so that what lies ahead is sought
    monkeypatch.setattr(decoder, "RECENT", 1)
    reader = Movie(str(path))
    first = [reader.pixels(index) for index in range(reader.count)]
    assert [number_in(pixels[..., 1]) for pixels in first] == list(range(24))
    order = [*range(23, -1, -1), *random.Random(0).choices(range(24), k=24)]
    assert [index for index in order if not np.array_equal(reader.pixels(index), first[index])] == []


def test_frames_between_keyframes_are_sought_and_not_decoded_from_the_start(tmp_path: Path) -> None:
    for name in ("open-gop.mov", "b-frames.avi", "a.mts"):
        codec, container, pix_fmt, options = CONTAINERS[name]
        reader = Movie(str(write_movie(tmp_path / name, codec, range(COUNT), container, pix_fmt, options)))
        begun: list[int] = []
        reader._restart = lambda begun=begun: begun.append(1)  # type: ignore[method-assign]
        assert number_in(reader.pixels(COUNT - 1)[..., 1]) == COUNT - 1
        assert number_in(reader.pixels(30)[..., 1]) == 30
        assert not begun


def test_a_movie_is_known_by_its_content(tmp_path: Path) -> None:
    clip = write_movie(tmp_path / "clip.mov", "mpeg4", range(4)).read_bytes()
    for name in ("clip", "clip.png", "clip.0012", "clip.TS"):
        (tmp_path / name).write_bytes(clip)
        assert (open_source(tmp_path / name).kind, open_source(tmp_path / name).last) == ("movie", 4)
    stream = write_movie(tmp_path / "a.mjpeg", "mjpeg", range(3), "mjpeg", "yuvj420p").read_bytes()
    (tmp_path / "stream").write_bytes(stream)
    assert open_source(tmp_path / "stream").last == 3
    (tmp_path / "still.mov").write_bytes(stream[: stream.index(b"\xff\xd9") + 2])
    assert open_source(tmp_path / "still.mov").kind == "still"
    assert open_source(tmp_path / "still.mov").read(1).main.window.width == SIZE[1]


def test_one_frame_of_a_format_that_animates_is_a_still(tmp_path: Path) -> None:
    for count, kind in ((1, "still"), (3, "movie")):
        path = write_movie(tmp_path / f"{count}.gif", "gif", range(count), "gif", "rgb8", rate=10)
        assert open_source(path).kind == kind


def test_an_animated_webp_gives_all_frames(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.webp", "libwebp_anim", range(12), "webp", "bgra", {"lossless": "1"}, rate=10)
    source = open_source(path)
    assert (source.kind, source.last, source.rate) == ("movie", 12, 10)
    assert [number(source.read(frame)) for frame in (12, 1, 7)] == [11, 0, 6]


def test_a_numbered_clip_is_no_frame_of_a_sequence(tmp_path: Path) -> None:
    for frame in (12, 13):
        (tmp_path / f"{frame:05d}.MTS").write_bytes(b"")
    assert sequence_around(tmp_path / "00012.MTS") == str(tmp_path / "00012.MTS")


def test_cover_art_is_not_the_movie(tmp_path: Path) -> None:
    import av
    from av.stream import Disposition

    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as out:
        cover, track = out.add_stream("mjpeg", rate=24), out.add_stream("mpeg4", rate=24)
        cover.disposition = Disposition.attached_pic
        for stream, size, pix_fmt in ((cover, (300, 300), "yuvj420p"), (track, SIZE, "yuv420p")):
            stream.width, stream.height, stream.pix_fmt = size[1], size[0], pix_fmt
        picture = av.VideoFrame.from_ndarray(np.zeros((300, 300, 3), np.uint8), "rgb24").reformat(format="yuvj420p")
        out.mux(cover.encode(picture))
        for frame in range(6):
            made = av.VideoFrame.from_ndarray(np.ascontiguousarray(numbered(frame)), "rgb24")
            out.mux(track.encode(made.reformat(format="yuv420p")))
        out.mux(track.encode(None))
    source = open_source(path)
    assert source.last == 6
    assert [number(source.read(frame)) for frame in source.frames] == list(range(6))


def test_a_choice_of_tracks_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import av

    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as out:
        tracks = [out.add_stream("mpeg4", rate=24) for _ in range(2)]
        for track in tracks:
            track.width, track.height, track.pix_fmt = SIZE[1], SIZE[0], "yuv420p"
        for frame in range(3):
            for track in tracks:
                made = av.VideoFrame.from_ndarray(np.ascontiguousarray(numbered(frame)), "rgb24")
                out.mux(track.encode(made.reformat(format="yuv420p")))
        for track in tracks:
            out.mux(track.encode(None))
    open_source(path).read(1)
    assert "two.mkv: it has 2 video tracks; track 0 is read" in caplog.text


UNEVEN = [0, 1 / 30, 2 / 30, 3 / 30, 5 / 30, 7 / 30, 9 / 30]


@pytest.mark.parametrize("name", ["vfr.mov", "vfr.mkv"])
def test_frames_of_a_varying_rate_have_their_times(name: str, tmp_path: Path) -> None:
    source: Any = open_source(write_movie(tmp_path / name, "mpeg4", range(7), times=UNEVEN, rate=30))
    assert np.allclose(source.times, UNEVEN, atol=1e-3)
    assert [number(source.read(frame)) for frame in source.frames] == list(range(7))


def test_raw_streams_have_the_rate_that_they_say_or_none(tmp_path: Path) -> None:
    h264 = write_movie(tmp_path / "a.h264", "libx264", range(8), "h264", options=B_FRAMES, rate=30)
    assert open_source(h264).rate == 30
    jpegs: Any = open_source(write_movie(tmp_path / "a.mjpeg", "mjpeg", range(8), "mjpeg", "yuvj420p", rate=30))
    assert (jpegs.rate, jpegs.times) == (None, ())  # FFmpeg says 25


def test_equal_time_stamps_are_frames_of_their_own(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.mp4", "mjpeg", range(6), pix_fmt="yuvj420p")
    data = bytearray(path.read_bytes())
    at = data.index(b"stts") + 4
    assert struct.unpack_from(">III", data, at)[1:] == (1, 6)
    struct.pack_into(">I", data, at + 12, 0)  # every frame lasts no time at all
    path.write_bytes(data)
    source = open_source(path)
    assert [number(source.read(frame)) for frame in source.frames] == list(range(6))


def test_a_damaged_frame_is_one_that_cannot_be_decoded(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.avi", "png", range(6), pix_fmt="rgb24")
    data = bytearray(path.read_bytes())
    pixels = [at + 4 for at in range(len(data)) if data.startswith(b"IDAT", at)]
    data[pixels[2] + 2 : pixels[2] + 12] = bytes(10)
    path.write_bytes(data)
    source = open_source(path)
    with pytest.raises(MediaError, match=r"a\.avi: frame 3 cannot be decoded"):
        source.read(3)
    assert [number(source.read(frame)) for frame in (4, 2, 6, 1, 5)] == [3, 1, 5, 0, 4]


@pytest.mark.parametrize(("codec", "pix_fmt"), [("mjpeg", "yuvj420p"), ("prores_ks", "yuv422p10le")])
def test_a_frame_that_a_decoder_makes_up_is_damaged_too(codec: str, pix_fmt: str, tmp_path: Path) -> None:
    noise = [np.random.default_rng(at).integers(0, 255, (64, 128, 3), np.uint8) for at in range(5)]
    path = write_movie(tmp_path / "a.mov", codec, noise, pix_fmt=pix_fmt, width=128, height=64)
    with av.open(str(path)) as movie:
        packet = [bytes(packet) for packet in movie.demux(video=0) if packet.size][2]
    data = bytearray(path.read_bytes())
    middle = data.index(packet) + len(packet) // 2
    data[middle : middle + 60] = b"\xff\0" * 30  # ones alone are no code of either's tables
    path.write_bytes(data)
    source = open_source(path)
    with pytest.raises(MediaError, match=r"a\.mov: frame 3 cannot be decoded"):
        source.read(3)
    whole = [source.read(frame).main.channels["G"].astype(float) for frame in (4, 2, 5, 1)]
    assert len({round(plane.mean() / np.iinfo(source.read(1).main.channels["G"].dtype).max, 6) for plane in whole}) == 4


def claiming(samples: int, path: Path) -> Path:
    """A movie of four frames whose tables claim this many."""
    data = bytearray(write_movie(path, "mpeg4", range(4)).read_bytes())
    struct.pack_into(">III", data, data.index(b"stts") + 8, 1, samples, 512)
    struct.pack_into(">II", data, data.index(b"stsz") + 8, 1, samples)
    struct.pack_into(">II", data, data.index(b"stsc") + 12, 1, samples)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("samples", [1 << 26, 1 << 30])
def test_a_table_that_claims_a_billion_frames_is_refused(samples: int, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"a\.mp4: .* movie frames exceed the limit .*RECAST_MOVIE_FRAMES"):
        open_source(claiming(samples, tmp_path / "a.mp4"))


def test_opening_a_movie_is_bounded_in_memory(tmp_path: Path) -> None:
    """Also where its frames are not what bounds it: 2^26 entries of 24 bytes are 1.6 GB."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory cannot be bounded here")
    code = (
        "import resource, sys; from recast_nodes.errors import MediaError; from recast_nodes.media.movies import *\n"
        "try: MovieReader(sys.argv[1]); print('read')\n"
        "except MediaError as error: print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    there = os.environ | {"RECAST_MOVIE_FRAMES": "9999999999"}
    path = claiming(1 << 26, tmp_path / "a.mp4")
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=there)
    words, peak = ran.stdout.splitlines()
    assert "a.mp4: cannot be read as a movie" in words
    assert int(peak) < (limits.OPENING.default << 10) + 300_000, "kilobytes"
