"""What opens strangers' files ends a reader process, never the render."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.files import limits
from recast_nodes.media.images import read_image, write_image
from recast_nodes.media.readers import exchange, processes
from recast_nodes.media.readers.exchange import BrokenExchange, Pipes
from recast_nodes.media.sequences import open_source

from ..plates import equal, image

# A reader whose decoders do what hostile files make decoders do. 'exr.read' and the like stay what they are.
SPOILED = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from recast_nodes.media.decoders import raster, serve
def read(path):
    if "crash" in path: os.abort()
    if "hang" in path: time.sleep(60)
    if "greedy" in path: raise MemoryError
    if "bug" in path: raise ZeroDivisionError("of ours")
    if "liar" in path: os.write(1, b"x" * 100)
    return {"path": path}, []
raster.read = read
serve.main()
"""


@pytest.fixture
def spoiled(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pool, with readers as above, and little patience."""
    pool = processes._Pool()
    monkeypatch.setattr(processes, "START", SPOILED)
    monkeypatch.setattr(processes, "STARTING", 20.0)
    monkeypatch.setattr(processes, "_pool", pool)
    yield pool
    pool.stop()


def test_a_crash_names_the_file_and_the_next_one_is_read(spoiled: Any) -> None:
    assert processes.read("raster.read", "/fine", 0)[0] == {"path": "/fine"}
    with pytest.raises(MediaError, match=r"/crash.png: cannot be read: the decoder crashed \(SIGABRT\)"):
        processes.read("raster.read", "/crash.png", 0)
    assert processes.read("raster.read", "/fine", 0)[0] == {"path": "/fine"}


def test_a_hang_ends(spoiled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    processes.read("raster.read", "/fine", 0)
    monkeypatch.setenv("RECAST_READ_SECONDS", "1")
    with pytest.raises(MediaError, match="/hang.png: .* more than 1 seconds; RECAST_READ_SECONDS raises"):
        processes.read("raster.read", "/hang.png", 0)
    assert not spoiled._idle


@pytest.mark.parametrize("name", ["greedy", "bug", "liar"])
def test_whatever_goes_wrong_is_told_of_the_file(name: str, spoiled: Any) -> None:
    if name == "liar":  # what a decoder prints does not reach the render
        assert processes.read("raster.read", "/liar", 0)[0] == {"path": "/liar"}
        return
    with pytest.raises(MediaError, match=f"/{name}: cannot be read"):
        processes.read("raster.read", f"/{name}", 0)


def test_a_reader_that_died_while_it_waited_is_replaced(spoiled: Any) -> None:
    processes.read("raster.read", "/fine", 0)
    os.kill(spoiled._idle[0]._process.pid, signal.SIGKILL)
    spoiled._idle[0]._process.wait()
    assert processes.read("raster.read", "/fine", 0)[0] == {"path": "/fine"}


def test_readers_end_with_the_render(tmp_path: Path) -> None:
    write_image(image(), tmp_path / "a.png")
    code = (
        "import os, sys, signal; from recast_nodes.media.readers import processes;"
        "from recast_nodes.media.images import read_image;"
        "read_image(sys.argv[1]); print(processes._pool._idle[0]._process.pid, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.png")], capture_output=True, text=True)
    started = time.monotonic()
    while _alive(int(ran.stdout)):
        assert time.monotonic() - started < 30
        time.sleep(0.02)


def _alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_many_files_at_once(tmp_path: Path) -> None:
    made = [image({name: np.full((6, 8), value, "float16") for name in "RGB"}) for value in (0.0, 0.25, 0.5, 1.0)]
    for at, each in enumerate(made):
        write_image(each, tmp_path / f"{at}.png")
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda at: read_image(tmp_path / f"{at % 4}.png").main.channels["R"][0, 0], range(32)))
    assert read == read[:4] * 8 and len(set(read)) == 4


def test_a_reader_gives_what_the_library_gives(make_plate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_plate(range(1, 2), channels=("R", "G", "B", "Z", "id.x")).replace("####", "0001")
    here = read_image(path)
    monkeypatch.setenv("RECAST_READERS", "all")
    there = read_image(path)
    assert list(here.main.channels) == list(there.main.channels)
    assert all(equal(plane, there.main.channels[name]) for name, plane in here.main.channels.items())


@pytest.mark.parametrize("hands_over", [True, False])
def test_arrays_travel_as_they_are(hands_over: bool) -> None:
    if hands_over and not exchange.HANDS_OVER:
        pytest.skip("descriptors cannot be handed over here")
    one, other = _channels(hands_over)
    arrays = [np.arange(12, dtype="uint16").reshape(3, 4)[:, ::2], np.full((2, 2), np.nan, "float32"), np.zeros((0, 3))]
    sender = threading.Thread(target=one.send, args=({"file": "é\udcff"}, arrays))
    sender.start()
    message, received = other.receive(1 << 20)
    sender.join()
    assert message == {"file": "é\udcff"}
    assert all(equal(np.ascontiguousarray(before), after) for before, after in zip(arrays, received, strict=True))


def _channels(hands_over: bool) -> tuple[Pipes, Pipes]:
    (a_in, b_out), (b_in, a_out) = os.pipe(), os.pipe()
    ends = socket.socketpair() if hands_over else (None, None)
    one = Pipes(os.fdopen(a_in, "rb"), os.fdopen(a_out, "wb"), ends[0])
    return one, Pipes(os.fdopen(b_in, "rb"), os.fdopen(b_out, "wb"), ends[1])


@pytest.mark.parametrize(
    "text",
    [b"", b"\0" * 7, struct.pack("<Q", 1 << 62), struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 4) + b"null"]
    + [
        struct.pack("<Q", len(words)) + words
        for words in (
            b'{"message": 1, "arrays": [["float32", [9999, 9999], 0]], "size": 64}',
            b'{"message": 1, "arrays": [["object", [1], 0]], "size": 64}',
            b'{"message": 1, "arrays": [["uint8", [-1], 0]], "size": 64}',
            b'{"message": 1, "arrays": [], "size": 99999999999}',
        )
    ],
)
def test_a_reader_that_lies_is_not_believed(text: bytes) -> None:
    (incoming, theirs) = os.pipe()
    os.write(theirs, text + (b"" if b"[]" in text else b"\0" * 64))
    os.close(theirs)
    with os.fdopen(incoming, "rb") as stream, open(os.devnull, "wb") as nowhere, pytest.raises(BrokenExchange):
        Pipes(stream, nowhere).receive(1 << 20)


def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plate.1001.exr")
    for call in (read_image, lambda path: open_source(path).read(1001)):
        with pytest.raises(MediaError, match=r"plate\.1001\.exr: "):
            call(tmp_path / "plate.1001.exr")
    with pytest.raises(MediaError, match="not a file"):
        open_source(tmp_path / "plate.####.exr").read(1001)


@pytest.mark.parametrize("name", ["clip.mov", "clip.mp4"])
def test_a_movie_that_names_other_files_is_refused(name: str, tmp_path: Path) -> None:
    """A playlist under the name of a movie would have FFmpeg open files and addresses of its own choice."""
    for text in (
        "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(MediaError, match=f"{name}: cannot be read as a movie"):
            open_source(tmp_path / name)


def test_limits_name_file_figure_and_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_image(image(), tmp_path / "a.exr")
    for variable, match in (("RECAST_IMAGE_SIDE", "20 pixels on a side"), ("RECAST_IMAGE_CHANNELS", "4 channels")):
        monkeypatch.setenv(variable, "3")
        with pytest.raises(MediaError, match=f"a.exr: {match} exceed the limit of 3; {variable} raises"):
            read_image(tmp_path / "a.exr")
        monkeypatch.delenv(variable)
    monkeypatch.setenv("RECAST_IMAGE_ATTRIBUTES", "2")
    with pytest.raises(MediaError, match="3 header attributes exceed the limit of 2"):
        read_image(tmp_path / "a.exr")


@pytest.mark.parametrize("word", ["-1", "0", "many", "1e9", "²", "1" * 40])
def test_a_limit_is_a_whole_number(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECAST_IMAGE_SIDE", word)
    with pytest.raises(MediaError, match="RECAST_IMAGE_SIDE"):
        limits.most(limits.SIDE)
