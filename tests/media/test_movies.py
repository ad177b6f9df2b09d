"""Movies: every frame, exact in any order, whatever the container, and review movies that appear whole."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.decoders.movie import RECENT, Movie
from recast_nodes.media.movie_writer import MovieWriter
from recast_nodes.media.movies import MovieReader
from recast_nodes.media.sequences import open_source
from recast_nodes.media.writers import Options, open_writer
from recast_nodes.wires import Attribute

from .clips import number, numbered
from .plates import image

COUNT = 60


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("movie") / "clip.mp4"
    writer = MovieWriter(path, Fraction(30000, 1001))
    for frame in range(COUNT):
        writer.put(numbered(frame))
    writer.close()
    return path


def test_a_movie_is_a_source(movie: Path) -> None:
    source = open_source(movie)
    assert (source.kind, source.first, source.last, source.rate) == ("movie", 1, COUNT, Fraction(30000, 1001))
    read = source.read(1)
    assert read.colorspace.startswith("sRGB")
    assert read.path == ""
    assert source.fingerprint(1) != source.fingerprint(2)
    with pytest.raises(MediaError, match="no frame 61; the file has 1-60"):
        source.read(61)


def test_frames_are_exact_in_any_order(movie: Path) -> None:
    reader = MovieReader(str(movie))
    order = [*range(COUNT), *range(COUNT - 1, -1, -1), *random.Random(0).choices(range(COUNT), k=40)]
    assert [number(reader.read(index)) for index in order] == order


def test_frames_are_exact_from_many_threads(movie: Path) -> None:
    reader = MovieReader(str(movie))
    order = random.Random(1).choices(range(COUNT), k=80)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda index: number(reader.read(index)), order)) == order


def test_few_frames_are_kept(movie: Path) -> None:
    reader = Movie(str(movie))
    for index in range(COUNT):
        reader.pixels(index)
    assert len(reader._recent) <= RECENT


def test_footage_is_exact(shared: Path) -> None:
    import av

    path = str(shared / "footage" / "d10.mp4")
    with av.open(path) as container:
        shown = [frame.to_ndarray(format="gray8").mean() for frame in container.decode(video=0)][:30]
    reader = MovieReader(path)
    for index in (29, 0, 13, 14, 5):
        read = reader.read(index).main.channels
        assert abs(np.mean([read[name].mean() for name in "RGB"]) - shown[index]) < 12


def test_what_is_no_movie(tmp_path: Path) -> None:
    (tmp_path / "clip.mov").write_bytes(b"nothing" * 100)
    with pytest.raises(MediaError, match="clip.mov: cannot be read as a movie"):
        open_source(tmp_path / "clip.mov")
    (tmp_path / "clip").write_bytes(b"nothing" * 100)
    with pytest.raises(MediaError, match="clip: cannot be read"):
        open_source(tmp_path / "clip").read(1)


def test_frames_may_come_in_any_order_and_may_fail(tmp_path: Path) -> None:
    writer = open_writer(str(tmp_path / "review.mp4"), range(1, 6), Options(rate=25))
    grey = {frame: {name: np.full((32, 32), frame * 40, np.uint8) for name in "RGB"} for frame in (1, 2, 4, 5)}
    for frame in (4, 2, 1, 5):
        writer.put(frame, image(grey[frame])._replace(colorspace="sRGB - Texture"))
    writer.close()
    source = open_source(tmp_path / "review.mp4")
    assert (source.last, source.rate) == (4, 25)
    levels = [source.read(frame).main.channels["G"].mean() for frame in source.frames]
    assert np.allclose(levels, [40, 80, 160, 200], atol=3)


def test_an_aborted_movie_leaves_nothing(tmp_path: Path) -> None:
    writer = open_writer(str(tmp_path / "review.mp4"), range(1, 6))
    writer.put(1, image())
    writer.abort()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("aspect", [2.0, 0.5])
@pytest.mark.parametrize("name", ["o.mp4", "o.mov", "o.####.png", "o.####.jpg"])
def test_review_files_say_that_pixels_are_not_square(name: str, aspect: float, tmp_path: Path) -> None:
    writer = open_writer(str(tmp_path / name), [1])
    writer.put(1, image(pixelAspectRatio=Attribute(aspect, "float")))
    writer.close()
    assert open_source(str(tmp_path / name)).read(1).main.pixel_aspect == aspect
