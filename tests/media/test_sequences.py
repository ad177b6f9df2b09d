"""Patterns, ranges and sources: the same questions for sequences, stills and movies."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import KnobError, MediaError, MissingFrame
from recast_nodes.media.images import write_image
from recast_nodes.media.patterns import format_frames, frame_path, is_pattern, parse_frames
from recast_nodes.media.sequences import open_source
from recast_nodes.wires import Attribute

from .plates import image


@pytest.mark.parametrize("pattern", ["plate.####.exr", "plate.%04d.exr", "plate.@@@@.exr", "plate.$F4.exr"])
def test_every_pattern_finds_the_frames(pattern: str, make_plate: Any) -> None:
    folder = Path(make_plate(range(999, 1003))).parent
    (folder / ".plate.1003.exr.ab12.part").touch()
    (folder / "plate.1003.exr.bak").touch()
    source = open_source(folder / pattern)
    assert (source.kind, source.first, source.last, source.frames) == ("sequence", 999, 1002, (999, 1000, 1001, 1002))
    assert source.path(1001) == str(folder / "plate.1001.exr")
    assert frame_path(folder / pattern, 7) == str(folder / "plate.0007.exr")


def test_a_range_in_the_name_chooses_frames(make_plate: Any) -> None:
    folder = Path(make_plate(range(1, 9))).parent
    assert open_source(folder / "plate.2-6x2####.exr").frames == (2, 4, 6)


def test_padding_may_overflow_but_not_fall_short(tmp_path: Path) -> None:
    for name in ("a.99.exr", "a.0100.exr", "a.10000.exr", "a.01000.exr"):
        (tmp_path / name).touch()
    assert open_source(tmp_path / "a.####.exr").frames == (100, 10000)


def test_holes_are_listed(make_plate: Any) -> None:
    pattern = Path(make_plate(range(1, 8)))
    for frame in (3, 4, 6):
        (pattern.parent / f"plate.{frame:04d}.exr").unlink()
    source = open_source(pattern)
    assert source.missing == (3, 4, 6)
    with pytest.raises(MissingFrame, match=r"no frame 4; it has 1-2,5,7|1,2,5,7"):
        source.path(4)


def test_a_frame_that_appears_later_is_seen(make_plate: Any) -> None:
    pattern = Path(make_plate(range(1, 3)))
    assert open_source(pattern).last == 2
    write_image(image(), pattern.parent / "plate.0003.exr")
    assert open_source(pattern).last == 3


def test_a_numbered_file_is_a_still(make_plate: Any) -> None:
    path = Path(make_plate(range(1, 3))).with_name("plate.0002.exr")
    source = open_source(path)
    assert source.kind == "still"
    assert source.path(5) == source.path(-7) == str(path)


def test_the_rate_comes_from_the_header(tmp_path: Path) -> None:
    write_image(image(framesPerSecond=Attribute((24000, 1001), "rational")), tmp_path / "a.0001.exr")
    assert open_source(tmp_path / "a.####.exr").rate == Fraction(24000, 1001)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("plat.####.exr", r"no such frames. The folder has plate.####.exr \(0001-0003\)"),
        ("plate.1001.exr", "no such file. The folder has plate.####.exr"),
        ("plate.mov", "no such file"),
        ("../plat/plate.####.exr", "there is no folder .* Did you mean .*plate"),
        ("", "No file is named"),
    ],
)
def test_no_match_says_what_is_there(name: str, words: str, make_plate: Any) -> None:
    folder = Path(make_plate(range(1, 4))).parent
    with pytest.raises(MediaError, match=words):
        open_source(folder / name if name else "")


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is empty"):
        open_source(tmp_path / "a.####.exr")


def test_ranges() -> None:
    assert parse_frames("1001-1005x2,1150") == (1001, 1003, 1005, 1150)
    assert parse_frames("-2-1") == (-2, -1, 0, 1)
    assert parse_frames("3,3,1") == (3, 1)


@pytest.mark.parametrize("text", ["", "one", "1-", "1.5-3", "1-5x0", "1-99999999999"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(KnobError, match="such as 1001-1100x2,1150"):
        parse_frames(text)


@given(st.sets(st.integers(-2000, 5000), min_size=1, max_size=40))
def test_formatted_frames_parse_back(frames: set[int]) -> None:
    assert set(parse_frames(format_frames(frames))) == frames


@given(st.integers(-99, 99999), st.sampled_from(["a.####.exr", "a_%06d.exr", "a.$F3.exr", "v2/a.@@.exr"]))
def test_a_pattern_gives_each_frame_a_name_of_its_own(frame: int, pattern: str) -> None:
    assert is_pattern(pattern)
    assert frame_path(pattern, frame) != frame_path(pattern, frame + 1)
    assert not is_pattern(frame_path(pattern, frame))


@pytest.mark.parametrize("name", ["sh<b>x.####.exr", "plain<x.####.exr", "a<UDIM>.####.exr"])
def test_names_that_would_be_written_otherwise_are_refused(name: str) -> None:
    with pytest.raises(MediaError, match="without < and >"):
        frame_path(f"/out/{name}", 1001)
