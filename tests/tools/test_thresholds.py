"""The tool that finds numbers which nothing depends on: it misses none, and what it moves has moved everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from recast_nodes.face.regions import REGIONS
from recast_nodes.stages.features import borrowed_eyes, eyelids
from recast_nodes.stages.features import eye_lenders as lenders
from recast_nodes.stages.occlusion import glasses_wires
from recast_nodes.stages.thresholds import Amount, Amounts, Count, Ramp, Threshold
from tools import threshold_moves, threshold_uses

TOOL = Path(__file__).resolve().parents[2] / "tools" / "thresholds.py"


def test_it_lists_every_number_with_its_unit_and_its_reason():
    command = [sys.executable, str(TOOL), "--list", "--only", "eyelids"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    own = {name for name, value in vars(eyelids).items() if isinstance(value, Amount | Ramp)}
    listed = {line.split(" = ")[0].removeprefix("stages.features.eyelids.") for line in answer.stdout.splitlines()}
    assert {each.split(".")[0] for each in listed} == own and "SEEN.over" in listed
    assert f"WIDEST = {float(eyelids.WIDEST)} {eyelids.WIDEST.unit}: {eyelids.WIDEST.why}" in answer.stdout


@pytest.mark.parametrize(
    ("value", "part", "halved", "doubled"),
    [
        (Threshold(0.2, "", "one from another", "a test"), "", 0.1, 0.4),
        (Count(1, "frames", "a test"), "", 0, 2),
        (Count(5, "frames", "a test"), "", 2, 10),
        (Amounts((1, 0.5), "cells", "a test"), "", (0, 0.25), (2, 1.0)),
        (Ramp(0.2, 0.1, "", "one from another", "a test"), "over", 0.05, 0.2),
    ],
)
def test_a_number_is_moved_and_keeps_its_reason(value, part, halved, doubled):
    half, twice = (threshold_moves.moved(value, part, factor) for factor in (0.5, 2.0))
    assert type(half) is type(value) and half.why == value.why and half.unit == value.unit
    assert (getattr(half, part) if part else half) == halved and (getattr(twice, part) if part else twice) == doubled


def test_a_number_moves_wherever_it_lies(monkeypatch):
    before = eyelids.LIDS_PARTED
    for module in (eyelids, borrowed_eyes):
        monkeypatch.setattr(module, "LIDS_PARTED", before)  # which puts it back afterwards
    number = threshold_moves.Number(eyelids.__name__, 0, "over", "stages.features.eyelids.LIDS_PARTED", 0.08, before)
    with threshold_moves.moved_here(number, 2.0):
        assert eyelids.LIDS_PARTED.over == 0.16 and borrowed_eyes.LIDS_PARTED is eyelids.LIDS_PARTED


def test_uses_are_found_through_imports_and_through_what_is_made_of_a_number():
    uses = threshold_uses.uses_of(eyelids.LIDS_PARTED, "LIDS_PARTED")
    assert {name for _, name in uses.functions} == {"measure_need"} and not uses.derived
    uses = threshold_uses.uses_of(glasses_wires.SEEN, "SEEN")
    assert "score_lines" in {name for _, name in uses.functions} and uses.derived


def test_the_gains_of_regions_are_numbers_too():
    found = threshold_moves.find_numbers(TOOL.parents[1] / "recast_nodes")
    gains = {each.key: each for each in found if each.key.startswith("face.regions.")}
    read = gains["face.regions.eyes.read"]
    assert "face.regions.gaze.reach" not in gains and "face.regions.jaw.read" not in gains, "it says nothing of them"
    assert threshold_moves.moved(read.made, read.part, 0.5).read == REGIONS["eyes"].read / 2


def test_tests_are_run_with_a_number_moved(tmp_path):
    test = tmp_path / "test_shut.py"
    test.write_text(
        "from recast_nodes.stages.features.eye_lenders import SHUT\n\ndef test_it():\n    assert SHUT < 1\n"
    )
    command = [sys.executable, str(TOOL), "--only", "eye_lenders.SHUT", "--tests", str(test)]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert f"SHUT = {float(lenders.SHUT)}" in answer.stdout, answer.stderr
    assert "x0.5 nothing, x2 FAILED" in answer.stdout and "test_it" in answer.stdout
