"""A short pass of every fuzzer, the same each time; `python -m tests.fuzz.run` goes on for as long as one asks."""

from __future__ import annotations

from itertools import islice

import pytest

from .run import attempt, inputs
from .targets import TARGETS

FEW = {"movie": 16, "landmarks": 60, "raster": 60}  # inputs; others take ROUNDS
ROUNDS = 120


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_taken_or_refused_in_words(name: str) -> None:
    for data in islice(inputs(name, seed=1), FEW.get(name, ROUNDS)):
        outcome = attempt(name, data)
        assert outcome in ("", "refused"), f"{outcome}\nfrom {data!r}"


# Inputs that once did harm.
FOUND = {
    "form: a shape without a size": ("form", b"landmarks 5x3", b"landmarks\0\0\0\0"),
    "form: shapes that are a number": ("form", b"recast:shapes\0stringvector\0", b"recast:shapes\0int\0"),
    "header: a chunk count of another type": ("header", b"chunkCount\0int\0", b"chunkCount\0xxx\0"),
    "header: a window of another type": ("header", b"dataWindow\0box2i\0", b"dataWindow\0v2i\0"),
    "landmarks: a header that Python cannot split": ("landmarks", b"'shape': (", b"'shape': (((("),
}


@pytest.mark.parametrize("finding", FOUND)
def test_what_was_found_once_stays_fixed(finding: str) -> None:
    name, before, after = FOUND[finding]
    tried = [seed.replace(before, after) for seed in TARGETS[name].seeds() if before in seed]
    assert tried
    assert {attempt(name, data) for data in tried} <= {"", "refused"}


@pytest.mark.parametrize("text", [b"plate.%0999999999999999999d.exr", b"x" * 5000, b"a\0b", b"1-9999999999####"])
def test_names_that_once_did_harm(text: bytes) -> None:
    assert attempt("pattern", text) == "refused"


@pytest.mark.parametrize("text", ["1-99999999", "9" * 30, "1001-1100x2,11500" * 60, "1-9x0.0000001", "²"])
def test_ranges_that_are_too_much(text: str) -> None:
    assert attempt("frames", text.encode()) == "refused"
