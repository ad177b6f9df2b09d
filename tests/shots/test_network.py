"""A render speaks to nobody."""

from __future__ import annotations

import socket
from typing import Any

import pytest


def test_a_render_opens_no_connection(shot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refused(*asked: object) -> None:
        tried.append(asked[1:])
        raise OSError("no network here")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refused, raising=False)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refused)
    outcome = shot.render(shot.graph(), range(1001, 1003))
    assert sorted(outcome.written) == [1001, 1002] and not outcome.failed
    assert not tried
