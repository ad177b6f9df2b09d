"""Own frames as they are kept, and files that are no performers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from recast_nodes.errors import WeightsError
from recast_nodes.models.performer.file import _decode, encode_frames, fingerprint_of, read_performer


def test_frames_keep_highlights_and_darkness() -> None:
    y, x = torch.meshgrid(torch.arange(64) / 64, torch.arange(80) / 80, indexing="ij")
    picture = torch.stack([0.02 + 0.3 * x, 0.2 + 0.1 * y, 12 * x * y])
    frames, brightest = encode_frames([picture, picture * 0.5])
    back = _decode(frames[0], brightest)
    assert back.shape == picture.shape and brightest == pytest.approx(float(picture.max()))
    torch.testing.assert_close(back, picture, rtol=0.01, atol=0.002)


@pytest.mark.parametrize("content", [b"", b"not a file", None])
def test_other_files_are_refused_in_words(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "p.safetensors"
    if content is None:
        save_file({"weight": torch.ones(2)}, path)
    else:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match="p.safetensors"):
        read_performer(str(path))
    assert fingerprint_of(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        fingerprint_of(str(tmp_path / "gone.safetensors"))
