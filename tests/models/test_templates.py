"""Motion templates: LivePortrait's are read as data, ours come back as they were, and broken ones are told."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from recast_nodes.errors import MediaError
from recast_nodes.models import templates

FRAMES = 4


def published(**changes: Any) -> dict[str, Any]:
    """A template as LivePortrait writes it: every frame with a batch axis of one."""
    numbers = np.random.default_rng(7)

    def some(*shape: int) -> np.ndarray:
        return numbers.random(shape, np.float32)

    motion = [
        {"scale": some(1, 1), "R": some(1, 3, 3), "exp": some(1, 21, 3), "t": some(1, 3), "kp": some(1, 21, 3)}
        for _ in range(FRAMES)
    ]
    lists = {"c_eyes_lst": [some(1, 2) for _ in motion], "c_lip_lst": [some(1, 1) for _ in motion]}
    return {"n_frames": FRAMES, "output_fps": 25, "motion": motion, **lists, **changes}


def written(folder: Path, data: Any) -> Path:
    path = folder / "d5.pkl"
    path.write_bytes(pickle.dumps(data))
    return path


def test_liveportraits_template(tmp_path):
    data = published()
    template = templates.read(written(tmp_path, data))
    assert (template.rate, template.frames) == (25.0, FRAMES)
    for name, word in (("expression", "exp"), ("rotation", "R"), ("scale", "scale"), ("translation", "t")):
        assert torch.equal(getattr(template, name)[2], torch.from_numpy(data["motion"][2][word][0]))
    assert torch.equal(template.canonical[1], torch.from_numpy(data["motion"][1]["kp"][0]))
    assert template.eyes.shape == (FRAMES, 2) and template.lips.shape == (FRAMES, 1)


def test_the_first_versions_words(tmp_path):
    data = published()
    motion = [{"R_d" if key == "R" else key: value for key, value in frame.items()} for frame in data["motion"]]
    older = {"output_fps": 30, "motion": motion, "c_d_eyes_lst": data["c_eyes_lst"], "c_d_lip_lst": data["c_lip_lst"]}
    template, newer = (templates.read(written(tmp_path, each)) for each in (older, data))
    assert torch.equal(template.rotation, newer.rotation) and torch.equal(template.eyes, newer.eyes)


def test_what_may_be_absent(tmp_path):
    data = published()
    for frame in data["motion"]:
        del frame["kp"]
    del data["c_eyes_lst"], data["c_lip_lst"]
    template = templates.read(written(tmp_path, data))
    assert template.canonical is template.eyes is template.lips is None


def test_ours_comes_back_as_it_was(tmp_path):
    template = templates.read(written(tmp_path, published(output_fps=23.976)))
    path = tmp_path / "take3.safetensors"
    for told in (template, template._replace(eyes=None, canonical=None)):
        templates.write(path, told)
        again = templates.read(path)
        assert again.rate == told.rate
        for name in templates.FIELDS:
            one, other = getattr(again, name), getattr(told, name)
            assert (one is None and other is None) or torch.equal(one, other)


def spoilt(key: str, value: Any) -> dict[str, Any]:
    data = published()
    data["motion"][2][key] = value
    return data


WRONG = {
    "no dict": [1, 2],
    "no motion": published(motion=[]),
    "motion of numbers": published(motion=[1, 2]),
    "rate of text": published(output_fps="25"),
    "rate of nothing": published(output_fps=0),
    "rate that is none": published(output_fps=float("nan")),
    "a frame of another shape": spoilt("exp", np.zeros((1, 49, 3), np.float32)),
    "a frame of text": spoilt("exp", "exp"),
    "a number that is none": spoilt("t", np.full((1, 3), np.nan, np.float32)),
    "a rotation that is none": published(motion=[frame | {"R": np.eye(2)[None]} for frame in published()["motion"]]),
    "lacks expression": published(motion=[{"R": np.eye(3)[None], "t": [[0, 0, 0]], "scale": [[1]]}]),
    "ragged": published(motion=[frame | {"exp": [[[1, 2], [3]]]} for frame in published()["motion"]]),
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_templates_that_are_not_sound(tmp_path, data):
    with pytest.raises(MediaError, match="d5.pkl") as caught:
        templates.read(written(tmp_path, data))
    assert "\n" not in str(caught.value)


UNREADABLE = {
    "rate": {"rate": 0.0},
    "a rate that is none": {"rate": float("nan")},
    "another type": {"translation": torch.zeros(FRAMES, 3, dtype=torch.float64)},
    "another shape": {"lips": torch.zeros(FRAMES)},
    "frames": {"eyes": torch.zeros(FRAMES + 1, 2)},
    "a number alone": {"eyes": torch.tensor(0.5)},
    "not finite": {"expression": torch.full((FRAMES, 21, 3), torch.nan)},
}


@pytest.mark.parametrize("changes", UNREADABLE.values(), ids=UNREADABLE)
def test_what_would_not_read_back_is_not_written(tmp_path, changes):
    template = templates.read(written(tmp_path, published()))._replace(**changes)
    with pytest.raises(MediaError, match=r"take\.safetensors: the motion template's " + next(iter(changes))):
        templates.write(tmp_path / "take.safetensors", template)
    assert not (tmp_path / "take.safetensors").exists()


def test_a_tensor_without_frames_is_refused(tmp_path):
    from safetensors.torch import save_file

    path = tmp_path / "take.safetensors"
    templates.write(path, templates.read(written(tmp_path, published())))
    note = {"recast": json.dumps({"kind": "motion template", "version": templates.VERSION, "rate": 25})}
    for name in ("scale", "rotation"):
        tensors = {name: torch.zeros(FRAMES, 21, 3) for name in ("expression", "rotation", "scale", "translation")}
        save_file(tensors | {name: torch.tensor(1.0)}, path, note)
        with pytest.raises(MediaError, match=f"motion template's {name}|has the shape"):
            templates.read(path)


def test_other_files_are_refused(tmp_path):
    from safetensors.torch import save_file

    path = tmp_path / "take.safetensors"
    for content in (b"", b"\xff" * 100, b"\xff\xff\xff\xff\xff\x00\x00\x00{}"):
        path.write_bytes(content)
        with pytest.raises(MediaError, match="no motion template"):
            templates.read(path)
    save_file({"expression": torch.zeros(1, 21, 3)}, path)
    with pytest.raises(MediaError, match="no motion template"):
        templates.read(path)
    with pytest.raises(MediaError, match=r"\.pkl or a \.safetensors"):
        templates.read(tmp_path / "take.npz")
    with pytest.raises(MediaError, match="absent"):
        templates.read(tmp_path / "absent.safetensors")
