"""The three files of a report: that they open anywhere, hold the same numbers, and trust no name."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import NamedTuple

import numpy as np
import pytest

from recast_nodes.evaluation.flags import flags
from recast_nodes.evaluation.numbers import Numbers
from recast_nodes.evaluation.page import runs
from recast_nodes.evaluation.pictures import data_uri, difference
from recast_nodes.evaluation.report import (
    MeasuredShot,
    ShotFacts,
    as_csv,
    as_html,
    as_json,
    notes,
    sheet_frames,
    write_report,
)
from recast_nodes.evaluation.summary import summarise

from .test_flags import GOOD

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)> $x$ & \"quoted\" 'too' {{ 7 * 7 }} \N{SNOWMAN}"
)
PICTURE = data_uri(np.zeros((8, 8, 3), np.uint8), 80)


class Row(NamedTuple):
    node: str
    kind: str
    knob: str
    value: str
    default: str


def measured(*shot, name="sh010", weights=None, **pictures):
    weights = {"Mix.replace": {1001: 0.0, 1002: 1.0}} if weights is None else weights
    facts = ShotFacts(
        title=name,
        document=f"/shots/{name}.recast.yaml",
        results=f"/shots/{name}.####.exr",
        fingerprint="f" * 64,
        fingerprints={},
        rate=24.0,
        settings=[Row(name, "Read", "file", name, "empty")],
        weights={key.replace("Mix", name): curve for key, curve in weights.items()},
        weight_keys={key.replace("Mix", name): {1001: 0.0} for key in weights},
        versions={"Recast Nodes": "0", name: name},
        date="today",
    )
    shot = shot or (GOOD, replace(GOOD, frame=1002))
    kinds = pictures or {"plate": PICTURE, "driver": PICTURE, "result": PICTURE, "difference": PICTURE}
    strip = [{"frame": each.frame, **kinds} for each in shot]
    sheet = [{"frame": each.frame, "fault": each.fault, "own_matte": False, "pictures": kinds} for each in shot]
    return MeasuredShot(facts, shot, flags(shot, {}), summarise(shot), [name], strip, sheet)


@pytest.fixture(scope="module")
def plain_page() -> str:
    """The page of the plainest shot, drawn once: its curves take a second."""
    return as_html(measured())


class Elements(HTMLParser):
    """Start tags with their attributes, and what scripts hold."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.lasttag == "script":
            self.scripts.append(data)


SHOTS = {
    "nothing but failures": (Numbers(1, fault="gone"), Numbers(2, fault="gone")),
    "one frame": (GOOD,),
    "no driver": (replace(GOOD, expression=None, regions={}, coefficients=None),),
    "lost": (Numbers(1, state="lost", leak=0, edited=False), GOOD),
}


@pytest.mark.parametrize("name", ["as it should be", *SHOTS])
def test_every_kind_of_shot_has_a_page(name, plain_page):
    shot = SHOTS.get(name, ())
    page = as_html(measured(*shot)) if shot else plain_page
    assert page.startswith("<!doctype html>") and page.rstrip().endswith("</html>")
    assert json.loads(as_json(measured(*shot)))["frames"]


def test_a_page_without_pictures_or_weights_stands_too():
    bare = replace(measured(weights={}), strip=[], sheet=[])
    assert "No weight is keyed" in as_html(bare)


def test_a_value_beyond_its_limit_that_is_not_judged_says_why_in_the_table_and_is_hollow_in_the_curves(plain_page):
    acting = replace(GOOD, frame=1002, coefficients=np.full((3, 52), 0.1), flicker=3.0)
    page = as_html(measured(GOOD, acting))
    assert page.count('aria-label=" (not judged)"') == 1 and "not judged</text>" in page
    assert "Change since the frame before, frame 1002: the plate, the driver" in page
    assert "not judged" not in plain_page
    assert json.loads(as_json(measured(GOOD, acting)))["excuses"][0]["frame"] == 1002


def test_a_phone_gets_a_drawing_of_its_own_whose_letters_stay_legible(plain_page):
    page, sizes = plain_page, dict[str, float]()
    for name in ("wide", "narrow"):
        svg = page[page.index(f'<div class="plot {name}">') :]
        across = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
        letters = min(float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg[: svg.index("</svg>")]))
        sizes[name] = letters / across
    assert 350 * sizes["narrow"] > 9, "pixels of the smallest letters on a phone"
    assert 1200 * sizes["wide"] > 12
    assert "@media (max-width: 640px)" in page and ".plot.wide { display: none; }" in page


@pytest.mark.filterwarnings("error")
def test_long_names_leave_room_for_the_curves():
    as_html(measured(name=HOSTILE * 2, weights={f"Mix.{at}": {1001: 0.0, 1002: 1.0} for at in range(6)}))


