"""Patterns, ranges and sources: the same questions for sequences, stills and movies."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from pathlib import Path
from typing import Any

import fileseq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recast_nodes.errors import KnobError, MediaError, MissingFrame
from recast_nodes.media.images import write_image
from recast_nodes.media.journal.journal import folder_of
from recast_nodes.media.names.patterns import format_frames, frame_path, is_pattern, parse_frames
from recast_nodes.media.sequences import open_source, sequence_around
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
    with pytest.raises(MissingFrame, match=r"frame 4 is missing; the sequence has 1-2,5,7|1,2,5,7"):
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
        ("plat.####.exr", r"no frames found. The folder contains plate.####.exr \(0001-0003\)"),
        ("plate.1001.exr", "file not found. The folder contains plate.####.exr"),
        ("plate.mov", "file not found"),
        ("../plat/plate.####.exr", "folder not found: .* Did you mean .*plate"),
        ("", "No file is set"),
        ("plate.%V.####.exr", "use the files of one view"),
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


@given(st.integers(-2000, 5000), st.integers(0, 60))
def test_a_stretch_is_in_fileseqs_words(first: int, more: int) -> None:
    frames = range(first, first + more + 1)
    words = fileseq.framesToFrameRange(frames)
    assert format_frames(frames) == words
    assert parse_frames(words) == parse_frames(f" {words} ") == tuple(fileseq.FrameSet(words)) == tuple(frames)


@given(st.integers(-99, 99999), st.sampled_from(["a.####.exr", "a_%06d.exr", "a.$F3.exr", "v2/a.@@.exr"]))
def test_a_pattern_gives_each_frame_a_name_of_its_own(frame: int, pattern: str) -> None:
    assert is_pattern(pattern)
    assert frame_path(pattern, frame) != frame_path(pattern, frame + 1)
    assert not is_pattern(frame_path(pattern, frame))


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("sh<b>x.####.exr", "sh<b>x.1001.exr"),
        ("a<UDIM>.####.exr", "a<UDIM>.1001.exr"),
        ("take5,####.exr", "take5,1001.exr"),
        ("sh010_v2-####.exr", "sh010_v2-1001.exr"),
        ("sh010_v2####.exr", "sh010_v21001.exr"),
        ("face@2x.####.exr", "face@2x.1001.exr"),
        ("sh010_####_main.exr", "sh010_1001_main.exr"),
        ("shöt {1}.%d.exr", "shöt {1}.1001.exr"),
    ],
)
def test_every_letter_of_a_name_is_written(pattern: str, written: str) -> None:
    assert frame_path(f"/out/{pattern}", 1001) == f"/out/{written}"


FOLDERS = ("take@home", "sh#10 v%04d", "v1-5####", "a$F4", "<b>", "(1001-1100)")


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_may_be_called_anything(folder: str, tmp_path: Path) -> None:
    pattern = tmp_path / folder / "plate.####.exr"
    pattern.parent.mkdir()
    for frame in (-3, 7):
        Path(frame_path(pattern, frame)).touch()
    source = open_source(pattern)
    assert source.frames == (-3, 7)
    assert source.path(-3) == str(pattern.parent / "plate.-003.exr")
    assert not is_pattern(pattern.parent / "plate.exr")
    assert open_source(pattern.with_name("plate.0007.exr")).kind == "still"
    assert sequence_around(pattern.with_name("plate.0007.exr")) == str(pattern)
    assert folder_of(str(pattern)) == pattern.parent / ".plate.recast"


LETTERS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/"), max_size=12)


@given(
    LETTERS,
    st.sampled_from(("####", "#", "%04d", "%d", "$F4", "@@@", "%07d")),
    st.sampled_from((".exr", "_main.exr", "")),
    st.sets(st.integers(-200_000, 2_000_000), min_size=1, max_size=4),
)
def test_what_is_written_is_found(
    tmp_path_factory: pytest.TempPathFactory, base: str, place: str, ending: str, frames: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    pattern = folder / f"_{base}.{place}{ending}"
    assume(is_pattern(pattern))
    files = {frame: frame_path(pattern, frame) for frame in sorted(frames)}
    assert len(set(files.values())) == len(frames)
    for path in files.values():
        Path(path).touch()
    source = open_source(pattern)
    assert {frame: source.path(frame) for frame in source.frames} == files


@pytest.mark.parametrize("frames", [(-3, -2, 1), (-1000, -999, -1, 0, 1)])
@pytest.mark.parametrize("written", ["{:04d}", "{sign}{size:04d}"])
def test_both_ways_of_writing_frames_below_0_are_read(frames: tuple[int, ...], written: str, tmp_path: Path) -> None:
    for frame in frames:
        number = written.format(frame, sign="-" * (frame < 0), size=abs(frame))
        (tmp_path / f"o.{number}.exr").touch()
    assert open_source(tmp_path / "o.####.exr").frames == frames
    assert sequence_around(tmp_path / f"o.{number}.exr") == str(tmp_path / "o.####.exr")


def test_of_two_files_of_one_frame_the_one_that_we_write_is_read(tmp_path: Path) -> None:
    for name in ("o.-003.exr", "o.-0003.exr", "o.-000.exr", "o.0000.exr"):
        (tmp_path / name).touch()
    source = open_source(tmp_path / "o.####.exr")
    assert source.frames == (-3, 0)
    assert source.path(-3) == str(tmp_path / "o.-003.exr")


@pytest.mark.parametrize(
    ("names", "dropped", "pattern"),
    [
        (("plate-0001.exr", "plate-0002.exr"), "plate-0002.exr", "plate-####.exr"),
        (("plate-0002.exr", "plate-0001.exr", "plate0000.exr", "plate0001.exr"), "plate-0002.exr", "plate####.exr"),
        (("plate.-002.exr", "plate.-001.exr"), "plate.-002.exr", "plate.####.exr"),
        (("plate.-0002.exr", "plate.-0001.exr", "plate.0000.exr"), "plate.-0002.exr", "plate.####.exr"),
        (("sh010_1001_main.exr", "sh010_1002_main.exr"), "sh010_1002_main.exr", "sh010_####_main.exr"),
        (("sh010_1001_main.exr", "sh010_1002_main.exr", "sh020_1002_main.exr"), "sh010_1002_main.exr",
         "sh010_####_main.exr"),
        (("sh010.1001.exr", "sh010.1002.exr", *(f"sh0{n}0.1001.exr" for n in range(2, 8))), "sh010.1001.exr",
         "sh010.####.exr"),
        (("1001.left.exr", "1002.left.exr"), "1002.left.exr", "####.left.exr"),
        (("a.9.exr", "a.10.exr", "a.11.exr"), "a.10.exr", "a.#.exr"),
        (("a.0999.exr", "a.1000.exr"), "a.1000.exr", "a.####.exr"),
        (("take#1_0001.exr", "take#1_0002.exr"), "take#1_0002.exr", "take#1_####.exr"),
        (("comp_v001.exr", "comp_v002.exr"), "comp_v002.exr", "comp_v002.exr"),
        (("plate.1001.exr", "other.1002.exr"), "plate.1001.exr", "plate.1001.exr"),
    ],
)  # fmt: skip
def test_a_dropped_frame_opens_its_sequence(names: tuple[str, ...], dropped: str, pattern: str, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).touch()
    assert sequence_around(tmp_path / dropped) == str(tmp_path / pattern)
    if pattern != dropped:
        source = open_source(tmp_path / pattern)
        assert str(tmp_path / dropped) in map(source.path, source.frames)


@given(LETTERS, st.integers(-9000, 90_000), st.sampled_from(("#", "####", "%06d")), st.sampled_from((".exr", "")))
def test_what_is_written_is_found_by_one_of_its_files(
    tmp_path_factory: pytest.TempPathFactory, base: str, frame: int, place: str, ending: str
) -> None:
    folder = tmp_path_factory.mktemp("dropped")
    pattern = folder / f"_{base}.{place}{ending}"
    assume(is_pattern(pattern))
    files = [frame_path(pattern, frame + at) for at in range(2)]
    for path in files:
        Path(path).touch()
    for dropped in files:
        source = open_source(sequence_around(dropped))
        assert [source.path(number) for number in source.frames] == files


@pytest.mark.parametrize("name", ["a\0b.####.exr", "\ud800.####.exr", "a/\ud800/b.exr", "~nobody/x.####.exr"])
def test_names_that_no_disk_has(name: str) -> None:
    with pytest.raises(MediaError):
        open_source(name)


@pytest.mark.parametrize("name", ["take %d.exr", "A001_####.exr", "a@2.exr", "one-5####.exr", "a%0999d.exr"])
def test_a_file_that_is_there_is_that_file(name: str, tmp_path: Path) -> None:
    write_image(image(), tmp_path / name)
    source = open_source(tmp_path / name)
    assert (source.kind, source.path(7)) == ("still", str(tmp_path / name))


def test_a_file_with_the_name_of_a_pattern_is_said(make_plate: Any, caplog: pytest.LogCaptureFixture) -> None:
    pattern = Path(make_plate(range(1, 3)))
    write_image(image(), pattern)
    assert open_source(pattern).kind == "still"
    assert "a file with exactly this name" in caplog.text


def test_accents_match_however_they_are_composed(tmp_path: Path) -> None:
    typed, stored = (unicodedata.normalize(form, "séance") for form in ("NFC", "NFD"))
    (tmp_path / stored).mkdir()
    for frame in (1, 2):
        (tmp_path / stored / f"{stored}.000{frame}.exr").touch()
    assert open_source(tmp_path / typed / f"{typed}.####.exr").frames == (1, 2)
    assert open_source(tmp_path / typed / f"{typed}.0002.exr").path(1).endswith(f"{stored}.0002.exr")
