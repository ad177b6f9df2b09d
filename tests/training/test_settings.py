"""Settings: presets hold, files are checked with key and line, what is written reads back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from recast_nodes.errors import DocumentError, MediaError
from recast_nodes.models.networks.build import build
from recast_nodes.models.trained.sizes import PARTS, NetworkSizes, networks
from recast_nodes.training.settings import RunSettings, decides_numbers, flat
from recast_nodes.training.settings_file import preset, preset_names, read_settings, write_settings


def read(tmp_path, text, sets=()):
    path = tmp_path / "s.yaml"
    path.write_text(text)
    return read_settings(path, sets)


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_reads_back_as_it_is_written(name, tmp_path):
    settings = preset(name)
    assert settings.name == name
    write_settings(settings, tmp_path / "s.yaml")
    assert read_settings(tmp_path / "s.yaml") == settings


def test_there_are_three_presets_and_the_full_one_is_as_published():
    assert preset_names() == ["full", "mini", "tiny"]
    assert preset("full") == RunSettings()


def test_full_size_networks_are_the_published_ones():
    with torch.device("meta"):
        for part, make in networks(NetworkSizes()).items():
            published, ours = (
                {name: value.shape for name, value in network.state_dict().items()}
                for network in (build("performrecast", part), make())
            )
            assert ours == published, part


def test_mini_is_small_enough_to_ship():
    with torch.device("meta"):
        made = networks(preset("mini").networks)
        weights = sum(value.numel() for part in PARTS for value in made[part]().state_dict().values())
    assert weights * 2 < 16e6


@pytest.mark.parametrize(
    ("text", "fault"),
    (
        ("name: x\nlosses: {flme: 1}\n", r"s.yaml, line 2: there is no setting losses.flme. Do you mean losses.flame"),
        ("train:\n  steps: many\n", r"s.yaml, line 2: train.steps takes a whole number, not 'many'"),
        ("train:\n  steps: 0\n", r"s.yaml, line 2: train.steps takes numbers from 1, not 0"),
        ("data:\n  jitter: 2\n", r"line 2: data.jitter takes numbers from 0 to 0.2, not 2"),
        ("losses:\n  l1: [1, 2]\n", r"line 2: losses.l1 takes 3 numbers, not 2"),
        ("losses:\n  l1: 4\n", r"line 2: losses.l1 takes a list"),
        ("\nequation: 2\n", r"line 2: equation takes 1, 3, not '2'"),
        ("preset: huge\n", r"There is no preset 'huge'; there are full, mini, tiny"),
        ("a: [\n", r"line 2: this is not YAML"),
        ("- a\n", r"settings are a mapping"),
        ("name: a\nname: b\n", r"line 2: name stands twice"),
        ("stage: student\n", r"teacher names a run"),
        ("networks: {pixels: 100}\n", r"pixels takes 32, 64"),
        ("networks: {decoder_up: [64]}\n", r"decoder_up enlarges 4 times"),
        ("losses: {perceptual_network: none}\n", r"leaves the loss out only where losses.perceptual is 0"),
        ("losses: {identity_network: none}\n", r"leaves the loss out only where losses.identity is 0"),
        ("data: {kind: clips}\n", r"data.folder is needed"),
    ),
)
def test_a_fault_is_named_with_its_key_and_line(tmp_path, text, fault):
    with pytest.raises(DocumentError, match=fault):
        read(tmp_path, text)


def test_all_faults_are_named_at_once(tmp_path):
    with pytest.raises(DocumentError) as raised:
        read(tmp_path, "name: a\nfoo: 1\ntrain: {batch: -1}\n")
    assert len(raised.value.problems) == 2


def test_options_come_last(tmp_path):
    settings = read(tmp_path, "preset: tiny\ntrain: {batch: 3}\n", ["train.batch=5", "losses.l1=[1, 2, 3]"])
    assert settings.train.batch == 5 and settings.losses.l1 == (1, 2, 3)
    with pytest.raises(DocumentError, match="--set train.batch=x: train.batch takes a whole number"):
        read(tmp_path, "preset: tiny\n", ["train.batch=x"])


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MediaError, match="nothing.yaml"):
        read_settings(tmp_path / "nothing.yaml")


def test_what_decides_numbers_is_all_but_names_and_places():
    settings = RunSettings()
    kept = decides_numbers(settings)
    assert {"train.steps", "losses.flame", "equation", "data.people"} <= kept.keys()
    assert not {"name", "log.every", "train.device", "data.folder"} & kept.keys()
    assert kept.keys() < flat(settings).keys()
    assert decides_numbers(replace(settings, name="other")) == kept
