"""Write: frames under their names, and what is found before rendering."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from recast_nodes.media.edits import mark_edited
from recast_nodes.media.images import COMPRESSIONS, read_image
from recast_nodes.nodes.read import Read
from recast_nodes.nodes.write import COMPRESSIONS as OFFERED
from recast_nodes.nodes.write import Write


def told(word: str) -> Any:
    """What a header says of the shot, the same at every frame."""
    return lambda frame: {"recast:shot": word}


def test_threads_write_what_one_thread_writes(make_plate: Any, tmp_path: Path) -> None:
    plate = make_plate(range(1, 13))
    many, one = (
        Write(1, file=str(tmp_path / name / "shot.####.exr")).open(told("shot"), range(1, 13)) for name in "ab"
    )

    def work(frame: int, writer: Any) -> str:
        image = Read(frame, file=plate).process()
        return str(writer.put(frame, mark_edited(image, {"model": "mesh"})))

    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda frame: work(frame, many), range(1, 13)))
    for frame, path in enumerate(paths, 1):
        assert Path(path).read_bytes() == Path(work(frame, one)).read_bytes()


def test_an_edited_frame_carries_the_shot(make_plate: Any, tmp_path: Path) -> None:
    image = Read(1, file=make_plate(range(1, 2))).process()
    writer = Write(1, file=str(tmp_path / "shot.####.exr")).open(told("fingerprint"), [1, 2])
    writer.put(1, mark_edited(image, {"model": "mesh"}))
    writer.put(2, image)
    assert read_image(tmp_path / "shot.0001.exr").main.attributes["recast:shot"].value == "fingerprint"
    assert (tmp_path / "shot.0002.exr").read_bytes() == Path(image.path).read_bytes()


def test_every_compression_on_offer_can_be_written(make_plate: Any, tmp_path: Path) -> None:
    image = Read(1, file=make_plate(range(1, 2))).process()
    assert set(OFFERED) <= set(COMPRESSIONS)
    for name in OFFERED:
        Write(1, file=str(tmp_path / f"{name}.exr"), compression=name).open(told(""), [1]).put(1, image)
        read = read_image(tmp_path / f"{name}.exr")
        assert COMPRESSIONS[read.main.attributes["compression"].value] == name
        np.testing.assert_allclose(read.main.channels["R"], image.main.channels["R"], atol=0.2)


def findings(file: str, frames: range = range(1, 3), **knobs: Any) -> list[str]:
    return [finding.entry for finding in Write.check([Write(frame, file=file, **knobs) for frame in frames])]


def test_what_is_found_before_rendering(tmp_path: Path) -> None:
    assert findings(str(tmp_path / "new" / "shot.####.exr")) == []
    assert findings(str(tmp_path / "shot.mp4")) == []
    assert findings(str(tmp_path / "shot.exr")) == ["file"]
    assert findings(str(tmp_path / "shot.exr"), range(1, 2)) == []
    assert findings(str(tmp_path / "shot.####.xyz")) == ["file"]
    assert findings("") == ["file"]
    assert findings(str(tmp_path / "shot.####.exr"), colorspace="ACESgc") == ["colorspace"]
    (tmp_path / "file").touch()
    assert findings(str(tmp_path / "file" / "shot.####.exr")) == ["file"]