def test_the_page_asks_nothing_of_a_network(plain_page):
    page = plain_page
    addresses = {value for _, each in Elements(page).tags for key, value in each.items() if key in ("src", "href")}
    assert all(value.startswith(("data:image/jpeg;base64,", "#")) for value in addresses)
    assert "url(" not in re.sub(r"url\(#[^)]*\)", "", page) and "@import" not in page
    (policy,) = [each["content"] for tag, each in Elements(page).tags if "http-equiv" in each]
    assert "default-src 'none'" in policy and "img-src data:" in policy


def test_names_are_text_and_nothing_else():
    shot = (replace(GOOD, notes=(HOSTILE,)), Numbers(1002, fault=HOSTILE))
    plain, page = Elements(as_html(measured(*shot))), Elements(as_html(measured(*shot, name=HOSTILE)))
    assert [tag for tag, _ in page.tags if tag == "script"] == ["script", "script"]
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in plain.tags}
    assert not any(key.startswith("on") for _, each in page.tags for key in each)
    assert HOSTILE in json.loads(page.scripts[0])["reasons"][0][1]


def test_csv_and_json_hold_the_same_numbers():
    report = measured(GOOD, Numbers(1002, fault='a "quoted", fault\nin two lines'))
    rows = list(csv.DictReader(io.StringIO(as_csv(report))))
    document = json.loads(as_json(report))
    assert [row["frame"] for row in rows] == ["1001", "1002"]
    for row, frame in zip(rows, document["frames"], strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in frame.items()}
    assert rows[1]["fault"] == 'a "quoted", fault\nin two lines' and rows[1]["leak"] == ""


@pytest.mark.parametrize("fault", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", "\t=1"])
def test_a_spreadsheet_takes_nothing_for_a_formula(fault):
    (row,) = csv.DictReader(io.StringIO(as_csv(measured(Numbers(1002, fault=fault)))))
    assert row["fault"] == "'" + fault


def test_names_that_are_no_text_do_not_stop_a_report(tmp_path):
    paths = write_report(measured(replace(GOOD, notes=("plate\udcff.exr",))), tmp_path / "sh010")
    assert all("plate\\udcff.exr" in paths[kind].read_text("utf-8") for kind in ("html", "json"))


def test_no_number_is_one_that_json_does_not_know():
    with pytest.raises(ValueError):
        as_json(measured(replace(GOOD, rigid_drift=float("nan"))))


def test_the_files_lie_beside_the_document(tmp_path, plain_page):
    paths = write_report(measured(), tmp_path / "sh010")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"sh010.report.{kind}" for kind in ("csv", "html", "json")
    ]
    assert paths["html"].read_text(encoding="utf-8") == plain_page


def test_the_same_shot_gives_the_same_page(plain_page):
    assert as_html(measured()) == plain_page


def test_neighbours_with_the_same_reasons_are_told_as_one():
    drifting = [replace(GOOD, frame=1000 + at, rigid_drift=1.0 + at) for at in (1, 2, 3)]
    other = replace(GOOD, frame=1004, leak=1)
    (first, second) = runs(measured(*drifting, other))
    assert first.frames == "1001–1003" and first.first == 1001 and second.frames == "1004"
    assert len(first.reasons) == 1 and "4.00 %" in first.reasons[0] and first.reasons[0].endswith("at 1003")


def test_the_sheet_spreads_its_frames_and_keeps_room_for_the_worst():
    frames = list(range(1001, 1101))
    assert sheet_frames(frames, [], 5) == [1001, 1026, 1051, 1075, 1100]
    found = flags([replace(GOOD, frame=1033, leak=5, rigid_drift=9.0), replace(GOOD, frame=1071, leak=1)], {})
    chosen = sheet_frames(frames, found, 8)
    assert {1001, 1100, 1033, 1071} <= set(chosen) and len(chosen) == 8
    assert sheet_frames(frames[:3], [], 8) == [1001, 1002, 1003] and sheet_frames(frames, found, 0) == []


def test_the_sheet_does_not_show_the_same_moment_twice():
    frames = list(range(1001, 1101))
    found = flags([replace(GOOD, frame=frame, leak=1) for frame in range(1001, 1031)], {})
    assert min(np.diff(sheet_frames(frames, found, 8))) >= 3


def test_a_difference_is_brighter_than_it_is():
    one, other = np.full((2, 2, 3), 100, np.uint8), np.full((2, 2, 3), 90, np.uint8)
    assert (difference(one, other) == 40).all() and (difference(one, one) == 0).all()


def test_identity_that_cannot_be_measured_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    assert any("recast models fetch --all" in note for note in notes([GOOD], measured().facts))
