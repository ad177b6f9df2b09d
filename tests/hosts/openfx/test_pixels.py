"""What a host gets is what `recast render` writes, whichever frame it asks for first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.graph.graph import Graph
from tests.shots.footage import read_exr, write_clip

from .conftest import FRAMES, ROOT, Frames, picture_of
from .host import Host, Instance

RECAST = "com.recastnodes.Recast"
THREE = (1004, 1001, 1006)  # in an order that no clip is played in
LAYERS = ("face", "matte", "stmap", "difference")
KEYS = {"replace": {1001: 0.2, 1006: 1.0}, "jaw_open": {1001: 0.0, 1003: 0.5, 1006: 0.1}}


@pytest.fixture(scope="module")
def driver(tmp_path_factory) -> str:
    """Another clip of the face, nearer to the camera, as a driver."""

    def warp(frame: int, pixels: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(np.roll(pixels, 2 * (frame - FRAMES[0]), axis=0))

    folder = tmp_path_factory.mktemp("driver")
    return write_clip(ROOT / "demo" / "portrait.jpg", folder / "driver.####.exr", FRAMES, warp)


def keyed(graph: Graph, names=KEYS) -> Graph:
    for name in names:
        keys = [Key(frame, value) for frame, value in KEYS[name].items()]
        graph = graph.with_knob("ExpressionMix", name, Curve(keys))
    return graph.with_knob("ExpressionMix", "smile", 0.8)


def rendered(worker, graph: Graph, folder: Path) -> Path:
    """The frames that `recast render` writes of a shot, with every layer."""
    file = folder / "out" / "shot.####.exr"
    graph = graph.with_knob("MaskComposite", "layers", LAYERS).with_knob("Write", "file", str(file))
    save(graph, folder / "shot.recast.yaml")
    worker.ask("render", path=str(folder / "shot.recast.yaml"))
    return file


def set_keys(instance: Instance, names=KEYS) -> None:
    for name in names:
        instance.parameters[name].keys = dict(KEYS[name])
    instance.parameters["smile"].value = 0.8


def choose(instance: Instance, name: str, option: str) -> None:
    parameter = instance.parameters[name]
    parameter.value = parameter.properties.values["OfxParamPropChoiceOption"].index(option)


def layer_of(file: Path, layer: str, frame: int) -> np.ndarray:
    """A layer as the effect puts it out."""
    if layer == "composite":
        return picture_of(file, frame)
    pixels, names, _ = read_exr(file, frame)
    found = {name[-1]: np.float32(pixels[..., at]) for at, name in enumerate(names) if name.startswith(layer + ".")}
    one, nothing = np.ones(pixels.shape[:2], np.float32), np.zeros(pixels.shape[:2], np.float32)
    order = {
        "face": [found.get(name) for name in "RGBA"],
        "matte": [found.get("A")] * 4,
        "stmap": [found.get("U"), found.get("V"), nothing, one],
        "difference": [found.get(name) for name in "RGB"] + [one],
    }
    return np.stack(order[layer], -1)


def outside_is_empty(layer: str, made: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """A difference has alpha 1 where there is a face, and nothing where there is none."""
    if layer != "difference":
        return made
    empty = ~expected[..., :3].any(-1)
    made = made.copy()
    made[empty, 3] = 1
    return made


@pytest.fixture(scope="module")
def file_driven(worker, plate, driver, tmp_path_factory) -> Iterator[Path]:
    yield rendered(worker, keyed(edit_graph(plate, driver, "")), tmp_path_factory.mktemp("shot"))


@pytest.mark.parametrize("output", ("composite", *LAYERS))
def test_equals_the_command_line(host: Host, worker, plate, driver, source: Frames, file_driven, output):
    instance = Instance(host, RECAST, {"Source": source})
    set_keys(instance)
    choose(instance, "output", output)
    instance.parameters["driver_file"].value = driver
    for frame in THREE:
        made = instance.render(frame)
        assert made is not None, instance.persistent
        expected = layer_of(file_driven, output, frame)
        made = np.float16(outside_is_empty(output, made, expected))  # the test reads ST maps as halves
        np.testing.assert_array_equal(made, np.float16(expected))
    assert not instance.persistent
    instance.close()


def test_a_driver_in_the_host_is_one_in_a_file(host: Host, worker, plate, driver, source: Frames, file_driven):
    clips = {"Source": source, "Driver": {frame: picture_of(driver, frame) for frame in FRAMES}}
    instance = Instance(host, RECAST, clips, context="Filter")
    set_keys(instance)
    for frame in THREE:
        np.testing.assert_array_equal(instance.render(frame), picture_of(file_driven, frame))
    instance.close()


def test_two_instances_at_once_keep_their_settings(host: Host, worker, plate, source: Frames, tmp_path):
    one, other = (Instance(host, RECAST, {"Source": source}) for _ in range(2))
    set_keys(one, ("jaw_open",))
    other.parameters["blink"].value = 1.0
    first, second = one.render(1003), other.render(1003)
    assert (first != second).any()
    np.testing.assert_array_equal(one.render(1003), first)
    np.testing.assert_array_equal(other.render(1003), second)
    graph = without_driver(keyed(edit_graph(plate, "", ""), ("jaw_open",))).with_knob("ExpressionMix", "replace", 0.0)
    np.testing.assert_array_equal(first, picture_of(rendered(worker, graph, tmp_path), 1003))
    one.close()
    other.close()


def test_a_mask_limits_the_edit(host: Host, worker, plate, source: Frames, tmp_path):
    matte = {frame: np.zeros((*picture.shape[:2], 1), np.float32) for frame, picture in source.items()}
    for picture in matte.values():
        picture[:, : picture.shape[1] // 2] = 1
    instance = Instance(host, RECAST, {"Source": source, "Mask": matte})
    set_keys(instance, ("jaw_open",))
    free = instance.render(1003)
    instance.parameters["use_mask"].value = 1
    masked = instance.render(1003)
    half = masked.shape[1] // 2
    np.testing.assert_array_equal(masked[:, half:], source[1003][:, half:])
    assert (free[:, half:] != source[1003][:, half:]).any() and (masked[:, :half] != source[1003][:, :half]).any()
    instance.close()


def test_a_face_apart_is_laid_over_its_plate(host: Host, worker, source: Frames):
    face = Instance(host, "com.recastnodes.RecastExpression", {"Source": source})
    set_keys(face, ("jaw_open",))
    alone = {frame: face.render(frame) for frame in FRAMES}
    assert not face.persistent and (alone[1003][..., 3] > 0).mean() > 0.02
    whole = Instance(host, RECAST, {"Source": source})
    set_keys(whole, ("jaw_open",))
    laid = Instance(host, "com.recastnodes.RecastMaskComposite", {"Source": source, "Face": alone})
    for clip in laid.clips.values():
        clip.properties.values["OfxImageEffectPropPreMultiplication"] = ["OfxImageAlphaUnPremultiplied"]
    made, expected = laid.render(1003), whole.render(1003)
    assert made is not None, laid.persistent
    assert (made != source[1003]).any(-1).mean() > 0.02
    assert np.abs(made - expected).mean() < 0.002  # the face came in halves, and no flow with it
    for each in (face, whole, laid):
        each.close()


@pytest.mark.parametrize("output", ("overlay", "crop", "mask"))
def test_a_track_is_shown(host: Host, worker, source: Frames, output):
    instance = Instance(host, "com.recastnodes.RecastFaceTrack", {"Source": source})
    choose(instance, "output", output)
    made = instance.render(1002)
    assert made is not None, instance.persistent
    if output == "mask":
        assert set(np.unique(made[..., 3])) <= {0.0, 1.0} or made[..., 3].max() == 1
        assert 0.05 < made[..., 3].mean() < 0.9
    elif output == "crop":
        height, width = made.shape[:2]
        assert made[:, width // 2, 3].all() and not made[:, : (width - height) // 2 - 1, 3].any()
    else:
        changed = (made != source[1002]).any(-1)
        assert 0.002 < changed.mean() < 0.5
    instance.close()


def test_a_float_plate_keeps_its_floats_outside_the_edit(host: Host, worker, source: Frames):
    rng = np.random.default_rng(7)
    exact = {frame: picture * np.float32(1 + 1e-5) for frame, picture in source.items()}
    for picture in exact.values():
        picture[:8] = rng.uniform(-2, 1e6, picture[:8].shape)  # and lights that no half holds
        picture[0, 0] = np.nan, np.inf, -np.inf, 1
    halves = {frame: as_halves(picture) for frame, picture in exact.items()}
    made = []
    for frames in (exact, halves):
        instance = Instance(host, RECAST, {"Source": frames})
        set_keys(instance, ("jaw_open",))
        made.append(instance.render(1003))
        instance.close()
    floats, plain = made
    edited = plain != halves[1003]
    edited &= ~np.isnan(plain)
    np.testing.assert_array_equal(floats[~edited], exact[1003][~edited])
    np.testing.assert_array_equal(floats[edited], plain[edited])
    assert edited.mean() > 0.02


def as_halves(picture: np.ndarray) -> np.ndarray:
    """As the worker gets it: finite values stay finite."""
    clipped = np.where(np.isfinite(picture), np.clip(picture, -65504, 65504), picture)
    return np.float32(np.float16(clipped))


def test_where_the_picture_lies_does_not_matter(host: Host, worker, source: Frames):
    made = []
    for origin in ((0, 0), (-37, 112)):
        instance = Instance(host, RECAST, {"Source": source}, origin=origin)
        set_keys(instance, ("jaw_open",))
        made.append(instance.render(1003))
        instance.close()
    np.testing.assert_array_equal(*made)


def test_a_proxy_is_a_picture_of_its_own(host: Host, worker, source: Frames):
    """At half scale the host gives smaller pictures, whose regions it states at full scale."""
    made = []
    for scale in (1.0, 0.5):
        instance = Instance(host, RECAST, {"Source": source}, origin=(6, -10), scale=scale)
        set_keys(instance, ("jaw_open",))
        made.append(instance.render(1003))
        instance.close()
    np.testing.assert_array_equal(*made)


def test_wide_pixels_are_those_of_a_file(host: Host, worker, source: Frames, tmp_path):
    plate = write_clip(ROOT / "demo" / "portrait.jpg", tmp_path / "wide.####.exr", FRAMES, PixelAspectRatio=1.25)
    graph = without_driver(keyed(edit_graph(plate, "", ""), ("jaw_open",))).with_knob("ExpressionMix", "replace", 0.0)
    expected = rendered(worker, graph, tmp_path)
    instance = Instance(host, RECAST, {"Source": source}, aspect=1.25)
    set_keys(instance, ("jaw_open",))
    np.testing.assert_array_equal(instance.render(1003), picture_of(expected, 1003))
    instance.close()


def test_a_part_of_the_frame_is_that_part(host: Host, worker, source: Frames):
    instance = Instance(host, RECAST, {"Source": source})
    set_keys(instance, ("jaw_open",))
    whole = instance.render(1003)
    part = instance.render(1003, window=(100, 60, 300, 200))
    height = whole.shape[0]
    inside = slice(height - 200, height - 60), slice(100, 300)
    np.testing.assert_array_equal(part[inside], whole[inside])
    part[inside] = 777
    assert (part == 777).all()
    instance.close()


def test_a_plate_that_changes_is_looked_at_again(host: Host, worker, source: Frames):
    instance = Instance(host, RECAST, {"Source": dict(source)})
    set_keys(instance, ("jaw_open",))
    before = instance.render(1003)
    moved = {frame: np.ascontiguousarray(np.roll(picture, 20, axis=1)) for frame, picture in source.items()}
    instance.clips["Source"].frames = moved
    after = instance.render(1003)
    fresh = Instance(host, RECAST, {"Source": moved})
    set_keys(fresh, ("jaw_open",))
    np.testing.assert_array_equal(after, fresh.render(1003))
    instance.clips["Source"].frames = source
    np.testing.assert_array_equal(instance.render(1003), before)
    instance.close()
    fresh.close()
