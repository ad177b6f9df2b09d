"""C2PA manifests: what they say is what was given, and whatever was changed is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recast_nodes.errors import MediaError
from recast_nodes.media.images import read_image, write_image
from recast_nodes.media.provenance import credentials, frame_list, reading
from recast_nodes.media.provenance.credentials import EditStory, SourceFootage
from recast_nodes.media.provenance.signing_key import load_key

from .certificates import make_key

pytest.importorskip("c2pa")
ROOT = Path(__file__).parents[3]
STORY = EditStory(
    "shot.####.exr",
    "compositeCapture",
    "edited",
    "2026-11-30T12:00:00Z",
    [SourceFootage("plate.####.exr", True, "the plate", "ab"), SourceFootage("driver.mov", False, "an input", "cd")],
    {"shot": "1a2b"},
)


@pytest.fixture(scope="session")
def made():
    return make_key()


@pytest.fixture(scope="session")
def key(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("key")
    for name, data in (("chain.pem", made.chain), ("key.pem", made.key)):
        (folder / name).write_bytes(data)
    return load_key(str(folder / "chain.pem"), str(folder / "key.pem"))


def review_file(folder: Path, suffix: str) -> Path:
    path = folder / f"review{suffix}"
    if suffix in (".mp4", ".mov"):
        shutil.copyfile(ROOT / "demo" / "driver.mp4", path)
    else:
        write_image(read_image(ROOT / "demo" / "portrait.jpg"), path)
    return path


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".mp4", ".mov"])
def test_a_review_file_carries_its_manifest(tmp_path, key, made, suffix):
    path = review_file(tmp_path, suffix)
    assert reading.read_embedded(path) is None
    for _ in range(2):  # signing again is signing
        credentials.sign_file(STORY._replace(title=path.name), str(path), key)
        found = reading.read_embedded(path, made.anchor.decode())
        assert found and found.trusted and not found.faults
        assert (found.title, found.signer, found.source_type) == (
            path.name,
            "Test signer, Test studio",
            "compositeCapture",
        )
    data = bytearray(path.read_bytes())
    data[-40 if suffix == ".tif" else len(data) // 2] ^= 1
    path.write_bytes(data)
    try:
        spoilt = reading.read_embedded(path)
    except MediaError:  # the byte was one of the manifest's own
        return
    assert spoilt is None or spoilt.faults


def test_a_signer_is_trusted_only_where_the_certificate_is(tmp_path, key):
    path = review_file(tmp_path, ".png")
    credentials.sign_file(STORY, str(path), key)
    for trust in ("", make_key().anchor.decode()):
        found = reading.read_embedded(path, trust)
        assert found and not found.trusted and not found.faults


def test_a_sequence_is_bound_to_the_hashes_of_its_frames(tmp_path, key, made):
    hashes = {f"shot.{frame}.exr": f"{frame:064x}" for frame in range(1001, 1101)}
    sidecar = tmp_path / "shot.c2pa"
    sidecar.write_bytes(credentials.sign_list(STORY, hashes, key))
    found = reading.read_sidecar(sidecar, made.anchor.decode())
    assert found.trusted and not found.faults and found.frames == hashes and found.title == "shot.####.exr"
    wrong = sidecar.read_bytes().replace(f"{1050:064x}".encode(), f"{1051:064x}".encode())
    sidecar.write_bytes(wrong)
    assert reading.read_sidecar(sidecar).faults


def test_a_manifest_names_plate_driver_and_edit(tmp_path, key):
    c2pa = credentials.library()
    data = credentials.sign_list(STORY, {"a.exr": "0" * 64}, key)
    sidecar = tmp_path / "a.c2pa"
    sidecar.write_bytes(data)
    listed = frame_list.list_text({"a.exr": "0" * 64})
    (tmp_path / "a.txt").write_bytes(listed)
    with open(tmp_path / "a.txt", "rb") as asset, c2pa.Reader("text/plain", asset, data) as reader:
        manifest = reader.get_active_manifest()
    assert [(each["title"], each["relationship"]) for each in manifest["ingredients"]] == [
        ("plate.####.exr", "parentOf"),
        ("driver.mov", "inputTo"),
    ]
    actions = {each["label"]: each["data"] for each in manifest["assertions"]}["c2pa.actions.v2"]["actions"]
    assert [action["action"] for action in actions] == ["c2pa.opened", "c2pa.edited"]


def test_lists_are_those_of_sha256sum():
    hashes = {"shot 1.exr": "a" * 64, "é.exr": "b" * 64}
    assert frame_list.parse_list(frame_list.list_text(hashes)) == hashes


@pytest.mark.parametrize("kind", ["rsa", "p384", "p521", "ed25519"])
def test_keys_of_every_kind_that_c2pa_takes(tmp_path, kind):
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    private = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }[kind]()
    made = make_key(private, b"open")
    (tmp_path / "chain.pem").write_bytes(made.chain)
    (tmp_path / "key.pem").write_bytes(made.key)
    names = str(tmp_path / "chain.pem"), str(tmp_path / "key.pem")
    key = load_key(*names, "open")
    (tmp_path / "a.c2pa").write_bytes(credentials.sign_list(STORY, {"a.exr": "0" * 64}, key))
    assert reading.read_sidecar(tmp_path / "a.c2pa", made.anchor.decode()).trusted
    for wrong, words in (("", "give its passphrase"), ("close", "another passphrase")):
        with pytest.raises(MediaError, match=words):
            load_key(*names, wrong)


def test_a_key_that_is_not_the_certificate_s_is_refused(tmp_path, made):
    (tmp_path / "chain.pem").write_bytes(made.chain)
    (tmp_path / "key.pem").write_bytes(make_key().key)
    with pytest.raises(MediaError, match="is not the key of the certificate"):
        load_key(str(tmp_path / "chain.pem"), str(tmp_path / "key.pem"))
    with pytest.raises(MediaError, match="no certificate"):
        load_key(str(tmp_path / "key.pem"), str(tmp_path / "key.pem"))
