"""What stands in for the worker in tests of Studio's models."""

from __future__ import annotations


class Job:
    """A request whose events a test writes; `message` is what was asked for."""

    heard = True

    def __init__(self, **message):
        self.message, self.events, self.code, self.cancelled = message, [], None, False

    @property
    def finished(self):
        return self.code is not None

    def poll(self):
        events, self.events = self.events, []
        return events

    def cancel(self):
        self.cancelled = True
