"""FVD's network gives what others published for plain films, and tells moving film from still."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.evaluation.benchmark.clips import ShownClip
from recast_nodes.evaluation.benchmark.i3d import I3d
from recast_nodes.evaluation.fidelity import frechet_distance
from recast_nodes.media.sequences import open_source
from recast_nodes.models.weights.model_files import FILES, I3D

# FVD of all black against all white films of so many frames: the README of common_metrics_on_video_quality (2023). Its
# network is a TorchScript program of the same weights. Ours lies within 0.4 % of each.
PUBLISHED = {16: 153.110, 24: 66.081}


@pytest.fixture(scope="module")
def i3d() -> I3d:
    try:
        return I3d()
    except ModelMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("frames", PUBLISHED)
def test_black_against_white_is_as_published(i3d, frames):
    black, white = (np.repeat(i3d.of_film([np.full((64, 64, 3), value)] * frames)[None], 8, 0) for value in (0.0, 1.0))
    assert frechet_distance(black, white) == pytest.approx(PUBLISHED[frames], rel=0.005)


def test_time_counts(i3d):
    """The same pictures in another order are another film, for which FID would be 0."""
    ramp = np.linspace(0, 1, 64, dtype=np.float32)
    pictures = [np.broadcast_to((np.roll(ramp, 6 * k) > 0.5)[None, :, None], (64, 64, 3)) for k in range(16)]
    mixed = [pictures[k] for k in np.random.default_rng(0).permutation(16)]
    once, again, other = (i3d.of_film(film) for film in (pictures, pictures, mixed))
    assert np.array_equal(once, again)
    assert np.square(once - other).sum() > 1


@pytest.mark.parametrize(("frames", "windows"), [(8, 0), (9, 1), (15, 1), (16, 1), (33, 2)])
def test_windows(i3d, monkeypatch, tmp_path, frames, windows):
    import cv2

    for k in range(frames):
        cv2.imwrite(str(tmp_path / f"a.{k + 1:04}.png"), np.full((16, 16, 3), k, np.uint8))
    seen = []
    monkeypatch.setattr(I3d, "of_film", lambda self, film: seen.append(len(film)) or np.zeros(400, np.float32))
    clip = ShownClip(open_source(tmp_path / "a.####.png"), 16, "a")
    assert i3d.of_clip(clip, frames).shape == (windows, 400)
    assert seen == [min(frames, 16)] * windows


def test_another_file_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    content = pickle.dumps({"params": {}, "batch_stats": {}}, protocol=4)
    (tmp_path / I3D).write_bytes(content.ljust(FILES[I3D].size, b"\0"))
    with pytest.raises(WeightsError, match="I3D"):
        I3d()
