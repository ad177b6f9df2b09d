"""Performances as CSV: columns by name, times by timecode, and the same numbers back."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recast_nodes.errors import MediaError
from recast_nodes.face.columns import ANGLES, COLUMNS, LIVE_LINK_FACE
from recast_nodes.media.performances.formats import read_recording, write_performance
from recast_nodes.media.performances.performance import FacePerformance
from recast_nodes.models.by_numbers import performance_of
from recast_nodes.models.recording import open_recording
from recast_nodes.nodes.read import is_recording

HEADER = "Timecode,BlendShapeCount," + ",".join(name[0].upper() + name[1:] for name in LIVE_LINK_FACE)


def take(folder: Path, text: str, name: str = "take.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def column(performance: FacePerformance, name: str) -> list[float]:
    return performance.numbers[:, COLUMNS.index(name)].tolist()


def row(timecode: str, **weights: float) -> str:
    return f"{timecode},61," + ",".join(str(weights.get(name, 0.0)) for name in LIVE_LINK_FACE)


def test_live_link_face(tmp_path):
    rows = [
        row(f"16:37:{37 + (41 + at) // 60}:{(41 + at) % 60:02d}.127", jawOpen=0.5, headYaw=-0.1) for at in range(90)
    ]
    found = read_recording(take(tmp_path, "\n".join([HEADER, *rows])))
    assert (len(found.frames), found.frames[0], found.numbered) == (90, 1, False)
    assert found.rate == 60 and not found.times and not found.remarks
    assert column(found, "jawOpen")[7] == 0.5 and column(found, "headYaw")[3] == np.float32(-0.1)


@pytest.mark.parametrize(("frames", "rate"), ((24, 24), (25, 25), (30, 30), (60, 60)))
def test_the_rate_is_where_seconds_end(tmp_path, frames, rate):
    codes = [f"00:00:{at // frames:02d}:{at % frames:02d}" for at in range(2 * frames)]
    assert read_recording(take(tmp_path, "\n".join([HEADER, *map(row, codes)]))).rate == rate


def test_dropped_rows_are_uneven(tmp_path):
    codes = [f"00:00:{at // 30:02d}:{at % 30:02d}" for at in range(60) if at not in (11, 12, 13)]
    found = read_recording(take(tmp_path, "\n".join([HEADER, *map(row, codes)])))
    assert found.rate == 30 and found.times[11] - found.times[10] == pytest.approx(4 / 30)


def test_a_recording_within_a_second_does_not_tell_its_rate(tmp_path):
    found = read_recording(take(tmp_path, "\n".join([HEADER, row("00:00:01:03"), row("00:00:01:04")])))
    assert found.rate is None


def test_midnight(tmp_path):
    codes = ["23:59:59:28", "23:59:59:29", "00:00:00:00", "00:00:00:01"]
    found = read_recording(take(tmp_path, "\n".join([HEADER, *map(row, codes)])))
    assert found.rate == 30 and not found.times


def test_columns_by_name_whatever_their_place(tmp_path):
    text = "time,eyeBlink_L,blendShapes.JawOpen,mood\n0.00,1,0.25,7\n0.04,0.5,0,7\n"
    found = read_recording(take(tmp_path, text))
    assert (column(found, "eyeBlinkLeft"), column(found, "jawOpen"), found.rate) == ([1, 0.5], [0.25, 0], 25)
    assert np.isnan(column(found, "mouthClose")).all()
    lacks, silent, head, unread = found.remarks
    assert "has 2 of ARKit's 52 shapes" in lacks and "says nothing of brows, gaze, mouth" in silent
    assert "how the head is turned" in head and "mood" in unread


def test_numbers_of_frames_are_kept(tmp_path):
    found = read_recording(take(tmp_path, "# ours\nframe;jawOpen\n1001;0,5\n1004;0,25\n"))
    assert (found.frames, found.numbered, column(found, "jawOpen")) == ((1001, 1004), True, [0.5, 0.25])


def test_a_row_without_a_face(tmp_path):
    lost = "00:00:00:01,0"
    found = read_recording(take(tmp_path, "\n".join([HEADER, row("00:00:00:00", jawOpen=1), lost, row("00:00:00:02")])))
    assert np.isnan(found.numbers[1]).all() and np.isfinite(found.numbers[[0, 2]]).all()


def test_angles_in_degrees_are_refused(tmp_path):
    with pytest.raises(MediaError, match=r"line 2, column headyaw: 35 cannot be meant: an angle is in radians"):
        read_recording(take(tmp_path, "jawopen,headyaw\n0,35\n"))


ODD = {
    "empty": ("", "is empty"),
    "header": ("jawOpen\n", "holds no frames"),
    "nothing of a face": ("a,b\n1,2\n", "no columns of ARKit's shapes, such as JawOpen; it has 'a', 'b'"),
    "a word": ("jawOpen,eyeWideLeft\n0,1\n0,wide\n", "line 3, column eyeWideLeft: 'wide' is not a number"),
    "not finite": ("jawOpen\n0\nnan\n", "line 3, column jawOpen: 'nan' is not a finite number"),
    "percent": ("jawOpen\n37\n", "line 2, column jawOpen: 37 cannot be meant: .*divided by 100"),
    "a hole": ("jawOpen,eyeWideLeft\n0,1\n0,\n", "line 3, column eyeWideLeft: is empty"),
    "a row cut short": ("frame,jawOpen,eyeWideLeft\n1,0,0\n2,0\n", "line 3, column eyeWideLeft: is empty"),
    "a short row": ("jawOpen,eyeWideLeft,mouthLeft,mouthRight\n0,1,0\n", "line 2: has 3 values, the header 4"),
    "a long row": ("jawOpen\n0,1,2\n", "line 2: has 3 values, the header 1"),
    "twice": ("jawOpen,JawOpen\n0,1\n", "line 1: the column 'JawOpen' stands there twice"),
    "no timecode": ("Timecode,jawOpen\n00:00:00:00,0\nlater,0\n", "line 3, column Timecode: 'later' is no timecode"),
    "frames that fall": ("frame,jawOpen\n2,0\n1,0\n", "line 3: frame 1 follows frame 2"),
    "times that fall": ("Time,jawOpen\n1,0\n0.5,0\n", "line 3, column Time: '0.5' comes after '1'; times must rise"),
    "stamps that fall": (
        "timestamp_ms,jawOpen\n40,0\n80,0\n40,0\n",
        "line 4, column timestamp_ms: '40' comes after '80'",
    ),
    "timecodes that fall": ("Timecode,jawOpen\n00:00:01:03,0\n00:00:01:02,0\n", "line 3, column Timecode: .*must rise"),
    "a far frame": ("frame,jawOpen\n1e300,0\n", "line 2: .* cannot be the number of a frame"),
    "a rate of nothing": ("FramesPerSecond,jawOpen\n0,0\n", "line 2: 0 frames a second"),
}


@pytest.mark.parametrize(("text", "message"), ODD.values(), ids=ODD)
def test_odd_tables_are_named(tmp_path, text, message):
    with pytest.raises(MediaError, match=f"take.csv.*{message}"):
        read_recording(take(tmp_path, text))


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"jawOpen\n\xff\xfe\n")
    with pytest.raises(MediaError, match="not a text file"):
        read_recording(tmp_path / "a.csv")


weights = arrays.arrays(np.float32, (3, 52), elements=st.floats(-1, 2, width=32))
angles = arrays.arrays(np.float32, (3, len(ANGLES)), elements=st.floats(-3, 3, width=32))
rates = st.sampled_from((None, Fraction(24), Fraction(24000, 1001), Fraction(30), Fraction(60)))


@settings(max_examples=25)
@given(
    weights, angles, rates, st.sampled_from((0, 1, -5, 1001)), st.sets(st.integers(0, 60), max_size=58), st.booleans()
)
def test_csv_to_motion_to_csv_is_identity(tmp_path_factory, face, turned, rate, first, unknown, lost):
    folder = tmp_path_factory.mktemp("takes")
    numbers = np.concatenate([face, turned], 1)
    numbers[:, sorted(unknown)] = np.nan
    if not np.isfinite(numbers[0, :52]).any():
        numbers[:, 0] = 0
    if lost:
        numbers[1] = np.nan
    frames = tuple(range(first, first + 3))
    write_performance(FacePerformance(frames, numbers, rate, numbered=True), folder / "one.arkit.csv")
    source = open_recording(str(folder / "one.arkit.csv"))
    motions = {frame: source.motion(frame) for frame in source.frames}
    again = performance_of(motions, source.rate, source.timecodes, source.numbered)
    write_performance(again, folder / "two.arkit.csv")
    assert (folder / "one.arkit.csv").read_bytes() == (folder / "two.arkit.csv").read_bytes()
    np.testing.assert_array_equal(again.numbers, numbers)
    assert (again.frames, again.rate) == (frames, rate)


def test_further_columns_are_written_and_not_read(tmp_path):
    numbers = np.zeros((2, 61), np.float32)
    made = FacePerformance((1, 2), numbers, Fraction(24), more={"flameExp0": np.array([0.5, -1.25])})
    write_performance(made, tmp_path / "a.arkit.csv")
    assert (tmp_path / "a.arkit.csv").read_text().splitlines()[2].endswith(",-1.25")
    assert "flameExp0" in read_recording(tmp_path / "a.arkit.csv").remarks[-1]


@pytest.mark.parametrize("times", [("86399.96", "0", "0.04"), ("1", "1", "1")])
def test_a_day_that_ends_and_times_that_stand_still_are_read(tmp_path, times):
    found = read_recording(take(tmp_path, "time,jawOpen\n" + "".join(f"{each},0\n" for each in times)))
    assert len(found.frames) == 3 and found.rate == (25 if times[1] == "0" else None)


@pytest.mark.parametrize("ending", [".csv", ".txt", ".tsv"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_excels_unicode_text_is_read(tmp_path, encoding, ending):
    """UTF-16 with a byte order mark, columns parted by tabs, decimal commas where the country has them."""
    mark = "\ufeff" if encoding[-2:] in ("le", "be") else ""
    path = tmp_path / f"take{ending}"
    path.write_bytes((mark + "Frame\tjawOpen\teyeBlinkLeft\r\n1\t0,5\t0.25\r\n2\t1\t0\r\n").encode(encoding))
    found = read_recording(path)
    assert is_recording(path)
    assert column(found, "jawOpen") == [0.5, 1.0] and column(found, "eyeBlinkLeft") == [0.25, 0.0]


def test_a_file_that_is_not_there_is_named_with_what_is(tmp_path):
    take(tmp_path, "jawOpen\n0\n", "nick.csv")
    for read in (read_recording, open_recording):
        with pytest.raises(MediaError, match=r"nix\.csv: file not found\. The folder contains nick\.csv\."):
            read(str(tmp_path / "nix.csv"))
    with pytest.raises(MediaError, match=r"folder not found"):
        open_recording(str(tmp_path / "none" / "nix.csv"))
    for name in ("a", "b", "c", "d", "e"):
        take(tmp_path, "jawOpen\n0\n", f"other_{name}.csv")
    with pytest.raises(MediaError, match=r"The folder contains nick\.csv and 5 more\.|contains nick\.csv, .* more\."):
        read_recording(tmp_path / "nix.csv")
