"""Read: which frame is shown, what stands in for one that is not there, and what is found before rendering."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import MediaError, MissingFrame
from recast_nodes.graph import fingerprint
from recast_nodes.media.images import write_image
from recast_nodes.media.sequences import Sequence
from recast_nodes.nodes.read import Read, frame_within
from recast_nodes.wires import Attribute, Image, Part, Window


@pytest.fixture
def plate(make_plate: Any) -> str:
    """Frames 11 to 15 without 13."""
    pattern = make_plate(range(11, 16))
    Path(pattern.replace("####", "0013")).unlink()
    return str(pattern)


def shown(plate: str, frame: int, **knobs: Any) -> str:
    """The number in the name of the file that is shown; nothing for a black one."""
    return Path(Read(frame, file=plate, **knobs).process().path).name[6:10]


@pytest.mark.parametrize(
    ("rule", "frames"),
    [
        ("hold", [11, 11, 11, 11, 12, 13, 14, 15, 15, 15]),
        ("loop", [13, 14, 15, 11, 12, 13, 14, 15, 11, 12]),
        ("bounce", [14, 13, 12, 11, 12, 13, 14, 15, 14, 13]),
    ],
)
def test_outside_the_range(rule: str, frames: list[int]) -> None:
    assert [frame_within(frame, 11, 15, rule) for frame in range(8, 18)] == frames


@given(st.integers(-500, 500), st.integers(-50, 50), st.integers(0, 30), st.sampled_from(["hold", "loop", "bounce"]))
def test_every_rule_stays_inside(asked: int, first: int, length: int, rule: str) -> None:
    last = first + length
    assert first <= frame_within(asked, first, last, rule) <= last
    assert frame_within(min(max(asked, first), last), first, last, rule) == min(max(asked, first), last)


@pytest.mark.parametrize(("missing", "name"), [("hold", "0012"), ("nearest", "0012"), ("black", "")])
def test_a_hole(missing: str, name: str, plate: str) -> None:
    assert shown(plate, 13, missing=missing) == name
    with pytest.raises(MissingFrame, match="frame 13 is missing; the sequence has 11-12,14-15|11,12,14,15"):
        shown(plate, 13)


@pytest.mark.parametrize(("missing", "name"), [("hold", "0011"), ("nearest", "0011"), ("black", "")])
def test_a_damaged_frame_is_one_that_is_missing(missing: str, name: str, plate: str, caplog: Any) -> None:
    damaged = Path(plate.replace("####", "0012"))
    damaged.write_bytes(damaged.read_bytes()[:-100])
    assert shown(plate, 12, missing=missing) == name
    assert (
        "0012.exr" in caplog.text and f"Another frame is used instead at frame 12 (missing: {missing})" in caplog.text
    )
    with pytest.raises(MediaError, match="0012.exr: cannot be read"):
        shown(plate, 12)


def test_where_no_frame_can_be_read_the_first_fault_is_told(plate: str) -> None:
    for file in Path(plate).parent.iterdir():
        file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(MediaError, match="0014.exr"):
        shown(plate, 14, missing="nearest")


def test_what_may_stand_in_decides_the_result_too(plate: str) -> None:
    before = Read(12, file=plate, missing="hold").stamp()
    assert before != Read(11, file=plate, missing="hold").stamp()
    Path(plate.replace("####", "0011")).write_bytes(b"other")
    assert Read(12, file=plate, missing="hold").stamp() != before


def test_black_and_error_outside(plate: str) -> None:
    black = Read(1, file=plate, before="black").process()
    assert black.main.channels["R"].shape == (24, 32)
    assert not black.main.channels["R"].any()
    with pytest.raises(MissingFrame, match="frame 1 is outside the range 11-15"):
        shown(plate, 1, before="error")


@pytest.mark.parametrize(("time", "name"), [(11.49, "0011"), (11.5, "0012"), (14.0, "0014"), (99, "0015")])
def test_time_goes_to_the_nearest_frame(time: float, name: str, plate: str) -> None:
    assert shown(plate, 1, time=time) == name


@pytest.mark.parametrize(
    ("offset", "frame", "name"), [(2, 13, "0011"), (-2, 13, "0015"), (2, 20, "0015"), (3, 14, "0011")]
)
def test_offset_slips_the_clip(offset: int, frame: int, name: str, plate: str) -> None:
    assert shown(plate, frame, offset=offset) == name


def test_offset_slips_what_time_asks_for(plate: str) -> None:
    assert shown(plate, 1, time=14.0, offset=2) == "0012"
    read = Read(1, file=plate, offset=100)
    assert (read.span(), Read(1, file=plate).span()) == (range(111, 116), range(11, 16))
    assert read.stamp() == Read(1, file=plate).stamp() != Read(14, file=plate, offset=2).stamp()
    assert not Read.knobs["offset"].animates and not Read.knobs["fps"].animates


def test_offset_counts_in_what_is_found_before_rendering(plate: str) -> None:
    assert findings(plate, range(114, 116), offset=100) == []
    assert findings(plate, range(111, 114), offset=100) == [("file", True)]


def test_fps_is_the_rate_where_the_file_has_none(plate: str) -> None:
    read = Read(11, file=plate, fps=23.976)
    assert (Read(11, file=plate).rate(), read.rate()) == (None, Fraction(24000, 1001))
    assert read.process().main.attributes["framesPerSecond"].value == (24000, 1001)
    assert read.process().origin == Read(11, file=plate).process().path
    assert "framesPerSecond" not in Read(11, file=plate).process().main.attributes


def test_fps_overrides_what_the_file_says(make_plate: Any) -> None:
    pattern = make_plate(range(1, 3), framesPerSecond=24.0)
    assert Read(1, file=pattern).rate() == 24
    assert Read(1, file=pattern, fps=25).rate() == 25


def test_first_and_last_narrow_the_range(plate: str) -> None:
    read = Read(1, file=plate, first=12, last=14)
    assert read.span() == range(12, 15)
    assert shown(plate, 99, first=12, last=14) == "0014"
    with pytest.raises(MediaError, match=r"last \(2\) is before first \(11\)"):
        Read(1, file=plate, last=2).span()


def test_the_stamp_changes_with_the_file_and_the_frame(plate: str) -> None:
    one = Read(11, file=plate).stamp()
    assert one == Read(11, file=plate).stamp() == Read(3, file=plate).stamp()
    assert one != Read(12, file=plate).stamp() != Read(13, file=plate, missing="black").stamp()
    path = Path(plate.replace("####", "0011"))
    path.write_bytes(path.read_bytes() + b"\0")
    assert Read(11, file=plate).stamp() != one


@pytest.mark.parametrize(
    ("frame", "knobs"),
    [
        (10, {"before": "bounce"}),
        (40, {"time": 12.0}),
        (13, {"offset": 1}),
        (3, {"first": 12}),
        (17, {"after": "loop"}),
    ],
)
def test_a_frame_is_the_same_whatever_chose_it(frame: int, knobs: dict[str, Any], plate: str) -> None:
    plain, chosen = Read(12, file=plate), Read(frame, file=plate, **knobs)
    assert result_key(chosen) == result_key(plain)
    assert Path(chosen.process().path) == Path(plain.process().path)


@pytest.mark.parametrize(
    "knobs", [{"fps": 24.0}, {"layer": "id"}, {"missing": "hold"}, {"before": "black", "first": 14}]
)
def test_what_changes_the_picture_changes_its_key(knobs: dict[str, Any], plate: str) -> None:
    assert result_key(Read(12, file=plate, **knobs)) != result_key(Read(12, file=plate))


def result_key(read: Read) -> str:
    return fingerprint.result(fingerprint.settings(read), read, "", {})


def findings(plate: str, frames: range, **knobs: Any) -> list[tuple[str, bool]]:
    found = Read.check([Read(frame, file=plate, **knobs) for frame in frames])
    return [(finding.entry, finding.severe) for finding in found]


def test_what_is_found_before_rendering(plate: str) -> None:
    assert findings(plate, range(14, 16)) == []
    assert findings(plate, range(11, 16)) == [("file", True)]
    assert findings(plate, range(11, 16), missing="hold") == [("missing", False)]
    assert findings(plate, range(14, 30)) == [("after", False)]
    assert findings(plate, range(14, 30), after="error") == [("after", True)]
    assert findings(plate, range(14, 16), layer="none") == [("file", True)]
    assert findings(plate, range(14, 16), colorspace="ACESgc") == [("colorspace", True)]
    assert findings(plate + "x", range(14, 16)) == [("file", True)]


def test_a_file_that_was_found_good_is_not_read_again_until_it_changes(plate: str, monkeypatch: Any) -> None:
    frames, reads = range(14, 16), []
    real = Sequence.read
    monkeypatch.setattr(Sequence, "read", lambda *given, **how: reads.append(given[1]) or real(*given, **how))
    assert findings(plate, frames) == findings(plate, frames) == [] and reads == [11]
    assert findings(plate, frames, layer="none") == findings(plate, frames, layer="none") == [("file", True)]
    assert findings(plate, frames, colorspace="ACEScg") == [] and len(reads) == 4, "asked for otherwise, it is read"
    first = Path(plate.replace("####", "0011"))
    first.write_bytes(first.read_bytes()[:-2000])
    assert findings(plate, frames) == [("file", True)]


def test_pixels_come_as_they_are(plate: str) -> None:
    image = Read(12, file=plate).process()
    assert image.main.channels["R"].dtype == np.float16
    assert "id.Z" in image.main.channels


def test_the_view_of_a_stereo_plate(tmp_path: Path) -> None:
    planes = {name: np.full((4, 4), at, np.float16) for at, name in enumerate(("R", "G", "B", "right.R", "right.G"))}
    planes["right.B"] = planes["R"]
    window = Window(0, 0, 4, 4)
    views = {"multiView": Attribute(("left", "right"), "stringvector")}
    write_image(Image((Part("", planes, window, window, views),), ("R", "G", "B"), "ACEScg"), tmp_path / "s.0001.exr")
    plate = str(tmp_path / "s.####.exr")
    assert Read(1, file=plate).process().rgb == Read(1, file=plate, view="left").process().rgb == ("R", "G", "B")
    assert Read(1, file=plate, view="right").process().rgb == ("right.R", "right.G", "right.B")
    assert findings(plate, range(1, 2), view="middle") == [("file", True)]
    assert Read(1, file=plate).process().main.attributes["multiView"] == views["multiView"]


def test_a_movie_has_no_view() -> None:
    movie = Path(__file__).parents[2] / "demo" / "driver.mp4"
    assert findings(str(movie), range(1, 2), view="left") == [("file", True)]
    assert findings(str(movie), range(1, 2)) == []
