"""What goes wrong while a text file is read, said in a sentence that names the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import MediaError


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Raises MediaError in place of what reading a table or another text raises."""
    try:
        yield
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror or problem}.") from problem
    except UnicodeDecodeError:
        raise MediaError(f"{path}: this is not a text file.") from None
    except csv.Error as problem:
        raise MediaError(f"{path}: this is not a table: {problem}.") from None
