"""Pickles come out as plain data, and hostile ones do nothing at all."""

from __future__ import annotations

import collections
import os
import pickle
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import MediaError
from recast_nodes.models.weights import pickles, plain_pickles
from recast_nodes.models.weights.plain_pickles import read_plain

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
ARRAYS = (
    np.arange(6, dtype=np.float32).reshape(1, 2, 3),
    np.arange(6, dtype=np.float64).reshape(2, 3).T,
    np.arange(3, dtype=">i4"),
    np.array([True, False]),
    np.zeros((0, 3), np.float16),
    np.array(7, np.uint8),
)


@pytest.fixture
def pickled(tmp_path):
    """A function that reads what these bytes say."""

    def read(content: bytes) -> Any:
        path = tmp_path / "motion.pkl"
        path.write_bytes(content)
        return read_plain(path)

    return read


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_plain_data_comes_out_as_it_went_in(pickled, protocol):
    data = {
        "n": 3,
        "rate": 29.97,
        "name": "Ingrid Ødegård",
        "raw": b"\x00\xff",
        7: [None, True, -(10**20)],
        "empty": {},
    }
    data["ordered"] = collections.OrderedDict(b=1, a=2)
    assert pickled(pickle.dumps(data, protocol)) == data


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{list(array.shape)}")
def test_arrays_come_out_as_they_went_in(pickled, protocol, array):
    read = pickled(pickle.dumps([array, array], protocol))[0]
    np.testing.assert_array_equal(read, array)
    assert read.dtype == array.dtype.newbyteorder("=") and read.flags.writeable


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_single_numbers_of_numpy(pickled, protocol):
    assert pickled(pickle.dumps([np.float32(0.5), np.int64(-4), np.bool_(True)], protocol)) == [0.5, -4, True]


def test_tuples_come_out_as_lists(pickled):
    assert pickled(pickle.dumps(((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)))) == [
        [],
        [1],
        [1, 2],
        [1, 2, 3],
        [1, 2, 3, 4],
    ]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(-1000, 1000), inner),
    max_leaves=20,
)


@given(data=PLAIN, protocol=st.sampled_from(PROTOCOLS))
def test_any_plain_data(pickled, data, protocol):
    assert pickled(pickle.dumps(data, protocol)) == data


class Calls:
    """Asks for a call when it is unpickled."""

    def __init__(self, function: Any, *arguments: Any):
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("function", "name"),
    (
        (os.system, f"{os.system.__module__}.system"),
        (eval, "(__builtin__|builtins).eval"),
        (exec, "(__builtin__|builtins).exec"),
        (getattr, "(__builtin__|builtins).getattr"),
        (subprocess.Popen, "(commands|subprocess).Popen"),
        (np.load, "numpy.load"),
        (pickle.loads, "_?pickle.loads"),
    ),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_call_is_refused_by_name_and_does_not_happen(pickled, tmp_path, protocol, function, name):
    proof = tmp_path / "proof"
    hostile = {"deep": [{"in": Calls(function, f"open({str(proof)!r}, 'w')")}]}
    with pytest.raises(MediaError, match=rf"it asks for {name}\. Nothing of it was run\."):
        pickled(pickle.dumps(hostile, protocol))
    assert not proof.exists()


def test_no_module_is_imported(tmp_path, monkeypatch, pickled):
    """Looking a name up would already run the module that has it."""
    (tmp_path / "trap_module.py").write_text(f"open({str(tmp_path / 'proof')!r}, 'w')")
    monkeypatch.syspath_prepend(tmp_path)
    for content in (b"ctrap_module\nthing\n.", b"\x80\x04\x8c\x0btrap_module\x8c\x05thing\x93."):
        with pytest.raises(MediaError, match="trap_module.thing"):
            pickled(content)
    assert "trap_module" not in sys.modules and not (tmp_path / "proof").exists()


RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n)R"
DTYPE = b"cnumpy\ndtype\nX\x02\x00\x00\x00f4\x85R"
HOSTILE = {
    "a class by instance": b"(cos\nsystem\nX\x02\x00\x00\x00lso.",
    "inst": b"(X\x02\x00\x00\x00lsios\nsystem\n.",
    "extension registry": b"\x82\x01.",
    "persistent id": b"X\x01\x00\x00\x00aQ.",
    "new object": b"\x80\x02cnumpy\nndarray\n)\x81.",
    "calls its own data": b"X\x01\x00\x00\x00a)R.",
    "state on a stand-in itself": b"cnumpy\nndarray\n}X\x04\x00\x00\x00nameX\x01\x00\x00\x00asb.",
    "state on a number": b"I1\n}b.",
    "entries of a list": b"]I0\nI1\ns.",
    "a set": b"\x80\x04\x8f.",
    "a stand-in as data": b"cnumpy\nndarray\n.",
    "object array": RECONSTRUCT + b"(I1\n(I1\ntcnumpy\ndtype\nX\x02\x00\x00\x00O8\x85RI00\n]tb.",
    "dtype of structures": b"cnumpy\ndtype\nX\x05\x00\x00\x00i4,f8\x85R.",
    "bytes for another shape": RECONSTRUCT + b"(I1\n(I9\nt" + DTYPE + b"I00\nC\x04\x00\x00\x00\x00tb.",
    "negative shape": RECONSTRUCT + b"(I1\n(I-1\nt" + DTYPE + b"I00\nC\x04\x00\x00\x00\x00tb.",
    "deep lists": b"(" * 60 + b"l" * 60 + b".",
    "a list in itself": b"]q\x00h\x00a.",
    "a dict in itself": b"}q\x00X\x01\x00\x00\x00ah\x00s.",
    "large keys": b"}\x8a\x09" + b"\xff" * 8 + b"\x00I1\ns.",
}
BROKEN = {
    "nothing": b"",
    "text": b"<html>not found</html>",
    "cut": pickle.dumps({"a": np.zeros(99)})[:-30],
    "no end": b"]",
    "empty stack": b"a.",
    "unknown opcode": b"\xfe.",
    "later protocol": b"\x80\x63].",
    "claims a huge bytes object": b"\x8e" + struct.pack("<Q", 1 << 60) + b"a.",
    "claims a huge byte array": b"\x96" + struct.pack("<Q", 1 << 60) + b"a.",
    "claims a huge word": b"\x8d" + struct.pack("<Q", 1 << 60) + b"a.",
    "claims a huge number": b"\x8b" + struct.pack("<i", (1 << 31) - 1) + b"a.",
    "claims a huge frame": b"\x80\x04\x95" + struct.pack("<Q", 1 << 60) + b"].",
    "a place in memory far away": b"]r\xff\xff\xff\x7f.X",
    "a long number as text": b"L" + b"9" * 100_000 + b"L\n.",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_programs_are_refused(pickled, content):
    with pytest.raises(MediaError, match="motion.pkl") as caught:
        pickled(content)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_broken_files_are_told(pickled, content):
    started = time.process_time()
    try:
        assert pickled(content) in ([], None)  # what is far away in memory may be noted there and never used
    except MediaError as error:
        assert "motion.pkl" in str(error) and "\n" not in str(error)
    assert time.process_time() - started < 5


def test_tuples_within_tuples_take_no_time(pickled):
    """Shared a hundred times over: to hash it would take 2^100 steps, and to write it out as many."""
    content = b"\x80\x02)" + b"q\x00h\x00\x86" * 100 + b"}q\x01I1\nI2\ns."
    assert pickled(content + b"") == {1: 2}
    with pytest.raises(MediaError, match="nested deeper"):
        pickled(b"\x80\x02)" + b"q\x00h\x00\x86" * 100 + b".")


def test_limits(pickled, monkeypatch, tmp_path):
    monkeypatch.setattr(pickles, "MOST_STEPS", 1000)
    with pytest.raises(MediaError, match="1,000 steps"):
        pickled(b"]" * 2000 + b".")
    monkeypatch.setattr(plain_pickles, "LARGEST_ARRAYS", 1 << 20)
    shared = np.zeros(1 << 19, np.uint8).tobytes()
    with pytest.raises(MediaError, match="arrays are larger"):
        pickled(pickle.dumps([np.frombuffer(shared, np.uint8) for _ in range(3)]))
    monkeypatch.setattr(plain_pickles, "LARGEST_FILE", 1 << 20)
    with pytest.raises(MediaError, match="larger than 1 MB"):
        pickled(pickle.dumps(b"a" * (2 << 20)))
    with pytest.raises(MediaError, match="not a file"):
        read_plain(tmp_path)
    with pytest.raises(MediaError, match="not a file"):
        read_plain(Path(tmp_path / "absent.pkl"))


@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(pickled, content):
    try:
        pickled(content)
    except MediaError:
        return


@given(data=st.data())
def test_a_sound_pickle_with_a_wrong_byte(pickled, data):
    content = bytearray(pickle.dumps({"motion": [{"exp": ARRAYS[0]}, {"exp": ARRAYS[1]}], "n": 2}))
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        pickled(bytes(content))
    except MediaError:
        return
