"""C2PA manifests (Content Credentials, c2pa.org) in review files, and beside sequences of frames.

JPEG, PNG, TIFF, MP4 and MOV carry their manifest. For frames of a sequence there is one manifest beside them, bound to
the list of their hashes (`frame_list`), which stands in the manifest too. Nothing here uses the network, unless a key
names a time-stamping service.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ... import __version__
from ...errors import MediaError, RecastError
from ..edits import SOURCE_TYPES
from ..files.atomic import whole_file
from .frame_list import list_text
from .signing_key import NEEDED, SigningKey

MEDIA_TYPES = {
    **{".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".tif": "image/tiff", ".tiff": "image/tiff"},
    **{".mp4": "video/mp4", ".mov": "video/quicktime"},
}
LIST_TYPE = "text/plain"
SIDECAR = ".c2pa"
FRAMES, EDIT = "com.recastnodes.frames", "com.recastnodes.edit"  # our own assertions
PROGRAM = {"name": "Recast Nodes", "version": __version__}
OFFLINE = {"remote_manifest_fetch": False, "ocsp_fetch": False}


class SourceFootage(NamedTuple):
    """Footage that went into an edit. `plate` for what was edited, else it was an input, as the driver is."""

    title: str
    plate: bool
    description: str  # in words
    fingerprint: str  # SHA-256 of its list of frames
    file: str = ""  # one that may carry a manifest of its own, which is then taken in


class EditStory(NamedTuple):
    """What a manifest says of an edit."""

    title: str
    source_type: str  # IPTC's term, such as compositeCapture
    description: str
    when: str  # ISO 8601
    footage: Sequence[SourceFootage]
    facts: Mapping[str, Any]  # plain data, for our own assertion


def library() -> Any:
    """The library c2pa-python. Raises RecastError where it is not installed."""
    try:
        import c2pa
    except ImportError:
        raise RecastError(NEEDED) from None
    return c2pa


def can_carry(path: str | os.PathLike[str]) -> bool:
    """Whether a file of this name can carry its manifest itself."""
    return Path(path).suffix.lower() in MEDIA_TYPES


def sign_list(story: EditStory, hashes: Mapping[str, str], key: SigningKey) -> bytes:
    """The manifest of the frames with these hashes, for a file beside them. Raises MediaError."""
    frames = {"alg": "sha256", "frames": [{"name": name, "hash": content} for name, content in hashes.items()]}
    manifest = _manifest(story, {FRAMES: frames})
    return _sign(story, manifest, key, LIST_TYPE, io.BytesIO(list_text(hashes)), io.BytesIO(), embed=False)


def sign_file(story: EditStory, path: str, key: SigningKey) -> None:
    """Put a manifest into a review file, which appears whole or not at all. Raises MediaError, StorageError."""
    kind = MEDIA_TYPES[Path(path).suffix.lower()]
    with whole_file(path) as temporary, open(path, "rb") as source, open(temporary, "w+b") as signed:
        _sign(story, _manifest(story, {}), key, kind, source, signed, embed=True)


def _manifest(story: EditStory, assertions: Mapping[str, Any]) -> dict[str, Any]:
    inputs = [_label(number) for number, footage in enumerate(story.footage) if not footage.plate]
    edited = {
        "action": "c2pa.edited",
        "when": story.when,
        "softwareAgent": PROGRAM,
        "digitalSourceType": SOURCE_TYPES + story.source_type,
        "description": story.description,
        **({"parameters": {"ingredientIds": inputs}} if inputs else {}),
    }
    named = {"c2pa.actions.v2": {"actions": [edited]}, EDIT: dict(story.facts), **assertions}
    return {
        "claim_generator_info": [PROGRAM],
        "title": story.title,
        "assertions": [{"label": label, "data": data} for label, data in named.items()],
    }


def _label(number: int) -> str:
    return f"footage{number}"


def _sign(story: EditStory, manifest: Any, key: SigningKey, kind: str, source: Any, signed: Any, embed: bool) -> bytes:
    c2pa = library()
    how = {"builder": {"intent": "edit", "thumbnail": {"enabled": False}}, "verify": OFFLINE}
    info = c2pa.C2paSignerInfo(
        key.algorithm.encode(), key.chain, key.key, key.timestamp.encode() if key.timestamp else None
    )
    try:
        with c2pa.Context.from_dict(how) as context, c2pa.Builder(manifest, context) as builder:
            if not embed:
                builder.set_no_embed()
            for number, footage in enumerate(story.footage):
                _add_footage(builder, _ingredient(number, footage), footage)
            with c2pa.Signer.from_info(info) as signer:
                return bytes(builder.sign(signer, kind, source, signed))
    except c2pa.C2paError as error:
        raise MediaError(f"{story.title}: cannot be signed: {error}") from None


def _add_footage(builder: Any, ingredient: dict[str, str], footage: SourceFootage) -> None:
    if footage.file:
        with open(footage.file, "rb") as file:
            builder.add_ingredient(ingredient, MEDIA_TYPES[Path(footage.file).suffix.lower()], file)
    else:
        builder.add_ingredient(ingredient, LIST_TYPE, io.BytesIO(footage.fingerprint.encode()))


def _ingredient(number: int, footage: SourceFootage) -> dict[str, str]:
    return {
        "title": footage.title,
        "relationship": "parentOf" if footage.plate else "inputTo",
        "label": _label(number),
        "instance_id": f"urn:sha256:{footage.fingerprint}",
        "description": footage.description,
    }
