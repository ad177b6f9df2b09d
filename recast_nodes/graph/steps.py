"""Recursion as deep as the user's graph is long, on a stack of its own.

A function that would call itself is written as a generator: it yields the call that it waits for and gets its result,
or its error, in return. Python's own stack ends after a thousand calls; a comp has nodes as its artist pleases.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

Steps = Generator[Any, Any, Any]  # yields Steps, is sent what they return


def run(first: Steps) -> Any:
    """What the generator returns. Raises what it raises."""
    waiting, sent, error = [first], None, None
    while True:
        try:
            if error is None:
                called = waiting[-1].send(sent)
            else:
                failed, error = error, None
                called = waiting[-1].throw(failed)
            waiting.append(called)
            sent = None
        except StopIteration as end:
            waiting.pop()
            sent = end.value
            if not waiting:
                return sent
        except BaseException as problem:
            waiting.pop()
            if not waiting:
                raise
            error = problem
