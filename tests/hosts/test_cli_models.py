"""`recast models`: what it lists, what it leaves with."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner, Result

from recast_nodes.hosts.cli import recast
from recast_nodes.models import build
from recast_nodes.models.weights import downloads as files
from recast_nodes.models.weights import installed


@pytest.fixture(autouse=True)
def no_other_files(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(files, "FILES", {})  # the tracker's files have tests of their own


@pytest.fixture
def small(monkeypatch, tmp_path):
    """LivePortrait as if it had but its three smallest networks; their published file."""
    every = installed.all_published()
    retargeting = every["liveportrait"].files[-1]
    cut = every | {"liveportrait": replace(every["liveportrait"], files=(retargeting,))}
    monkeypatch.setattr(installed, "all_published", lambda: cut)
    path = tmp_path / retargeting.name
    torch.save({part: build("liveportrait", part).state_dict() for part in retargeting.parts}, path)
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(recast, ["models", *map(str, words)])


def parts_of(model: str) -> dict[str, dict]:
    listed = json.loads(run("list", "--json").output)
    return {entry["name"].partition("/")[2]: entry for entry in listed if entry["name"].startswith(model)}


def test_import_check_and_list(small):
    assert run("check").exit_code == 0, "models that are not there are no fault"
    done = run("import", "liveportrait", small)
    assert done.exit_code == 0 and "liveportrait is complete" in done.output
    assert {entry["state"] for entry in parts_of("liveportrait").values()} == {"whole"}
    assert {entry["state"] for entry in parts_of("performrecast").values()} == {"missing"}
    assert parts_of("liveportrait")["S_lip"]["origin_sha256"] == installed.sha256_of(small)
    assert run("check").exit_code == 0


def test_a_model_in_part_is_a_fault(small):
    torch.save(build("liveportrait", "S_lip").state_dict(), small)
    done = run("import", "liveportrait", small)
    assert done.exit_code == 1 and done.output.count("Still missing") == 2
    assert run("check").exit_code == 1


def test_check_reads_every_byte_and_list_does_not(small):
    run("import", "liveportrait", small)
    path = installed.path_of("liveportrait", "S_eye")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert parts_of("liveportrait")["S_eye"]["state"] == "whole"
    checked = run("check")
    assert checked.exit_code == 1 and "sha256 is not the one noted at import" in checked.output
    path.write_bytes(content[:-1])
    assert parts_of("liveportrait")["S_eye"]["state"] == "damaged"


def test_the_list_says_where_what_and_under_which_terms():
    told = run("list").output
    for words in (
        "huggingface.co/KlingTeam/LivePortrait",
        "github.com/youku-aigc/PerformRecast",
        "spade_generator.pth",
        "InsightFace's models, which are for non-commercial research only",
        "FLAME, a head model that is itself for non-commercial research",
        "recast models import liveportrait FOLDER",
    ):
        assert words in told
