"""Which channels of a file are the picture: the ones that a person would take, and never data or mattes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import MediaError
from recast_nodes.media.images import read_image, with_pixels, write_image
from recast_nodes.media.layer_names import is_utility
from recast_nodes.media.pictures import ChannelGroup, ChosenPicture, choose
from recast_nodes.wires import Attribute, Image, Part, Window

from .plates import equal, image, smooth

STEREO = Attribute(("left", "right"), "stringvector")


def rgb(*layers: str) -> list[str]:
    """Channels R, G and B of each layer, in a file's alphabetical order."""
    return sorted(f"{layer}.{channel}".lstrip(".") for layer in layers for channel in "RGB")


def chosen(channels: list[str], **how: Any) -> ChosenPicture:
    return choose("shot.exr", [ChannelGroup("", channels)], **how)


BLENDER = [
    *rgb("ViewLayer.AO", "ViewLayer.Albedo", "ViewLayer.Combined", "ViewLayer.DiffCol", "ViewLayer.Denoising Normal"),
    *rgb("ViewLayer.CryptoObject00", "ViewLayer.Shadow", "ViewLayer.Emit"),
    *("ViewLayer.Combined.A", "ViewLayer.Depth.Z", "ViewLayer.IndexOB.X", "ViewLayer.Mist.Z"),
    *(f"ViewLayer.{name}.{axis}" for name in ("Normal", "Position") for axis in "XYZ"),
]


@pytest.mark.parametrize(
    ("channels", "layer"),
    [
        (BLENDER, "ViewLayer.Combined"),
        (rgb("Back.Combined", "Composite.Combined", "ViewLayer.Combined"), "Composite.Combined"),
        (rgb("Back.Combined", "ViewLayer.Combined"), "ViewLayer.Combined"),
        (rgb("Back.Combined", "Front.Combined"), "Back.Combined"),
        (rgb("AO.Combined", "ViewLayer.Albedo"), "AO.Combined"),
        (rgb("RenderLayer.NOISY IMAGE", "RenderLayer.combined"), "RenderLayer.combined"),
        (rgb("albedo", "beauty", "diffuse"), "beauty"),
        (rgb("albedo", "diffuse", "rgba_main"), "rgba_main"),
        (rgb("albedo", "DenoisedBeauty", "N"), "DenoisedBeauty"),
        (rgb("crypto_asset00", "diffuse", "normals"), "diffuse"),
        (rgb("albedo.rgba", "specular"), "specular"),
        (rgb("character.main", "depth.main", "rgba.main"), "rgba.main"),
        (rgb("speed_racer.beauty", "speed_racer.vectors"), "speed_racer.beauty"),
        (rgb("speed_racer.fill", "speed_racer.normal"), "speed_racer.fill"),
        (rgb("ActorMask", "FinalImage", "Lighting", "WorldNormal"), "FinalImage"),
        (["Y", *rgb("albedo")], "Y"),
    ],
)  # fmt: skip
def test_a_person_would_take(channels: list[str], layer: str) -> None:
    picture = chosen(channels).picture
    assert picture.rgb == (("Y",) * 3 if layer == "Y" else tuple(f"{layer}.{channel}" for channel in "RGB"))


def test_the_plain_rgb_is_taken_without_a_word() -> None:
    choice = chosen(rgb("", "diffuse", "beauty"))
    assert choice.picture.rgb == ("R", "G", "B")
    assert not choice.remarks


def test_the_layer_is_named_where_there_was_a_choice() -> None:
    (remark,) = chosen(BLENDER).remarks
    assert "editing layer ViewLayer.Combined" in remark
    assert "ViewLayer.AO" in remark
    assert "Read.layer" in remark
    assert not chosen(rgb("beauty")).remarks
    assert not chosen(BLENDER, layer="ViewLayer.Emit").remarks


@pytest.mark.parametrize(
    "channels",
    [
        rgb("albedo"),
        rgb("ViewLayer.Albedo", "ViewLayer.AO"),
        rgb("uCryptoAsset", "uCryptoAsset00"),
        ["depth.Z"],
        ["Z"],
        [*rgb("worldNormal"), "mask.A", "P.X", "P.Y", "P.Z"],
    ],
)
def test_passes_alone_are_no_picture(channels: list[str]) -> None:
    first = channels[0].rpartition(".")[0] or channels[0]
    with pytest.raises(MediaError, match=rf"shot.exr: .* only the passes .*{first}.*Read.layer"):
        chosen(channels)
    assert chosen(channels, layer=channels[0]).picture.rgb == (channels[0],) * 3


@pytest.mark.parametrize("channel", ["A", "matte.A", "roto_mask", "Y", "mono"])
def test_a_file_of_one_matte_is_read(channel: str) -> None:
    assert chosen([channel]).picture.rgb == (channel,) * 3


def test_a_cryptomatte_is_known_by_the_header() -> None:
    group = ChannelGroup("", rgb("faces00", "faces01", "light"), mattes=["faces"])
    assert choose("shot.exr", [group]).picture.names == ("light",)


