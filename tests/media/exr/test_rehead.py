"""A text in the header of a written file: the file is then what it would have been with the text from the start."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.edits import mark_edited
from recast_nodes.media.exr.attributes import CONSENT
from recast_nodes.media.exr.header import read_layout
from recast_nodes.media.exr.rehead import set_text
from recast_nodes.media.images import read_image, write_image
from recast_nodes.media.writers import stamp_header

SHOT = ("recast:shot", "1a2b")


def write(path: Path, plate: str, consent: str) -> Path:
    image = mark_edited(read_image(plate), {"model": "mesh"})
    write_image(stamp_header(image, dict([SHOT]) | {CONSENT: consent}), path)
    return path


@pytest.mark.parametrize("before, after", [("", "Jané"), ("Jané", "Jo"), ("Jané", "")])
def test_the_file_is_as_if_written_with_it(tmp_path, make_plate, before, after):
    plate = make_plate(range(1, 2)).replace("####", "0001")
    changed, wanted = write(tmp_path / "a.exr", plate, before), write(tmp_path / "b.exr", plate, after)
    assert changed.read_bytes() != wanted.read_bytes()
    assert set_text(changed, CONSENT, after, SHOT)
    assert changed.read_bytes() == wanted.read_bytes()


def test_an_earlier_edit_s_consent_is_not_taken_for_this_one_s(tmp_path, make_plate):
    plate = make_plate(range(1, 2)).replace("####", "0001")
    first = write(tmp_path / "a.exr", plate, "Jané")
    second = write(tmp_path / "b.exr", str(first), "")
    assert CONSENT not in read_layout(second).headers[0].attributes
    assert np.array_equal(read_image(first).main.channels["R"], read_image(second).main.channels["R"])


def test_frames_of_others_are_left_alone(tmp_path, make_plate):
    plate = make_plate(range(1, 2)).replace("####", "0001")
    assert not set_text(plate, CONSENT, "Jané", SHOT)
    torn = tmp_path / "torn.exr"
    torn.write_bytes(write(tmp_path / "a.exr", plate, "").read_bytes()[:-9])
    with pytest.raises(MediaError, match="not one that this program wrote"):
        set_text(torn, CONSENT, "Jané", SHOT)
