"""The end of a command's process, even while one of its threads hangs."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import NoReturn

from ...natives import is_loading
from .limited import report_end

PATIENCE = 2.0  # seconds that threads are waited for at the end


def leave(code: int, folder: Path | None = None) -> NoReturn:
    """End the process. Where a thread hangs, end it without the thread; what it wrote into `folder` is removed."""
    hanging = [each for each in threading.enumerate() if each.name.startswith(("render", "observe", "verify"))]
    for thread in hanging:
        thread.join(PATIENCE)
    if any(thread.is_alive() for thread in hanging):
        from ...media.files.atomic import remove_own

        if folder:
            remove_own(folder)
        _end_now(code)
    sys.exit(code)


def leave_while_loading(end: SystemExit) -> None:
    """End the process where libraries are still being loaded for a command that is done: nobody waits for them."""
    if is_loading() and isinstance(end.code, int):
        _end_now(end.code)


def _end_now(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    report_end()
    os._exit(code)
