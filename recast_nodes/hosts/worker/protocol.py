"""How host and worker find and understand each other. Standard library only, Python 3.7: shipped with the plugins."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import stat
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

PROTOCOL = 1
LONGEST = 20000000  # bytes of one message: the largest shot that is read, and room for its neighbours
LONGEST_HELLO = 4096  # bytes that are read of someone who has not shown the token
LONGEST_CONFIGURATION = 4000000  # letters of a colour configuration that are looked through; the largest have 1,000,000
# Variables that decide pixels, what may be read and written, and what is asked of a render: one worker for each set.
DECIDING_VARIABLES = (
    *("OCIO", "RECAST_MODELS", "CUDA_VISIBLE_DEVICES", "RECAST_ROOTS", "RECAST_READERS"),
    *("RECAST_POLICY", "RECAST_CONSENT"),
)
SHORT_PLACES = ("/tmp", "/var/tmp", "/dev/shm")  # for sockets, where the temporary folder's path is too long
ROOM = 16  # bytes of "/recast-" and the eight letters that nobody can foretell

Address = Any  # the path of a Unix socket, or [host, port]


class ProtocolError(Exception):
    """What came over the wire is not what may come."""


def encode(message: Mapping[str, Any]) -> bytes:
    """One message as a line."""
    return json.dumps(message, separators=(",", ":")).encode("utf-8") + b"\n"


class MessageReader:
    """Messages from a socket, one JSON object a line."""

    def __init__(self, connection: socket.socket, longest: int = LONGEST):
        self.connection, self.longest = connection, longest
        self._buffer = bytearray()

    def read(self) -> dict[str, Any] | None:
        """The next message; None where the other side has closed. Raises ProtocolError, OSError, socket.timeout."""
        seen = 0
        while True:
            end = self._buffer.find(b"\n", seen)
            if end >= 0 or len(self._buffer) > self.longest:
                break
            seen = len(self._buffer)
            chunk = self.connection.recv(65536)
            if not chunk:
                return None
            self._buffer += chunk
        if end < 0 or end > self.longest:
            raise ProtocolError(f"a message is longer than {self.longest} bytes.")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return _decode(line)


def _decode(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ProtocolError("a message is not a line of JSON.") from None
    if not isinstance(message, dict):
        raise ProtocolError("a message is not a JSON object.")
    return message


def _refuse(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are not JSON


def runtime_folder() -> str:
    """The folder that only this user can open, where workers say how they are reached. Raises OSError.

    RECAST_RUNTIME, or `recast` in the system's own runtime folder of the user, or else in the temporary folder.
    """
    named = os.environ.get("RECAST_RUNTIME")
    if named:
        folder = named
    elif os.name == "nt":
        folder = os.path.join(os.environ.get("LOCALAPPDATA") or tempfile.gettempdir(), "Recast", "run")
    elif os.path.isdir(os.environ.get("XDG_RUNTIME_DIR") or ""):
        folder = os.path.join(os.environ["XDG_RUNTIME_DIR"], "recast")
    else:
        folder = os.path.join(tempfile.gettempdir(), f"recast-{os.getuid()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except FileExistsError:
        raise OSError(f"{folder}: this must be a folder of your own.") from None
    if os.name != "nt":
        _check_private(folder)
    return folder


def _check_private(folder: str) -> None:
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise OSError(f"{folder}: this must be a folder of your own.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        os.chmod(folder, 0o700)


def short_folder(longest: int) -> str:
    """A new folder for sockets, of a name that nobody can foretell, open to this user alone. Raises OSError.

    Its path has `longest` bytes at most: the temporary folder may lie deeper than a socket's path can be long.
    """
    places = [tempfile.gettempdir(), *SHORT_PLACES]
    for place in places:
        if os.access(place, os.W_OK | os.X_OK) and len(os.fsencode(place)) + ROOM <= longest:
            try:
                return tempfile.mkdtemp(prefix="recast-", dir=place)  # 0700 by its nature
            except OSError:
                continue
    raise OSError("no folder for a socket: the paths of {} are too long, or not open to us.".format(", ".join(places)))


def worker_name(python: str, environment: Mapping[str, str]) -> str:
    """Which worker serves: one for each Python and each set of the variables that decide pixels."""
    deciding = [os.path.normcase(os.path.abspath(python)), [environment.get(name, "") for name in DECIDING_VARIABLES]]
    deciding.extend(sorted(_configuration_variables(environment).items()))
    return hashlib.sha256(json.dumps(deciding).encode("utf-8")).hexdigest()[:12]


def _configuration_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables whose names stand in the file that OCIO names: $SHOT, $LUTS, which decide pixels as it does."""
    path = environment.get("OCIO", "")
    try:
        if not os.path.isfile(path):
            return {}
        with open(path, encoding="utf-8", errors="replace") as file:
            words = set(re.findall(r"\w+", file.read(LONGEST_CONFIGURATION)))
    except OSError:
        return {}
    return {name: value for name, value in environment.items() if name in words}


def runtime_file(name: str, ending: str) -> str:
    """The file of worker `name`: 'json' says how it is reached, 'log' is its log, 'lock' is held while it lives."""
    if not name.isalnum():
        raise ValueError(f"a worker's name is letters and digits, not {name!r}.")
    return os.path.join(runtime_folder(), f"worker-{name}.{ending}")


def write_private(path: str, text: str) -> None:
    """Write a small file that only this user can read, whole or not at all."""
    handle, temporary = tempfile.mkstemp(".part", os.path.basename(path) + ".", os.path.dirname(path))
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def read_contact(name: str) -> dict[str, Any] | None:
    """How worker `name` is reached: pid, address, token; None where none has said so."""
    try:
        with open(runtime_file(name, "json"), encoding="utf-8") as file:
            contact = json.load(file)
    except (FileNotFoundError, ValueError):
        return None
    return contact if isinstance(contact, dict) and {"pid", "address", "token"} <= set(contact) else None


def connect(address: Address, timeout: float) -> socket.socket:
    """A connection to `address`. Raises OSError."""
    if isinstance(address, str):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target: Any = address
    else:
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        target = (str(address[0]), int(address[1]))
    connection.settimeout(timeout)
    try:
        connection.connect(target)
    except OSError:
        connection.close()
        raise
    return connection


def log_tail(name: str, lines: int = 3) -> str:
    """The last lines of a worker's log, for telling why it is gone."""
    try:
        with open(runtime_file(name, "log"), "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 4000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-lines:])


def on_windows() -> bool:
    """Python's sockets have no Unix family there."""
    return sys.platform == "win32" or not hasattr(socket, "AF_UNIX")
