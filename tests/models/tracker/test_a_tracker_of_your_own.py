"""The tracker of docs/a-tracker-of-your-own.md, installed as a package as it stands there: it tracks and renders."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from recast_nodes.errors import ComputeError, KnobError, NotInstalled
from recast_nodes.hosts.cli import recast
from recast_nodes.models import tracker
from recast_nodes.models.tracker.chain import Chain
from recast_nodes.models.tracker.kinds.mediapipe import READ_BY
from recast_nodes.nodes import FaceTrack
from recast_nodes.registry import only_own
from recast_nodes.tracker_registry import GROUP, TRACKERS

from ...packages import install, use

PAGE = Path(__file__).parents[3] / "docs" / "a-tracker-of-your-own.md"


def page() -> tuple[dict, str]:
    """The page's pyproject.toml as data, and its module."""
    text = PAGE.read_text(encoding="utf-8")
    project, code = (re.findall(rf"```{kind}\n(.*?)```", text, re.S) for kind in ("toml", "python"))
    return tomllib.loads(project[0]), code[0]


@pytest.fixture
def bring(monkeypatch, tmp_path):
    """A function that installs a tracker in the page's package, and lets this process see it until the test ends."""

    def installed(code: str, version: str = "1.0") -> None:
        entries = page()[0]["project"]["entry-points"]
        folder = tmp_path / f"site-{version}"
        install(folder, "ellipse-tracker", {"ellipse_tracker.py": code}, entries, version)
        use(folder, monkeypatch)
        TRACKERS.reload()

    yield installed
    monkeypatch.undo()
    TRACKERS.reload()


def test_the_page_s_tracker_is_an_option_and_is_known_by_its_package(bring):
    assert "ellipse" not in FaceTrack.detector.options
    project, code = page()
    assert set(project["project"]["entry-points"]) == {GROUP}
    bring(code)
    assert FaceTrack.detector.options[-1] == "ellipse" and "ellipse: the average face" in FaceTrack.detector.tip
    assert FaceTrack.crop_from.options == ("tracked", "published")
    first = FaceTrack(1, detector="ellipse").stamp()
    assert first.startswith("ellipse-tracker 1.0 ") and FaceTrack(1).stamp() == f"{READ_BY} with skin"
    assert list(FaceTrack.check([FaceTrack(1, detector="ellipse")])) == []
    bring(code, "1.1")
    assert FaceTrack(1, detector="ellipse").stamp() not in ("", first)


def test_it_is_there_as_long_as_its_package_is(bring):
    bring(page()[1])
    assert "ellipse" in TRACKERS
    with only_own():
        assert "ellipse" not in FaceTrack.detector.options, "generated files are the same on every machine"


def test_it_tracks_and_renders(bring, make_plate, tmp_path):
    bring(page()[1])
    plate = make_plate(range(1, 4), 96, 96)
    chosen = ["--set", "FaceTrack.detector=ellipse"]
    result = CliRunner().invoke(recast, ["track", "--source", plate, "--export", str(tmp_path / "face.npz"), *chosen])
    assert result.exit_code == 0, result.output
    assert "The face was detected in 3 of 3 frames" in result.output
    words = [
        "edit",
        "--source",
        plate,
        "--driving",
        plate,
        "--output",
        str(tmp_path / "out" / "shot.####.exr"),
        *chosen,
    ]
    words += ["--set", "DrivingTrack.detector=ellipse", "--set", "ExpressionMix.jaw_open=1", "--workers", "1"]
    result = CliRunner().invoke(recast, words)
    assert result.exit_code == 0, result.output
    from recast_nodes.media.sequences import open_source

    before, after = (open_source(pattern).read(2).main for pattern in (plate, words[6]))
    moved = torch.from_numpy((before.channels["G"] != after.channels["G"]).astype("uint8"))
    assert 0 < moved.float().mean() < 0.5, "within the boundary about the ellipse, and nowhere else"


def test_its_frames_stand_alone_and_a_black_one_shows_nobody(bring, make_plate):
    from recast_nodes.media.sequences import open_source

    bring(page()[1])
    source = open_source(make_plate(range(1, 3), 64, 48))
    images = [source.read(frame) for frame in (1, 2)]
    black = images[0]._replace(
        parts=(type(images[0].main)(**{**vars(images[0].main), "channels": dark(images[0].main.channels)}),)
    )
    chain = Chain("ellipse")
    first = chain.observe(images[0])
    assert len(chain.observe(black).landmarks) == 0
    assert torch.equal(chain.observe(images[0]).landmarks, first.landmarks) and first.landmarks.shape == (1, 478, 3)
    assert (
        first.landmarks[0, 33, 0] < first.landmarks[0, 263, 0]
        and first.landmarks[0, 10, 1] < first.landmarks[0, 152, 1]
    )


def dark(channels):
    return {name: plane * 0 for name, plane in channels.items()}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    (
        ("class EllipseTracker(Tracker)", "class EllipseTracker", "ellipse_tracker:EllipseTracker is not a Tracker"),
        ("class EllipseTracker", "class Other", "EllipseTracker cannot be loaded: AttributeError"),
        ("    def observe", "    def __init__(self):\n        1 / 0\n\n    def observe", "fails: ZeroDivisionError"),
    ),
)
def test_one_that_does_not_load_names_its_package(bring, old, new, words):
    bring(page()[1].replace(old, new))
    with pytest.raises(NotInstalled, match=f"'ellipse' of the package ellipse-tracker 1.0: .*{words}"):
        tracker.load("ellipse")
    (finding,) = FaceTrack.check([FaceTrack(1, detector="ellipse")])
    assert "ellipse-tracker 1.0" in finding.text and finding.entry == "detector"


def test_one_that_fails_on_a_frame_names_its_package(bring, make_plate):
    from recast_nodes.media.sequences import open_source

    bring(page()[1].replace("window = image.main.window", "window = image.windows"))
    with pytest.raises(ComputeError, match="'ellipse' of the package ellipse-tracker 1.0: it fails: AttributeError"):
        Chain("ellipse").observe(open_source(make_plate(range(1, 2))).read(1))


def test_a_declaration_that_is_wrong_loses_no_other_and_is_said_where_it_is_asked_for(bring):
    bring(page()[1].replace('name="ellipse"', 'name="Ellipse"'))
    assert TRACKERS.names == TRACKERS.own_names
    told = "detector takes one of .*, not 'ellipse'.*ellipse-tracker 1.0.*name is 'Ellipse'"
    with pytest.raises(KnobError, match=told):
        FaceTrack(1, detector="ellipse")
    told = CliRunner().invoke(recast, ["doctor"]).output
    assert "Tracker ellipse of another package: cannot be used" in told
    assert "To do: The tracker 'ellipse' of the package ellipse-tracker 1.0" in told
