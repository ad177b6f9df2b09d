"""The Nuke script parses as Tcl, and says where things are in Nuke's own coordinates."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import torch

from recast_nodes.errors import MediaError
from recast_nodes.media.landmarks.nuke_tracks import POINTS, corner_pin_node, to_nuke, tracker_node, write_nuke
from recast_nodes.stages.track.crop import crop_matrix, inverse_crop, move
from recast_nodes.stages.track.follow import lost_track
from recast_nodes.wires import Track, Window

DISPLAY = Window(0, 0, 1920, 1080)


def walking(frames) -> dict[int, Track]:
    """A face that moves 10 pixels to the right and 1 down a frame."""
    shape = torch.rand(478, 3, generator=torch.Generator().manual_seed(0)) * 100
    made = {}
    for frame in frames:
        landmarks = shape + torch.tensor([300.0 + 10 * (frame - 1001), 400.0 + (frame - 1001), 0])
        centre = landmarks[:, :2].mean(0).tolist()
        crop = crop_matrix(torch.tensor([*centre, 200.0, 0.1]))
        made[frame] = Track(landmarks, torch.zeros(52), crop, torch.zeros(64, 2), 1.0, "tracked")
    return made


def curve(text: str) -> dict[int, float]:
    """The keys of Nuke's text of a curve."""
    keys, frame = {}, 0
    for word in text.split()[1:]:
        if word.startswith("x"):
            frame = int(word[1:])
        else:
            keys[frame] = float(word)
            frame += 1
    return keys


def test_nuke_counts_y_up_from_the_lower_edge_of_the_format():
    display = Window(10, 20, 100, 50)
    assert to_nuke(torch.tensor([[10.5, 69.5], [110.0, 20.0]]), display).tolist() == [[0.5, 0.5], [100.0, 50.0]]


def test_tracks_stand_where_the_landmarks_are():
    tracks = walking([1001, 1002, 1003, 1010])
    script = tracker_node(tracks, DISPLAY, POINTS, 1001)
    rows = dict(re.findall(r'"(\w+)" \{(curve [^}]*)\}', script))
    assert list(rows) == list(POINTS)
    keys = curve(rows["nose_tip"])
    assert list(keys) == [1001, 1002, 1003, 1010]
    assert keys[1010] == pytest.approx(tracks[1010].landmarks[4, 0].item(), abs=1e-3)
    height = re.search(r'"nose_tip" \{[^}]*\} \{(curve [^}]*)\}', script).group(1)
    assert curve(height)[1003] == pytest.approx(1080 - tracks[1003].landmarks[4, 1].item(), abs=1e-3)


def test_the_corner_pin_brings_every_frame_to_the_reference():
    tracks = walking(range(1001, 1005))
    script = corner_pin_node(tracks, DISPLAY, 1002)
    to = [float(number) for number in re.search(r"to4 \{(\S+) (\S+)\}", script).groups()]
    x, y = re.search(r"from4 \{\{(curve [^}]*)\} \{(curve [^}]*)\}\}", script).groups()
    assert [curve(x)[1002], curve(y)[1002]] == to
    corner = move(torch.zeros(1, 2, dtype=torch.float64), inverse_crop(tracks[1004].crop))
    assert [curve(x)[1004], curve(y)[1004]] == pytest.approx(to_nuke(corner, DISPLAY)[0].tolist(), abs=1e-3)


@pytest.mark.skipif(not shutil.which("tclsh"), reason="no tclsh")
def test_tcl_reads_the_script_and_every_track_has_all_columns(tmp_path):
    tracks = walking([1001, 1002, 1005]) | {1003: lost_track(), 1004: lost_track()}
    write_nuke(tracks, tmp_path / "a.nk", DISPLAY)
    check = """
        proc Tracker4 {body} {
            array set knob $body
            lassign $knob(tracks) head columns rows
            puts "[lindex $head 1] [lindex $head 2] [llength $columns] [llength $rows]"
            foreach row $rows { puts [llength $row] }
        }
        proc CornerPin2D {body} { array set knob $body; puts "[llength $knob(from1)] [llength $knob(to4)]" }
        source [lindex $argv 0]
    """
    (tmp_path / "check.tcl").write_text(check)
    command = ["tclsh", str(tmp_path / "check.tcl"), str(tmp_path / "a.nk")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    many = str(len(POINTS))
    assert told[0].split() == ["31", many, "31", many]
    assert set(told[1 : 1 + len(POINTS)]) == {"31"}
    assert told[1 + len(POINTS)] == "2 2"


def test_a_lost_reference_frame_is_named(tmp_path):
    with pytest.raises(MediaError, match="reference frame 1009"):
        write_nuke(walking([1001]), tmp_path / "a.nk", DISPLAY, reference=1009)
