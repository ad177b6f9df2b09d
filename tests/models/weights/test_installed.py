"""Installed weights: networks filled with them, what they are known by, and what is said when they are not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.models import build
from recast_nodes.models.weights import installed
from recast_nodes.models.weights.notes import NOTES

SMALL = ("S_stitching", "S_lip", "S_eye")  # networks that cost nothing to store


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))


@pytest.fixture
def origin(tmp_path) -> Path:
    """A file that stands for the published one."""
    path = tmp_path / "published.pth"
    path.write_bytes(b"published")
    return path


@pytest.mark.parametrize("part", SMALL)
def test_a_network_gets_what_was_stored(origin, part):
    plain = build("liveportrait", part)
    installed.store("liveportrait", part, plain.state_dict(), origin)
    loaded = installed.load("liveportrait", part)
    assert not loaded.training
    assert loaded.state_dict().keys() == plain.state_dict().keys()
    torch.testing.assert_close(loaded.state_dict(), plain.state_dict(), rtol=0, atol=0)


def test_large_networks_too(origin):
    """Convolutions under spectral norm and batch norms with their counters come back as they were."""
    plain = build("liveportrait", "F")
    installed.store("liveportrait", "F", plain.state_dict(), origin)
    image = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        torch.testing.assert_close(installed.load("liveportrait", "F")(image), plain(image), rtol=0, atol=0)


def test_changing_a_network_does_not_change_its_file(origin):
    installed.store("liveportrait", "S_lip", build("liveportrait", "S_lip").state_dict(), origin)
    for tensor in installed.load("liveportrait", "S_lip").state_dict().values():
        tensor.zero_()
    assert all(tensor.any() for tensor in installed.load("liveportrait", "S_lip").state_dict().values())


def test_missing_weights_are_named_with_place_licence_and_command(tmp_path):
    with pytest.raises(ModelMissing) as caught:
        installed.load("liveportrait", "W")
    for word in (str(tmp_path), "warping_module.pth", "licence: MIT", "recast models import liveportrait"):
        assert word in str(caught.value)
    with pytest.raises(ModelMissing):
        installed.fingerprint("performrecast")
    assert not (tmp_path / "models").exists(), "asking makes no folder"


@pytest.mark.parametrize("ask", (lambda: installed.load("mesh", "F"), lambda: installed.fingerprint("mesh")))
def test_other_names_are_refused(ask):
    with pytest.raises(ModelMissing, match="performrecast and liveportrait"):
        ask()


def test_a_file_of_another_size_is_damaged(origin):
    installed.store("liveportrait", "S_lip", build("liveportrait", "S_lip").state_dict(), origin)
    path = installed.path_of("liveportrait", "S_lip")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="damaged.*import"):
        installed.load("liveportrait", "S_lip")


def test_a_network_in_anothers_place_is_refused(origin):
    installed.store("liveportrait", "S_lip", build("liveportrait", "S_eye").state_dict(), origin)
    with pytest.raises(WeightsError, match="does not fit liveportrait's S_lip"):
        installed.load("liveportrait", "S_lip")


@pytest.mark.parametrize("text", ("", "[]", "{}", '{"parts": []}', '{"parts": {"F": {"size": 1}}}', "x" * 2_000_000))
def test_broken_notes_are_told(text):
    path = installed.folder("liveportrait") / NOTES
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(WeightsError, match="weights.json"):
        installed.load("liveportrait", "F")


def test_known_by_the_weights_and_by_nothing_else(origin, monkeypatch):
    monkeypatch.setattr(installed, "weights_of", lambda model: type("Small", (), {"name": model, "parts": SMALL})())
    networks = {part: build("liveportrait", part).state_dict() for part in SMALL}
    for part, tensors in networks.items():
        installed.store("liveportrait", part, tensors, origin)
    first = installed.fingerprint("liveportrait")
    origin.write_bytes(b"the same weights out of another file")
    for part, tensors in networks.items():
        installed.store("liveportrait", part, tensors, origin)
    assert installed.fingerprint("liveportrait") == first
    networks["S_eye"]["mlp.0.bias"][0] += 1e-6
    installed.store("liveportrait", "S_eye", networks["S_eye"], origin)
    assert installed.fingerprint("liveportrait") != first


def test_the_import_notes_where_weights_came_from(origin):
    note = installed.store("liveportrait", "S_lip", build("liveportrait", "S_lip").state_dict(), origin)
    assert note == installed.notes("liveportrait")["S_lip"]
    assert (note.origin, note.origin_size) == ("published.pth", 9)
    assert note.origin_sha256 == installed.sha256_of(origin)
    assert json.loads((installed.folder("liveportrait") / NOTES).read_text())["version"] == 1
