"""What nodes learned of a whole shot, kept beside its frames: a render of one frame need not learn it again.

A file for each, named by the fingerprint, which stands for everything that it was made of. In the same version of this
program the code may still be another while it is worked on, so a file also says of which state the sources and the
libraries were, and counts for no other. It holds no record whose shape could be looked at, and others can write there:
so it carries a signature by a secret of this user's, and a file without it is not read. Another user, or a machine that
does not share the user's data folder, learns of the shot from the records instead, as if there were none.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import MediaError
from ...natives import opencv
from ...notices import notice
from ..files import atomic
from ..files.safe_files import Folder
from ..files.user_key import user_key
from .value_bytes import decode, encode

NAME = "analyses"
FORM = re.compile(r"[0-9a-f]{64}\.bin")
MARK = b"ana1"
WHOSE, SIGNATURE = 8, 32  # bytes: which user's key it is, and the signature
MOST_FILES = 24  # six nodes of a shot in four states of its knobs
LONGEST = 64 << 20  # bytes of one: about 10,000 frames
PACKAGE = Path(__file__).parent.parent.parent


class KeptAnalysis(NamedTuple):
    """What a node learned, and what it had to say about it."""

    value: Any
    notices: list[str]


class KeptAnalyses:
    """What was learned, by fingerprint, in the folder of a journal."""

    def __init__(self, folder: Path):
        self._folder = Folder(folder.parent, folder.name).below(NAME)

    def get(self, key: str) -> KeptAnalysis | None:
        """What is known by a fingerprint; None where nothing is, or where it cannot be trusted."""
        secret, code = user_key(), code_state()
        if secret is None or not code:
            return None
        try:
            data = self._folder.read(f"{key}.bin", LONGEST + 1)
        except OSError:
            return None
        lead, content = data[: len(MARK) + WHOSE], data[len(MARK) + WHOSE + SIGNATURE :]
        if lead != MARK + _whose(secret):
            return None  # another user's
        if not hmac.compare_digest(data[len(lead) : len(lead) + SIGNATURE], _sign(secret, content)):
            notice(f"{self._folder.path / key}.bin: it is damaged; what was learned of the shot is learned again.")
            return None
        try:
            (of, made_by), value, notices = decode(content)
        except (ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError):  # a class that is gone
            return None
        return KeptAnalysis(value, notices) if (of, made_by) == (key, code) else None

    def put(self, key: str, value: Any, notices: list[str]) -> None:
        """Keep what was learned, if it has a form in a file. It is learned again where it cannot be written."""
        secret, code = user_key(), code_state()
        if secret is None or not code:
            return
        try:
            content = encode(((key, code), value, notices))
        except TypeError:
            return
        if len(content) > LONGEST - len(MARK) - WHOSE - SIGNATURE:
            return
        with suppress(MediaError, OSError):
            with atomic.whole_file_of_ours(self._folder, f"{key}.bin") as temporary:
                temporary.write_bytes(MARK + _whose(secret) + _sign(secret, content) + content)
            self._sweep()

    def _sweep(self) -> None:
        """Remove the oldest, where there are too many."""
        names = self._folder.names_like(FORM)
        for name in sorted(names, key=lambda name: self._folder.state(name).st_mtime_ns)[:-MOST_FILES]:
            self._folder.remove(name)


def _whose(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()[:WHOSE]


def _sign(secret: bytes, content: bytes) -> bytes:
    return hmac.digest(secret, content, "sha256")


@cache
def code_state() -> str:
    """What the code that learns is known by: our sources as they lie there, and the libraries; '' where none lie."""
    import numpy
    import torch

    words = hashlib.sha256(f"{torch.__version__} {numpy.__version__} {opencv().__version__}".encode())
    sources = sorted(Path(folder, name) for folder, _, names in os.walk(PACKAGE) for name in names)
    for path in sources:
        if path.suffix in (".py", ".npz"):
            state = path.stat()
            words.update(f"{path.relative_to(PACKAGE)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return words.hexdigest() if sources else ""
