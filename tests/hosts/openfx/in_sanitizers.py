"""Runs in a Python under the compiler's sanitizers: the plugin through its actions, with a worker that plays one.

LD_PRELOAD=libasan.so python -m tests.hosts.openfx.in_sanitizers PLUGIN FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from .conftest import StandIn
from .host import Host, Instance
from .test_manners import RECAST, SMALL, answer

NONSENSE = (
    b"\n",
    b"{\n",
    b"[]\n",
    b'{"event"\n',
    b'{"event":"error","text":"\\\n',
    b'{"event":"error","text":"\\u12\n',
    b'{"event":"error","text":"' + b"x" * 5000 + b'"}\n{"event":"end","code":2}\n',
    b'{"event":"want","id":1,"clip":"Nothing","frame":3,"slot":0}\n',
    b'{"event":"want","id":1,"clip":"Source","frame":3,"slot":-5}\n',
    b'{"event":"want","id":1,"clip":"Source","frame":3,"slot":9999}\n',
    b'{"event":"want","id":1,"clip":"Source","frame":99999999999999,"slot":1}\n',
    b'{"event":"result","layout":"rgb","count":3,"file":"PRECIOUS","type":"float16","window":[0,0,8,8]}\n'
    b'{"event":"end","code":0}\n',
    b'{"event":"result","layout":"rgba","count":4,"file":"PRECIOUS","type":"float16","window":[-5,-5,99999,9]}\n'
    b'{"event":"end","code":0}\n',
    b"\x00\xff" * 3000 + b"\n",
)


def main(plugin: str, folder: Path) -> None:
    """Every effect described in both contexts; frames rendered, refused, cut short, given up; instances come and go."""
    host = Host(plugin)
    for name in host.plugins:
        for context in ("Filter", "General"):
            host.describe(name, context)
    worker = StandIn(folder, answer)
    os.environ["RECAST_PYTHON"] = str(worker.python)
    os.environ["RECAST_OFX_TIMEOUT"] = "0.3"
    for origin in ((0, 0), (-3, 5)):
        instance = Instance(host, RECAST, {"Source": SMALL}, origin=origin)
        instance.parameters["smile"].keys = {1: 0.1, 9: 0.8}
        for frame in (3, 1, 10, 99):
            made = instance.render(frame)
            assert (made is None) == (frame == 99), instance.persistent  # which the clip does not have
            assert made is None or made[0, 0, 0] == 0.5
        instance.render(2, window=(5, 5, 9, 11))
        instance.frames_needed(4)
        worker.script = lambda stand_in, request: None
        assert instance.render(4) is None
        worker.script = lambda stand_in, request: stand_in.connection.shutdown(2)
        assert instance.render(4) is None
        worker.script = lambda stand_in, request: (
            stand_in.say(event="result", layout="?", count=-1) or stand_in.say(event="end", code=0)
        )
        instance.render(4)
        precious = folder / "precious"  # a file that is no picture: neither read nor removed
        precious.write_bytes(b"x" * 512)
        for line in (each.replace(b"PRECIOUS", str(precious).encode()) for each in NONSENSE):
            worker.script = lambda stand_in, request, line=line: stand_in.connection.sendall(line)
            instance.render(4)
            assert precious.is_file()
        instance.aborted = lambda: True
        instance.render(5)
        worker.script = answer
        instance.aborted = lambda: False
        huge = {frame: np.full((300, 70, 4), 1e9, np.float32) for frame in SMALL}
        instance.clips["Source"].frames = huge
        assert instance.render(6) is not None, instance.persistent
        instance.close()
    host.unload()
    assert not host.problems, host.problems
    print("clean")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
