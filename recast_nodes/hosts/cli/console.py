"""How the command line speaks: a progress bar with ETA on a terminal, or one JSON object a line with `--json`."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from typing import Any, Protocol

import click

from ...notices import printable

LOG_EVERY = 10.0  # seconds between lines of progress when output is not a terminal


class EventSink(Protocol):
    """Where events go: the Console of a command, or the worker's way to a host."""

    as_json: bool

    def emit(self, event: str, text: str = "", **facts: Any) -> None: ...
    def progress(self, what: str, done: int, total: int) -> None: ...


class Console:
    """Progress, notices and results of one command. `tell` prints an event; people read it, or a program does."""

    def __init__(self, as_json: bool):
        self.as_json = as_json
        self._results = sys.stdout  # ours alone: libraries that print are sent to standard error while we are open
        self._lock = threading.Lock()
        self._bars: Any = None
        self._tasks: dict[str, Any] = {}
        self._logged: dict[str, float] = {}

    @contextmanager
    def open(self) -> Iterator[Console]:
        """Listen to notices, and show bars where a person looks on."""
        handler = _NoticeHandler(self)
        log = logging.getLogger("recast_nodes.notices")
        log.addHandler(handler)
        log.propagate = False
        show_bars = not self.as_json and sys.stderr.isatty()
        try:
            with redirect_stdout(sys.stderr), _bars() if show_bars else nullcontext() as self._bars:
                yield self
        finally:
            self._bars = None
            log.removeHandler(handler)

    def emit(self, event: str, text: str = "", **facts: Any) -> None:
        """One event: JSON on standard output with `--json`, else `text` for people (on stderr, but for results)."""
        with self._lock:
            if not self.as_json:
                text = printable(text)
            if self.as_json:
                event_line = {"event": event, **({"text": text} if text else {}), **facts}
                click.echo(json.dumps(event_line), file=self._results)
            elif text and self._bars:
                self._bars.console.print(text, markup=False, highlight=False)
            elif text:
                click.echo(text, file=self._results if event == "done" else sys.stderr)

    def train_progress(self, what: str, done: int, total: int) -> None:
        """`done` of `total` steps, or clips."""
        self.progress(what, done, total, "")

    def progress(self, what: str, done: int, total: int, unit: str = " frames") -> None:
        """`done` of `total` frames, or of another `unit`, of `what`."""
        what = printable(what)
        if self.as_json:
            self.emit("progress", what=what, done=done, total=total)
        elif self._bars:
            with self._lock:
                if what not in self._tasks:
                    self._tasks[what] = self._bars.add_task(what, total=total)
                self._bars.update(self._tasks[what], completed=done, total=total)
        elif done == total or time.monotonic() - self._logged.setdefault(what, time.monotonic()) > LOG_EVERY:
            self._logged[what] = time.monotonic()
            click.echo(f"{what}: {done} of {total}{unit}", err=True)


class _NoticeHandler(logging.Handler):
    def __init__(self, console: Console):
        super().__init__()
        self.console = console

    def emit(self, record: logging.LogRecord) -> None:
        self.console.emit("notice", f"Note: {record.getMessage()}")


def _bars() -> Any:
    from rich import progress
    from rich.console import Console as RichConsole

    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        console=RichConsole(stderr=True),
    )
