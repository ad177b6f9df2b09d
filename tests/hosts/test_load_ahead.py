"""Libraries that compute are loaded while a shot is read: nobody waits for them who does not need them."""

import subprocess
import sys
import threading

from recast_nodes import natives
from recast_nodes.hosts.cli import limited


def test_who_needs_them_finds_them():
    code = (
        "import sys; from recast_nodes.natives import is_loading, load_ahead; "
        "load_ahead(); assert is_loading(); import torch, cv2; print(torch.zeros(1).sum().item()); "
        "import threading; [each.join() for each in threading.enumerate() if each.name == 'load ahead']; "
        "assert not is_loading()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "0.0\n"), done.stderr


def test_a_command_that_is_done_does_not_wait_for_them():
    code = (
        "import sys, threading; from recast_nodes import natives; from recast_nodes.hosts.cli import main; "
        "threading.Thread(target=threading.Event().wait, name=natives.LOADING).start(); main()"
    )
    words = [sys.executable, "-c", code, "check", "/nowhere/shot.recast.yaml"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)  # the thread never ends
    assert done.returncode == 2 and "shot.recast.yaml" in done.stdout + done.stderr


def test_what_cannot_be_loaded_is_met_by_whoever_needs_it(monkeypatch):
    monkeypatch.setattr(natives, "opencv", lambda: 1 / 0)
    natives.load_ahead()
    for thread in threading.enumerate():
        if thread.name == natives.LOADING:
            thread.join()


def test_where_memory_is_limited_one_thing_is_done_at_a_time(monkeypatch):
    started = []
    monkeypatch.setattr(natives, "load_ahead", lambda: started.append(True))
    monkeypatch.setattr(limited, "is_limited", lambda: True)
    limited.load_ahead()
    assert not started
    monkeypatch.setattr(limited, "is_limited", lambda: False)
    limited.load_ahead()
    assert started