@pytest.mark.parametrize("names", [("albedo", "beauty"), ("depth", "subimage01"), ("AO", "RGBA.main")])
def test_parts_are_judged_by_their_names(names: tuple[str, str]) -> None:
    assert choose("shot.exr", [ChannelGroup(name, ["R", "G", "B"]) for name in names]).picture.part == 1


def test_a_pass_may_be_called_without_its_layer() -> None:
    assert chosen(BLENDER, layer="emit").picture.rgb[0] == "ViewLayer.Emit.R"
    with pytest.raises(MediaError, match="no layer 'Combined'"):
        chosen(rgb("Back.Combined", "Front.Combined"), layer="Combined")


@given(st.text(max_size=12), st.sampled_from(("Albedo", "normal", "Crypto_Object01", "zDepth", "uv", "motionVector")))
def test_a_pass_is_a_pass_on_any_layer(layer: str, name: str) -> None:
    assert is_utility(f"{layer}.{name}")
    assert is_utility(f"{layer}.{name}".upper()) or name == "motionVector"  # its words run together


@pytest.mark.parametrize("name", ["validation", "idle", "paint", "Beauty", "key", "character", "fill_light", "Diffuse"])
def test_words_within_words_are_not_passes(name: str) -> None:
    assert not is_utility(name)


def test_blenders_file_is_edited_in_the_picture_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    planes = {name: smooth("float16", 12, 20, at) for at, name in enumerate(BLENDER)}
    write_image(image(planes)._replace(rgb=("ViewLayer.Emit.R",) * 3), tmp_path / "shot.exr")
    read = read_image(tmp_path / "shot.exr", called="shot.####.exr")
    assert "shot.####.exr: editing layer ViewLayer.Combined" in caplog.text
    edited = with_pixels(read, Window(0, 0, 4, 4), np.full((3, 4, 4), 0.5, np.float32), np.ones((4, 4)))
    write_image(edited, tmp_path / "edited.exr")
    again = read_image(tmp_path / "edited.exr").main.channels
    changed = {name for name, plane in planes.items() if not equal(plane, again[name])}
    assert changed == {f"ViewLayer.Combined.{channel}" for channel in "RGB"}


def stereo(kind: str, path: Path) -> Path:
    """A file of two views, with layers too, in each of the ways that programs write them."""
    names = [*rgb("", "right"), *rgb("diffuse.left", "diffuse.right")]
    if kind == "one part":
        write_image(image({name: smooth("float16", 8, 9, at) for at, name in enumerate(names)}, multiView=STEREO), path)
        return path
    if kind == "Blender":
        names = rgb("ViewLayer.Combined.left", "ViewLayer.Combined.right", "ViewLayer.Albedo.left")
        planes = {name: smooth("float16", 8, 9, at) for at, name in enumerate(names)}
        made = image(planes, multiView=STEREO)._replace(rgb=(names[0],) * 3)
        write_image(made, path)
        return path
    window = Window(0, 0, 9, 8)
    parts = [
        Part(f"rgba.{view}" if kind == "parts" else view, {name: smooth("float16", 8, 9, at) for name in "RGB"},
             window, window, {"view": Attribute(view, "string")})
        for at, view in enumerate(("left", "right"))
    ]  # fmt: skip
    write_image(Image(tuple(parts), ("R", "G", "B"), "ACEScg"), path)
    return path


@pytest.mark.parametrize("kind", ["one part", "Blender", "parts", "parts by view"])
def test_one_view_is_edited_and_it_is_said(kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = stereo(kind, tmp_path / "stereo.exr")
    first, right = read_image(path), read_image(path, view="right")
    assert "editing view left; right passes through unchanged (choose another with Read.view" in caplog.text
    assert "editing view right" not in caplog.text
    assert (first.part, first.rgb) != (right.part, right.rgb)
    assert (first.part, first.rgb) == (read_image(path, view="left").part, read_image(path, view="left").rgb)
    with pytest.raises(MediaError, match="no view 'middle'; the file has left, right"):
        read_image(path, view="middle")


@pytest.mark.parametrize("kind", ["one part", "Blender", "parts", "parts by view"])
@pytest.mark.parametrize("view", ["left", "right"])
def test_the_other_view_passes_through(kind: str, view: str, tmp_path: Path) -> None:
    path = stereo(kind, tmp_path / "stereo.exr")
    read = read_image(path, view=view)
    edited = with_pixels(read, Window(0, 0, 2, 2), np.full((3, 2, 2), 0.5, np.float32), np.ones((2, 2)))
    write_image(edited, tmp_path / "edited.exr")
    again = read_image(tmp_path / "edited.exr", view=view)
    assert again.parts[0].attributes.get("multiView") == read.parts[0].attributes.get("multiView")
    for at, (before, after) in enumerate(zip(read.parts, again.parts, strict=True)):
        for name, plane in before.channels.items():
            assert equal(plane, after.channels[name]) == (at != read.part or name not in read.rgb), name
