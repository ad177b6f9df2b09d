"""A trained model behind the nodes: exported, found where its weights are, and kept to what every model promises."""

from __future__ import annotations

import json

import pytest
import torch
from click.testing import CliRunner

from recast_nodes import models
from recast_nodes.errors import DocumentError, NotInstalled, WeightsError
from recast_nodes.hosts.cli import recast
from recast_nodes.hosts.cli.bench_quality import use_weights
from recast_nodes.model_registry import MODELS
from recast_nodes.models import prepare, provenance
from recast_nodes.models.trained.card import read_card
from recast_nodes.models.trained.sizes import PARTS
from recast_nodes.models.trained.weights import load
from recast_nodes.training.export import Words, export_run, installed_place
from recast_nodes.training.run import train

from ..models.test_promises import cropped, render
from ..performer import plate, track
from .conftest import quick


@pytest.fixture(scope="module")
def run(clips, tmp_path_factory):
    place = tmp_path_factory.mktemp("run")
    train(quick(clips), place, tell=lambda text: None, command="recast train run quick.yaml")
    return place


@pytest.fixture
def installed(run, tmp_path, monkeypatch):
    """A model `small` among the model files; its folder."""
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    place = installed_place("small")
    export_run(run, "small", place, Words(can="nothing yet"))
    MODELS.reload()
    yield place
    monkeypatch.undo()
    MODELS.reload()


def test_it_is_there_only_where_its_weights_are(installed, tmp_path, monkeypatch):
    assert "small" in MODELS and "small" not in MODELS.own_names
    assert MODELS.get("small").folder == str(installed)
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "elsewhere"))
    MODELS.reload()
    with pytest.raises(NotInstalled, match="no model 'small'"):
        MODELS.get("small")


def test_its_card_says_what_it_was_made_of(installed):
    card = read_card(installed)
    assert (card.steps, card.seed, card.equation, card.can) == (6, 0, 3, "nothing yet")
    assert card.data.startswith("3 rendered people, from number 1000000")
    assert card.command == "recast train run quick.yaml" and "Apache-2.0" in card.licence
    assert card.settings["losses"]["flame"] == 1.0
    assert provenance.weight_files("small") == card.sha256 and provenance.training_of("small") == card.data


@pytest.mark.parametrize("part", PARTS)
def test_its_fast_form_gives_the_plain_forms_numbers(installed, part):
    plain, sizes = load(installed, part), read_card(installed).sizes
    grid, keypoints = sizes.pixels // sizes.shrink, torch.rand(1, 49, 3) - 0.5
    picture, volume = torch.rand(1, 3, 32, 32), torch.rand(1, sizes.channels, sizes.depth, grid, grid)
    given = {"F": (picture,), "M": (picture,), "W": (volume, keypoints, keypoints + 0.1)}
    given["G"] = (torch.rand(1, sizes.feature, grid, grid),)
    with torch.inference_mode():
        wanted, found = plain(*given[part]), prepare(load(installed, part))(*given[part])
    torch.testing.assert_close(found, wanted, atol=2e-4, rtol=1e-3)


def test_an_edit_changes_the_face_and_no_edit_is_the_plate(installed):
    model = models.get("small")
    image, seen = plate(), cropped(track())
    assert render(model, image, seen, {}) is image
    result = render(model, image, seen, {"replace": 1.0})
    assert (result.main.channels["R"] != image.main.channels["R"]).any()
    assert result.main.attributes["recast:weights"].value == provenance.weights("small")


def test_other_weights_are_another_stamp(installed, run):
    before = provenance.stamp("small")
    card = installed / "model.json"
    plain = json.loads(card.read_text())
    plain["sha256"]["G"] = "0" * 64
    card.write_text(json.dumps(plain))
    assert provenance.stamp("small") != before
    with pytest.raises(WeightsError, match=r"G.safetensors is missing, or not the file"):
        load(installed, "G")


def test_a_card_that_is_none_is_a_fault_with_its_folder(installed):
    (installed / "model.json").write_text("{}")
    MODELS.reload()
    (problem,) = (each for each in MODELS.problems if each.name == "small")
    assert str(installed) in problem.text


@pytest.mark.parametrize("name", ("mesh", "My Model"))
def test_names_that_cannot_be_used_are_refused(name, tmp_path):
    with pytest.raises(DocumentError, match=name):
        installed_place(name)
    (tmp_path / "run").mkdir()
    said = CliRunner().invoke(recast, ["train", "export", str(tmp_path / "run"), name, "--to", str(tmp_path / "to")])
    assert isinstance(said.exception, DocumentError) and name in str(said.exception), "wherever they are written to"


def test_a_folder_of_weights_joins_the_benchmark(run, tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_TRAINED", "")
    export_run(run, "named", tmp_path)
    assert use_weights({"named": tmp_path}) == ("named",)
    assert MODELS.get("named").folder == str(tmp_path)
    monkeypatch.undo()
    MODELS.reload()


def test_the_command_line_makes_settings_trains_and_exports(clips, tmp_path, monkeypatch):
    from dataclasses import replace

    from recast_nodes.training.settings_file import read_settings, write_settings

    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(recast, ["train", "new", "tiny", "tiny.yaml", "--set", "losses.flame=2"])
    assert result.exit_code == 0 and read_settings(tmp_path / "tiny.yaml").losses.flame == 2
    assert CliRunner().invoke(recast, ["train", "new", "tiny", "tiny.yaml"]).exit_code == 2
    settings = quick(clips)
    write_settings(replace(settings, train=replace(settings.train, steps=1)), tmp_path / "run.yaml")
    result = CliRunner().invoke(recast, ["train", "run", "run.yaml", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1])["step"] == 1
    result = CliRunner().invoke(recast, ["train", "export", "run", "mine", "--to", "mine"])
    assert result.exit_code == 0 and read_card(tmp_path / "mine").steps == 1
    assert f"RECAST_TRAINED=mine={tmp_path / 'mine'}, then recast edit --model mine" in result.output
    assert "run.yaml" in read_card(tmp_path / "mine").command
