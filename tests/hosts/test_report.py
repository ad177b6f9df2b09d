"""`recast report` before anything is measured: what OUT stands for, and what is said where it stands for nothing."""

import pytest
from click.testing import CliRunner

from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts.cli import recast
from recast_nodes.hosts.cli.edited import ShotOnDisk, find_document


def shot(pattern):
    return edit_graph(pattern, pattern, "out/shot.####.exr")


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "shot.recast.yaml"
    save(shot("plate.####.exr"), path)
    return path


@pytest.mark.parametrize("frames", ["shot.####.exr", "shot.%04d.exr"])
def test_frames_name_the_document_beside_them(document, frames):
    frames = document.parent / frames
    assert find_document(str(frames)) == (document, str(frames))


def test_the_document_and_its_folder_name_it_too(document):
    assert find_document(str(document)) == (document, "")
    assert find_document(str(document.parent)) == (document, "")


def test_frames_of_another_name_take_the_only_document_there(document):
    renamed = document.parent / "approved.####.exr"
    assert find_document(str(renamed)) == (document, str(renamed))


def test_of_several_documents_one_must_be_named(document):
    save(shot("plate.####.exr"), document.with_name("other.recast.yaml"))
    with pytest.raises(DocumentError, match=r"other\.recast\.yaml, shot\.recast\.yaml"):
        find_document(str(document.parent))
    assert find_document(str(document.parent / "other.####.exr"))[0].name == "other.recast.yaml"


def test_a_place_without_documents_is_told(tmp_path):
    for out in (tmp_path, tmp_path / "shot.####.exr", tmp_path / "nowhere" / "shot.####.exr"):
        with pytest.raises(DocumentError) as refusal:
            find_document(str(out))
        assert str(tmp_path) in str(refusal.value)


def test_nothing_rendered_is_nothing_to_report_on(make_plate, tmp_path):
    save(shot(make_plate()), tmp_path / "shot.recast.yaml")
    result = CliRunner().invoke(recast, ["report", str(tmp_path)])
    assert isinstance(result.exception, DocumentError) and "nothing to report on" in str(result.exception)


def test_frames_that_are_missing_in_between_are_measured_too(make_plate):
    plate = make_plate(frames=range(1001, 1011))
    written = make_plate(frames=range(1003, 1009), name="out")
    edited = ShotOnDisk(edit_graph(plate, plate, written))
    assert edited.frames(None, 1) == tuple(range(1003, 1009))
    assert edited.frames("1001-1010", 4) == (1001, 1005, 1009)
    with pytest.raises(DocumentError, match="1011 is not a frame of the shot"):
        edited.frames("1001-1011", 1)


def test_a_result_is_looked_at_as_its_plate_is(make_plate):
    plate = make_plate(frames=range(1001, 1003))
    edited = ShotOnDisk(edit_graph(plate, plate, plate).with_knob("Plate", "colorspace", "ACEScg"))
    image = edited.graph.at("Plate", 1001).process()
    assert edited.results.read(1001, image, "").colorspace == image.colorspace
