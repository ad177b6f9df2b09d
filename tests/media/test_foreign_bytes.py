"""Bytes that are no UTF-8, in headers and in names: they go through as they are, or one file is refused in words."""

from __future__ import annotations

import os
import sys

import numpy as np
import OpenEXR
import pytest

from recast_nodes import notices
from recast_nodes.errors import ColourError, DocumentError, MediaError, NoFace
from recast_nodes.graph.document import save
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.media.exr.header import read_layout
from recast_nodes.media.images import read_image, with_pixels, write_image
from recast_nodes.nodes import NODES
from recast_nodes.wires import Window

NAMED = ("artisT", "parT", "vieW", "pasS.Y")  # words of the file below that become bytes that are no text
WRITTEN = ({}, {"compression": "zips"}, {"datatype": "float"})  # spliced from the plate's chunks, and made anew


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> bytes:
    rng = np.random.default_rng(1)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, "artist": "artisT"}
    header |= {"view": "vieW"}
    planes = {name: rng.random((40, 24)).astype(np.float16) for name in ("R", "G", "B", "pasS.Y", "zed.Y")}
    parts = [OpenEXR.Part(dict(header), planes, "parT"), OpenEXR.Part(dict(header), planes, "other")]
    path = tmp_path_factory.mktemp("sound") / "plate.exr"
    OpenEXR.File(parts).write(str(path))
    return path.read_bytes()


@pytest.mark.parametrize("readers", ["", "all"])
@pytest.mark.parametrize("named", NAMED)
def test_they_go_out_as_they_came_in(sound, tmp_path, monkeypatch, named, readers):
    monkeypatch.setenv("RECAST_READERS", readers)
    plate, out = tmp_path / "plate.exr", tmp_path / "out.exr"
    foreign = named[:3].encode() + b"\xe9" + named[4:].encode()
    plate.write_bytes(sound.replace(named.encode(), foreign))
    image = read_image(plate)
    edited = with_pixels(image, Window(4, 4, 8, 8), np.ones((3, 8, 8), np.float32), np.ones((8, 8)))
    for how in WRITTEN:
        write_image(edited, out, **how)
        assert foreign in out.read_bytes()
        again = read_image(out)
        for part, other in zip(image.parts, again.parts, strict=True):
            assert part.name == other.name and list(part.channels) == list(other.channels)
            for name in set(part.channels) - {"R", "G", "B"}:
                np.testing.assert_array_equal(part.channels[name], other.channels[name])
        assert set(read_layout(out).headers[0].attributes) <= set(read_layout(plate).headers[0].attributes)
    write_image(image, out)
    assert out.read_bytes() == plate.read_bytes()


def test_a_notice_that_names_such_a_file_is_text(caplog):
    notices.forget()
    notices.notice(f"{os.fsdecode(b'/shots/pl' + bytes([0xE9]) + b'te.exr')}: the layer beauty is edited.")
    assert caplog.messages[-1].encode("utf-8") == rb"/shots/pl\udce9te.exr: the layer beauty is edited."


def test_a_colour_space_that_is_no_text_is_asked_about_and_costs_one_frame(make_plate, tmp_path):
    """It went to the colour library as it was, whose TypeError ended the whole render."""
    plate = make_plate(range(1001, 1004))
    odd = plate.replace("####", "1002")
    parts = OpenEXR.File(odd).parts
    parts[0].header["oiio:ColorSpace"] = "colorspacE"
    OpenEXR.File(parts).write(odd)
    with open(odd, "rb+") as file:
        data = file.read().replace(b"colorspacE", b"colorspac\xe9")
        file.seek(0)
        file.write(data)
    with pytest.raises(ColourError, match="1002"):
        read_image(odd)
    assert read_image(odd, colorspace="scene_linear").path == odd
    nodes = [Placed("Plate", NODES["Read"], {"file": plate})]
    nodes += [Placed("FaceTrack", NODES["FaceTrack"], wires={"image": "Plate"})]
    evaluator = Evaluator(Graph({placed.name: placed for placed in nodes}), range(1001, 1004))
    with pytest.raises(NoFace, match="1001, 1003"):  # it went on without 1002; there is nobody in these pictures
        evaluator.prepare("FaceTrack")


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text elsewhere")
def test_a_file_whose_name_is_no_text_is_refused_in_words(sound, tmp_path):
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/sh\xf6t")
    os.mkdir(folder)
    with open(f"{folder}/plate.exr", "wb") as file:
        file.write(sound)
    with pytest.raises(MediaError, match="not valid UTF-8; rename"):
        read_image(f"{folder}/plate.exr")
    graph = Graph({"Read": Placed("Read", NODES["Read"], {"file": f"{folder}/plate.exr"})})
    with pytest.raises(DocumentError, match="UTF-8.*rename"):
        save(graph, tmp_path / "shot.yaml")
    assert not (tmp_path / "shot.yaml").exists()
