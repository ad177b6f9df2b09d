"""Performances out of glTF and USD: animated shapes by name. Skipped where their libraries are not installed."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.face.columns import COLUMNS
from recast_nodes.media.performances.formats import read_recording

NAMES = ("jawOpen", "eyeBlink_L", "hat")
KEYS, WEIGHTS = np.arange(5, dtype=np.float32) / 24, np.linspace(0, 1, 15, dtype=np.float32).reshape(5, 3)


def scene(
    keys: np.ndarray = KEYS, weights: np.ndarray = WEIGHTS, names: tuple[str, ...] = NAMES, **sampler: Any
) -> dict:
    """A glTF of one mesh whose morph targets are animated."""
    body = keys.tobytes() + weights.tobytes()
    accessor = {"componentType": 5126, "type": "SCALAR"}
    return {
        "asset": {"version": "2.0"},
        "buffers": [
            {"byteLength": len(body), "uri": "data:application/octet-stream;base64," + base64.b64encode(body).decode()}
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": keys.nbytes},
            {"buffer": 0, "byteOffset": keys.nbytes, "byteLength": weights.nbytes},
        ],
        "accessors": [
            accessor | {"bufferView": 0, "count": keys.size},
            accessor | {"bufferView": 1, "count": weights.size},
        ],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 1}}], "extras": {"targetNames": list(names)}}],
        "nodes": [{"mesh": 0}],
        "animations": [
            {
                "samplers": [{"input": 0, "output": 1, **sampler}],
                "channels": [{"sampler": 0, "target": {"node": 0, "path": "weights"}}],
            }
        ],
    }


def write(folder: Path, content: Any) -> Path:
    path = folder / "face.gltf"
    path.write_text(json.dumps(content))
    return path


def test_gltf(tmp_path):
    pytest.importorskip("pygltflib")
    found = read_recording(write(tmp_path, scene()))
    assert (found.rate, found.frames) == (24, (1, 2, 3, 4, 5))
    np.testing.assert_array_equal(found.numbers[:, COLUMNS.index("jawOpen")], WEIGHTS[:, 0])
    np.testing.assert_array_equal(found.numbers[:, COLUMNS.index("eyeBlinkLeft")], WEIGHTS[:, 1])
    curved = np.stack([WEIGHTS * 0, WEIGHTS, WEIGHTS * 0], 1)
    smooth = read_recording(write(tmp_path, scene(weights=curved, interpolation="CUBICSPLINE")))
    np.testing.assert_array_equal(smooth.numbers, found.numbers)


def test_a_glb_of_pygltflib(tmp_path):
    library = pytest.importorskip("pygltflib")
    made = library.GLTF2().load(str(write(tmp_path, scene())))
    made.convert_buffers(library.BufferFormat.BINARYBLOB)
    made.save_binary(str(tmp_path / "face.glb"))
    np.testing.assert_array_equal(
        read_recording(tmp_path / "face.glb").numbers, read_recording(tmp_path / "face.gltf").numbers
    )


def test_numbers_in_a_file_whose_name_has_spaces(tmp_path):
    """Exporters write it as a URI: "my face.bin" as my%20face.bin. What leads out of the folder is refused so too."""
    pytest.importorskip("pygltflib")
    content = scene()
    body = base64.b64decode(content["buffers"][0]["uri"].partition(",")[2])
    (tmp_path / "my f\u00e4ce.bin").write_bytes(body)
    content["buffers"][0]["uri"] = "my%20f%C3%A4ce.bin"
    np.testing.assert_array_equal(
        read_recording(write(tmp_path, content)).numbers, read_recording(write(tmp_path, scene())).numbers
    )
    content["buffers"][0]["uri"] = "..%2Fface.bin"
    with pytest.raises(MediaError, match="only files beside it are read"):
        read_recording(write(tmp_path, content))


def test_names_that_all_begin_with_the_meshs(tmp_path):
    pytest.importorskip("pygltflib")
    named = scene(names=tuple(f"head_geo_{name}" for name in NAMES))
    np.testing.assert_array_equal(
        read_recording(write(tmp_path, named)).numbers, read_recording(write(tmp_path, scene())).numbers
    )


SPOILT = {
    "other names": (scene(names=("a", "b", "c")), "no animated morph target has the name"),
    "too few names": (scene(names=("jawOpen",)), "3 weights a key for 1 names"),
    "keys that fall": (scene(keys=KEYS[::-1].copy()), "is damaged"),
    "no numbers": (scene(weights=WEIGHTS * np.nan), "is damaged"),
    "elsewhere": (
        scene() | {"buffers": [{"byteLength": 80, "uri": "../../etc/passwd"}]},
        "only files beside it are read",
    ),
    "absent": (scene() | {"buffers": [{"byteLength": 80, "uri": "face.bin"}]}, "face.bin: file not found"),
    "no accessors": (scene() | {"accessors": []}, "is damaged"),
    "huge": (
        scene() | {"accessors": [{"componentType": 5126, "type": "SCALAR", "bufferView": 0, "count": 1 << 60}] * 2},
        "is damaged",
    ),
    "no scene": ([1, 2], "is no glTF"),
}


@pytest.mark.parametrize(("content", "message"), SPOILT.values(), ids=SPOILT)
def test_spoilt_gltf(tmp_path, content, message):
    pytest.importorskip("pygltflib")
    with pytest.raises(MediaError, match=message):
        read_recording(write(tmp_path, content))


STAGE = """#usda 1.0
(
    timeCodesPerSecond = 25
)
def SkelRoot "Face"
{
    def SkelAnimation "Acts"
    {
        uniform token[] blendShapes = ["jawOpen", "EyeBlinkLeft", "hat"]
        float[] blendShapeWeights.timeSamples = {
            1001: [0, 0.5, 0],
            1002: [0.25, 0, 1],
            1003: [0.5, 0, 0],
        }
    }
}
"""


def usd(folder: Path, text: str) -> Path:
    path = folder / "face.usda"
    path.write_text(text)
    return path


def test_usd(tmp_path):
    pytest.importorskip("pxr")
    found = read_recording(usd(tmp_path, STAGE))
    assert (found.rate, found.frames, found.numbered) == (25, (1001, 1002, 1003), True)
    assert found.numbers[:, COLUMNS.index("jawOpen")].tolist() == [0, 0.25, 0.5]
    halves = read_recording(usd(tmp_path, STAGE.replace("1002:", "1001.5:").replace("1003:", "1002:")))
    assert (halves.rate, halves.frames, halves.numbered) == (50, (1, 2, 3), False)


@pytest.mark.parametrize(
    ("text", "message"),
    (
        ("no usd", "is no USD"),
        ("#usda 1.0\n", "holds no SkelAnimation"),
        (STAGE.replace('"jawOpen", "EyeBlinkLeft"', '"a", "b"'), "no animated blend shape has the name"),
        (STAGE.replace("[0.25, 0, 1]", "[0.25]"), "time 1002: has other than the 3 weights"),
    ),
    ids=("no file", "empty", "other names", "too few weights"),
)
def test_spoilt_usd(tmp_path, text, message):
    pytest.importorskip("pxr")
    with pytest.raises(MediaError, match=message):
        read_recording(usd(tmp_path, text))


def test_other_layers_are_not_opened(tmp_path):
    pytest.importorskip("pxr")
    text = STAGE.replace("timeCodesPerSecond = 25", "timeCodesPerSecond = 25\n    subLayers = [@/absent/other.usda@]")
    assert read_recording(usd(tmp_path, text)).rate == 25
