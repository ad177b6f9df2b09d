"""What a render and the processes of its crew say to each other: objects of Python, one behind the other.

Both sides are this program, run by one user, and nobody else holds an end of the channel: so they may be pickled.
Reader processes, which meet strangers' files, speak JSON (media/readers/exchange.py).
"""

from __future__ import annotations

import pickle
import socket
import struct
import threading
from contextlib import suppress
from typing import Any, BinaryIO

from ...errors import RecastError

LENGTH = struct.Struct("<Q")


class ChannelClosed(Exception):
    """The other side is gone."""


class CrewChannel:
    """Both directions between a render and one process of its crew, by a socket if they are one. Several threads may
    send, and one receive.
    """

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO, both: socket.socket | None = None):
        self._incoming, self._outgoing, self._socket = incoming, outgoing, both
        self._sending = threading.Lock()

    def send(self, message: Any) -> None:
        """Send one object. Raises ChannelClosed."""
        self.send_packed(pack(message))

    def send_packed(self, data: bytes) -> None:
        """Send an object that was packed before. Raises ChannelClosed."""
        try:
            with self._sending:
                self._outgoing.write(LENGTH.pack(len(data)))
                self._outgoing.write(data)
                self._outgoing.flush()
        except (OSError, ValueError) as problem:  # ValueError: it was closed here
            raise ChannelClosed(str(problem)) from None

    def receive(self) -> Any:
        """The next object. Raises ChannelClosed."""
        try:
            (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
            data = self._exactly(length)
        except (OSError, ValueError) as problem:
            raise ChannelClosed(str(problem)) from None
        return pickle.loads(data)

    def hang_up(self) -> None:
        """Say no more: the process at the other end then ends, and who receives here learns when it has."""
        with suppress(OSError, ValueError):
            if self._socket:
                self._socket.shutdown(socket.SHUT_WR)
            else:
                self._outgoing.close()

    def close(self) -> None:
        """Let go of the channel, on the thread that receives: nobody else can close what is being read."""
        for end in (self._outgoing, self._incoming, self._socket):
            with suppress(OSError, ValueError):
                if end:
                    end.close()

    def _exactly(self, count: int) -> bytes:
        data = self._incoming.read(count)
        if len(data) != count:
            raise ChannelClosed("the other side is gone")
        return data


def channel_of(ours: socket.socket) -> CrewChannel:
    """The channel that a socket is."""
    return CrewChannel(ours.makefile("rb"), ours.makefile("wb"), ours)


def pack(message: Any) -> bytes:
    """An object as bytes. Raises what pickle raises for one that cannot travel."""
    return pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)


def as_sent(error: BaseException) -> BaseException:
    """An error that can travel: itself, or its words where it would not come back as it is."""
    try:
        same = type(pickle.loads(pack(error))) is type(error)
    except Exception:
        same = False
    return error if same else RecastError(str(error))
