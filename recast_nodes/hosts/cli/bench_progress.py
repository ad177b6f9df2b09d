"""How far a long measurement is, and about how long it still takes."""

from __future__ import annotations

import time

import click


class ProgressLine:
    """One line on stderr that says how much is done; what was there before this run began does not count as speed."""

    def __init__(self, what: str, unit: str):
        self._what, self._unit, self._began, self._first = what, unit, time.monotonic(), -1

    def __call__(self, done: int, total: int) -> None:
        if self._first < 0:
            self._began, self._first = time.monotonic(), done
        line = f"{self._what}: {done} of {total} {self._unit}{self._left(done, total)}"
        click.echo(f"\r{line:<78}", nl=done == total, err=True)

    def _left(self, done: int, total: int) -> str:
        made = done - self._first
        if not made or done == total:
            return ""
        return f", about {describe((total - done) * (time.monotonic() - self._began) / made)} left"


def describe(seconds: float) -> str:
    """A span of time in words, such as people say it."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{seconds / 3600:.1f} h"
