"""FID's network judges as its paper says: no set is apart from itself, and disturbing it more takes it farther."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.evaluation.benchmark.inception import Inception
from recast_nodes.evaluation.fidelity import frechet_distance
from recast_nodes.models.weights.model_files import FILES, INCEPTION


@pytest.fixture(scope="module")
def inception() -> Inception:
    try:
        return Inception()
    except ModelMissing as missing:
        pytest.skip(str(missing))


def test_disturbed_film_is_farther(inception, shared):
    """Film, because this network sees in flat shapes what it likes."""
    import cv2

    pictures = []
    for name in ("s18", "s20", "d12", "d18"):
        movie = cv2.VideoCapture(str(next((shared / "footage").glob(f"{name}*"))))
        pictures.append(cv2.resize(movie.read()[1][..., ::-1], (256, 256)).astype(np.float32) / 255)
    noise = np.random.default_rng(3).normal(0, 1, (256, 256, 3)).astype(np.float32)

    def features(change) -> np.ndarray:
        return np.stack([inception.of_picture(np.clip(change(each), 0, 1)) for each in pictures])

    clean = features(lambda each: each)
    assert clean.shape == (4, 2048) and frechet_distance(clean, clean) == pytest.approx(0, abs=1e-3)
    for disturb in (
        lambda each, much: each + noise * much / 20,
        lambda each, much: cv2.GaussianBlur(each, (0, 0), much),
    ):
        distances = [frechet_distance(clean, features(lambda each: disturb(each, much))) for much in (1, 4)]  # noqa: B023
        assert 1 < distances[0] < distances[1]


def test_a_program_of_other_bytes_is_not_run(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    with (tmp_path / INCEPTION).open("wb") as opened:
        opened.truncate(FILES[INCEPTION].size)
    with pytest.raises(WeightsError, match=INCEPTION):
        Inception()
