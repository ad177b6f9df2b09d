"""`recast sign` and `recast verify`: what was changed, is missing or was added is named, and nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from recast_nodes.errors import RecastError
from recast_nodes.graph.consent import BLOCK, Consent
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.hosts.cli import exits, recast
from recast_nodes.media.images import read_image, write_image
from recast_nodes.media.provenance.ledger import Ledger
from tests.media.provenance.certificates import make_key

pytest.importorskip("c2pa")
ROOT = Path(__file__).parents[2]
FRAMES = range(1001, 1013)


class Studio:
    """A folder with a shot's document, its frames, and a studio's keys."""

    def __init__(self, folder: Path):
        self.folder, self.out = folder, folder / "out"

    def save(self, name: str, plate: str) -> str:
        """The document of an edit that writes `name`; its frames or movie are made by the tests."""
        graph = without_driver(edit_graph(plate, "", str(self.out / name)))
        self.out.mkdir(exist_ok=True)
        save(replace(graph, blocks={BLOCK: (Consent("Jane Doe"),)}), self.out / "shot.recast.yaml")
        return str(self.out / name)

    def run(self, *words: object) -> tuple[int, list[str]]:
        done = CliRunner().invoke(recast, [*map(str, words), "--json"])
        if isinstance(done.exception, RecastError):  # as the command's own `main` reports it
            return exits.of_error(done.exception), [str(done.exception)]
        events = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
        texts = [event["text"] for event in events if event["event"] in ("fault", "found")]
        return done.exit_code, texts or [done.output]

    def faults(self, target: object) -> list[str]:
        code, texts = self.run("verify", target)
        faults = [text.removeprefix("Error: ") for text in texts if text.startswith("Error: ")]
        assert code == (1 if faults else 0), texts
        return faults


@pytest.fixture
def studio(tmp_path, monkeypatch) -> Studio:
    made = make_key()
    for name, data in (("CERTIFICATE", made.chain), ("KEY", made.key), ("TRUST", made.anchor)):
        (tmp_path / f"{name}.pem").write_bytes(data)
        monkeypatch.setenv(f"RECAST_SIGN_{name}", str(tmp_path / f"{name}.pem"))
    return Studio(tmp_path)


@pytest.fixture
def frames(studio: Studio, make_plate: Callable[..., str]) -> str:
    """A sequence that is signed."""
    pattern = studio.save("shot.####.exr", make_plate(FRAMES))
    shutil.rmtree(studio.out)
    shutil.move(Path(make_plate(FRAMES, name="shot")).parent, studio.out)
    studio.save("shot.####.exr", str(studio.folder / "plate" / "plate.####.exr"))
    code, texts = studio.run("sign", pattern)
    assert code == 0, texts
    return pattern


def frame(pattern: str, number: int) -> Path:
    return Path(pattern.replace("####", str(number)))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_signed_sequence_holds_by_every_name_it_has(studio, frames):
    names = sorted(path.name for path in studio.out.iterdir() if path.suffix != ".exr")
    assert names == ["shot.c2pa", "shot.recast.yaml", "shot.sha256"]
    for target in (frames, studio.out, studio.out / "shot.c2pa", studio.out / "shot.recast.yaml", frame(frames, 1004)):
        assert not studio.faults(target)


def test_one_changed_byte_in_one_frame_is_found_and_named(studio, frames):
    flip(frame(frames, 1007))
    assert studio.faults(frames) == ["shot.1007.exr: was changed since it was signed."]


def test_a_missing_frame_and_an_added_one_are_named(studio, frames):
    frame(frames, 1003).unlink()
    shutil.copyfile(frame(frames, 1004), frame(frames, 1013))
    assert studio.faults(frames) == [
        "shot.1003.exr: was signed, and is missing.",
        "shot.1013.exr: was added since the others were signed.",
    ]


def test_a_signer_must_be_one_that_is_trusted(studio, frames, monkeypatch):
    (studio.folder / "TRUST.pem").write_bytes(make_key().anchor)
    (fault,) = studio.faults(frames)
    assert "Test signer, Test studio is not one of the signers that are trusted" in fault
    monkeypatch.delenv("RECAST_SIGN_TRUST")
    assert not studio.faults(frames)


def test_what_is_no_list_of_certificates_is_said_rather_than_that_nobody_is_trusted(studio, frames, tmp_path):
    code, (fault,) = studio.run("verify", frames, "--trust", tmp_path / "KEY.pem")
    assert code == 2 and "KEY.pem: holds no certificate in PEM form" in fault


def test_names_of_performers_go_in_only_when_asked_for(studio, frames):
    sidecar = studio.out / "shot.c2pa"
    assert b"Jane Doe" not in sidecar.read_bytes()
    studio.run("sign", frames, "--with-consent")
    assert b"Jane Doe" in sidecar.read_bytes()


def test_a_movie_carries_its_manifest_and_the_ledger_knows_it(studio, make_plate):
    movie = studio.save("shot.mov", make_plate(FRAMES))
    shutil.copyfile(ROOT / "demo" / "driver.mp4", movie)
    Ledger(movie).append({"event": "rendered", "files": {"shot.mov": "0" * 64}})
    assert studio.faults(movie), "another movie than was rendered"
    assert studio.run("sign", movie)[0] == 0 and not studio.faults(movie)
    flip(Path(movie))
    faults = studio.faults(movie)
    assert "shot.mov: is not what was rendered; it was changed since." in faults
    assert any(fault.startswith(f"{movie}: ") and "hash" in fault for fault in faults)


def test_review_frames_carry_theirs_and_have_one_beside_them(studio, make_plate):
    pattern = studio.save("shot.####.png", make_plate(range(1, 4)))
    for number in range(1, 4):
        write_image(read_image(ROOT / "demo" / "portrait.jpg"), pattern.replace("####", f"{number:04d}"))
    assert studio.run("sign", pattern)[0] == 0 and not studio.faults(pattern)
    flip(Path(pattern.replace("####", "0002")))
    assert [fault.partition(" was changed")[0] for fault in studio.faults(pattern)][0].startswith("shot.0002.png")


def test_without_key_or_signature_that_is_reported(studio, frames, monkeypatch, tmp_path):
    code, texts = studio.run("verify", studio.folder / "plate" / "plate.####.exr")
    assert code == 2 and "neither a ledger nor a signature" in str(texts)
    monkeypatch.delenv("RECAST_SIGN_KEY")
    code, texts = studio.run("sign", frames)
    assert code == 2 and "RECAST_SIGN_KEY" in str(texts)
