"""What strangers name does not control the terminal of whoever reads it."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import MediaError
from recast_nodes.hosts import cli
from recast_nodes.hosts.cli.console import Console
from recast_nodes.notices import printable

HOSTILE = "a\x1b[2J\x1b]0;owned\x07\x9b31m\u202egpj.exe\udcff\r.exr [bold]x[/bold]"
WRITTEN = r"a\x1b[2J\x1b]0;owned\x07\x9b31m\u202egpj.exe\udcff\r.exr [bold]x[/bold]"


@given(st.text(st.characters()))
def test_nothing_is_left_that_controls(text: str) -> None:
    shown = printable(text)
    assert all(letter.isprintable() or letter in "\n\t" for letter in shown)
    shown.encode("utf-8")
    assert all(line.startswith("  ") for line in shown.split("\n")[1:]), "no line of a name passes for one of ours"


def test_plain_names_stay_as_they_are() -> None:
    assert printable("Änderung 0001, 映画.exr\ttab") == "Änderung 0001, 映画.exr\ttab"


@pytest.mark.parametrize("event", ["done", "failed"])
def test_the_console_writes_it_out(event: str, capsys: Any) -> None:
    Console(as_json=False).emit(event, HOSTILE)
    told = capsys.readouterr()
    assert WRITTEN in told.out + told.err and "\x1b" not in told.out + told.err


def test_bars_take_no_markup_from_names(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console as RichConsole

    from recast_nodes.hosts.cli import console

    held = io.StringIO()
    monkeypatch.setattr("rich.console.Console", lambda **_: RichConsole(file=held, force_terminal=True, width=200))
    shown = Console(as_json=False)
    with console._bars() as shown._bars:
        shown.progress("[link=http://x]Track[/link]\x1b[2J", 1, 2)
        shown.emit("failed", HOSTILE)
    assert "[link=http://x]Track[/link]" in held.getvalue() and "\x1b[2J" not in held.getvalue()
    assert WRITTEN in held.getvalue()


def test_json_is_one_line_whatever_it_holds(capsys: Any) -> None:
    Console(as_json=True).emit("failed", HOSTILE + "\n{}")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["text"] == HOSTILE + "\n{}" and line.isascii() and line.isprintable()


def test_errors_at_the_end_are_written_out(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def refused(**_: object) -> None:
        raise MediaError(HOSTILE + "\n12 frames written")

    monkeypatch.setattr(cli, "recast", refused)
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().err == f"Error: {WRITTEN}\n  12 frames written\n"


def test_notices_too(capsys: Any) -> None:
    hostile, written = HOSTILE.replace("\udcff", ""), WRITTEN.replace(r"\udcff", "")  # xdist takes none in its logs
    with Console(as_json=False).open():
        logging.getLogger("recast_nodes.notices").warning("%s", hostile)
    assert written in capsys.readouterr().err
