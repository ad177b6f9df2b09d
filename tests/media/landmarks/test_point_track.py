"""A tracked point as trackers export it."""

from __future__ import annotations

import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.landmarks.point_track import read_point_track


@pytest.mark.parametrize(
    "text",
    (
        "frame,x,y\n1001,10.5,20\n1003,14.5,40\n",
        "# a point\n1001 10.5 20\n1003 14.5 40\n",
        "x;Y;Frame\n10.5;20;1001\n14.5;40;1003\n",
        "frame;x;y\r\n1001;10,5;20,0\r\n1003;14,5;40\r\n",
        "1001\t10,5\t20\n1003\t14,5\t40,0\n",
        '\ufeff"frame"\t"x"\t"y"\n1003\t14.5\t40\n\n1001\t10.5\t20\n',
    ),
)
def test_tables_of_every_kind_say_the_same(tmp_path, text):
    path = tmp_path / "point.csv"
    path.write_text(text, encoding="utf-8")
    point = read_point_track(path)
    assert point.at(1001) == (10.5, 20.0) and point.at(1002) == (12.5, 30.0)
    assert point.at(900) == (10.5, 20.0) and point.at(2000) == (14.5, 40.0)
    assert not point.upwards


def test_a_column_may_count_from_below(tmp_path):
    path = tmp_path / "nuke.csv"
    path.write_text("frame,x,y_up\n1,2,3\n")
    assert read_point_track(path).upwards and read_point_track(path).at(1) == (2.0, 3.0)


def test_a_file_that_changes_is_read_again(tmp_path):
    path = tmp_path / "point.csv"
    path.write_text("1,2,3\n")
    assert read_point_track(path).at(1) == (2.0, 3.0)
    path.write_text("1,22,33\n")
    assert read_point_track(path).at(1) == (22.0, 33.0)


@pytest.mark.parametrize(
    ("text", "says"),
    (
        ("frame,x,y\n", "no tracked point"),
        ("frame,u,v\n1,2,3\n", "no column x"),
        ("1,2\n", "line 1"),
        ("1 10,5 20,5\n", "line 1"),
        ("1,2,3\n2,x,3\n", "line 2"),
        ("1,nan,3\n", "not finite"),
    ),
)
def test_what_is_no_tracked_point_is_refused_by_its_line(tmp_path, text, says):
    path = tmp_path / "point.csv"
    path.write_text(text)
    with pytest.raises(MediaError, match=says):
        read_point_track(path)
    with pytest.raises(MediaError, match="file not found. The folder contains point.csv"):
        read_point_track(tmp_path / "nothing.csv")


def test_excels_unicode_text_is_read(tmp_path):
    path = tmp_path / "point.txt"
    path.write_text("Frame\tx\ty\r\n1001\t10,5\t20\r\n", encoding="utf-16")
    assert read_point_track(path).at(1001) == (10.5, 20.0)
