"""What a C2PA manifest says, and whether it still holds: signature, signer, content. The network is not used."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import MediaError
from .credentials import FRAMES, LIST_TYPE, MEDIA_TYPES, OFFLINE, library
from .frame_list import list_text

UNTRUSTED = "signingCredential.untrusted"  # no list of trusted signers was given, or this one is not on it


class ManifestCheck(NamedTuple):
    """What was found in a manifest. It holds where there are no faults."""

    title: str  # what was signed: a file's name, or a pattern
    signer: str  # who signed, as the certificate names them
    trusted: bool  # whether the certificate is one of those that the reader trusts
    faults: tuple[str, ...]
    source_type: str  # IPTC's term
    frames: dict[str, str]  # hashes by name, of a sequence


def read_sidecar(path: str | Path, trust: str = "") -> ManifestCheck:
    """The manifest beside a sequence. Its frames are to be compared with those that are there. `trust` is PEM, of the
    certificates that signers must come from. Raises MediaError.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from None
    frames = _read(path, LIST_TYPE, b"", data, "").frames  # which it lists, before it is known that it may be believed
    return _read(path, LIST_TYPE, list_text(frames), data, trust)


def read_embedded(path: str | Path, trust: str = "") -> ManifestCheck | None:
    """The manifest that a review file carries; None where it carries none. Raises MediaError."""
    try:
        with open(path, "rb") as file:
            return _read(path, MEDIA_TYPES[Path(path).suffix.lower()], file, None, trust)
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from None
    except _NoManifest:
        return None


class _NoManifest(Exception):
    """A file without a manifest."""


def _read(path: str | Path, kind: str, asset: Any, manifest: bytes | None, trust: str) -> ManifestCheck:
    c2pa = library()
    rules: dict[str, Any] = {"verify": OFFLINE | {"verify_trust": bool(trust)}}
    if trust:
        rules["trust"] = {"trust_anchors": trust}
    stream = io.BytesIO(asset) if isinstance(asset, bytes) else asset
    try:
        with c2pa.Context.from_dict(rules) as context, c2pa.Reader(kind, stream, manifest, context) as reader:
            results = reader.get_validation_results() or {}
            return _check(results, reader.get_active_manifest() or {}, reader.get_validation_state() or "")
    except c2pa.C2paError.ManifestNotFound:
        raise _NoManifest from None
    except c2pa.C2paError as error:
        raise MediaError(f"{path}: is not a manifest of C2PA, or a damaged one: {error}") from None


def _check(results: dict[str, Any], manifest: dict[str, Any], state: str) -> ManifestCheck:
    failures = results.get("activeManifest", {}).get("failure", [])
    faults = tuple(f"{each.get('explanation') or each['code']} ({each['code']})" for each in failures)
    faults = tuple(fault for fault, each in zip(faults, failures) if each["code"] != UNTRUSTED)
    if state == "Invalid" and not faults:
        faults = ("it is not valid.",)
    assertions = {each["label"]: each["data"] for each in manifest.get("assertions", [])}
    actions = assertions.get("c2pa.actions.v2", {}).get("actions", [])
    terms = [str(action["digitalSourceType"]) for action in actions if "digitalSourceType" in action]
    listed = assertions.get(FRAMES, {}).get("frames", [])
    info = manifest.get("signature_info", {})
    signer = ", ".join(filter(None, (info.get("common_name"), info.get("issuer"))))
    frames = {str(each["name"]): str(each["hash"]) for each in json.loads(json.dumps(listed))}
    title = str(manifest.get("title", ""))
    return ManifestCheck(title, signer, state == "Trusted", faults, (terms or [""])[-1].rpartition("/")[2], frames)
