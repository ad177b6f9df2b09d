"""A colour configuration is known by all that decides its pixels: text, environment variables, LUTs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recast_nodes.errors import ColourError
from recast_nodes.media.colour import colour, configurations, equivalents
from recast_nodes.nodes.read import Read

CONFIG = """
ocio_profile_version: 2
search_path: $LUTS
roles: {default: raw, scene_linear: linear}
displays:
  monitor: [!<View> {name: picture, colorspace: raw}]
colorspaces:
  - !<ColorSpace> {name: raw, isdata: true}
  - !<ColorSpace> {name: linear, encoding: scene-linear}
  - !<ColorSpace>
    name: shot
    to_scene_reference: !<GroupTransform>
      children:
        - !<FileTransform> {src: "${SHOT}.spi1d", interpolation: linear}
"""
LUT = "Version 1\nFrom 0 1\nLength 3\nComponents 1\n{{\n0\n{}\n1\n}}\n"


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Nothing that an earlier configuration of the same path left."""
    yield from _forgotten()


def _forgotten() -> Iterator[None]:
    for kept in (equivalents.load, equivalents.processor, configurations.state):
        kept.cache_clear()
    yield
    for kept in (equivalents.load, equivalents.processor, configurations.state):
        kept.cache_clear()


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: Any) -> Path:
    for name, middle in (("sh010", 0.25), ("sh020", 0.75)):
        (tmp_path / f"{name}.spi1d").write_text(LUT.format(middle))
    (tmp_path / "studio.ocio").write_text(CONFIG)
    monkeypatch.setenv("OCIO", str(tmp_path / "studio.ocio"))
    monkeypatch.setenv("LUTS", str(tmp_path))
    monkeypatch.setenv("SHOT", "sh010")
    return tmp_path


def stamp(plate: str) -> str:
    next(_forgotten())
    return Read(1001, file=plate, colorspace="shot").stamp()


@pytest.mark.parametrize("change", ["nothing", "a variable", "a LUT", "the configuration"])
def test_frames_are_known_by_all_of_their_configuration(
    change: str, studio: Path, make_plate: Any, monkeypatch: Any
) -> None:
    plate = make_plate()
    before = stamp(plate)
    if change == "a variable":
        monkeypatch.setenv("SHOT", "sh020")
    if change == "a LUT":
        (studio / "sh010.spi1d").write_text(LUT.format(0.5))
    if change == "the configuration":
        (studio / "studio.ocio").write_text(CONFIG.replace("interpolation: linear", "direction: inverse"))
    assert (stamp(plate) == before) is (change == "nothing")


def test_configurations_of_the_library_are_known_by_their_names() -> None:
    assert configurations.state(equivalents.BUILT_IN) == equivalents.BUILT_IN


@pytest.mark.parametrize(
    ("lack", "words"),
    [("LUTS", "search_path '$LUTS' cannot be resolved"), ("SHOT", "cannot be resolved: '${SHOT}.spi1d'")],
)
def test_a_variable_that_is_not_set_is_named(lack: str, words: str, studio: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv(lack)
    with pytest.raises(ColourError) as raised:
        colour.colorspaces()
    assert words in str(raised.value)


def test_a_newer_configuration_is_named_in_one_line(studio: Path) -> None:
    (studio / "studio.ocio").write_text(CONFIG.replace("version: 2", "version: 9"))
    with pytest.raises(
        ColourError, match=r"studio.ocio \(\$OCIO\) cannot be used: This .ocio config .* is version 9.0"
    ) as raised:
        colour.colorspaces()
    assert "\n" not in str(raised.value)
