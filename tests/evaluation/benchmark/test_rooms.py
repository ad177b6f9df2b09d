"""A benchmark in the light of a user's own panorama."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from recast_nodes.errors import DocumentError, MediaError
from recast_nodes.evaluation.benchmark.plan import Size, draw_plan, read_plan
from recast_nodes.evaluation.benchmark.rooms import read_environment

SMALL = Size(1, 3, 64)


def write_panorama(path: Path, width: int = 64, height: int = 32) -> str:
    picture = np.full((height, width, 3), 0.1, np.float16)
    picture[8:10, 40:42] = 2000.0
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}
    OpenEXR.File(header, {"RGB": picture}).write(str(path))
    return str(path)


def test_everybody_stands_in_its_light(tmp_path: Path):
    file = write_panorama(tmp_path / "studio.exr")
    plan = draw_plan(3, SMALL, environment=file)
    own, other = draw_plan(3, SMALL), read_environment(file)
    assert len(other.lamps) == 1
    for clip in plan.clips:
        np.testing.assert_array_equal(plan.room(clip).environment.harmonics, other.harmonics)
        assert plan.room(clip)[1:5] == own.room(clip)[1:5]
    assert len({own.room(clip).environment.lamps for clip in own.clips}) == 2


def test_a_folder_remembers_whose_light_it_has(tmp_path: Path):
    pytest.importorskip("warp", reason="rendering digital humans needs the extra `heads`")
    from recast_nodes.evaluation.benchmark.make import make

    file = write_panorama(tmp_path / "studio.exr")
    plan = draw_plan(3, SMALL, environment=file)
    make(plan, tmp_path / "bench")
    assert read_plan(tmp_path / "bench") == plan
    with pytest.raises(DocumentError):
        make(draw_plan(3, SMALL), tmp_path / "bench")
    read_environment.cache_clear()
    write_panorama(tmp_path / "studio.exr", 80, 40)
    with pytest.raises(DocumentError, match="not the environment any more"):
        plan.room(plan.clips[0])


def test_a_picture_that_is_no_panorama_is_refused(tmp_path: Path):
    with pytest.raises(MediaError, match="twice as wide"):
        read_environment(write_panorama(tmp_path / "square.exr", 32, 32))


@pytest.mark.parametrize("light", [0.0, np.nan])
def test_a_panorama_without_light_is_refused(tmp_path: Path, light: float):
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}
    OpenEXR.File(header, {"RGB": np.full((32, 64, 3), light, np.float16)}).write(str(tmp_path / "night.exr"))
    with pytest.raises(MediaError, match="holds no light"):
        read_environment(str(tmp_path / "night.exr"))


def test_a_refused_light_leaves_the_folder_free(tmp_path: Path):
    pytest.importorskip("warp", reason="rendering digital humans needs the extra `heads`")
    from recast_nodes.evaluation.benchmark.make import make

    plan = draw_plan(3, SMALL, environment=write_panorama(tmp_path / "square.exr", 32, 32))
    with pytest.raises(MediaError, match="twice as wide"):
        make(plan, tmp_path / "bench")
    assert not (tmp_path / "bench").exists()
