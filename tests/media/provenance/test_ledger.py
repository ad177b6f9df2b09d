"""The ledger: what was removed or changed in it is found, whoever writes it."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from recast_nodes.errors import StorageError
from recast_nodes.media.files import atomic
from recast_nodes.media.journal.journal import folder_of
from recast_nodes.media.provenance.ledger import Ledger, hash_of, ledger_path


@pytest.fixture
def pattern(tmp_path) -> str:
    return str(tmp_path / "shot.####.exr")


@pytest.fixture
def ledger(pattern) -> Ledger:
    made = Ledger(pattern)
    for number in range(1, 6):
        made.append({"event": "rendered", "files": {f"shot.{number}.exr": f"{number:x}"}, "who": "Zoë"})
    return made


def lines(ledger: Ledger) -> list[bytes]:
    return ledger.path.read_bytes().splitlines(keepends=True)


def test_lines_follow_each_other(ledger, pattern):
    assert ledger.path == ledger_path(pattern) and ledger.path.name == "shot.ledger.jsonl"
    found = ledger.check()
    assert found.lines == 5 and not found.faults and found.files["shot.3.exr"] == "3"
    assert [path.name for path in folder_of(pattern).iterdir()] == ["ledger.json"], "no claim is left"


@pytest.mark.parametrize("place", range(5))
def test_a_changed_line_is_found(ledger, place):
    kept = lines(ledger)
    kept[place] = kept[place].replace(b"Zo", b"Jo")
    ledger.path.write_bytes(b"".join(kept))
    assert ledger.check().faults == (f"line {place + 1} was changed.",)


@pytest.mark.parametrize("place", range(5))
def test_a_removed_line_is_found(ledger, place):
    kept = lines(ledger)
    del kept[place]
    ledger.path.write_bytes(b"".join(kept))
    (fault,) = ledger.check().faults
    assert fault.startswith(f"line {place + 1}") and "missing" in fault


def test_many_missing_lines_are_named_together(ledger):
    kept = lines(ledger)
    for number, words in ((25, "line 24 is missing."), (10**30, f"lines 6 to {10**30 - 1} are missing.")):
        entry = {"number": number, "previous": "", "files": {}}
        ledger.path.write_bytes(b"".join(kept) + json.dumps(entry | {"hash": hash_of(entry)}).encode() + b"\n")
        assert words in ledger.check().faults


def test_a_line_written_again_to_fit_does_not_fit_the_next(ledger):
    kept = lines(ledger)
    entry = json.loads(kept[2]) | {"who": "Joe"}
    kept[2] = json.dumps(entry | {"hash": hash_of(entry)}).encode() + b"\n"
    ledger.path.write_bytes(b"".join(kept))
    assert ledger.check().faults == ("line 4 does not follow line 3: one of them was changed.",)


def test_a_torn_line_is_named_and_the_chain_goes_on(ledger):
    with open(ledger.path, "ab") as file:
        file.write(b'{"number": 6, "prev')
    ledger.append({"event": "rendered", "files": {}})
    assert ledger.check().faults == ("line 6 is not an entry of a ledger.",)


def test_where_it_cannot_be_written_that_is_an_error(ledger, monkeypatch):
    def full(*given: object) -> None:
        raise StorageError("no space left.")

    monkeypatch.setattr(atomic, "append", full)
    with pytest.raises(StorageError, match="no space"):
        ledger.append({})


def write(pattern: str, writer: int) -> None:
    for number in range(5):
        Ledger(pattern).append({"event": "rendered", "files": {f"{writer}.{number}": ""}})


def test_processes_write_in_turn(pattern):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(pattern, writer)) for writer in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(120)
    found = Ledger(pattern).check()
    assert found.lines == 15 and not found.faults and len(found.files) == 15


def test_a_link_in_its_place_is_not_followed(pattern, tmp_path):
    (tmp_path / "theirs").write_text("")
    Path(ledger_path(pattern)).symlink_to(tmp_path / "theirs")
    with pytest.raises(Exception, match="cannot be"):
        Ledger(pattern).append({})
    assert (tmp_path / "theirs").read_text() == ""
