"""The extension in real Blender: the `bpy` module in an environment of its own, one a version, below $RECAST_BPY."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.graph.document import load
from recast_nodes.graph.poses import shipped_poses
from recast_nodes.hosts import plugins
from recast_nodes.hosts.worker.client import Worker
from recast_nodes.nodes import NODES
from tests.hosts.test_cli_render import call
from tests.hosts.worker.conftest import FRAMES, write_python
from tests.shots.footage import SIZE, read_exr, write_clip

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
VERSIONS = ("4.5", "5.0")


@pytest.fixture(scope="module", params=VERSIONS)
def blender(request, tmp_path_factory, portrait, landmarker_files):
    """What a session in Blender told, and the folder that it wrote to."""
    python = Path(os.environ.get("RECAST_BPY", "/nowhere")) / request.param / "bin" / "python"
    if not python.exists():
        pytest.skip("no Blender; `make test-blender` brings it")
    folder = tmp_path_factory.mktemp("blender")
    plate, driving = (
        write_clip(portrait, folder / name / f"{name}.####.exr", FRAMES).replace("####", str(FRAMES[0]))
        for name in ("plate", "driving")
    )
    write_layers(folder / "layers", Path(plate))
    package = folder / "recast.zip"
    package.write_bytes(plugins.blender_extension())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECAST_RUNTIME", str(folder / "run"))
        patch.setenv("RECAST_PYTHON", str(write_python(folder / "python")))
        patch.setenv("BLENDER_USER_RESOURCES", str(folder / "user"))
        numbers = f"{FRAMES[0]}-{FRAMES[-1]}", "{}-{}".format(*SIZE)
        words = [python, HERE / "in_blender.py", package, plate, driving, folder / "out", *numbers]
        result = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=170)
        Worker().stop()
    told = re.search(r"^TOLD (.*)$", result.stdout, re.M)
    assert told and result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return json.loads(told.group(1)), folder / "out"


def write_layers(folder: Path, plate: Path) -> None:
    """The plate's first frame as Blender's own multilayer EXR has it, and with layers beside its bare channels."""
    import OpenImageIO as oiio

    picture = oiio.ImageBuf(str(plate))
    rgb = picture.get_pixels(oiio.HALF)[..., :3]
    folder.mkdir()
    for name, layers in (
        ("passes", ("Fg.Combined.{}", "ViewLayer.Combined.{}", "ViewLayer.DiffCol.{}")),
        ("bare", ("{}", "matte.{}")),
        ("stereo", ("{}", "right.{}")),
    ):
        spec = oiio.ImageSpec(rgb.shape[1], rgb.shape[0], 3 * len(layers), "half")
        spec.channelnames = [layer.format(channel) for layer in layers for channel in "RGB"]
        if name == "stereo":
            spec.attribute("multiView", oiio.TypeDesc("string[2]"), ("left", "right"))
        for at in ("chromaticities", "colorInteropID"):
            if picture.spec().getattribute(at) is not None:
                spec.attribute(at, picture.spec().getattribute(at))
        for frame in FRAMES:
            out = oiio.ImageOutput.create(f"{folder}/{name}.{frame}.exr")
            assert out.open(f"{folder}/{name}.{frame}.exr", spec)
            out.write_image(np.concatenate([rgb] * len(layers), axis=-1))
            out.close()


def test_a_preview_is_provisional_and_settles_as_the_frame_that_is_rendered(blender):
    told, out = blender
    found = told["preview"]
    assert found["ended"] == ["FINISHED"] and found["provisional"] == [True, False] and not found["mark"]
    written = read_exr(out / "shot.####.exr", FRAMES[0] + 2)[0][..., :3]
    height, width = written.shape[:2]
    assert found["size"] == [width, height]
    row = written[::-1][height // 2, width // 2 : width // 2 + 32]
    np.testing.assert_array_equal(np.reshape(found["row"], (32, 4))[:, :3], row.astype(np.float32))


def test_the_linked_output_of_an_image_node_names_its_layer(blender):
    told, _ = blender
    assert told["layers"] == {
        "passes Combined": ["ViewLayer.Combined"],
        "passes DiffCol": ["ViewLayer.DiffCol"],
        "passes DiffCol Combined": ["ViewLayer.Combined", "ViewLayer.DiffCol"],  # a Read for each
        "bare Combined": [],
        "bare matte": ["matte"],
        "stereo Combined": ["right"] if "view" in NODES["Read"].knobs else [],
    }


def test_what_was_edited_is_what_the_write_shows(blender):
    told, out = blender
    assert told["layered"] == ["ViewLayer", "Combined"]
    pixels, names, _ = read_exr(out / "layered" / "shot.####.exr", FRAMES[0])
    shot = dict(zip(names, np.moveaxis(pixels.astype(np.float32), -1, 0)))
    assert np.abs(shot["ViewLayer.Combined.R"] - shot["Fg.Combined.R"]).max() > 0.01, "the layer that was linked"
    np.testing.assert_array_equal(shot["ViewLayer.DiffCol.R"], shot["Fg.Combined.R"])


def test_an_edit_behind_another_takes_what_goes_into_its_write(blender):
    told, _ = blender
    behind, muted = told["second"]
    assert behind == {"image": "MaskComposite"} and muted == {"image": "Plate"}


def test_knobs_are_keyed_properties_with_both_ranges(blender):
    told, _ = blender
    assert told["paths"] == [f'nodes["ExpressionMix"].{name}' for name in ("replace", "enhance")]
    assert told["knobs"]["replace"] == [0, 1, 0, 1, True] and told["knobs"]["smile"] == [-2, 2, -1, 1, True]
    assert told["knobs"]["smooth_variance"] == pytest.approx([0, 1e-2, 0, 1e-5, False])


def test_a_knob_under_its_earlier_name_is_taken_over_once(blender):
    assert blender[0]["earlier"] == [1, "expression-and-pose", 0]


def test_the_curve_in_the_document_is_blenders(blender):
    told, out = blender
    graph = load(out / "shot.recast.yaml")
    mix = graph.nodes["ExpressionMix"].animation
    assert len(mix["replace"].keys) == 2 and mix["replace"].keys[0].interpolation == "bezier"
    assert len(mix["enhance"].keys) == len(FRAMES), "an elastic easing becomes a key a frame"
    for name, values in told["values"].items():
        assert [mix[name].at(int(frame)) for frame in values] == pytest.approx(list(values.values()), abs=1e-6)
    assert [graph.nodes["Driving"].animation["time"].at(frame) for frame in (1001, 1004)] == [1002, 1005]
    assert graph.nodes["ExpressionMix"].constants == {"smile": 0.5}
    assert graph.nodes["MaskComposite"].constants == {"layers": ("face", "matte", "stmap")}


def test_frames_are_those_of_the_command_line(blender, tmp_path):
    told, out = blender
    assert told["render"] == ["FINISHED"] and "6 frames written" in told["said"][-1]
    assert call("render", out / "shot.recast.yaml", "--set", f"Write.file={tmp_path}/shot.####.exr").returncode == 0
    for frame in FRAMES:
        ours, by_command = (read_exr(folder / "shot.####.exr", frame) for folder in (out, tmp_path))
        assert ours[1] == by_command[1]
        np.testing.assert_array_equal(ours[0], by_command[0])


def test_the_compositor_goes_on_from_the_result(blender):
    told, out = blender
    assert told["sockets"] == ["Image", "face", "id", "matte", "stmap", "Face over plate"]
    for frame in FRAMES:
        pixels, names, _ = read_exr(out / "shot.####.exr", frame)
        shot = dict(zip(names, np.moveaxis(pixels.astype(np.float32), -1, 0)))
        through, over = (dict(channels(out / folder / "shot.####.exr", frame)) for folder in ("through", "over"))
        plate = dict(channels(out.parent / "plate" / "plate.####.exr", frame))
        for name in "RGB":
            np.testing.assert_array_equal(through[name], shot[name])
            laid = plate[name] + (shot[f"face.{name}"] - plate[name]) * shot["matte.A"]
            np.testing.assert_allclose(over[name], laid, atol=1e-3)
            np.testing.assert_allclose(over[name], shot[name], atol=5e-3)


def channels(pattern, frame):
    pixels, names, _ = read_exr(pattern, frame)
    return zip(names, np.moveaxis(pixels.astype(np.float32), -1, 0))


def test_the_rest_of_the_extension_works_headless(blender):
    told, _ = blender
    assert told["track"] == ["FINISHED"] and "set the output file" in told["refused"][""]
    assert "Save the blend file first: //out" in told["refused"]["//out/shot.####.exr"]
    assert len(set(told["kinds"])) == 7 and told["kinds"].count("RecastWriteNode") == 2


def test_cancel_a_dead_worker_and_the_next_render(blender):
    told, out = blender
    timed = told["timed"]
    assert timed["cancelled"][0] == 130 and "Cancelled" in timed["cancelled"][1]
    assert timed["killed"][0] == 75 and "The worker ended while it worked" in timed["killed"][1]
    assert timed["whole"][0] == 0, timed["whole"]
    for frame in FRAMES:
        np.testing.assert_array_equal(*(read_exr(each / "shot.####.exr", frame)[0] for each in (out / "timed", out)))


def test_the_extension_is_valid(blender, tmp_path):
    told, _ = blender
    version = "{}.{}".format(*told["version"])
    python = Path(os.environ["RECAST_BPY"]) / version / "bin" / "python"
    (tool,) = (python.parents[1] / "lib").glob(f"python3*/site-packages/bpy/{version}/**/bl_pkg/cli/blender_ext.py")
    package = tmp_path / "recast.zip"
    package.write_bytes(plugins.blender_extension())
    checked = subprocess.run([python, tool, "validate", package], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    shutil.rmtree(tmp_path)


def test_who_agreed_is_asked_by_a_form(blender):
    entries, refused = blender[0]["consent"]
    assert entries == [
        {"performer": "Jane", "role": "plate", "agreement": "7"},
        {"performer": "Sam", "role": "driver"},
    ]
    assert "not a date" in refused


def test_a_pose_becomes_the_shapes(blender):
    (jaw, nose), at_rest = blender[0]["pose"]
    assert jaw == pytest.approx(0.5 * shipped_poses()["aa"].shapes["jawOpen"]) and nose == at_rest == 0
