"""What nodes learned of a shot, kept beside its frames: read back as it was, or not at all."""

from __future__ import annotations

import os
from collections import namedtuple

import pytest
import torch

from recast_nodes import notices
from recast_nodes.media.files import user_key as keys
from recast_nodes.media.journal import kept_analyses
from recast_nodes.media.journal.kept_analyses import MOST_FILES, KeptAnalyses
from recast_nodes.media.journal.value_bytes import decode, encode
from recast_nodes.stages.expression.head_pose import Pose

KEY = "0" * 64
SHARED = torch.arange(6.0).reshape(2, 3)
VALUE = {
    1001: (None, True, 2, 0.1, float("inf"), "é", [SHARED, SHARED.T]),
    "pose": Pose(SHARED, SHARED.half(), SHARED > 2),
}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setattr(keys, "key_file", lambda: tmp_path / "home" / "key")
    keys.user_key.cache_clear()
    yield KeptAnalyses(tmp_path / ".shot.recast")
    keys.user_key.cache_clear()


def file_of(tmp_path, key: str = KEY):
    return tmp_path / ".shot.recast" / "analyses" / f"{key}.bin"


def same(one, other) -> bool:
    if isinstance(one, torch.Tensor):
        return (one.dtype, one.shape) == (other.dtype, other.shape) and bool((one == other).all())
    if isinstance(one, dict):
        return list(one) == list(other) and same(list(one.values()), list(other.values()))
    if isinstance(one, (tuple, list)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def test_values_read_back_as_they_were():
    assert same(decode(encode(VALUE)), VALUE)
    assert same(decode(encode(torch.empty(0, 3))), torch.empty(0, 3))
    assert len(encode([SHARED] * 100)) < 3 * len(encode([SHARED])) + 3000, "what is shared is written once"


@pytest.mark.parametrize("value", [object(), namedtuple("Theirs", "x")(1), {"x": b""}, os.stat_result(range(10))])
def test_what_is_not_ours_has_no_form(value, kept):
    with pytest.raises(TypeError):
        encode(value)
    kept.put(KEY, value, [])
    assert kept.get(KEY) is None


def test_what_is_kept_is_there_for_the_next_with_its_notices(kept, tmp_path):
    assert kept.get(KEY) is None
    kept.put(KEY, VALUE, ["said"])
    found = KeptAnalyses(tmp_path / ".shot.recast").get(KEY)
    assert same(found.value, VALUE) and found.notices == ["said"]
    assert kept.get("1" * 64) is None
    assert os.name == "nt" or (tmp_path / "home" / "key").stat().st_mode & 0o777 == 0o600


def test_a_file_under_another_name_or_of_other_code_counts_for_nothing(kept, tmp_path, monkeypatch):
    kept.put(KEY, VALUE, [])
    file_of(tmp_path).rename(file_of(tmp_path, "1" * 64))
    assert kept.get("1" * 64) is None
    kept.put(KEY, VALUE, [])
    monkeypatch.setattr(kept_analyses, "code_state", lambda: "another")
    assert kept.get(KEY) is None


def test_changed_bytes_are_told_and_not_read(kept, tmp_path, caplog):
    kept.put(KEY, VALUE, [])
    whole = file_of(tmp_path).read_bytes()
    for at in (*range(0, 60, 7), len(whole) // 2, len(whole) - 1):
        notices.forget()
        file_of(tmp_path).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert kept.get(KEY) is None
    assert "is damaged" in caplog.text
    file_of(tmp_path).write_bytes(whole[:20])
    assert kept.get(KEY) is None
    file_of(tmp_path).write_bytes(whole)
    assert kept.get(KEY)


def test_another_users_file_is_passed_over_in_silence(kept, tmp_path, caplog):
    kept.put(KEY, VALUE, [])
    (tmp_path / "home" / "key").unlink()
    keys.user_key.cache_clear()
    assert kept.get(KEY) is None and not caplog.text


@pytest.mark.skipif(os.name == "nt", reason="no modes")
def test_a_secret_that_others_can_read_is_none(kept, tmp_path):
    assert keys.user_key()
    (tmp_path / "home" / "key").chmod(0o644)
    keys.user_key.cache_clear()
    kept.put(KEY, VALUE, [])
    assert keys.user_key() is None and not file_of(tmp_path).exists()


def test_where_nothing_can_be_written_nothing_is_kept(kept, tmp_path):
    (tmp_path / ".shot.recast").write_text("a file in its place")
    kept.put(KEY, VALUE, [])
    assert kept.get(KEY) is None


def test_the_oldest_go(kept, tmp_path):
    for number in range(MOST_FILES + 3):
        kept.put(f"{number:064x}", number, [])
        os.utime(file_of(tmp_path, f"{number:064x}"), ns=(number, number))
    assert len(list(file_of(tmp_path).parent.iterdir())) == MOST_FILES and kept.get(f"{1:064x}") is None
    assert kept.get(f"{MOST_FILES + 2:064x}").value == MOST_FILES + 2
