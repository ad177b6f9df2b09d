"""Names that cannot be written are refused before anything is, in a sentence."""

import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.writers import check_target

FRAMES = (1001, 1024)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("o.####.%04d.exr", "#### and %04d are 2 frame numbers"),
        ("o.%04d.####.exr", "%04d and #### are 2 frame numbers"),
        ("o_@@@_$F4.####.exr", "are 3 frame numbers"),
        ("o.####@@.exr", "are 2 frame numbers"),
        ("o.1001-1100####.exr", "cannot contain a frame range"),
        ("review.####.mp4", "a movie is a single file"),
        ("x" * 250 + "####.exr", "too long: 258 bytes, 3 over"),
        ("ü" * 124 + ".####.exr", "too long: 257 bytes, 2 over"),
        ("x" * 248 + "#.exr", "256 bytes, 1 over"),  # of the folder beside it
        ("y" * 256 + "/o.####.exr", "too long: 256 bytes"),
        ("/".join(["y" * 200] * 21) + "/o.####.exr", "too long"),
    ],
)
def test_is_refused_in_a_sentence(name, why, tmp_path):
    with pytest.raises(MediaError, match=why):
        check_target(str(tmp_path / name), FRAMES)


@pytest.mark.parametrize(
    "name",
    ["o.####.exr", "o_%04d.png", "o.#.exr", "x" * 230 + ".####.exr", "a@2x.####.exr", "review.mov", "50%.####.exr"],
)
def test_is_taken(name, tmp_path):
    check_target(str(tmp_path / name), FRAMES)
